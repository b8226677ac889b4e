import { expect, test } from 'vitest';
import { rocArea, signalAt } from '../../src/quality/index.js';

test('the ROC area counts pairs in the right order, ties half', () => {
  const b = Float64Array.of(3, 1, 2);
  expect(rocArea(b, Float64Array.of(4, 5))).toBe(1);
  expect(rocArea(b, Float64Array.of(0))).toBe(0);
  // 2 beats 1, ties with 2, loses to 3; 2.5 beats two of three.
  expect(rocArea(b, Float64Array.of(2.5, 2))).toBeCloseTo((1.5 + 2) / 6, 12);
  expect(rocArea(b, b)).toBe(0.5);
});

test('what lies above the score that a share of the background exceeds', () => {
  const b = Float64Array.from({ length: 100 }, (_, i) => i);
  expect(signalAt(b, Float64Array.of(50, 99, 100, 101), 0.01)).toBe(0.5);
});
