import { CELLS, moduleNumber } from '../wafer/index.js';
import { MAX_CHARGE, type WaferBatch, wafers } from './batch.js';
import { type Layout, type Notation, parseCells, splitCells } from './cells.js';
import { dataError, quote } from './errors.js';
import { type Lines, skipBlankLines, skipLine, wholeLines } from './lines.js';
import { findModuleColumns, moduleColumns } from './module-columns.js';
import type { Chunks } from './source.js';

const columnNames = Array.from({ length: CELLS }, (_, cell) => `CALQ_${cell}`);

/** The header that {@link writeWafers} writes. */
export const calqHeader: string = columnNames.join(',');

/** The header of wafers whose modules are known. */
export const calqModuleHeader: string = [...columnNames, ...moduleColumns].join(',');

const WITH_MODULE = CELLS + moduleColumns.length;

/** A charge in decimal digits; other ways to write an integer (`104.0`, ` 104`, `1e3`) are read, too. */
const charge: Notation = {
  base: 10,
  max: MAX_CHARGE,
  readOther(text, place) {
    if (place >= CELLS) return placeNumber(text);
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

/** A layer or wafer coordinate. */
function placeNumber(text: string): ReturnType<Notation['readOther']> {
  // In 32 bits, as parseCells keeps all numbers.
  if (/^[+-]?\d{1,6}(\.0*)?$/.test(text)) return Number(text);
  const remedy = `Layers and wafer coordinates are integers; leave ${moduleColumns.join(', ')} out when they are not known.`;
  return ['bad-cell', 'is no layer or wafer coordinate.', remedy];
}

/**
 * Wafers of a CSV text: 48 columns in TC_Number order without a header, or any columns with a header that names
 * CALQ_0 .. CALQ_47 among them, in any order. With columns layer, waferu and waferv the modules are known, too.
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
    const cells = parseCells(lines, layout, charge, path);
    if (cells.length) yield layout.width === CELLS ? wafers(cells) : withModules(cells);
  }
}

function withModules(cells: Uint32Array): WaferBatch {
  const count = cells.length / WITH_MODULE;
  const charges = new Uint32Array(count * CELLS);
  const modules = new Uint16Array(count);
  for (let row = 0, at = 0; row < count; row++, at += WITH_MODULE) {
    charges.set(cells.subarray(at, at + CELLS), row * CELLS);
    // Coordinates may be negative; parseCells kept their 32 bits.
    modules[row] = moduleNumber(cells[at + CELLS], cells[at + CELLS + 1] | 0, cells[at + CELLS + 2] | 0);
  }
  return wafers(charges, modules);
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
    const places = findModuleColumns(names);
    places?.forEach((column, i) => {
      target[column] = CELLS + i;
    });
    return {
      names: names.map((name, i) => name || `${i + 1}`),
      target,
      width: places ? WITH_MODULE : CELLS,
      hasHeader: true,
    };
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
