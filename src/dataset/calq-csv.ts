import { cellsOf, type Detector, hgcal, moduleNumber } from '../detector/index.js';
import { type Notation, parseCells } from './cells.js';
import { type CsvLayout, csvLayout } from './csv-layout.js';
import { HASH, type Lines, skipBlankLines, skipLine, wholeLines } from './lines.js';
import { MAX_CHARGE, type WaferBatch, wafers } from './row/batch.js';
import { type ChargeReader, chargeReader, chargeRemedy } from './row/charge.js';
import { cellName } from './row/columns.js';
import { moduleColumns } from './row/module-columns.js';
import type { ReadOptions } from './row/options.js';
import type { Chunks } from './source.js';

/** The header that {@link writeWafers} writes. @param modules of wafers whose modules are known */
export function calqHeader(modules: boolean, { cells }: Detector = hgcal()): string {
  const names = Array.from({ length: cells }, (_, cell) => cellName(cell));
  return [...names, ...(modules ? moduleColumns : [])].join(',');
}

/** A charge in decimal digits; other ways to write an integer (`104.0`, ` 104`, `1e3`) are read, too. */
function chargeNotation(reader: ChargeReader, width: number): Notation {
  return {
    base: 10,
    // Scaled numbers all take the slow way.
    max: reader.scaled ? -1 : MAX_CHARGE,
    readOther(text, place) {
      if (place >= width) return placeNumber(text);
      if (text === '')
        return ['bad-cell', 'is an empty cell.', `${chargeRemedy} Write 0 where a cell has no charge.`];
      if (/^CALQ_\d+$/.test(text))
        return [
          'bad-cell',
          'belongs to a header.',
          'Files were joined with their headers: delete this line.',
        ];
      const nan = /^[+-]?nan$/i.test(text);
      if (!nan && !/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text))
        return ['bad-cell', 'is not a number.', chargeRemedy];
      const value = reader.of(nan ? Number.NaN : Number(text));
      return typeof value === 'number' ? value : ['bad-cell', ...value];
    },
  };
}

/** A layer or wafer coordinate. */
function placeNumber(text: string): ReturnType<Notation['readOther']> {
  // In 32 bits, as parseCells keeps all numbers.
  if (/^[+-]?\d{1,6}(\.0*)?$/.test(text)) return Number(text);
  const remedy = `Layers and wafer coordinates are integers; leave ${moduleColumns.join(', ')} out when they are not known.`;
  return ['bad-cell', 'is no layer or wafer coordinate.', remedy];
}

/**
 * Wafers of a text of numbers, separated by commas, semicolons, tabs or blanks: columns in TC_Number order without a
 * header, or any columns with a header that names them, in any order. With columns layer, waferu and waferv
 * the modules are known, too. Lines that begin with # are comments; the last one before the numbers may be the header.
 */
export async function* readCalqCsv(
  chunks: Chunks,
  path: string,
  options: ReadOptions = {},
): AsyncGenerator<WaferBatch> {
  const reader = chargeReader(options);
  const { detector } = options;
  const width = cellsOf(options);
  const notation = chargeNotation(reader, width);
  const comments = { count: 0 };
  let layout: CsvLayout | undefined;
  let heading: Lines | undefined;
  for await (let lines of wholeLines(chunks, path)) {
    if (!layout) {
      let first = skipBlankLines(lines);
      for (; first?.bytes[0] === HASH; first = skipBlankLines(skipLine(first))) {
        heading = first;
        comments.count++;
      }
      if (!first) continue;
      layout = csvLayout(first, heading, options, path);
      lines = layout.hasHeader && layout.headerLine === first.line ? skipLine(first) : first;
      layout = { ...layout, comments };
    }
    const cells = parseCells(lines, layout, notation, path);
    if (cells.length)
      yield layout.width === width ? wafers(cells, undefined, detector) : withModules(cells, width, detector);
  }
  if (comments.count > 0)
    options.note?.(`comments (lines that begin with #) that were passed over: ${comments.count}`);
  reader.tell();
}

function withModules(cells: Uint32Array, width: number, detector?: Detector): WaferBatch {
  const step = width + moduleColumns.length;
  const count = cells.length / step;
  const charges = new Uint32Array(count * width);
  const modules = new Uint16Array(count);
  for (let row = 0, at = 0; row < count; row++, at += step) {
    charges.set(cells.subarray(at, at + width), row * width);
    // Coordinates may be negative; parseCells kept their 32 bits.
    modules[row] = moduleNumber(cells[at + width], cells[at + width + 1] | 0, cells[at + width + 2] | 0);
  }
  return wafers(charges, modules, detector);
}
