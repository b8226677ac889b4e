import { expect, test } from 'vitest';
import { type EncoderShape, encoderShape, layerOutputs } from '../../../src/encoder/index.js';
import { encoderInput } from '../../../src/model/index.js';
import { learnFormats, trainEncoder } from '../../../src/training/index.js';
import { showers } from '../examples.js';

const shape = encoderShape({ conv: { filters: 3, stride: 3 }, latents: { bits: new Array(8).fill(9) } });
const settings = { hidden: [32], batch: 64, wafers: 12_000 };
const task = { train: showers(200, 1), shape, settings };
const weightsOf = (of: EncoderShape) => [of.conv?.weights, of.latents.weights];

test('free bits are kept, dear ones go, and the range of the weights stays', async () => {
  const free = await learnFormats({ ...task, price: 0 });
  const dear = await learnFormats({ ...task, price: 20 });
  expect(dear.widths.every((w) => w >= 2 && w <= 6)).toBe(true);
  expect(Math.max(...dear.widths)).toBeLessThan(3);
  expect(Math.max(...free.widths)).toBeGreaterThan(4);
  expect(dear.ranges).toEqual([0, 0]);
  expect(weightsOf(dear.shape)).toEqual([
    { kind: 'fixed', bits: 2, fraction: 1 },
    { kind: 'fixed', bits: 2, fraction: 1 },
  ]);
  // The same again, on two threads, too.
  expect(await learnFormats({ ...task, price: 20, threads: 2 })).toEqual(dear);
});

test('weights without a width are refused', async () => {
  const binary = encoderShape({ latents: { bits: [9, 9], weights: { kind: 'binary', fraction: 3 } } });
  await expect(learnFormats({ ...task, shape: binary, price: 1 })).rejects.toThrow(
    'binary weights have no width',
  );
});

/** ECON-T's ranges, both layers 2^factor times as wide. */
const scaled = (fraction: number) =>
  encoderShape({
    ...shape,
    conv: { ...shape.conv!, weights: { kind: 'fixed', bits: 6, fraction } },
    latents: { ...shape.latents, weights: { kind: 'fixed', bits: 6, fraction } },
  });

test('ranges that are far too wide shrink, far too narrow ones grow, at the bits given', async () => {
  const wide = await learnFormats({ ...task, shape: scaled(2), ranges: true });
  const narrow = await learnFormats({ ...task, shape: scaled(8), ranges: true });
  // Behind a rectifier the layers can share a gain as they like.
  expect(wide.ranges[0] + wide.ranges[1]).toBeLessThan(-1);
  expect(Math.min(...narrow.ranges)).toBeGreaterThan(1);
  for (const { shape: found, ranges } of [wide, narrow]) {
    const from = found === wide.shape ? 2 : 8;
    expect(weightsOf(found)).toEqual(
      ranges.map((range) => ({ kind: 'fixed', bits: 6, fraction: from - Math.round(range) })),
    );
  }
});

test('ternary weights have a gain to learn, too', async () => {
  const ternary = { kind: 'ternary', fraction: 7 } as const;
  const small = encoderShape({
    conv: { filters: 3, stride: 3, weights: ternary },
    latents: { bits: new Array(8).fill(9), weights: ternary },
  });
  const { shape: found, widths } = await learnFormats({ ...task, shape: small, ranges: true });
  expect(widths).toEqual([0, 0]);
  const gains = weightsOf(found).map((format) => format?.fraction ?? 0);
  expect(gains[0] + gains[1]).toBeLessThan(14);
});

test('a training with learned scales mends wrong ones, and keeps the activations in their bits', async () => {
  const validation = showers(60, 2);
  const held = showers(200, 3);
  const input = { ...settings, wafers: 40_000, finishShare: 0, shape: scaled(2) };
  const train = (scales: 'given' | 'learned') =>
    trainEncoder({ train: task.train, validation, settings: { ...input, scales } });
  const [given, learned] = [await train('given'), await train('learned')];
  expect(learned.validationEmd).toBeLessThan(0.95 * given.validationEmd);
  const { encoder, arithmetic } = learned.model;
  const { activationBits } = encoder.shape!.conv!;
  expect(activationBits).toBeLessThan(12);
  expect(learned.model.provenance.settings.shape).toEqual(encoder.shape);
  const { x } = encoderInput(held);
  const run = layerOutputs(encoder, arithmetic);
  let hit = 0;
  let full = 0;
  for (let row = 0; row < held.count; row++)
    for (const value of run(x.subarray(48 * row, 48 * row + 48))[0]) {
      if (value > 0) hit++;
      if (value === 2 ** activationBits - 1) full++;
    }
  expect(hit).toBeGreaterThan(1000);
  expect(full / hit).toBeLessThan(0.05);
});

test('where there is no scale to learn it is said', async () => {
  const validation = showers(60, 2);
  for (const [named, what] of [
    ['econt-8x8', 'formats'],
    ['cells', 'keep what they start with'],
  ])
    await expect(
      trainEncoder({ ...task, validation, settings: { ...settings, shape: named, scales: 'learned' } }),
    ).rejects.toMatchObject({ code: 'training/settings', what: expect.stringContaining(what) });
});

test('an interrupt ends the search', async () => {
  const controller = new AbortController();
  const search = learnFormats({ ...task, price: 1, signal: controller.signal });
  controller.abort();
  await expect(search).rejects.toThrow(/abort/i);
});
