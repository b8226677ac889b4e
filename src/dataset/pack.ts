import { gzipSync } from 'fflate';

/** Packs the bytes when the path ends with `.gz`; without name and time, so that equal data make equal files. */
export function packText(path: string, bytes: Uint8Array): Uint8Array {
  return path.endsWith('.gz') ? gzipSync(bytes, { mtime: 0 }) : bytes;
}
