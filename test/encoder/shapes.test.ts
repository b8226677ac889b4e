import { describe, expect, test } from 'vitest';
import { Random } from '../../src/base/index.js';
import { keepMask } from '../../src/blocks/index.js';
import { image4x4x3, imageOrder } from '../../src/detector/index.js';
import {
  type Arithmetic,
  type EncoderWeights,
  econtShape,
  encode,
  encoderLayers,
  encoderShape,
  fieldMask,
  latentsOfFields,
  latentTable,
  multiplierOf,
  nearestMultiplier,
  packWeights,
  unpackWeights,
  usedBlocks,
  type WeightFormat,
  weightBits,
  wordOf,
} from '../../src/encoder/index.js';
import { optionShapes } from '../chips/shapes.js';

function randomBytes(seed: number, n: number): Uint8Array {
  const random = new Random(seed);
  return Uint8Array.from({ length: n }, () => random.below(256));
}

/** What is sent of a wafer, sum by sum as docs/encoder-shapes.md says; BigInt cannot overflow. Latents are codes of their top bits. */
function fieldOf({ shape, layers }: EncoderWeights, arithmetic: Arithmetic, x: Uint8Array): bigint {
  let values = Array.from(x, BigInt);
  encoderLayers(shape).forEach(({ kind, taps, channels, kernelRows, shift, biasShift, largest }, depth) => {
    const { kernel, bias } = layers[depth];
    const [down, up] = [BigInt(Math.max(0, shift)), BigInt(Math.max(0, -shift))];
    values = taps.flatMap((list, p) =>
      Array.from({ length: channels }, (_, c) => {
        const one = BigInt(bias[kind === 'local' ? p : c]) << BigInt(biasShift);
        const products = list.map(
          (tap) =>
            (values[tap.input] *
              BigInt(kernel[kind === 'dense' ? c * kernelRows + tap.kernel : tap.kernel * channels + c])) <<
            up,
        );
        const sum =
          arithmetic === 'econt'
            ? products.reduce((all, product) => all + (product >> down), one)
            : products.reduce((all, product) => all + product, one << down) >> down;
        return sum < 0n ? 0n : sum > BigInt(largest) ? BigInt(largest) : sum;
      }),
    );
  });
  let [field, at] = [0n, 0n];
  shape.latents.bits.forEach((bits, o) => {
    field |= (values[o] >> BigInt(9 - bits)) << at;
    at += BigInt(bits);
  });
  return field;
}

describe('the integer reference', () => {
  const plain = Object.entries({ econt: econtShape, ...optionShapes })
    .map(([name, input]) => [name, encoderShape(input)] as const)
    .filter(([, { latents }]) => latents.code.kind === 'linear' && latents.largest === undefined);

  test.each(plain)('%s: encodes to the sums word by word, in both arithmetics', (_, shape) => {
    const n = 8;
    const x = randomBytes(2, 48 * n).map((v) => (v < 100 ? 0 : v));
    for (const arithmetic of ['econt', 'exact'] as const) {
      // Some weights let no cell through a single filter, or saturate all latents.
      const varied = [1, 2, 3, 4, 5, 6].map((seed) => {
        const weights = unpackWeights(randomBytes(seed, 1608), shape);
        const fields = new Uint16Array(16 * n);
        encode(weights, arithmetic, x, n, { latents: fields });
        const seen = new Set<bigint>();
        for (let i = 0; i < n; i++) {
          let field = 0n;
          for (let o = 0; o < 16; o++) field |= BigInt(fields[16 * i + o]) << BigInt(9 * o);
          expect(field).toBe(fieldOf(weights, arithmetic, x.subarray(48 * i, 48 * i + 48)));
          seen.add(field);
        }
        return seen.size;
      });
      expect(Math.max(...varied)).toBeGreaterThan(3);
    }
  });

  test("has ECON-T's weights in all of its 1608 bytes", () => {
    const bytes = randomBytes(1, 1608);
    expect(packWeights(unpackWeights(bytes))).toEqual(bytes);
    expect(unpackWeights(bytes).shape).toBe(econtShape);
  });

  test('masks the bits of its latents', () => {
    expect(fieldMask(econtShape, new Array(16).fill(3))).toBe(keepMask(3));
  });
});

