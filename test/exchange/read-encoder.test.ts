import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot, Random, readJson } from '../../src/base/index.js';
import { encode } from '../../src/encoder/index.js';
import { chipDifference, decoderOf, quantise, readEncoder } from '../../src/exchange/index.js';

const folder = mkdtempSync(join(tmpdir(), 'econ-test-'));
const random = new Random(9);
const options = { rounding: 'nearest', etx: 5 } as const;
const values = (n: number, scale: number): number[] =>
  Array.from({ length: n }, () => scale * random.normal());

function tensors(change: Record<string, unknown> = {}): string {
  return JSON.stringify({
    tensors: {
      'encoder/conv/kernel': { shape: [3, 3, 1, 8], data: values(72, 0.3) },
      'encoder/conv/bias': { shape: [8], data: values(8, 0.1) },
      'encoder/dense/kernel': { shape: [128, 16], data: values(2048, 0.2) },
      'encoder/dense/bias': { shape: [16], data: values(16, 0.3) },
      'decoder/dense/kernel': { shape: [16, 128], data: [1] },
      ...change,
    },
  });
}

function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

test('tensors become integer weights, the dense kernel transposed', async () => {
  const text = tensors();
  const { weights, network } = await readEncoder(file('a.json', text), options);
  const data = JSON.parse(text).tensors;
  const code = (v: number): number => Math.max(-32, Math.min(31, Math.round(32 * v)));
  expect(weights.layers[0].kernel).toEqual(Int8Array.from(data['encoder/conv/kernel'].data, code));
  for (const [m, o] of [
    [0, 0],
    [5, 3],
    [127, 15],
  ])
    expect(weights.layers[1].kernel[o * 128 + m]).toBe(code(data['encoder/dense/kernel'].data[m * 16 + o]));
  const floored = quantise(network!, 'floor');
  expect(floored.layers[1].bias[2]).toBe(
    Math.max(-32, Math.min(31, Math.floor(32 * network!.layers[1].bias[2]))),
  );
});

test('the difference is that of the two arithmetics, and 0 for a network that the chip holds', async () => {
  const { weights, network } = await readEncoder(file('b.json', tensors()), options);
  const n = 50;
  const x = Uint8Array.from({ length: 48 * n }, () => (random.below(3) === 0 ? random.below(60) : 0));
  const { layers, bitExact } = chipDifference(network!, weights, 'econt', x, n);
  expect(bitExact).toBe(false);
  const latents = new Uint16Array(16 * n);
  encode(weights, 'econt', x, n, { latents });
  // The first latent of the first wafer, by hand.
  const conv = (row: number, column: number, f: number): number => {
    let sum = network!.layers[0].bias[f];
    for (let u = 0; u < 3; u++) {
      for (let v = 0; v < 3; v++) {
        const [r, c] = [2 * row + u, 2 * column + v];
        if (r > 7 || c > 7 || (r > 3 && c > 3)) continue;
        const cell = r < 4 ? 8 * r + c : 32 + 4 * (r - 4) + c;
        sum += (x[cell] / 128) * network!.layers[0].kernel[(3 * u + v) * 8 + f];
      }
    }
    return Math.max(0, sum);
  };
  let first = network!.layers[1].bias[0];
  for (let m = 0; m < 128; m++)
    first += conv(m >> 5, (m >> 3) & 3, m & 7) * network!.layers[1].kernel[16 * m];
  const one = chipDifference(network!, weights, 'econt', x.subarray(0, 48), 1).layers[2];
  expect(one.largest).toBeGreaterThanOrEqual(Math.abs(latents[0] - 256 * Math.max(0, first)) - 1e-4);
  expect(layers.map(({ values: count }) => count)).toEqual([48 * n, 128 * n, 16 * n]);
  expect(layers[0].equal).toBe(48 * n);
  expect(layers[2].rms).toBeGreaterThan(Math.abs(layers[2].mean) - 1e-9);
});

test('a network of biases that the chip holds is bit-exact', async () => {
  const biases = Array.from({ length: 16 }, (_, o) => o / 32);
  const text = tensors({
    'encoder/conv/kernel': { shape: [3, 3, 1, 8], data: new Array(72).fill(0) },
    'encoder/conv/bias': { shape: [8], data: new Array(8).fill(0) },
    'encoder/dense/kernel': { shape: [128, 16], data: new Array(2048).fill(0) },
    'encoder/dense/bias': { shape: [16], data: biases },
  });
  const { weights, network } = await readEncoder(file('plain.json', text), options);
  const x = new Uint8Array(48 * 3).fill(77);
  expect(chipDifference(network!, weights, 'econt', x, 3).bitExact).toBe(true);
  const [conv, latents] = weights.layers;
  const bias = latents.bias.map((v, o) => (o === 3 ? v + 1 : v));
  const off = { ...weights, layers: [conv, { ...latents, bias }] };
  const { bitExact, layers } = chipDifference(network!, off, 'econt', x, 3);
  expect(bitExact).toBe(false);
  expect(layers[2]).toMatchObject({ values: 48, equal: 45, largest: 8 });
});

test('a decoder beside the encoder that does not fit is told, one that is named is refused', async () => {
  const path = file('my_encoder.json', tensors());
  const { network } = await readEncoder(path, options);
  const beside = file(
    'my_decoder.json',
    tensors({ 'decoder/dense/kernel': { shape: [16, 128], data: [1] } }),
  );
  expect((await decoderOf(network!, path, undefined)).unused).toMatch(
    /my_decoder\.json is not used as its decoder/,
  );
  await expect(decoderOf(network!, path, beside)).rejects.toThrow(/the encoder again/);
  expect(await decoderOf(network!, file('alone.json', tensors()), undefined)).toEqual({});
});

test.each([
  ['c.json', '{"tensors": {', /base\/|JSON/],
  ['d.json', '{"weights": []}', /tensors/],
  [
    'e.json',
    tensors({ 'encoder/conv/kernel': { shape: [7, 7, 1, 8], data: values(392, 1) } }),
    /encoder\/conv \(a convolution with pads .* is none of the chip's over 8x8/,
  ],
  [
    'f.json',
    tensors({ 'encoder/dense/bias': { shape: [16], data: values(15, 1) } }),
    /15 numbers instead of 16/,
  ],
  [
    'g.json',
    tensors({ 'encoder/dense/bias': { shape: [16], data: ['NaN', ...values(15, 1)] } }),
    /number 0: "NaN"/,
  ],
  ['h.bin', 'x', /exchange\/format|not known/],
] as const)('refuses %s', async (name, text, message) => {
  await expect(readEncoder(file(name, text), options)).rejects.toThrow(message);
});

const shared = join(packageRoot, '..', 'shared', 'data', 'models', 'econt_testvector_AE.json');
if (!existsSync(shared)) console.log('skipped: shared data not found');
test.skipIf(!existsSync(shared))(
  'floor gives the registers of the public vectors, which were not transposed',
  async () => {
    const { weights } = await readEncoder(shared, { rounding: 'floor', etx: 5 });
    const { registers_int6: registers } = readJson(shared, '') as {
      registers_int6: Record<string, number[]>;
    };
    expect([...weights.layers[0].kernel]).toEqual(registers.conv_w_9x8);
    expect([...weights.layers[0].bias]).toEqual(registers.conv_b_8);
    expect([...weights.layers[1].bias]).toEqual(registers.dense_b_16);
    const asKeras = Array.from(
      { length: 2048 },
      (_, i) => weights.layers[1].kernel[(i % 16) * 128 + Math.floor(i / 16)],
    );
    expect(asKeras).toEqual(registers.dense_w_16x128_out_major);
  },
);
