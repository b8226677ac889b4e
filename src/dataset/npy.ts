import { npyFile, npyMagic } from '../base/index.js';
import { cellsOf } from '../detector/index.js';
import { decodeCharges, decodeIntegers, type ElementType, elementType } from './npy-elements.js';
import { type WaferBatch, wafers } from './row/batch.js';
import { chargeReader } from './row/charge.js';
import { dataError, quote } from './row/errors.js';
import type { ReadOptions } from './row/options.js';
import type { Chunks } from './source.js';

/** What the header of an array says. */
interface Header {
  readonly element: ElementType;
  readonly fortran: boolean;
  /** As the file writes it. */
  readonly shape: string;
  readonly sizes: readonly number[];
  /** Where the numbers begin. */
  readonly dataStart: number;
}

const truncatedRemedy = 'The file was cut short: copy or write it again.';

function noEnd(path: string) {
  return dataError('truncated', { path }, 'the NPY header does not end.', truncatedRemedy);
}

/**
 * Wafers of an NPY array of shape (n, cells) (format version 1 to 3, C or Fortran order, integers or floats that hold
 * integers, either byte order). A Fortran-ordered array is held as a whole, because its rows end with its last bytes.
 */
export async function* readNpy(
  chunks: Chunks,
  path: string,
  options: ReadOptions = {},
): AsyncGenerator<WaferBatch> {
  const reader = chargeReader(options);
  const width = cellsOf(options);
  const { detector } = options;
  let header: Header | undefined;
  let held: Uint8Array = new Uint8Array(0);
  let transposed = new Uint32Array(0);
  let done = 0; // numbers decoded so far
  for await (const chunk of chunks) {
    let bytes = held.length ? Buffer.concat([held, chunk]) : chunk;
    held = new Uint8Array(0);
    if (!header) {
      header = readHeader(bytes, path);
      if (!header) {
        held = bytes;
        continue;
      }
      mustBeWafers(header, path, width);
      bytes = bytes.subarray(header.dataStart);
      if (header.fortran) transposed = new Uint32Array(header.sizes[0] * width);
    }
    const { element, fortran, sizes } = header;
    const [count] = sizes;
    // Rows of a C-ordered array are handed on as soon as they are complete; what follows the array is not read.
    const unit = fortran ? 1 : width;
    const whole = Math.floor(bytes.length / (element.size * unit)) * unit;
    const n = Math.min(whole, count * width - done);
    if (whole === n) held = bytes.slice(n * element.size);
    if (n === 0) continue;
    const charges = fortran ? transposed.subarray(done, done + n) : new Uint32Array(n);
    const bad = decodeCharges(bytes, element, charges, reader);
    if (bad) {
      const row = fortran ? (done + bad.index) % count : Math.floor((done + bad.index) / width);
      const cell = fortran ? Math.floor((done + bad.index) / count) : (done + bad.index) % width;
      throw dataError(
        'bad-cell',
        { path, row, column: `${cell} (CALQ_${cell})` },
        `${bad.value} ${bad.what}`,
        bad.remedy,
      );
    }
    done += n;
    if (!fortran) yield wafers(charges, undefined, detector);
  }
  if (!header) throw noEnd(path);
  const [count] = header.sizes;
  if (done < count * width) {
    const what = `the header tells of ${count} wafers, the data end after ${done} of ${count * width} numbers.`;
    throw dataError('truncated', { path }, what, truncatedRemedy);
  }
  if (header.fortran && count) yield wafers(transpose(transposed, count), undefined, detector);
  reader.tell();
}

/** The integers of an NPY array of shape (n,), such as the layer of each wafer. */
export async function readNpyIntegers(chunks: Chunks, path: string): Promise<Int32Array> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  const bytes = Buffer.concat(parts);
  const header = readHeader(bytes, path);
  if (!header) throw noEnd(path);
  const { element, sizes, shape, dataStart } = header;
  if (sizes.length !== 1)
    throw dataError('bad-shape', { path }, `has shape (${shape}), not (n,).`, 'Save array.ravel().');
  const values = new Int32Array(sizes[0]);
  if (bytes.length < dataStart + values.length * element.size)
    throw dataError(
      'truncated',
      { path },
      `the header tells of ${values.length} numbers, which are not all there.`,
      truncatedRemedy,
    );
  const odd = decodeIntegers(bytes.subarray(dataStart), element, values);
  if (odd !== undefined)
    throw dataError(
      'bad-cell',
      { path, row: odd },
      'is no integer of 32 bits.',
      'Save it with array.astype(numpy.int32).',
    );
  return values;
}