describe('weight formats', () => {
  const formats: WeightFormat[] = [
    { kind: 'fixed', bits: 2, fraction: 0 },
    { kind: 'fixed', bits: 8, fraction: 7 },
    { kind: 'binary', fraction: 0 },
    { kind: 'ternary', fraction: 0 },
    { kind: 'power-of-two', bits: 2, fraction: 0 },
    { kind: 'power-of-two', bits: 4, fraction: 6 },
  ];
  test.each(formats)(
    '$kind $bits: a trained weight has a word that means the nearest multiplier',
    (format) => {
      const all = Array.from({ length: 2 ** weightBits(format) }, (_, word) => multiplierOf(format, word));
      const most = Math.max(...all.map(Math.abs));
      for (let i = -40; i <= 40; i++) {
        const weight = i / 40;
        const chosen = nearestMultiplier(format, weight);
        expect(multiplierOf(format, wordOf(format, chosen)!) === chosen).toBe(true);
        if (format.kind === 'ternary') continue; // thirds
        const nearest = Math.min(...all.map((m) => Math.abs(m - weight * most)));
        expect(Math.abs(chosen - weight * most)).toBeCloseTo(nearest, 10);
      }
    },
  );
});

describe('shapes', () => {
  test.each(Object.keys(optionShapes))('%s: weights survive packing', (name) => {
    const shape = encoderShape(optionShapes[name]);
    const weights = unpackWeights(randomBytes(3, 1608), shape);
    expect(unpackWeights(packWeights(weights), shape)).toEqual(weights);
    expect(usedBlocks(shape)).toBeLessThan(12);
  });

  test('latents return from the field, cut to their bits', () => {
    const shape = encoderShape(optionShapes['dense layer, latents of different bits']);
    const weights = unpackWeights(randomBytes(4, 1608), shape);
    const x = randomBytes(5, 48);
    const fields = new Uint16Array(16);
    encode(weights, 'exact', x, 1, { latents: fields });
    const whole = { ...shape, latents: { ...shape.latents, bits: new Array(9).fill(9) } };
    const uncut = new Uint16Array(16);
    encode({ ...weights, shape: whole }, 'exact', x, 1, { latents: uncut });
    const latents = latentsOfFields(shape, fields, 1);
    latentsOfFields(whole, uncut, 1).forEach((value, o) => {
      expect(latents[o]).toBe(value & (511 << (9 - shape.latents.bits[o])));
    });
    expect(latents.some((value) => value > 0)).toBe(true);
  });

  test('levels count the thresholds that are reached', () => {
    const code = { kind: 'levels', thresholds: [4, 12, 24] } as const;
    const table = latentTable({ ...code, thresholds: [...code.thresholds] }, 2, 2);
    expect([0, 3, 4, 11, 12, 24, 511].map((v) => table[v] >> 7)).toEqual([0, 0, 1, 1, 2, 3, 3]);
  });

  test("the 4x4x3 image has TensorFlow's padding around each rhombus", () => {
    const [conv] = encoderLayers(encoderShape(optionShapes['4x4x3 image, stride 1']));
    expect(conv.taps.map((taps) => taps.length / 3)).toEqual([
      4, 6, 6, 4, 6, 9, 9, 6, 6, 9, 9, 6, 4, 6, 6, 4,
    ]);
    // The middle tap of position (1, 2) in rhombus 1.
    const tap = conv.taps[6].find(({ kernel }) => kernel === 3 * 4 + 1)!;
    expect(imageOrder[tap.input]).toBe(image4x4x3[3 * 6 + 1]);
  });

  test.each([
    [{ latents: { bits: new Array(17).fill(9) } }, 'latents.bits', '153'],
    [
      { latents: { bits: [3], code: { kind: 'levels', thresholds: [1, 2] } } },
      'latents.code',
      '7 thresholds',
    ],
    [
      { latents: { bits: [2], code: { kind: 'levels', thresholds: [5, 4, 9] } } },
      'latents.code',
      'do not rise',
    ],
    [{ conv: { filters: 1 }, latents: { bits: [9], cells: 2 } }, 'latents.cells', 'neighbouring'],
    [{ conv: { filters: 0 }, latents: { bits: [9] } }, 'conv.filters', 'Too small'],
    [{ latents: { bits: [9], wings: 2 } }, 'latents', 'wings'],
  ])('%j is refused', (input, where, what) => {
    expect(() => encoderShape(input)).toThrow(expect.objectContaining({ code: 'chip/bad-shape' }));
    expect(() => encoderShape(input)).toThrow(new RegExp(`${where}.*${what}`));
  });

  test('weights that do not fit the blocks, and sums that outgrow 24 bits', () => {
    const large = encoderShape({ dense: [{ units: 128 }], latents: { bits: new Array(16).fill(9) } });
    expect(() => usedBlocks(large)).toThrow(/12864/);
    const wide = encoderShape({
      conv: { filters: 32, stride: 1 },
      latents: { bits: [9], weights: { kind: 'fixed', bits: 8, fraction: 0 } },
    });
    expect(() => encoderLayers(wide)).toThrow(/2\^24/);
  });
});
