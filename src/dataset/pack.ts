import { Gzip, gzipSync } from 'fflate';

/** Packs the bytes when the path ends with `.gz`; without name and time, so that equal data make equal files. */
export function packText(path: string, bytes: Uint8Array): Uint8Array {
  return path.endsWith('.gz') ? gzipSync(bytes, { mtime: 0 }) : bytes;
}

/** As packText, piece by piece. Pushed bytes may be reused after the call. */
export function gzipWriter(
  path: string,
  onBytes: (bytes: Uint8Array) => void,
): { push(bytes: Uint8Array): void; end(): void } {
  if (!path.endsWith('.gz')) return { push: onBytes, end() {} };
  const gzip = new Gzip({ mtime: 0 }, (chunk) => onBytes(chunk));
  return {
    // The packer keeps what it is given until it has packed it.
    push: (bytes) => gzip.push(bytes.slice()),
    end: () => gzip.push(new Uint8Array(0), true),
  };
}