/** The sizes of an NPY array, from its first bytes. */
export async function npyShape(chunks: Chunks, path: string): Promise<readonly number[]> {
  let bytes: Uint8Array = new Uint8Array(0);
  for await (const chunk of chunks) {
    bytes = Buffer.concat([bytes, chunk]);
    const header = readHeader(bytes, path);
    if (header) return header.sizes;
  }
  throw noEnd(path);
}

/** @throws EconError dataset/bad-shape unless they are wafers */
function mustBeWafers({ fortran, shape, sizes }: Header, path: string, width: number): void {
  if (sizes.length !== 2 || sizes[1] !== width) {
    const remedy =
      sizes.length === 2 && sizes[0] === width ? 'Save array.T.' : `Save an array of shape (n, ${width}).`;
    throw dataError('bad-shape', { path }, `has shape (${shape}), not (n, ${width}).`, remedy);
  }
  if (fortran && sizes[0] > 1 << 24) {
    const what = `has ${sizes[0]} rows in Fortran order, more than can be turned in memory.`;
    throw dataError('bad-shape', { path }, what, 'Save numpy.ascontiguousarray(array).');
  }
}

/** @returns undefined while the header is not complete */
function readHeader(bytes: Uint8Array, path: string): Header | undefined {
  if (bytes.length < 12) return undefined;
  if (npyMagic.some((byte, i) => bytes[i] !== byte)) {
    throw dataError(
      'bad-npy',
      { path },
      `begins with ${quote(bytes.subarray(0, 8))}, not as an NPY array.`,
      saveRemedy,
    );
  }
  const version = bytes[6];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const textStart = version === 1 ? 10 : 12;
  const dataStart = textStart + (version === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  if (version < 1 || version > 3 || dataStart > 1 << 16) {
    throw dataError(
      'bad-npy',
      { path },
      `NPY version ${version} with a header of ${dataStart} bytes.`,
      saveRemedy,
    );
  }
  if (bytes.length < dataStart) return undefined;
  const text = Buffer.from(bytes.subarray(textStart, dataStart)).toString('latin1');
  const descr = /'descr':\s*'([^']*)'/.exec(text)?.[1];
  const fortran = /'fortran_order':\s*(True|False)/.exec(text)?.[1];
  const shape = /'shape':\s*\(([\d,\sL]*)\)/.exec(text)?.[1];
  if (fortran === undefined || shape === undefined) {
    throw dataError(
      'bad-npy',
      { path },
      `the header ${quote(Buffer.from(text))} names no shape and order.`,
      saveRemedy,
    );
  }
  const element = descr === undefined ? undefined : elementType(descr);
  if (!element) {
    const what = `holds elements of type ${descr ?? 'structure'}, which are no charges.`;
    throw dataError('bad-dtype', { path }, what, 'Save it with array.astype(numpy.uint32).');
  }
  const sizes = shape
    .split(',')
    .filter((size) => size.trim())
    .map((size) => Number.parseInt(size, 10));
  return { element, fortran: fortran === 'True', shape: shape.trim(), sizes, dataStart };
}

const saveRemedy = 'Write it with numpy.save(path, array), array of shape (n, cells) and type uint32.';

/** From columns of `count` to `count` rows. */
function transpose(columns: Uint32Array, count: number): Uint32Array {
  const charges = new Uint32Array(columns.length);
  const width = columns.length / count;
  for (let cell = 0, at = 0; cell < width; cell++) {
    for (let row = 0; row < count; row++) charges[row * width + cell] = columns[at++];
  }
  return charges;
}

/** A batch as the bytes of an NPY file: version 1.0, '<u4', C order. */
export function encodeNpy(batch: WaferBatch): Uint8Array {
  return npyFile('<u4', `(${batch.count}, ${cellsOf(batch)})`, batch.charges);
}
