import { createReadStream, statSync } from 'node:fs';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { EconError, fileError, STANDARD_INPUT, standardInputStream } from '../base/index.js';
import { dataError } from './row/errors.js';
import type { ReadOptions } from './row/options.js';

/** Bytes of a file, piece by piece; at most a few MB are held at a time. */
export type Chunks = AsyncIterable<Uint8Array>;

/**
 * Reads a file piece by piece, unpacked when its first bytes say gzip (whatever its name).
 * @throws EconError base/cannot-read, dataset/truncated, dataset/bad-gzip
 */
export async function* readChunks(path: string, options: ReadOptions = {}): Chunks {
  const { first, rest } = await peek(withProgress(path, options));
  const all = prepend(first, rest);
  yield* first[0] === 0x1f && first[1] === 0x8b ? gunzip(all, path) : all;
}

/** A file that takes longer than a moment tells how far its reading is, in MB. */
const LONG = 1 << 26;

async function* withProgress(path: string, { progress, signal }: ReadOptions): Chunks {
  const size = progress ? fileSize(path) : 0;
  if (size > LONG) progress?.start('read', Math.ceil(size / 1e6), 'MB');
  let done = 0;
  for await (const chunk of fileChunks(path)) {
    signal?.throwIfAborted();
    done += chunk.length;
    if (size > LONG) progress?.update(Math.round(done / 1e6));
    yield chunk;
  }
  if (size > LONG) progress?.stop();
}

/** 0 for what has no size, such as a pipe. */
function fileSize(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
}

/** The bytes as they are on disk: all of them, or `length` from byte `start` on. */
export async function* fileChunks(path: string, start = 0, length = Infinity): Chunks {
  if (length === 0) return;
  // A pipe knows no places: it is read from where it is.
  const part = start > 0 || length < Infinity ? { start, end: start + length - 1 } : {};
  const stream =
    path === STANDARD_INPUT
      ? standardInputStream()
      : createReadStream(path, { highWaterMark: 1 << 20, ...part });
  try {
    for await (const chunk of stream) yield chunk as Uint8Array;
  } catch (error) {
    throw error instanceof EconError ? error : fileError(error, path, 'read');
  }
}

/** The first chunk that is not empty (or no bytes at all), and what follows it. */
export async function peek(chunks: Chunks): Promise<{ first: Uint8Array; rest: AsyncIterator<Uint8Array> }> {
  const rest = chunks[Symbol.asyncIterator]();
  for (;;) {
    const next = await rest.next();
    if (next.done) return { first: new Uint8Array(0), rest };
    if (next.value.length) return { first: next.value, rest };
  }
}

/** `first`, then `rest`. */
export async function* prepend(first: Uint8Array, rest: AsyncIterator<Uint8Array>): Chunks {
  try {
    yield first;
    for (;;) {
      const next = await rest.next();
      if (next.done) return;
      yield next.value;
    }
  } finally {
    // A consumer that stops early (an error in the first line) must not leave the file open.
    await rest.return?.();
  }
}

async function* gunzip(chunks: Chunks, path: string): Chunks {
  // The error of either stream comes out of the loop; pipeline only wants a place to tell it, too.
  const stream = pipeline(Readable.from(chunks), createGunzip({ chunkSize: 1 << 18 }), () => {});
  try {
    for await (const chunk of stream) yield chunk as Uint8Array;
  } catch (error) {
    if (error instanceof EconError) throw error;
    const reason = (error as NodeJS.ErrnoException).code;
    if (reason === 'Z_BUF_ERROR') {
      throw dataError(
        'truncated',
        { path },
        'the gzip data stop before their end.',
        'The file was cut short: copy or write it again.',
      );
    }
    throw dataError(
      'bad-gzip',
      { path },
      `the gzip data are damaged (${reason ?? String(error)}).`,
      'Check with `gzip -t`, and copy or write the file again.',
    );
  }
}
