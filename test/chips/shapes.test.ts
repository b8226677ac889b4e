import { describe, expect, test } from 'vitest';
import { Random } from '../../src/base/index.js';
import { keepMask } from '../../src/blocks/index.js';
import { describeChip } from '../../src/chips/index.js';
import { image4x4x3, imageOrder } from '../../src/detector/index.js';
import {
  econtShape,
  encode,
  encoderLayers,
  encoderShape,
  encodeShape,
  fieldMask,
  latentsOfFields,
  latentTable,
  layerWeights,
  multiplierOf,
  nearestMultiplier,
  packWeights,
  unpackWeights,
  usedBlocks,
  type WeightFormat,
  weightBits,
  wordOf,
} from '../../src/encoder/index.js';
import { optionShapes } from './shapes.js';

function randomBytes(seed: number, n: number): Uint8Array {
  const random = new Random(seed);
  return Uint8Array.from({ length: n }, () => random.below(256));
}

describe("ECON-T's own encoder as a shape", () => {
  const bytes = randomBytes(1, 1608);
  const own = unpackWeights(bytes);
  const shaped = unpackWeights(bytes, econtShape);

  test('has the same weights in the same bytes', () => {
    expect(packWeights(shaped)).toEqual(bytes);
    expect(layerWeights(shaped)).toEqual(layerWeights(own));
  });

  test.each(['econt', 'exact'] as const)('encodes to the same latents: %s', (arithmetic) => {
    const n = 60;
    const x = randomBytes(2, 48 * n).map((v) => (v < 100 ? 0 : v));
    const mine = new Uint16Array(16 * n);
    const fast = new Uint16Array(16 * n);
    encodeShape(shaped, arithmetic, x, n, { latents: mine });
    encode(own, arithmetic, x, n, { latents: fast });
    expect(mine).toEqual(fast);
    expect(new Set(mine).size).toBeGreaterThan(20);
  });

  test('masks the same bits', () => {
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
    encodeShape(weights, 'exact', x, 1, { latents: fields });
    const whole = { ...shape, latents: { ...shape.latents, bits: new Array(9).fill(9) } };
    const uncut = new Uint16Array(16);
    encodeShape({ ...weights, shape: whole }, 'exact', x, 1, { latents: uncut });
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

  test('weights that do not fit the blocks, sums that outgrow 24 bits, and layers that a whole ECON-T cannot wait for', () => {
    const large = encoderShape({ dense: [{ units: 128 }], latents: { bits: new Array(16).fill(9) } });
    expect(() => usedBlocks(large)).toThrow(/12864/);
    const wide = encoderShape({
      conv: { filters: 32, stride: 1 },
      latents: { bits: [9], weights: { kind: 'fixed', bits: 8, fraction: 0 } },
    });
    expect(() => encoderLayers(wide)).toThrow(/2\^24/);
    const one = encoderShape(optionShapes['levels of single cells']);
    const econt = { algorithms: ['autoencoder'], generation: 'production', stcTie: 'highest' } as const;
    expect(() =>
      describeChip({ shape: one, econt: { ...econt, algorithms: [...econt.algorithms] } }),
    ).toThrow(/takes 1 BX/);
  });
});
