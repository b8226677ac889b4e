import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { strToU8, unzipSync } from 'fflate';
import { packageRoot } from '../../../src/base/index.js';

/** Files as bytes, from their texts. */
export const texts = (files: Record<string, string>): Map<string, Uint8Array> =>
  new Map(Object.entries(files).map(([name, text]) => [name, strToU8(text)]));

/** Files of a folder of test/data. */
export const data = (folder: string, pattern: RegExp): Map<string, Uint8Array> =>
  new Map(
    readdirSync(join(packageRoot, 'test/data', folder))
      .filter((name) => pattern.test(name))
      .map((name) => [name, readFileSync(join(packageRoot, 'test/data', folder, name))]),
  );

/** Networks that other tools wrote: files of the archives in test/data/exchange. */
export function networks(archive: string, pattern: RegExp): Map<string, Uint8Array> {
  const bytes = readFileSync(join(packageRoot, 'test/data/exchange', archive));
  return new Map(Object.entries(unzipSync(bytes, { filter: ({ name }) => pattern.test(name) })));
}
