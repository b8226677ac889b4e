import { describe, expect, test } from 'vitest';
import { Random } from '../../src/base/index.js';
import {
  encode,
  encoderShape,
  fieldLength,
  fieldMask,
  fieldWidths,
  largestOf,
  latentsOfFields,
  layerOutputs,
  numberOfSet,
  setBits,
  setOfNumber,
  unpackWeights,
} from '../../src/encoder/index.js';
import { optionShapes } from '../chips/shapes.js';

describe('numbers of sets', () => {
  test('all sets of 4 of 9 have the numbers 0..125, and come back', () => {
    const seen = new Set<number>();
    for (let mask = 0; mask < 512; mask++) {
      const members = [0, 1, 2, 3, 4, 5, 6, 7, 8].filter((o) => (mask >> o) & 1);
      if (members.length !== 4) continue;
      const number = numberOfSet(members);
      seen.add(number);
      expect(setOfNumber(number, 4, 9)).toEqual(members);
    }
    expect([seen.size, Math.min(...seen), Math.max(...seen)]).toEqual([126, 0, 125]);
    expect(setBits({ bits: new Array(9).fill(1), largest: 4 })).toBe(7);
  });

  test('the sets with the largest numbers come back: they need 45 bits', () => {
    const members = Array.from({ length: 24 }, (_, i) => 24 + i);
    expect(numberOfSet(members)).toBe(32247603683099);
    expect(setBits({ bits: new Array(48).fill(1), largest: 24 })).toBe(45);
    expect(setOfNumber(numberOfSet(members), 24, 48)).toEqual(members);
  });

  test('a number that no set has gives a set all the same', () => {
    const random = new Random(1);
    for (let i = 0; i < 200; i++) {
      const members = setOfNumber(random.below(2 ** 27), 7, 48);
      expect(members.every((o, j) => o >= 0 && o < 48 && (j === 0 || o > members[j - 1]))).toBe(true);
      expect(members).toHaveLength(7);
    }
  });
});

test('the largest, ascending; of equal ones the first', () => {
  expect(largestOf([3, 9, 9, 0, 9, 5], 2)).toEqual([1, 2]);
  expect(largestOf([3, 9, 9, 0, 9, 5], 4)).toEqual([1, 2, 4, 5]);
});

describe.each(['the seven largest cells', 'the largest latents behind a dense layer'])('%s', (name) => {
  const shape = encoderShape(optionShapes[name]);
  const { latents } = shape;
  const largest = latents.largest as number;
  const random = new Random(3);
  const weights = unpackWeights(
    Uint8Array.from({ length: 1608 }, () => random.below(256)),
    shape,
  );
  const n = 50;
  const x = Uint8Array.from({ length: 48 * n }, () => (random.below(3) === 0 ? random.below(256) : 0));
  const fields = new Uint16Array(16 * n);
  encode(weights, 'econt', x, n, { latents: fields });

  test('the receiver has the codes of the largest values, and 0 of the others', () => {
    const all = encoderShape({ ...shape, latents: { ...latents, largest: undefined } });
    const run = layerOutputs({ ...weights, shape: all }, 'econt');
    const received = latentsOfFields(shape, fields, n);
    for (let i = 0; i < n; i++) {
      const values = run(x.subarray(48 * i, 48 * (i + 1))).at(-1) as Int32Array;
      // By counting, not by sorting as the encoder does.
      const sent = Array.from(values, (v, o) => {
        const before = values.filter((u, p) => u > v || (u === v && p < o)).length;
        return before < largest;
      });
      const row = received.subarray(i * values.length, (i + 1) * values.length);
      const { code, bits } = latents;
      const word = (v: number): number =>
        code.kind === 'levels' ? code.thresholds.filter((t) => v >= t).length : v >> (9 - bits[0]);
      expect(Array.from(row)).toEqual(Array.from(values, (v, o) => (sent[o] ? word(v) << (9 - bits[0]) : 0)));
    }
  });

  test('fewer links carry the number of the set and the top bits', () => {
    expect(fieldWidths(latents)).toEqual([setBits(latents), ...new Array(largest).fill(latents.bits[0])]);
    const kept = new Array(latents.bits.length).fill(1);
    const ones = fieldMask(shape, kept).toString(2).replace(/0/g, '').length;
    expect(ones).toBe(setBits(latents) + largest);
    expect(fieldMask(shape, latents.bits)).toBe((1n << BigInt(fieldLength(latents))) - 1n);
    expect(
      fieldMask(
        shape,
        kept.map(() => 0),
      ),
    ).toBe(0n);
  });
});

test.each([
  ['all of them', { bits: [3, 3, 3], largest: 3 }],
  ['different bits', { bits: [3, 3, 2], largest: 2 }],
  ['too many to number', { bits: new Array(49).fill(1), largest: 5 }],
])('a shape with %s to choose is refused', (_, latents) => {
  expect(() => encoderShape({ latents })).toThrow(/latents.largest/);
});
