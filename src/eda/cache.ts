import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { sha256, version, writeFileAtomic } from '../base/index.js';

/** Oldest entries are removed beyond this many bytes on disk. */
const LIMIT = 1 << 29;

/**
 * Folder for results that can be computed again: `ECON_CACHE`, else `node_modules/.cache/econ` of the working
 * folder, else a folder of the system's temporary place.
 */
export function cacheFolder(): string {
  const chosen = process.env.ECON_CACHE;
  if (chosen) return chosen;
  const modules = join(process.cwd(), 'node_modules');
  return existsSync(modules) ? join(modules, '.cache', 'econ') : join(tmpdir(), 'econ-cache');
}

/** Name of a cached result: SHA-256 over everything that it depends on, and over the version of this package. */
export function cacheKey(kind: string, parts: readonly string[]): string {
  return `${kind}-${sha256(JSON.stringify([version, kind, ...parts])).slice(0, 40)}`;
}

/** A cached text, or undefined when there is none. */
export function cacheRead(folder: string, key: string): string | undefined {
  const bytes = cacheReadBytes(folder, key);
  return bytes && new TextDecoder().decode(bytes);
}

/** The same as bytes. An entry that does not decompress (CRC) is thrown away. */
export function cacheReadBytes(folder: string, key: string): Uint8Array | undefined {
  const path = join(folder, `${key}.gz`);
  if (!existsSync(path)) return undefined;
  try {
    const bytes = gunzipSync(readFileSync(path));
    const now = new Date();
    utimesSync(path, now, now); // the age of an entry is the time since its last use
    return bytes;
  } catch {
    rmSync(path, { force: true });
    return undefined;
  }
}

/** Keeps a text or bytes. A cache that cannot be written (read-only, full disk) costs time, never the run. */
export function cacheWrite(folder: string, key: string, content: string | Uint8Array): void {
  try {
    mkdirSync(folder, { recursive: true });
    writeFileAtomic(join(folder, `${key}.gz`), gzipSync(content, { level: 1 }));
    prune(folder);
  } catch {
    // see above: the result is in memory already
  }
}

function prune(folder: string): void {
  const entries = readdirSync(folder)
    .filter((name) => name.endsWith('.gz'))
    .map((name) => ({ path: join(folder, name), ...statSync(join(folder, name)) }))
    .sort((a, b) => b.mtimeMs - a.mtimeMs);
  let total = 0;
  for (const entry of entries) {
    total += entry.size;
    if (total > LIMIT) rmSync(entry.path, { force: true });
  }
}
