import { cellsOf } from '../detector/index.js';
import { BLANK, COMMA, type Layout, splitCells } from './cells.js';
import { HASH, type Lines } from './lines.js';
import { cellName, findCells, some } from './row/columns.js';
import { dataError, quote } from './row/errors.js';
import { findModuleColumns, hasModules, moduleColumns } from './row/module-columns.js';
import type { ReadOptions } from './row/options.js';

/** The layout of a text of numbers, and the line in which its columns are named. */
export interface CsvLayout extends Layout {
  readonly headerLine?: number;
}

const NUMBER = /^[+-]?(nan|inf(inity)?|(\d+\.?\d*|\.\d+)(e[+-]?\d+)?)$/i;

/**
 * Where the charges are in a text of numbers.
 * @param first from the first line on that is neither blank nor a comment
 * @param heading from the last comment before it on
 * @throws EconError dataset/bad-header, dataset/which-columns, dataset/bad-separator
 */
export function csvLayout(
  first: Lines,
  heading: Lines | undefined,
  options: ReadOptions,
  path: string,
): CsvLayout {
  const { bytes, line } = first;
  const width = cellsOf(options);
  const separator = separatorOf(bytes);
  const names = splitCells(bytes, 0, separator);
  const numbers = names.filter((name) => NUMBER.test(name)).length;
  const place = { path, line };
  // Names, or the count 0, 1 .. that pandas writes above columns without names.
  const cells = findCells(names, numbers === 0 ? options : { ...options, columns: undefined }, place);
  if (cells) return { ...named(names, cells, separator, options), headerLine: line };
  if (heading) {
    const words = splitCells(heading.bytes.subarray(1), 0, separatorOf(heading.bytes.subarray(1)));
    const above = { path, line: heading.line };
    const found = words.length === names.length ? findCells(words, options, above) : undefined;
    if (found) {
      options.note?.(`line ${heading.line} begins with # and names the columns: it is read as the header`);
      return { ...named(words, found, separator, options), headerLine: heading.line };
    }
  }
  const remedy = `Write ${width} charges per line, or a header that names ${cellName(0)} .. ${cellName(width - 1)}; other names: --columns 'name_{0..${width - 1}}'.`;
  if (names.length === 1 && bytes[0] !== HASH && /[|:/]/.test(names[0]))
    throw dataError(
      'bad-separator',
      place,
      `${quote(bytes)}: the cells are not separated by commas, semicolons, tabs or blanks.`,
      remedy,
    );
  if (numbers === 0)
    throw dataError(
      'bad-header',
      place,
      `${quote(bytes)} is neither charges nor a header with CALQ columns; it names ${some(names)}.`,
      remedy,
    );
  return unnamed(first, names.length, separator, options, path);
}

function named(
  names: readonly string[],
  cells: readonly number[],
  separator: number,
  options: ReadOptions,
): CsvLayout {
  const width = cellsOf(options);
  const target = new Int32Array(names.length).fill(-1);
  cells.forEach((column, cell) => {
    target[column] = cell;
  });
  const places = hasModules(options) ? findModuleColumns(names) : undefined;
  places?.forEach((column, i) => {
    target[column] = width + i;
  });
  const others = names.filter((_, column) => target[column] < 0);
  if (others.length > 0) options.note?.(`columns that are not read: ${some(others)}`);
  return {
    names: names.map((name, i) => name || `${i + 1}`),
    target,
    width: places ? width + moduleColumns.length : width,
    hasHeader: true,
    separator,
  };
}

/** Lines of numbers only: the charges, or an index before them, or the places that --columns names. */
function unnamed(
  first: Lines,
  count: number,
  separator: number,
  options: ReadOptions,
  path: string,
): CsvLayout {
  const places = Array.from({ length: count }, (_, i) => `${i + 1}`);
  const { note, columns } = options;
  const width = cellsOf(options);
  if (columns !== undefined) {
    const found = findCells(places, options, { path, line: first.line });
    return { ...named(places, found!, separator, options), hasHeader: false };
  }
  const indexed = count === width + 1 && counts(first.bytes, separator);
  if (indexed)
    note?.(`the first of ${count} columns counts the rows: it is read as an index, not as a charge`);
  else if (count > width)
    throw dataError(
      'which-columns',
      { path, line: first.line },
      `this row has ${count} numbers and no names; a wafer has ${width}.`,
      `Begin the file with a header that names them, or say which they are: --columns '{${count - width + 1}..${count}}' for the last ${width}.`,
    );
  const skipped = indexed ? 1 : 0;
  return {
    names: Array.from({ length: width + skipped }, (_, i) =>
      i < skipped ? '1 (index)' : `${i + 1} (${cellName(i - skipped)})`,
    ),
    target: Int32Array.from({ length: width + skipped }, (_, i) => i - skipped),
    width,
    hasHeader: false,
    separator,
  };
}

/** Does the first column count the rows, as far as can be seen from here? Three rows at least. */
function counts(bytes: Uint8Array, separator: number): boolean {
  let at = 0;
  let row = 0;
  let from = 0;
  for (; row < 1000 && at < bytes.length; row++) {
    const end = bytes.indexOf(10, at);
    const [index] = splitCells(bytes.subarray(at, end + 1), 0, separator);
    if (row === 0) from = Number(index);
    if (!/^\d+$/.test(index) || Number(index) !== from + row) return false;
    at = end + 1;
  }
  return row >= 3;
}

/** The byte that parts the cells of the first line: the one that is there most often, blanks only if none is. */
function separatorOf(bytes: Uint8Array): number {
  const end = bytes.indexOf(10);
  const line = Buffer.from(bytes.subarray(0, end < 0 ? bytes.length : end))
    .toString('latin1')
    .replace(/"[^"]*"/g, '')
    .trim();
  const [best] = [COMMA, 59, 9]
    .map((byte) => ({ byte, count: line.split(String.fromCharCode(byte)).length }))
    .sort((a, b) => b.count - a.count);
  return best.count > 1 || !/\s/.test(line) ? best.byte : BLANK;
}
