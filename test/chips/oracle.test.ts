import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/base/index.js';
import type { ChipSettings } from '../../src/blocks/index.js';
import { ALGORITHMS, readSettings, runChip } from '../../src/chips/index.js';
import { readLinkWords } from '../../src/dataset/index.js';
import { oracle } from './oracle.js';
import { randomSettings, randomWords } from './random-chip.js';
import { announceSkip, haveVectors, hexText, vectors } from './vectors.js';

/** Equality row by row, so that a failure names the row and the registers. */
function expectEqual(settings: ChipSettings, words: Uint32Array, got: Uint32Array, want: Uint32Array): void {
  for (let i = 0; i < want.length / 13; i++) {
    const [a, b] = [got, want].map((w) => hexText(w.subarray(13 * i, 13 * i + 13)));
    if (a === b) continue;
    const { generation, algorithm, etx, dropLsb, stcType, useSum, highDensity } = settings;
    const place = { row: i, generation, algorithm, etx, dropLsb, stcType, useSum, highDensity };
    const input = hexText(words.subarray(12 * i, 12 * i + 12));
    expect(a, `${JSON.stringify(place)}, input ${input}`).toBe(b);
  }
}

/** A campaign runs this many times as many BX. */
const scale = Number(process.env.ECON_CAMPAIGN ?? 1);

describe('the emulator against a second implementation written from the specification', () => {
  for (const algorithm of ALGORITHMS) {
    it(
      `${algorithm}: every N, both generations, random registers and inputs`,
      () => {
        const random = new Random(100 + ALGORITHMS.indexOf(algorithm));
        let compared = 0;
        for (let etx = 1; etx <= 13; etx++) {
          for (const generation of ['P1', 'production'] as const) {
            for (const kind of ['uniform', 'exponential', 'tied', 'extreme'] as const) {
              const settings = { ...randomSettings(random, generation), algorithm, etx };
              const words = randomWords(random, kind, (algorithm === 'autoencoder' ? 4 : 40) * scale, 33);
              expectEqual(settings, words, runChip(settings, words), oracle(settings, words));
              compared += words.length / 12;
            }
          }
        }
        if (scale > 1) console.log(`${algorithm}: ${compared} BX equal`);
      },
      120_000 * scale,
    );
  }

  it('super trigger cells: all five types at every N', () => {
    const random = new Random(7);
    for (let stcType = 0; stcType < 5; stcType++) {
      for (let etx = 1; etx <= 13; etx++) {
        const settings: ChipSettings = {
          ...randomSettings(random, 'production'),
          algorithm: 'super-trigger-cell',
          stcType,
          etx,
        };
        const words = randomWords(random, 'tied', 20, 20);
        expectEqual(settings, words, runChip(settings, words), oracle(settings, words));
      }
    }
  });
});

announceSkip();
describe.skipIf(!haveVectors)('the second implementation itself', () => {
  it.each([
    'mcDataset/AE',
    'mcDataset/BC_10eTx',
    'mcDataset/STC_type1_eTx2',
    'mcDataset/TS_Thr47_5eTx_MRL',
    'randomPatternExpInTC/BC_5eTx',
    'counterPatternInTC_by2/RPT_MUX_7',
  ])('reproduces the first rows of %s', async (name) => {
    const settings = readSettings(join(vectors, name, 'init.yaml'));
    const input = await readLinkWords(join(vectors, name, '../testInput.csv.gz'));
    const want = await readLinkWords(join(vectors, name, 'testOutput.csv.gz'));
    const rows = name.endsWith('AE') ? 30 : 300;
    const got = oracle(settings, input.words.subarray(0, 12 * rows));
    expect(hexText(got)).toBe(hexText(want.words.subarray(0, 13 * rows)));
  });
});
