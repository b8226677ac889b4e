import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EconError, fileError } from './errors.js';

/** Folder of the package: holds rtl/, testbench/ and sensor-maps/, seen from src/ and dist/ alike. */
export const packageRoot = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Writes a file so that a reader (or a kill -9) sees either the old bytes or all of the new ones:
 * temporary name beside it, fsync, rename. Creates the folder.
 */
export function writeFileAtomic(path: string, data: string | Uint8Array): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    const bytes = typeof data === 'string' ? Buffer.from(data) : data;
    const fd = openSync(temporary, 'w');
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, path);
  } catch (error) {
    if (existsSync(temporary)) rmSync(temporary);
    throw fileError(error, path, 'write');
  }
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
  const temporary = `${path}.${process.pid}.tmp`;
  let fd: number;
  const attempt = (action: () => unknown): void => {
    try {
      action();
    } catch (error) {
      if (existsSync(temporary)) rmSync(temporary);
      throw fileError(error, path, 'write');
    }
  };
  attempt(() => {
    mkdirSync(dirname(path), { recursive: true });
    fd = openSync(temporary, 'w');
  });
  return {
    write: (bytes) =>
      attempt(() => {
        for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
      }),
    rewrite: (bytes, position) => attempt(() => writeSync(fd, bytes, 0, bytes.length, position)),
    close: () =>
      attempt(() => {
        fsyncSync(fd);
        closeSync(fd);
        renameSync(temporary, path);
      }),
    abort() {
      if (!existsSync(temporary)) return;
      closeSync(fd);
      rmSync(temporary);
    },
  };
}

export function readBytes(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw fileError(error, path, 'read');
  }
}

export function readText(path: string): string {
  return Buffer.from(readBytes(path)).toString('utf8');
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

/** SHA-256 in hex. */
export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}
