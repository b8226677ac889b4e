import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { EconError, fileError } from '../errors.js';
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

type Answer =
  | { ready: true }
  | { contents: Hdf5Contents }
  | { values: Hdf5Values }
  | { error: string; outside: string; filter: string };

/** The types whose values are read. */
const READABLE = /^(u?int(8|16|32|64)|float(16|32|64)|bool|enum|string)$/;
/** Milliseconds for the start of the thread and the library: 0.4 s on a quiet machine. */
const START = 60_000;
/** Milliseconds without an answer after which a small file is taken for damaged; it needs a few of them. */
const PATIENCE = 3_500;
/** Bytes per millisecond that a slow disk and a packed data set reach anyway. */
const SLOW = 5_000;
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
  signal?.throwIfAborted();
  const size = sizeOf(path);
  const patience = PATIENCE + size / SLOW;
  const worker = new Worker(new URL('./worker.js', import.meta.url), {
    workerData: { path: resolve(path) },
    stdout: true,
    stderr: true,
  });
  const answers: Answer[] = [];
  let waiting: { resolve(answer: Answer): void; reject(error: unknown): void } | undefined;
  let failure: unknown;
  const fail = (error: unknown): void => {
    failure ??= error;
    void worker.terminate();
    waiting?.reject(failure);
  };
  const aborted = (): void => fail(signal?.reason);
  signal?.addEventListener('abort', aborted, { once: true });
  worker.on('error', (error) => fail(damaged(path, `the HDF5 library gave up (${error.message}).`)));
  worker.on('exit', () => fail(damaged(path, 'the HDF5 library ended early.')));
  worker.on('message', (answer: Answer) => {
    if ('error' in answer) fail(refusal(path, answer));
    else if (waiting) waiting.resolve(answer);
    else answers.push(answer);
  });
  const next = async (limit: number): Promise<Answer> => {
    const known = answers.shift();
    if (known) return known;
    if (failure !== undefined) throw failure;
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<Answer>((answered, reject) => {
        waiting = { resolve: answered, reject };
        const seconds = Math.round(limit / 1000);
        timer = setTimeout(
          () => fail(damaged(path, `the HDF5 library gave no answer for ${seconds} s: the file is damaged.`)),
          limit,
        );
      });
    } finally {
      waiting = undefined;
      clearTimeout(timer);
    }
  };
  const close = async (): Promise<void> => {
    signal?.removeEventListener('abort', aborted);
    failure ??= new Error(`${path} was closed`);
    await worker.terminate();
  };
  try {
    await next(START);
    const { contents } = (await next(patience)) as { contents: Hdf5Contents };
    return {
      ...contents,
      close,
      async read(dataset, rows) {
        if (!READABLE.test(dataset.dtype)) throw notRead(path, dataset);
        worker.postMessage({ read: `/${dataset.path.join('/')}`, rows });
        return ((await next(patience)) as { values: Hdf5Values }).values;
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
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
  const name = inside.join('/');
  return new EconError({
    code: 'base/hdf5',
    where: `${path}, ${name}`,
    what: `this data set is of type ${dtype}, which is not read here.`,
    remedy:
      dtype === 'virtual'
        ? 'Its values lie in other files: copy them into one with h5py.'
        : 'Write it as an array of integers, floats or strings.',
  });
}

function refusal(path: string, said: { error: string; outside: string; filter: string }): EconError {
  const { error, outside, filter } = said;
  if (outside)
    return new EconError({
      code: 'base/hdf5',
      where: path,
      what: `its values lie in another file, ${outside}, which is not followed.`,
      remedy: 'Copy them into one file with h5py.',
    });
  if (filter)
    return new EconError({
      code: 'base/hdf5',
      where: path,
      what: `its values are packed by the filter ${filter}, which is not read here.`,
      remedy: "Write it with compression='gzip' or none: h5repack -f GZIP=4 FILE OTHER.",
    });
  return damaged(path, `the HDF5 file is damaged or cut short (${error}).`);
}

function damaged(path: string, what: string): EconError {
  return new EconError({
    code: 'base/hdf5',
    where: path,
    what,
    remedy: 'Check it with h5ls or h5py, and copy or write it again.',
  });
}
