import { createHash } from 'node:crypto';
import {
  closeSync,
  createReadStream,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EconError, fileError } from './errors.js';
import { type Progress, silent } from './progress.js';
import { STANDARD_INPUT, standardInputBytes } from './standard-input.js';

/** Folder of the package: holds rtl/, testbench/ and sensor-maps/, seen from src/ and dist/ alike. */
export const packageRoot = fileURLToPath(new URL('../../', import.meta.url));

/** With the folders above it. Node's own way never ends where the system makes none, as below /proc. */
export function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    // Another process was faster.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/**
 * Writes a file so that a reader (or a kill -9) sees either the old bytes or all of the new ones:
 * temporary name beside it, fsync, rename. Creates the folder.
 */
export function writeFileAtomic(path: string, data: string | Uint8Array): void {
  const file = openFileAtomic(path);
  file.write(typeof data === 'string' ? Buffer.from(data) : data);
  file.close();
}

/** Files that are being written, under their temporary names: an interrupted process leaves none behind. */
const begun = new Set<string>();
process.on('exit', () => {
  for (const path of begun) rmSync(path, { force: true });
});

/** undefined where nothing can be told: what is done next tells why. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

/**
 * Where the bytes of a file are put first; a device or a pipe takes them itself, its name must not be replaced.
 * @throws EconError base/cannot-write for `-`, which is meant for standard output and would become a file
 */
function temporaryOf(path: string): string {
  if (path === STANDARD_INPUT)
    throw new EconError({
      code: 'base/cannot-write',
      where: path,
      what: 'standard output is not written here.',
      remedy: 'Give the name of a file; /dev/stdout where a pipe reads it, ./- for a file of that name.',
    });
  return isStream(path) ? path : `${path}.${process.pid}.tmp`;
}

/**
 * Fails now instead of after hours of work when a file could not be written. Leaves nothing behind but its folder.
 * @throws EconError base/cannot-write
 */
export function checkWritable(path: string): void {
  if (statOf(path)?.isDirectory())
    throw fileError(Object.assign(new Error(path), { code: 'EISDIR' }), path, 'write');
  if (temporaryOf(path) !== path) openFileAtomic(path).abort();
}

/** A file being written piece by piece. */
export interface AtomicFile {
  write(bytes: Uint8Array): void;
  /** Overwrites bytes from `position` on, such as a header that tells a length. */
  rewrite(bytes: Uint8Array, position: number): void;
  /** Puts the file in its place: from now on readers see it. */
  close(): void;
  /** Takes back what was written; whatever was there under the name stays. */
  abort(): void;
}

/** As writeFileAtomic, for content that does not fit into memory. @throws EconError base/cannot-write */
export function openFileAtomic(path: string): AtomicFile {
  const temporary = temporaryOf(path);
  let fd: number | undefined;
  const abort = (): void => {
    begun.delete(temporary);
    if (fd !== undefined) closeSync(fd);
    fd = undefined;
    if (temporary !== path && existsSync(temporary)) rmSync(temporary);
  };
  const attempt = (action: () => void): void => {
    try {
      action();
    } catch (error) {
      abort();
      throw fileError(error, path, 'write');
    }
  };
  attempt(() => {
    makeFolder(dirname(path));
    fd = openSync(temporary, 'w');
    if (temporary !== path) begun.add(temporary);
  });
  return {
    write: (bytes) =>
      attempt(() => {
        for (let at = 0; at < bytes.length; ) at += writeSync(fd!, bytes, at);
      }),
    rewrite: (bytes, position) => attempt(() => void writeSync(fd!, bytes, 0, bytes.length, position)),
    close: () =>
      attempt(() => {
        if (temporary !== path) fsyncSync(fd!);
        closeSync(fd!);
        fd = undefined;
        if (temporary !== path) renameSync(temporary, path);
        begun.delete(temporary);
      }),
    abort,
  };
}

/** Bytes of a file, of standard input for `-`. @throws EconError base/cannot-read, base/no-file */
export function readBytes(path: string): Uint8Array {
  try {
    return path === STANDARD_INPUT ? standardInputBytes() : readFileSync(path);
  } catch (error) {
    throw error instanceof EconError ? error : fileError(error, path, 'read');
  }
}

/**
 * Reads a text in UTF-8, with or without a byte order mark.
 * @throws EconError base/cannot-read, base/not-utf8 for UTF-16 and UTF-32
 */
export function readText(path: string): string {
  const bytes = readBytes(path);
  const other = otherUnicode(bytes);
  if (other !== undefined) {
    throw new EconError({
      code: 'base/not-utf8',
      where: path,
      what: `this text is in ${other}, not in UTF-8.`,
      remedy: `Save it as UTF-8 (iconv -f ${other} -t UTF-8).`,
    });
  }
  const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, bytes.length - start).toString('utf8');
}

/** UTF-16 and UTF-32 by their byte order mark, or by the zeros that they put beside every Latin letter. */
function otherUnicode(bytes: Uint8Array): string | undefined {
  const [a, b, c, d] = bytes;
  if (a === 0xff && b === 0xfe) return c === 0 && d === 0 && bytes.length >= 4 ? 'UTF-32' : 'UTF-16';
  if (a === 0xfe && b === 0xff) return 'UTF-16';
  if (a === 0 && b === 0 && c === 0xfe && d === 0xff) return 'UTF-32';
  if (bytes.length < 4 || bytes.length % 2 !== 0) return undefined;
  const head = bytes.subarray(0, 64);
  const zeros = (odd: number): boolean => head.every((byte, i) => (i % 2 === odd) === (byte === 0));
  return zeros(1) ? 'UTF-16LE' : zeros(0) ? 'UTF-16BE' : undefined;
}

/** Reads JSON; a broken file gives an error that says what to do with it. */
export function readJson(path: string, remedy: string): unknown {
  const text = readText(path);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new EconError(
      { code: 'base/bad-json', where: path, what: `this is not JSON: ${(error as Error).message}.`, remedy },
      { cause: error },
    );
  }
}

/** Standard input, a pipe or a device: its bytes come once, and in their order. */
export function isStream(path: string): boolean {
  const there = statOf(path);
  return path === STANDARD_INPUT || (there !== undefined && !there.isFile() && !there.isDirectory());
}

/**
 * SHA-256 in hex of a file of any length, read as a stream; a long one tells its progress in MB.
 * @throws EconError base/cannot-read; base/no-file for a pipe, whose bytes are gone when they are read again
 */
export async function hashFile(path: string, progress: Progress = silent): Promise<string> {
  const there = statOf(path);
  if (isStream(path))
    throw new EconError({
      code: 'base/no-file',
      where: path,
      what: 'this is no file on a disk, and it is read more than once.',
      remedy: 'Write it to a file first, and give that.',
    });
  const hash = createHash('sha256');
  const long = (there?.size ?? 0) > 1 << 26;
  if (long) progress.start('hash', Math.ceil(there!.size / 1e6), 'MB');
  let done = 0;
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
      hash.update(chunk);
      done += chunk.length;
      if (long) progress.update(Math.round(done / 1e6));
    }
  } catch (error) {
    throw fileError(error, path, 'read');
  }
  if (long) progress.stop();
  return hash.digest('hex');
}

/** SHA-256 in hex. */
export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}
