import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/base/index.js';

/** The public test vectors beside the repository; tests of them are skipped, with the reason, when absent. */
export const vectors = join(packageRoot, '../shared/data/econt-vectors');
export const haveVectors = existsSync(vectors);

export function announceSkip(): void {
  if (!haveVectors) console.log('skipped: shared data not found');
}

/** Link words written in hex, separated by blanks. */
export function hexWords(text: string): Uint32Array {
  return Uint32Array.from(text.trim().split(/\s+/), (w) => Number.parseInt(w, 16));
}

/** Link words as hex, separated by blanks. */
export function hexText(words: ArrayLike<number>): string {
  return Array.from(words, (w) => w.toString(16).padStart(8, '0')).join(' ');
}
