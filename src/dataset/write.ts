import { checkWritable, littleEndian, npyHeader, openFileAtomic, writeFileAtomic } from '../base/index.js';
import { cellsOf, hgcal } from '../detector/index.js';
import { calqHeader } from './calq-csv.js';
import { encodeNpy } from './npy.js';
import { encodeNpz } from './npz.js';
import { type GrowingFile, growingText, packText } from './pack.js';
import { type WaferBatch, wafers } from './row/batch.js';
import { dataError } from './row/errors.js';
import { moduleColumns, modulePlaces } from './row/module-columns.js';

/**
 * Writes wafers as the name of the file says: .csv or .csv.gz (with header), .npy, or .npz (array `charges`). Modules, if
 * known, are the columns or arrays layer, waferu, waferv; .npy has no place for them. Equal wafers make equal bytes. The
 * file appears at once, when it is complete.
 * @throws EconError dataset/unknown-format, base/cannot-write
 */
export async function writeWafers(path: string, batch: WaferBatch): Promise<void> {
  writeFileAtomic(path, encode(path, batch));
}

/**
 * Fails now instead of after the work when {@link writeWafers} could not write this.
 * @param modules whether the wafers are to carry their modules
 * @throws EconError dataset/unknown-format, dataset/no-modules, base/cannot-write
 */
export function checkWaferFile(path: string, modules: boolean): void {
  if (!/\.(csv|csv\.gz|npy|npz)$/.test(path)) throw unknownFormat(path, ENDINGS);
  if (modules && path.endsWith('.npy'))
    throw dataError('no-modules', { path }, 'a .npy file has no place for modules.', 'Write .npz or .csv.');
  checkWritable(path);
}

/**
 * Opens a file of wafers for writing piece by piece, for more than fit into memory: .csv, .csv.gz or .npy, in the
 * format of writeWafers. It appears under its name when it is closed.
 * @throws EconError dataset/unknown-format, base/cannot-write
 */
export function createWaferFile(path: string): GrowingFile {
  if (path.endsWith('.npy')) return growingNpy(path);
  if (!/\.csv(\.gz)?$/.test(path)) throw unknownFormat(path, 'End it with .csv, .csv.gz or .npy.');
  return growingText(path, calqHeader(false), (charges) => csvRows(wafers(charges), 0));
}

function growingNpy(path: string): GrowingFile {
  const file = openFileAtomic(path);
  const { cells } = hgcal();
  let count = 0;
  const header = (): Uint8Array => npyHeader('<u4', `(${count}, ${cells})`, 128);
  file.write(header());
  return {
    write(charges) {
      file.write(littleEndian(charges));
      count += charges.length / cells;
    },
    close() {
      file.rewrite(header(), 0);
      file.close();
    },
    abort: file.abort,
  };
}

function encode(path: string, batch: WaferBatch): Uint8Array {
  if (/\.csv(\.gz)?$/.test(path)) return packText(path, encodeCsv(batch));
  if (path.endsWith('.npy')) return encodeNpy(batch);
  if (path.endsWith('.npz')) return encodeNpz(batch);
  throw unknownFormat(path, ENDINGS);
}

const ENDINGS = 'End it with .csv, .csv.gz, .npy or .npz.';

function unknownFormat(path: string, remedy: string) {
  return dataError('unknown-format', { path }, 'the name tells no format of wafers.', remedy);
}

function encodeCsv(batch: WaferBatch): Uint8Array {
  const head = new TextEncoder().encode(`${calqHeader(batch.modules !== undefined, batch.detector)}\n`);
  const bytes = csvRows(batch, head.length);
  bytes.set(head);
  return bytes;
}

/** Rows as text behind `from` bytes that are left to the caller, each with its module if it is known. */
function csvRows(batch: WaferBatch, from: number): Uint8Array {
  const { charges, count, modules } = batch;
  const cells = cellsOf(batch);
  if (!modules) return numberRows(charges, cells, from);
  const places = modulePlaces(modules);
  const own = moduleColumns.length;
  const width = cells + own;
  const numbers = new Int32Array(count * width);
  for (let row = 0; row < count; row++) {
    numbers.set(charges.subarray(row * cells, (row + 1) * cells), row * width);
    numbers.set(places.subarray(row * own, (row + 1) * own), row * width + cells);
  }
  return numberRows(numbers, width, from);
}

function numberRows(numbers: Uint32Array | Int32Array, width: number, from: number): Uint8Array {
  let length = from;
  for (let i = 0; i < numbers.length; i++) length += decimals(numbers[i]) + 1;
  const bytes = new Uint8Array(length);
  let at = from;
  for (let i = 0; i < numbers.length; i++) {
    let value = Math.abs(numbers[i]);
    const end = at + decimals(numbers[i]);
    if (numbers[i] < 0) bytes[at++] = MINUS;
    for (let digit = end - 1; digit >= at; digit--) {
      const tenth = Math.floor(value / 10);
      bytes[digit] = 48 + value - 10 * tenth;
      value = tenth;
    }
    bytes[end] = (i + 1) % width ? 44 : 10;
    at = end + 1;
  }
  return bytes;
}

const MINUS = 45;

/** Characters of a number. */
function decimals(value: number): number {
  let n = value < 0 ? 2 : 1;
  for (let limit = 10; Math.abs(value) >= limit; limit *= 10) n++;
  return n;
}
