import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { defaultGenerator, generateWafers, wafers, writeWafers } from '../../src/dataset/index.js';
import { saveModel } from '../../src/model/index.js';
import { randomModel } from '../model/sample.js';
import { econ, scratch } from './run-cli.js';

it('scores wafers by their latents', { timeout: 60_000 }, async () => {
  const folder = scratch();
  saveModel(join(folder, 'model'), randomModel(4));
  const file = (name: string) => join(folder, name);
  await writeWafers(file('usual.npz'), generateWafers({ ...defaultGenerator, wafers: 600 }).batch);
  const odd = wafers(new Uint32Array(48 * 40).map((_, i) => (i % 48 < 3 ? 100_000 + i : 0)));
  await writeWafers(file('odd.csv'), odd);
  const args = ['--model', file('model'), '--usual', file('usual.npz'), '--data', file('odd.csv')];
  const { status, stdout, stderr } = await econ('anomaly', ...args, '-o', file('scores.csv'), '--json');
  expect([status, stderr]).toEqual([0, '']);
  const result = JSON.parse(stdout);
  expect(result.wafers).toBe(40);
  expect(result.rocArea).toBeGreaterThan(0);
  expect(result.rocArea).toBeLessThanOrEqual(1);
  const scores = readFileSync(file('scores.csv'), 'utf8').trim().split('\n').slice(1).map(Number);
  expect(scores).toHaveLength(40);
  expect([...scores].sort((a, b) => a - b)[20]).toBeCloseTo(result.median, 3);
  const text = await econ('anomaly', ...args);
  expect(text.stdout).toMatch(/Median score: .* usual wafers[\s\S]*ROC area 0\.\d{3}/);
});
