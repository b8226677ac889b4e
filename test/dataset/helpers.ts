import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { EconError, Random } from '../../src/base/index.js';
import { type WaferBatch, wafers } from '../../src/dataset/index.js';

/** A folder for the files of one test file; gone afterwards. */
export function scratch(): { folder: string; file: (name: string, data: string | Uint8Array) => string } {
  const folder = mkdtempSync(join(tmpdir(), 'econ-dataset-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  return {
    folder,
    file(name, data) {
      const path = join(folder, name);
      writeFileSync(path, data);
      return path;
    },
  };
}

/** `count` rows of random charges of all sizes, both ends of the range among them. */
export function randomWafers(count: number, seed: number): WaferBatch {
  const random = new Random(seed);
  const charges = new Uint32Array(48 * count);
  for (let i = 0; i < charges.length; i++) charges[i] = random.uint32() >>> (10 + random.below(22));
  charges[0] = 4194303;
  charges[1] = 0;
  return wafers(charges);
}

/** The rows as CSV lines without a header. */
export function lines(batch: WaferBatch): string[] {
  return Array.from({ length: batch.count }, (_, row) =>
    batch.charges.subarray(48 * row, 48 * row + 48).join(','),
  );
}

/** The complaint of a promise that must fail with an EconError: `code | where | what | remedy`, the folder cut off. */
export async function complaint(work: Promise<unknown>, folder: string): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof EconError)) throw error;
    return [error.code, error.where, error.what, error.remedy].join(' | ').replaceAll(`${folder}/`, '');
  }
  throw new Error('no error was thrown');
}

/** Equality of large batches; toEqual needs seconds for a million charges. */
export function expectSame(batch: WaferBatch, expected: WaferBatch): void {
  expect(batch.count).toBe(expected.count);
  expect(batch.charges.findIndex((charge, i) => charge !== expected.charges[i])).toBe(-1);
}
