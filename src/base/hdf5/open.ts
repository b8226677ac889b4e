import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { resolve } from 'node:path';
import { EconError, fileError } from '../errors.js';
import { patienceFor, startThread, type ThreadFailure } from '../thread.js';
import type { Hdf5Contents, Hdf5Dataset, Hdf5Description, Hdf5File, Hdf5Values } from './types.js';

export interface Hdf5Options {
  /** Ends the reading. */
  readonly signal?: AbortSignal;
}

/** A file that is open for reading in a thread of its own. */
export interface Hdf5Session extends Hdf5Contents {
  /**
   * The values of a data set; of its first axis only the rows first .. end - 1 when they are given.
   * @throws EconError base/hdf5
   */
  read(dataset: Hdf5Description, rows?: readonly [first: number, end: number]): Promise<Hdf5Values>;
  /** Ends the thread. */
  close(): Promise<void>;
}

/** The types whose values are read. */
const READABLE = /^(u?int(8|16|32|64)|float(16|32|64)|bool|enum|string)$/;
/** Nothing packs better than deflate does. */
const PACKING = 1_032;
/** Bytes that all values together may have, however small the file is. */
const SMALL = 2 ** 26;

/**
 * Opens an HDF5 file and lists what is in it. Values are read when they are asked for; the file is read where it can be
 * ended: a damaged one can keep the library busy for ever.
 * @throws EconError base/cannot-read; base/hdf5 when it is no HDF5 file, damaged, or without an answer for seconds;
 *   the reason of `signal` when that aborts
 */
export async function openHdf5(path: string, { signal }: Hdf5Options = {}): Promise<Hdf5Session> {
  const thread = await startThread(new URL('./worker.js', import.meta.url), {
    data: { path: resolve(path) },
    patience: patienceFor(sizeOf(path)),
    signal,
    failed: (failure) => refusal(path, failure),
  });
  return {
    ...(thread.contents as Hdf5Contents),
    close: thread.end,
    async read(dataset, rows) {
      if (!READABLE.test(dataset.dtype)) throw notRead(path, dataset);
      return (await thread.ask({ read: `/${dataset.path.join('/')}`, rows })) as Hdf5Values;
    },
  };
}

/**
 * A whole HDF5 file as plain data, for files that fit into memory such as models.
 * @throws EconError as {@link openHdf5}
 */
export async function readHdf5(path: string, options: Hdf5Options = {}): Promise<Hdf5File> {
  const session = await openHdf5(path, options);
  try {
    let left = SMALL + sizeOf(path) * PACKING;
    const datasets: Hdf5Dataset[] = [];
    for (const dataset of session.datasets) {
      if (!READABLE.test(dataset.dtype)) {
        datasets.push({ ...dataset, data: null });
        continue;
      }
      left -= dataset.shape.reduce((product, n) => product * n, 1);
      if (left < 0)
        throw damaged(
          path,
          `${dataset.path.join('/')} claims more values than a file of this size can hold.`,
        );
      datasets.push({ ...dataset, data: await session.read(dataset) });
    }
    return { groups: session.groups, datasets };
  } finally {
    await session.close();
  }
}

/** Does a file begin as HDF5 does? */
export function isHdf5(first: Uint8Array): boolean {
  return Buffer.from(first.subarray(0, 8)).toString('latin1') === '\x89HDF\r\n\x1a\n';
}

/** Size of a file that is one, by its signature: at byte 0, 512, 1024, 2048 ... */
function sizeOf(path: string): number {
  let file: number | undefined;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stat = fstatSync(file);
    if (stat.isDirectory()) throw Object.assign(new Error(path), { code: 'EISDIR' });
    // What cannot be read from any place on (a pipe) would keep the library waiting.
    if (!stat.isFile())
      throw damaged(path, 'an HDF5 file is read from many places, and this is no plain file.');
    const first = Buffer.alloc(8);
    for (let at = 0; at < stat.size; at = at ? 2 * at : 512)
      if (readSync(file, first, 0, 8, at) === 8 && isHdf5(first)) return stat.size;
    throw damaged(path, 'this is no HDF5 file.');
  } catch (error) {
    throw error instanceof EconError ? error : fileError(error, path, 'read');
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function notRead(path: string, { path: inside, dtype }: Hdf5Description): EconError {
  return hdf5Error(
    `${path}, ${inside.join('/')}`,
    `this data set is of type ${dtype}, which is not read here.`,
    dtype === 'virtual'
      ? 'Its values lie in other files: copy them into one with h5py.'
      : 'Write it as an array of integers, floats or strings.',
  );
}

function refusal(path: string, failure: ThreadFailure): EconError {
  if (failure.kind === 'silent')
    return damaged(path, `the HDF5 library gave no answer for ${failure.seconds} s: the file is damaged.`);
  if (failure.kind === 'broke') return damaged(path, `the HDF5 library gave up (${failure.message}).`);
  const { reason, outside, filter } = failure.error as { reason: string; outside: string; filter: string };
  if (outside)
    return hdf5Error(
      path,
      `its values lie in another file, ${outside}, which is not followed.`,
      'Copy them into one file with h5py.',
    );
  if (filter)
    return hdf5Error(
      path,
      `its values are packed by the filter ${filter}, which is not read here.`,
      "Write it with compression='gzip' or none: h5repack -f GZIP=4 FILE OTHER.",
    );
  return damaged(path, `the HDF5 file is damaged or cut short (${reason}).`);
}

function damaged(path: string, what: string): EconError {
  return hdf5Error(path, what, 'Check it with h5ls or h5py, and copy or write it again.');
}

function hdf5Error(where: string, what: string, remedy: string): EconError {
  return new EconError({ code: 'base/hdf5', where, what, remedy });
}
