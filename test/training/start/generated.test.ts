import { expect, test } from 'vitest';
import { defaultGenerator, generateWafers, selectWafers, wafers } from '../../../src/dataset/index.js';
import { trainingPresets, trainingSettings } from '../../../src/training/index.js';
import { withGenerated } from '../../../src/training/start/examples.js';

const given = selectWafers(generateWafers({ ...defaultGenerator, seed: 1, wafers: 200 }).batch);

test('generated wafers stand behind the given ones, the same for the same seed', () => {
  const more = withGenerated(given, { generated: 3, seed: 1 });
  expect(more.charges.subarray(0, given.charges.length)).toEqual(given.charges);
  expect(more.count).toBeGreaterThan(3 * given.count);
  expect(more.count).toBeLessThanOrEqual(4 * given.count);
  expect(withGenerated(given, { generated: 3, seed: 1 })).toEqual(more);
  expect(withGenerated(given, { generated: 3, seed: 2 })).not.toEqual(more);
  expect(withGenerated(given, { generated: 0, seed: 1 })).toBe(given);
  // They are none of those that a run with the same seed is given.
  const rows = new Set(
    Array.from({ length: given.count }, (_, i) => given.charges.subarray(48 * i, 48 * i + 48).join()),
  );
  for (let i = given.count; i < more.count; i++)
    expect(rows.has(more.charges.subarray(48 * i, 48 * i + 48).join())).toBe(false);
});

test('auto: none for wafers that are hit otherwise', () => {
  expect(withGenerated(given, { generated: 'auto', seed: 1 }).count).toBeGreaterThan(3 * given.count);
  const busy = wafers(given.charges.map((charge) => charge + 20));
  expect(withGenerated(busy, { generated: 'auto', seed: 1 })).toBe(busy);
});

test('only the long presets ask for them', () => {
  expect(trainingSettings(trainingPresets.default).generated).toBe('auto');
  expect(trainingSettings(trainingPresets.quick).generated).toBe(0);
  expect(() => trainingSettings({ generated: -1 })).toThrow(/generated/);
});
