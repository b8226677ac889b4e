import { expect, test } from 'vitest';
import { Random } from '../../src/base/index.js';
import { describeChip, emitChip } from '../../src/chips/index.js';
import {
  type Arithmetic,
  accumulatorBits,
  econtShape,
  encode,
  encoderLayers,
  signedBits,
  widthCertificate,
  zeroWeights,
} from '../../src/encoder/index.js';
import { randomWeights } from '../chips/examples.js';

const arithmetics: Arithmetic[] = ['econt', 'exact'];

test.each(arithmetics)('%s: the accumulators are those of the Verilog', (arithmetic) => {
  const text = emitChip(describeChip({ arithmetic })).files.get('rtl/econ_encoder.v') as string;
  const instances = [...text.matchAll(/\.SumBits\((\d+)\)[^(]*(?:\(\d+\)[^(]*)*\) u_(conv|latents)_\d+ \(/g)];
  const widths = (name: string) => instances.filter((i) => i[2] === name).map((i) => Number(i[1]));
  const [conv, dense] = encoderLayers(econtShape).map((layer) => accumulatorBits(layer, arithmetic));
  expect(widths('conv')).toEqual(new Array(12).fill(conv));
  expect(widths('latents')).toEqual(new Array(16).fill(dense));
});

test.each(arithmetics)('%s: holds for any weights, and no wafer leaves the proved range', (arithmetic) => {
  const random = new Random(3);
  for (let round = 0; round < 20; round++) {
    const weights = randomWeights(random);
    const { layers, dead, neverSaturated } = widthCertificate(weights, arithmetic);
    expect(layers.map((l) => l.holds)).toEqual([true, true]);
    const n = 200;
    const x = Uint8Array.from({ length: 48 * n }, () => [0, 255, random.below(256)][random.below(3)]);
    const activations = new Uint16Array(128 * n);
    const latents = new Uint16Array(16 * n);
    encode(weights, arithmetic, x, n, { activations, latents });
    const [up, down] = arithmetic === 'econt' ? [0, 0] : [5, 4];
    const outside = (value: number, low: number, high: number): boolean =>
      value < Math.max(0, low) || value > Math.max(0, high);
    const conv = layers[0].sums;
    const dense = layers[1].sums;
    expect(
      activations.findIndex((v, i) => outside(v, conv[i % 128].low >> up, conv[i % 128].high >> up)),
    ).toBe(-1);
    expect(latents.findIndex((v, i) => outside(v, 0, dense[i % 16].high >> down))).toBe(-1);
    expect(latents.findIndex((v, i) => v > 0 && dead.includes(i % 16))).toBe(-1);
    expect(neverSaturated).toEqual(expect.arrayContaining([...dead]));
  }
});

test('the ends of a conv sum are reached, and the largest weights need every bit', () => {
  const weights = zeroWeights();
  weights.layers[0].kernel.fill(31);
  weights.layers[0].bias.fill(31);
  const [conv] = widthCertificate(weights, 'econt').layers;
  const x = new Uint8Array(48).fill(255);
  const activations = new Uint16Array(128);
  encode(weights, 'econt', x, 1, { activations, latents: new Uint16Array(16) });
  expect(conv.sums.map((s) => s.high)).toEqual([...activations]);
  expect(conv).toMatchObject({ bits: 13, needed: 13, holds: true });
  weights.layers[1].kernel.fill(-32);
  const [, dense] = widthCertificate(weights, 'econt').layers;
  expect(dense.needed).toBeGreaterThan(18);
  expect(widthCertificate(weights, 'econt').dead.length).toBe(16);
});

test("bits of two's complement numbers", () => {
  expect([
    signedBits(0, 0),
    signedBits(-1, 0),
    signedBits(0, 1),
    signedBits(-128, 127),
    signedBits(0, 128),
  ]).toEqual([1, 1, 2, 8, 9]);
});
