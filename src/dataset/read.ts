import { EconError, isStream, Registry } from '../base/index.js';
import { cellsOf } from '../detector/index.js';
import { readCalqCsv } from './calq-csv.js';
import { readInputLinks } from './input-links.js';
import { readNpy } from './npy.js';
import { readNpz } from './npz.js';
import { concat, MAX_CHARGE, type WaferBatch } from './row/batch.js';
import { dataError } from './row/errors.js';
import type { ReadOptions } from './row/options.js';
import { type Chunks, peek, prepend, readChunks } from './source.js';
import { hdf5Table } from './table/hdf5.js';
import { parquetTable } from './table/parquet.js';
import { rootTable } from './table/root.js';
import { type Table, tableWafers } from './table/table.js';

/**
 * Reads the wafers of a file piece by piece, so that files of any length fit into memory. What the file is, is
 * told by its first bytes: CSV of charges or of the chip's input link words, NPY, any of them gzipped, NPZ, Parquet,
 * HDF5, or a ROOT file with a TTree.
 * @param onBatch gets batches of some thousand wafers, in the order of the file; awaited before the next
 * @returns the number of wafers
 * @throws EconError dataset/..., base/hdf5 or base/cannot-read, naming file, place and remedy
 */
export async function streamWafers(
  path: string,
  onBatch: (batch: WaferBatch) => void | Promise<void>,
  options: ReadOptions = {},
): Promise<number> {
  let count = 0;
  for await (const batch of waferBatches(path, options)) {
    options.signal?.throwIfAborted();
    count += batch.count;
    await onBatch(batch);
  }
  if (count === 0)
    throw dataError('empty', { path }, 'there are no wafers in this file.', 'Give a file with data rows.');
  return count;
}

/** Reads all wafers of a file, which must fit into memory; see {@link streamWafers}. */
export async function readWafers(path: string, options: ReadOptions = {}): Promise<WaferBatch> {
  const batches: WaferBatch[] = [];
  await streamWafers(
    path,
    (batch) => {
      batches.push(batch);
    },
    options,
  );
  return concat(batches);
}

/** A kind of file with wafers. One of your own comes with --with (docs/extending.md). */
export interface WaferReader {
  readonly name: string;
  /** @param start the first bytes, 16 or as many as there are */
  readonly recognises: (start: Uint8Array, path: string) => boolean;
  /**
   * Batches in the order of the file, charges 0 .. {@link MAX_CHARGE} in TC_Number order.
   * @param chunks the bytes of the file, unpacked by gunzip if need be, for who reads it from front to back
   */
  readonly read: (path: string, options: ReadOptions, chunks: Chunks) => AsyncIterable<WaferBatch>;
}

/** Readers by name: a file is read by the first that recognises its first bytes, else as a CSV of charges. */
export const waferReaders = new Registry<WaferReader>('reader', (reader) =>
  typeof reader.recognises === 'function' && typeof reader.read === 'function'
    ? undefined
    : 'a reader has the functions recognises(start, path) and read(path, options).',
);

const ours: readonly WaferReader[] = [
  tableReader('parquet', 'PAR1', parquetTable),
  tableReader('root', 'root', rootTable),
  tableReader('hdf5', '\x89HDF', hdf5Table),
  {
    name: 'npz',
    recognises: startsWith('PK\x03\x04', 'PK\x05\x06'),
    read: (path, options) => readNpz(onDisk(path), options),
  },
  {
    name: 'npy',
    recognises: startsWith('\x93NUMPY'),
    read: (path, options, chunks) => readNpy(chunks, path, options),
  },
  {
    name: 'link-words',
    recognises: (start) => /^(\xef\xbb\xbf)?\s*"?RX_DATA_/.test(latin1(start)),
    read: (path, { detector }, chunks) => {
      if (detector === undefined) return readInputLinks(chunks, path);
      throw dataError(
        'unknown-format',
        { path },
        `input link words are those of ECON-T, for ${cellsOf({})} cells; ${detector.name} has ${detector.cells}.`,
        'Give the charges as .csv, .npy, .npz, .parquet, .h5 or .root.',
      );
    },
  },
];
for (const reader of ours) waferReaders.add(reader.name, reader);

