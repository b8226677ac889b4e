import { concat, type WaferBatch } from './batch.js';
import { readCalqCsv } from './calq-csv.js';
import { dataError } from './errors.js';
import { readInputLinks } from './input-links.js';
import { readNpy } from './npy.js';
import { readNpz } from './npz.js';
import { peek, prepend, readChunks } from './source.js';

/**
 * Reads the wafers of a file piece by piece, so that files of any length fit into memory. What the file is, is
 * told by its first bytes: CSV of charges or of the chip's input link words, NPY, any of them gzipped, or NPZ.
 * @param onBatch gets batches of some thousand wafers, in the order of the file; awaited before the next
 * @returns the number of wafers
 * @throws EconError dataset/... or base/cannot-read, naming file, place and remedy
 */
export async function streamWafers(
  path: string,
  onBatch: (batch: WaferBatch) => void | Promise<void>,
): Promise<number> {
  let count = 0;
  for await (const batch of waferBatches(path)) {
    count += batch.count;
    await onBatch(batch);
  }
  if (count === 0)
    throw dataError('empty', { path }, 'there are no wafers in this file.', 'Give a file with data rows.');
  return count;
}

/** Reads all wafers of a file; see {@link streamWafers}. */
export async function readWafers(path: string): Promise<WaferBatch> {
  const batches: WaferBatch[] = [];
  await streamWafers(path, (batch) => {
    batches.push(batch);
  });
  return concat(batches);
}

/** Formats that are met in the field and are not read, by their first bytes. */
const otherFormats: readonly (readonly [string, string])[] = [
  ['PAR1', 'a Parquet file'],
  ['root', 'a ROOT file'],
  ['\x89HDF', 'an HDF5 file'],
  ['BZh', 'packed by bzip2'],
  ['\xfd7zXZ', 'packed by xz'],
  ['\x28\xb5\x2f\xfd', 'packed by zstd'],
];

async function* waferBatches(path: string): AsyncGenerator<WaferBatch> {
  const { first, rest } = await peek(readChunks(path));
  const magic = Buffer.from(first.subarray(0, 16)).toString('latin1');
  const other = otherFormats.find(([start]) => magic.startsWith(start));
  if (other) {
    await rest.return?.();
    throw dataError(
      'unknown-format',
      { path },
      `this is ${other[1]}.`,
      'Convert it to .csv, .csv.gz, .npy or .npz.',
    );
  }
  if (magic.startsWith('PK\x03\x04') || magic.startsWith('PK\x05\x06')) {
    await rest.return?.();
    yield* readNpz(path);
  } else if (magic.startsWith('\x93NUMPY')) yield* readNpy(prepend(first, rest), path);
  else if (/^(\xef\xbb\xbf)?\s*"?RX_DATA_/.test(magic)) yield* readInputLinks(prepend(first, rest), path);
  else yield* readCalqCsv(prepend(first, rest), path);
}
