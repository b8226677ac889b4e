// Packed files with one byte changed or an end cut off: read as they were (the byte did not matter) or refused with
// an error of ours. Never other wafers, never a crash.
import { gzipSync, zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { EconError, Random } from '../../src/base/index.js';
import { readWafers } from '../../src/dataset/index.js';
import { encodeNpy } from '../../src/dataset/npy.js';
import { lines, randomWafers, scratch } from './helpers.js';

const { file } = scratch();
const batch = randomWafers(3, 1);
const SEED = 1;

async function codeOf(path: string, what: string): Promise<string> {
  try {
    expect(lines(await readWafers(path)), what).toEqual(lines(batch));
    return 'read';
  } catch (error) {
    if (error instanceof EconError) return error.code;
    throw new Error(`${what}: ${error}`, { cause: error });
  }
}

test.each([
  ['x.npz', zipSync({ 'charges.npy': encodeNpy(batch) })],
  ['stored.npz', zipSync({ 'charges.npy': encodeNpy(batch) }, { level: 0 })],
  ['x.csv.gz', gzipSync(new TextEncoder().encode(lines(batch).join('\n')), { mtime: 0 })],
])('%s', async (name, good) => {
  const random = new Random(SEED);
  const codes = new Set<string>();
  for (let i = 0; i < 120; i++) {
    const changed = good.slice();
    const at = random.below(good.length);
    changed[at] ^= 1 << random.below(8);
    codes.add(await codeOf(file(name, changed), `seed ${SEED}, change ${i} at byte ${at}`));
  }
  expect(codes).toContain('read');
  expect(codes.size).toBeGreaterThan(1);
  // The check sum tells a damaged charge from one that was written so.
  expect(codes).not.toContain('dataset/bad-cell');
  for (let length = 1; length < good.length; length += 1 + random.below(20)) {
    expect(await codeOf(file(name, good.subarray(0, length)), `cut to ${length}`)).not.toBe('read');
  }
});