function tableReader(
  name: string,
  magic: string,
  open: (path: string, options: ReadOptions) => Promise<Table>,
): WaferReader {
  return {
    name,
    recognises: startsWith(magic),
    async *read(path, options) {
      yield* tableWafers(await open(onDisk(path), options), options, path);
    },
  };
}

/** For formats that are not read from front to end. @throws EconError base/no-file */
function onDisk(path: string): string {
  if (!isStream(path)) return path;
  throw new EconError({
    code: 'base/no-file',
    where: path,
    what: 'this is no file on a disk, and NPZ, Parquet, HDF5 and ROOT are not read from front to end.',
    remedy: 'Write it to a file first, and give that.',
  });
}

function startsWith(...magics: readonly string[]): WaferReader['recognises'] {
  return (start) => magics.some((magic) => latin1(start).startsWith(magic));
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

/** Formats that are met in the field and are not read, by their first bytes. */
const otherFormats: readonly (readonly [string, string, string])[] = [
  ['BZh', 'packed by bzip2', 'Unpack it with bunzip2.'],
  ['\xfd7zXZ', 'packed by xz', 'Unpack it with unxz.'],
  ['\x28\xb5\x2f\xfd', 'packed by zstd', 'Unpack it with unzstd.'],
  ['\xff\xfe', 'text in UTF-16', 'Save it as UTF-8: iconv -f UTF-16 -t UTF-8 FILE.'],
  ['\xfe\xff', 'text in UTF-16', 'Save it as UTF-8: iconv -f UTF-16 -t UTF-8 FILE.'],
  ['ARROW1', 'an Arrow (Feather) file', 'Write it as Parquet: df.to_parquet(path).'],
  ['ORC', 'an ORC file', 'Write it as Parquet: df.to_parquet(path).'],
  ['\xd0\xcf\x11\xe0', 'an Excel file', 'Save it as CSV.'],
  ['\x80\x04\x95', 'a pickle of Python', 'Write it with numpy.save or df.to_parquet.'],
  ['SQLite format 3', 'an SQLite database', 'Export the table as CSV.'],
  ['MATLAB 5.0', 'a MATLAB file', "Save it as HDF5: save(path, '-v7.3')."],
  ['%PDF', 'a PDF file', 'Give a file of wafers.'],
];

async function* waferBatches(path: string, options: ReadOptions): AsyncGenerator<WaferBatch> {
  const { first, rest } = await peek(readChunks(path, options));
  const start = first.subarray(0, 16);
  const reader = waferReaders.values().find((r) => r.recognises(start, path));
  const other = otherFormats.find(([magic]) => latin1(start).startsWith(magic));
  const chunks = prepend(first, rest);
  try {
    if (reader === undefined && other === undefined) yield* readCalqCsv(chunks, path, options);
    else if (reader === undefined)
      throw dataError(
        'unknown-format',
        { path },
        `this is ${other?.[1]}.`,
        `${other?.[2]} Read are .csv, .csv.gz, .npy, .npz, .parquet, .h5 and .root.`,
      );
    else if (ours.includes(reader)) yield* reader.read(path, options, chunks);
    else
      for await (const batch of reader.read(path, options, chunks))
        yield checked(batch, reader.name, path, options);
  } finally {
    await rest.return?.();
  }
}

/** What a reader from outside gives, once it is known to be wafers. */
function checked(batch: WaferBatch, name: string, path: string, options: ReadOptions): WaferBatch {
  const cells = cellsOf(options);
  const { charges, count } = batch;
  const remedy = `Mend the reader ${name}: docs/extending.md says what it has to give.`;
  if (!(charges instanceof Uint32Array) || charges.length !== count * cells)
    throw dataError('bad-shape', { path }, `its reader gave no ${count} rows of ${cells} charges.`, remedy);
  const wrong = charges.findIndex((charge) => charge > MAX_CHARGE);
  if (wrong >= 0)
    throw dataError(
      'bad-cell',
      { path, row: Math.floor(wrong / cells), column: String(wrong % cells) },
      `its reader gave ${charges[wrong]}, a charge is at most ${MAX_CHARGE}.`,
      remedy,
    );
  return options.detector ? { ...batch, detector: options.detector } : batch;
}
