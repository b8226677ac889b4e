import { CELLS } from '../wafer/index.js';
import { MAX_CHARGE, type WaferBatch, wafers } from './batch.js';
import { type Layout, type Notation, parseCells, splitCells } from './cells.js';
import { dataError, quote } from './errors.js';
import { type Lines, skipBlankLines, skipLine, wholeLines } from './lines.js';
import type { Chunks } from './source.js';

const columnNames = Array.from({ length: CELLS }, (_, cell) => `CALQ_${cell}`);

/** The header that {@link writeWafers} writes. */
export const calqHeader: string = columnNames.join(',');

/** A charge in decimal digits; other ways to write an integer (`104.0`, ` 104`, `1e3`) are read, too. */
const charge: Notation = {
  base: 10,
  max: MAX_CHARGE,
  readOther(text) {
    const remedy = `Charges are integers from 0 to ${MAX_CHARGE} (22 bits), in units of the trigger charge.`;
    if (text === '')
      return ['bad-cell', 'is an empty cell.', `${remedy} Write 0 where a cell has no charge.`];
    if (/^CALQ_\d+$/.test(text))
      return ['bad-cell', 'belongs to a header.', 'Files were joined with their headers: delete this line.'];
    if (/^[+-]?nan$/i.test(text))
      return ['bad-cell', 'is no charge.', `${remedy} Remove rows with missing values.`];
    if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return ['bad-cell', 'is not a number.', remedy];
    const value = Number(text);
    if (value < 0) return ['bad-cell', 'is negative.', remedy];
    if (value > MAX_CHARGE) return ['bad-cell', 'needs more than 22 bits.', remedy];
    if (!Number.isInteger(value)) {
      return ['bad-cell', 'is a fraction.', `${remedy} Export the raw CALQ, not a normalised charge.`];
    }
    return value;
  },
};

/**
 * Wafers of a CSV text: 48 columns in TC_Number order without a header, or any columns with a header that names
 * CALQ_0 .. CALQ_47 among them, in any order.
 */
export async function* readCalqCsv(chunks: Chunks, path: string): AsyncGenerator<WaferBatch> {
  let layout: Layout | undefined;
  for await (let lines of wholeLines(chunks, path)) {
    if (!layout) {
      const first = skipBlankLines(lines);
      if (!first) continue;
      layout = readLayout(first, path);
      lines = layout.hasHeader ? skipLine(first) : first;
    }
    const charges = parseCells(lines, layout, charge, path);
    if (charges.length) yield wafers(charges);
  }
}

function readLayout({ bytes, line }: Lines, path: string): Layout {
  const names = splitCells(bytes, 0);
  const remedy = `Write 48 charges per line separated by commas, or a header that names ${columnNames[0]} .. ${columnNames[CELLS - 1]}.`;
  if (names.length === 1 && /[;\t ]/.test(names[0])) {
    throw dataError(
      'bad-separator',
      { path, line },
      `${quote(bytes)}: the cells are not separated by commas.`,
      remedy,
    );
  }
  if (names.some((name) => /^CALQ_\d+$/.test(name))) {
    const target = new Int32Array(names.length).fill(-1);
    for (let cell = 0; cell < CELLS; cell++) {
      const column = names.indexOf(columnNames[cell]);
      if (column < 0 || names.indexOf(columnNames[cell], column + 1) >= 0) {
        const what = `the header names ${columnNames[cell]} ${column < 0 ? 'nowhere' : 'twice'}.`;
        throw dataError(
          'bad-header',
          { path, line },
          what,
          `Each of ${columnNames[0]} .. ${columnNames[CELLS - 1]} has one column.`,
        );
      }
      target[column] = cell;
    }
    return { names: names.map((name, i) => name || `${i + 1}`), target, width: CELLS, hasHeader: true };
  }
  if (!names.some((name) => /^[+-]?(nan|[\d.]+(e[+-]?\d+)?)$/i.test(name))) {
    throw dataError(
      'bad-header',
      { path, line },
      `${quote(bytes)} is neither charges nor a header with CALQ columns.`,
      remedy,
    );
  }
  return {
    names: columnNames.map((name, i) => `${i + 1} (${name})`),
    target: Int32Array.from(columnNames, (_, i) => i),
    width: CELLS,
    hasHeader: false,
  };
}
