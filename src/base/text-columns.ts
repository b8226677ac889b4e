/** Rows of texts as lines, the columns two blanks apart, each to the left unless it is to the right. */
export function textColumns(
  rows: readonly (readonly string[])[],
  toTheRight: (column: number) => boolean = () => false,
): string[] {
  const widths = (rows[0] ?? []).map((_, c) => Math.max(...rows.map((row) => row[c].length)));
  return rows.map((row) =>
    row
      .map((cell, c) => (toTheRight(c) ? cell.padStart(widths[c]) : cell.padEnd(widths[c])))
      .join('  ')
      .trimEnd(),
  );
}
