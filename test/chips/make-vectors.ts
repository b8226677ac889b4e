/**
 * Writes test/data/vectors: input words, settings and output words of each algorithm, computed by the second chip of
 * oracle.ts and not by src/, so that a fresh clone tests the chip against something else than itself:
 * npx vite-node test/chips/make-vectors.ts
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot, Random } from '../../src/base/index.js';
import { type ChipSettings, defaultSettings } from '../../src/blocks/index.js';
import { settingsToYaml } from '../../src/chips/index.js';
import { oracle } from './oracle.js';
import { hexText } from './vectors.js';

const ROWS = 48;
const folder = join(packageRoot, 'test/data/vectors');

/** Words of a part of an orbit: busy and quiet cells, whole rows of ties and of the largest code. */
function inputWords(random: Random): Uint32Array {
  const words = new Uint32Array(12 * ROWS);
  for (let row = 0; row < ROWS; row++) {
    const most = row % 8 === 5 ? 0 : [3, 20, 60, 127][row % 4];
    for (let link = 0; link < 12; link++) {
      let word = row === 0 ? 9 : 10;
      for (let cell = 0; cell < 4; cell++) word = word * 128 + (most === 0 ? 33 : random.below(most + 1));
      words[12 * row + link] = word;
    }
  }
  return words;
}

function csv(path: string, words: Uint32Array, columns: number, name: string): void {
  const lines = [Array.from({ length: columns }, (_, i) => `${name}_${i}`).join(',')];
  for (let row = 0; row < words.length / columns; row++)
    lines.push(
      hexText(words.subarray(row * columns, (row + 1) * columns))
        .trim()
        .split(/\s+/)
        .join(','),
    );
  writeFileSync(path, `${lines.join('\n')}\n`);
}

const production = defaultSettings('production');
const random = new Random(20261128);
const weights = production.weights;
for (const array of weights.layers.flatMap(({ kernel, bias }) => [kernel, bias]))
  for (let i = 0; i < array.length; i++) array[i] = random.below(64) - 32;

const cases: Readonly<Record<string, Partial<ChipSettings>>> = {
  TS_thr300_3eTx: {
    algorithm: 'threshold-sum',
    etx: 3,
    thresholds: new Uint32Array(48).fill(300),
    bufferT1: 100,
    bufferT2: 60,
    bufferT3: 12,
  },
  STC_type0_4eTx: { algorithm: 'super-trigger-cell', stcType: 0, etx: 4 },
  STC_type3_drop2_2eTx: { algorithm: 'super-trigger-cell', stcType: 3, dropLsb: 2, etx: 2 },
  BC_drop1_3eTx: { algorithm: 'best-choice', dropLsb: 1, etx: 3 },
  BC_7eTx: { algorithm: 'best-choice', useSum: false, etx: 7 },
  RPT_drop3_13eTx: { algorithm: 'repeater', dropLsb: 3, etx: 13 },
  AE_5eTx: { algorithm: 'autoencoder', etx: 5 },
  AE_2eTx: { algorithm: 'autoencoder', etx: 2, highDensity: false },
};
const words = inputWords(random);
mkdirSync(folder, { recursive: true });
csv(join(folder, 'testInput.csv'), words, 12, 'RX_DATA');
for (const [name, change] of Object.entries(cases)) {
  const settings: ChipSettings = { ...production, ...change };
  mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, name, 'init.yaml'), settingsToYaml(settings));
  csv(join(folder, name, 'testOutput.csv'), oracle(settings, words), 13, 'TX_DATA');
}
