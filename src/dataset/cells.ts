import type { CodeOf } from '../base/index.js';
import { HASH, type Lines, NEWLINE, RETURN } from './lines.js';
import { dataError, quote } from './row/errors.js';

/** Which columns of a text file are read, and where they go in a row. */
export interface Layout {
  /** Name of each column of the file, for messages. */
  readonly names: readonly string[];
  /** [column of the file] -> place in the row, -1 for a column that is not read. */
  readonly target: Int32Array;
  /** Numbers in a row. */
  readonly width: number;
  /** Did the file name its columns? */
  readonly hasHeader: boolean;
  /** Byte between the cells; a blank stands for any number of them. */
  readonly separator: number;
  /** Lines that begin with # are passed over and counted here; left out: they are rows. */
  readonly comments?: { count: number };
}

/** How the digits of a cell make a number. */
export interface Notation {
  readonly base: 10 | 16;
  readonly max: number;
  /**
   * Reads what is not plain digits, or too large (cold path); `place` is where it goes in a row.
   * @returns the number, or what is wrong with the text, as `[code, what, remedy]`
   */
  readonly readOther: (text: string, place: number) => number | readonly [CodeOf<'dataset'>, string, string];
}

export const COMMA = 44;
export const BLANK = 32;
const QUOTE = 34;

const digitValue = new Int8Array(256).fill(-1);
for (let d = 0; d < 16; d++) {
  digitValue['0123456789abcdef'.charCodeAt(d)] = d;
  digitValue['0123456789ABCDEF'.charCodeAt(d)] = d;
}

/**
 * The numbers of whole lines, row-major, as 32 bits each; no string and no object per cell. Blank lines are passed over.
 * @returns rows * layout.width numbers
 * @throws EconError dataset/short-row, dataset/long-row, and what `notation.readOther` answers
 */
export function parseCells(
  { bytes, line }: Lines,
  layout: Layout,
  notation: Notation,
  path: string,
): Uint32Array {
  const { target, width, separator, comments } = layout;
  const { base, max } = notation;
  const columns = target.length;
  // A cell takes two bytes at least: a digit and what ends it.
  const out = new Uint32Array((Math.floor(bytes.length / (2 * columns)) + 1) * width);
  let n = 0;
  let at = 0;
  for (; at < bytes.length; line++) {
    if (separator === BLANK) at = skipBlanks(bytes, at);
    if (bytes[at] === NEWLINE || (bytes[at] === RETURN && bytes[at + 1] === NEWLINE)) {
      at += bytes[at] === NEWLINE ? 1 : 2;
      continue;
    }
    if (bytes[at] === HASH && comments) {
      comments.count++;
      at = bytes.indexOf(NEWLINE, at) + 1;
      continue;
    }
    for (let column = 0; ; column++) {
      if (column >= columns) throw rowLength(bytes, at, column, layout, line, path);
      const place = target[column];
      const from = at;
      let byte = bytes[at];
      if (place >= 0) {
        let value = 0;
        for (let d = digitValue[byte]; d >= 0 && d < base; d = digitValue[byte]) {
          value = value * base + d;
          byte = bytes[++at];
        }
        if (at === from || value > max || (byte !== separator && byte !== NEWLINE && byte !== RETURN)) {
          at = endOfCell(bytes, from, separator);
          byte = bytes[at];
          // A row that ends early is too short, not a row with an empty cell.
          if (at === from && byte !== separator) throw rowLength(bytes, at, column, layout, line, path);
          value = readOther(bytes.subarray(from, at), column, layout, notation, line, path);
        }
        out[n + place] = value;
      } else {
        at = endOfCell(bytes, at, separator);
        byte = bytes[at];
      }
      if (separator === BLANK && byte === BLANK) {
        at = skipBlanks(bytes, at);
        byte = bytes[at];
        if (byte !== NEWLINE && byte !== RETURN) continue;
      } else if (byte === separator) {
        at++;
        continue;
      }
      if (column + 1 < columns) throw rowLength(bytes, at, column + 1, layout, line, path);
      at += byte === RETURN && bytes[at + 1] === NEWLINE ? 2 : 1;
      break;
    }
    n += width;
  }
  // A copy: `out` is longer, and who collects rows would hold all of it.
  return out.slice(0, n);
}

/** The cells of a line as text: for headers. */
export function splitCells(bytes: Uint8Array, from: number, separator = COMMA): string[] {
  const cells: string[] = [];
  for (let at = separator === BLANK ? skipBlanks(bytes, from) : from; ; at++) {
    const end = endOfCell(bytes, at, separator);
    cells.push(unquote(Buffer.from(bytes.subarray(at, end)).toString('utf8')));
    at = separator === BLANK ? skipBlanks(bytes, end) : end;
    if (bytes[at] === NEWLINE || bytes[at] === RETURN || at >= bytes.length) return cells;
    if (separator === BLANK) at--;
    else if (bytes[at] !== separator) return cells;
  }
}

function skipBlanks(bytes: Uint8Array, from: number): number {
  let at = from;
  while (bytes[at] === BLANK) at++;
  return at;
}

/** Where the cell that starts at `at` ends; separators within double quotes belong to it. */
function endOfCell(bytes: Uint8Array, at: number, separator: number): number {
  let quoted = false;
  for (; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === NEWLINE || (byte === RETURN && bytes[at + 1] === NEWLINE)) return at;
    if (byte === QUOTE) quoted = !quoted;
    else if (byte === separator && !quoted) return at;
  }
  return at;
}

function unquote(text: string): string {
  return text.trim().replace(/^"(.*)"$/, '$1');
}

function readOther(
  cell: Uint8Array,
  column: number,
  layout: Layout,
  notation: Notation,
  line: number,
  path: string,
): number {
  const result = notation.readOther(unquote(Buffer.from(cell).toString('latin1')), layout.target[column]);
  if (typeof result === 'number') return result;
  const [code, what, remedy] = result;
  throw dataError(code, { path, line, column: layout.names[column] }, `${quote(cell)} ${what}`, remedy);
}

/** The row does not have as many cells as the file has columns. @param known cells counted up to `at` */
function rowLength(bytes: Uint8Array, at: number, known: number, layout: Layout, line: number, path: string) {
  const expected = layout.target.length;
  const short = known < expected;
  const cells = short ? known : known + splitCells(bytes, at, layout.separator).length;
  return dataError(
    short ? 'short-row' : 'long-row',
    { path, line },
    `this row has ${cells} cells; ${layout.hasHeader ? 'the header names' : 'a row without a header has'} ${expected}.`,
    short
      ? 'The row was cut, or a cell is missing: write the file again, or delete the line.'
      : layout.hasHeader
        ? 'Delete the surplus cells, or name their columns in the header.'
        : 'If the file has more columns than these, begin it with a header line that names them.',
  );
}
