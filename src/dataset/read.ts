import { concat, type WaferBatch } from './batch.js';
import { readCalqCsv } from './calq-csv.js';
import { dataError } from './errors.js';
import { readInputLinks } from './input-links.js';
import { readNpy } from './npy.js';
import { readNpz } from './npz.js';
import type { ReadOptions } from './options.js';
import { peek, prepend, readChunks } from './source.js';
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

/** Files of columns, by their first bytes. */
const tables: readonly (readonly [string, (path: string, options: ReadOptions) => Promise<Table>])[] = [
  ['PAR1', parquetTable],
  ['root', rootTable],
  ['\x89HDF', hdf5Table],
];

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
  const magic = Buffer.from(first.subarray(0, 16)).toString('latin1');
  const other = otherFormats.find(([start]) => magic.startsWith(start));
  if (other) {
    await rest.return?.();
    throw dataError(
      'unknown-format',
      { path },
      `this is ${other[1]}.`,
      `${other[2]} Read are .csv, .csv.gz, .npy, .npz, .parquet, .h5 and .root.`,
    );
  }
  const table = tables.find(([start]) => magic.startsWith(start));
  if (table) {
    await rest.return?.();
    yield* tableWafers(await table[1](path, options), options, path);
  } else if (magic.startsWith('PK\x03\x04') || magic.startsWith('PK\x05\x06')) {
    await rest.return?.();
    yield* readNpz(path, options);
  } else if (magic.startsWith('\x93NUMPY')) yield* readNpy(prepend(first, rest), path, options);
  else if (/^(\xef\xbb\xbf)?\s*"?RX_DATA_/.test(magic)) yield* readInputLinks(prepend(first, rest), path);
  else yield* readCalqCsv(prepend(first, rest), path, options);
}
