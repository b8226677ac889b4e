import { expect, test } from 'vitest';
import { Random } from '../../src/base/index.js';
import { groundDistance, triggerCells } from '../../src/detector/index.js';
import { emdOfRows, waferEmd, waferSlicedEmd } from '../../src/quality/index.js';
import { emdByShortestPaths, pattern } from './oracles.js';

test('the distance of neighbours inside a rhombus is one cell pitch, two units', () => {
  const p = new Uint32Array(48);
  const q = new Uint32Array(48);
  p[0] = q[1] = 9;
  expect(triggerCells[0].neighbours).toContain(1);
  expect(waferEmd().distance(p, q)).toBeCloseTo(2, 6);
});

test('a batch gives each row its own distance, and NaN where a wafer is empty', () => {
  const random = new Random(3);
  const p = new Uint32Array(4 * 48);
  const q = new Float32Array(4 * 48);
  for (const row of [0, 1, 2]) p.set(pattern('shower', random), row * 48);
  for (const row of [0, 2, 3]) q.set(pattern('dense', random), row * 48);
  const distances = emdOfRows(p, q, 4);
  for (const row of [0, 2]) {
    const [a, b] = [p.slice(row * 48, row * 48 + 48), q.slice(row * 48, row * 48 + 48)];
    expect(distances[row]).toBeCloseTo(emdByShortestPaths(a, b, groundDistance), 11);
    expect(waferSlicedEmd().distance(a, b)).toBeLessThan(distances[row]);
  }
  expect(distances[1]).toBeNaN();
  expect(distances[3]).toBeNaN();
});
