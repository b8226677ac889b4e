/** Longest line of an emitted module. */
export const LINE = 110;

/** Lines as a comment, trailing blanks removed, too long ones broken. */
export function commentLines(lines: readonly string[]): string[] {
  return lines.flatMap((line) => wrapNote(`// ${line}`.trimEnd(), 0));
}

/** Breaks a line with a note between words of the note; what follows stands under its text. */
function wrapNote(line: string, start: number): string[] {
  const at = line.lastIndexOf(' ', LINE);
  if (line.length <= LINE || at <= start + 3) return [line];
  return [line.slice(0, at).trimEnd(), ...wrapNote(`${' '.repeat(start)}// ${line.slice(at + 1)}`, start)];
}

/**
 * Breaks a line of Verilog that is too long: after a comma or before an operator. What follows stands under the first
 * item of the innermost open bracket. Words longer than a line stay whole.
 * @param hang column of what follows outside all brackets
 */
export function wrap(line: string, hang: number): string[] {
  const note = line.indexOf('// ');
  if (note >= 0) return wrapNote(line, note);
  const lines: string[] = [];
  let rest = line;
  let open: readonly number[] = [];
  while (rest.length > LINE) {
    const broken = lastBreak(rest, open, hang);
    if (!broken) break;
    lines.push(rest.slice(0, broken.at));
    open = broken.open;
    rest = ' '.repeat(open.at(-1) ?? hang) + rest.slice(broken.at + 1);
  }
  return [...lines, rest];
}

/** The last blank outside most brackets at which a line can be broken, and the columns of the brackets that are open there. */
function lastBreak(
  line: string,
  before: readonly number[],
  hang: number,
): { readonly at: number; readonly open: readonly number[] } | undefined {
  const open = [...before];
  let best: { at: number; open: readonly number[]; rank: number } | undefined;
  for (let at = line.search(/\S/); at <= LINE; at++) {
    if ('([{'.includes(line[at])) open.push(at + 1);
    else if (')]}'.includes(line[at])) open.pop();
    if (line[at] !== ' ' || at <= (open.at(-1) ?? hang)) continue;
    const comma = line[at - 1] === ',';
    if (!comma && !/^ [|&^+?:] /.test(line.slice(at, at + 3))) continue;
    // Outer brackets before inner ones, commas before operators.
    const rank = 2 * open.length + (comma ? 0 : 1);
    if (rank <= (best?.rank ?? rank)) best = { at, open: [...open], rank };
  }
  return best;
}

/** Texts in columns: all but the last cell of a row are padded to the widest of their column. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const wide = rows.reduce<number[]>(
    (w, row) => row.map((cell, i) => Math.max(w[i] ?? 0, cell.length)).concat(w.slice(row.length)),
    [],
  );
  return rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(wide[i]))
      .filter((_, i) => wide[i] > 0)
      .join(' ')
      .trimEnd(),
  );
}
