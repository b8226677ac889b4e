import { sha256 } from '../base/index.js';

/** Path in the package -> text, paths with forward slashes. */
export type FileSet = ReadonlyMap<string, string>;

/**
 * MANIFEST.json: what made the files and the SHA-256 of each, sorted by path, so that equal inputs give equal bytes.
 * @param about provenance, e.g. generator version and description hash; no host, user or time
 */
export function manifest(files: FileSet, about: Readonly<Record<string, unknown>>): string {
  const list = [...files.keys()].sort().map((path) => {
    const text = files.get(path)!;
    return { path, bytes: Buffer.byteLength(text), sha256: sha256(text) };
  });
  return `${JSON.stringify({ ...about, files: list }, null, 2)}\n`;
}
