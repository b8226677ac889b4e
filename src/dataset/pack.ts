import { Gzip, gzipSync } from 'fflate';
import { openFileAtomic } from '../base/index.js';

/** Packs the bytes when the path ends with `.gz`; without name and time, so that equal data make equal files. */
export function packText(path: string, bytes: Uint8Array): Uint8Array {
  return path.endsWith('.gz') ? gzipSync(bytes, { mtime: 0 }) : bytes;
}

/** A file of numbers that grows row by row. */
export interface GrowingFile {
  /** Appends whole rows. */
  write(numbers: Uint32Array): void;
  /** Puts the file in its place. */
  close(): void;
  /** Leaves nothing behind, not even a file that was there before half-written: that one stays as it was. */
  abort(): void;
}

/**
 * Opens a text for writing, packed as packText packs; it appears under its name when it is closed.
 * @param textOf rows as text; its bytes may be reused for the next
 * @throws EconError base/cannot-write
 */
export function growingText(
  path: string,
  header: string,
  textOf: (numbers: Uint32Array) => Uint8Array,
): GrowingFile {
  const file = openFileAtomic(path);
  const gzip = path.endsWith('.gz') ? new Gzip({ mtime: 0 }, (chunk) => file.write(chunk)) : undefined;
  // The packer keeps what it is given until it has packed it.
  const push = (bytes: Uint8Array): void => (gzip ? gzip.push(bytes.slice()) : file.write(bytes));
  push(new TextEncoder().encode(`${header}\n`));
  return {
    write: (numbers) => push(textOf(numbers)),
    close() {
      gzip?.push(new Uint8Array(0), true);
      file.close();
    },
    abort: file.abort,
  };
}
