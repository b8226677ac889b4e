import { expect, test } from 'vitest';
import { encoderShape } from '../../src/chip/index.js';
import { learnWidths } from '../../src/training/index.js';
import { showers } from './examples.js';

const shape = encoderShape({ conv: { filters: 3, stride: 3 }, latents: { bits: new Array(8).fill(9) } });
const task = { train: showers(200, 1), shape, settings: { hidden: [32], batch: 64, wafers: 12_000 } };
const bitsOf = (of: typeof shape) => [of.conv?.weights, of.latents.weights];

test('free bits are kept, dear ones go, and the range of the weights stays', async () => {
  const free = await learnWidths({ ...task, price: 0 });
  const dear = await learnWidths({ ...task, price: 20 });
  expect(dear.widths.every((w) => w >= 2 && w <= 6)).toBe(true);
  expect(Math.max(...dear.widths)).toBeLessThan(3);
  expect(Math.max(...free.widths)).toBeGreaterThan(4);
  expect(bitsOf(dear.shape)).toEqual([
    { kind: 'fixed', bits: 2, fraction: 1 },
    { kind: 'fixed', bits: 2, fraction: 1 },
  ]);
  // The same again, on two threads, too.
  expect(await learnWidths({ ...task, price: 20, threads: 2 })).toEqual(dear);
});

test('weights without a width are refused', async () => {
  const binary = encoderShape({ latents: { bits: [9, 9], weights: { kind: 'binary', fraction: 3 } } });
  await expect(learnWidths({ ...task, shape: binary, price: 1 })).rejects.toThrow(
    'binary weights have no width',
  );
});
