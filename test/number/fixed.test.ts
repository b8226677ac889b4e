import { describe, expect, test } from 'vitest';
import { Random } from '../../src/base/index.js';
import {
  type FixedFormat,
  formatBits,
  formatName,
  formatRange,
  fromFixed,
  parseFormat,
  quantise,
  type Rounding,
  toFixed,
} from '../../src/number/index.js';

describe('the notation', () => {
  test('counts the sign among the integer bits', () => {
    expect(parseFormat('s1.5')).toEqual({ signed: true, integerBits: 1, fractionBits: 5 });
    expect(formatBits(parseFormat('s1.5'))).toBe(6);
    expect(formatRange(parseFormat('s1.5'))).toEqual({ min: -32, max: 31, step: 1 / 32 });
    expect(formatRange(parseFormat('u1.7'))).toEqual({ min: 0, max: 255, step: 1 / 128 });
    expect(formatRange(parseFormat('u21.-3'))).toEqual({ min: 0, max: 2 ** 18 - 1, step: 8 });
  });

  test('is written as it is read, for every format of up to 53 bits', () => {
    for (const signed of [true, false]) {
      for (let integerBits = -8; integerBits <= 53; integerBits++) {
        for (let fractionBits = -8; fractionBits <= 53; fractionBits++) {
          const format: FixedFormat = { signed, integerBits, fractionBits };
          const bits = formatBits(format);
          if (bits >= 1 && bits <= 53) expect(parseFormat(formatName(format))).toEqual(format);
          else expect(() => parseFormat(formatName(format))).toThrow(/number format/);
        }
      }
    }
  });

  test.each([
    ['', 'does not read as'],
    ['1.5', 'does not read as'],
    ['q1.5', 'does not read as'],
    ['s1', 'does not read as'],
    ['s1.5.2', 'does not read as'],
    ['s 1.5', 'does not read as'],
    ['S1.5', 'does not read as'],
    ['u0.0', 'it has 0 bits'],
    ['u4.-6', 'it has -2 bits'],
    ['s30.30', 'it has 60 bits'],
  ])('%j is refused: %s', (text, why) => {
    expect(() => parseFormat(text)).toThrow(why);
    expect(() => parseFormat(text)).toThrow('Write for example s1.5');
  });
});

describe('rounding', () => {
  const whole = parseFormat('s8.0');
  // value: floor, nearest-even, nearest-up, toward-zero
  test.each([
    [2.5, 2, 2, 3, 2],
    [3.5, 3, 4, 4, 3],
    [2.25, 2, 2, 2, 2],
    [2.75, 2, 3, 3, 2],
    [-2.5, -3, -2, -2, -2],
    [-3.5, -4, -4, -3, -3],
    [-2.25, -3, -2, -2, -2],
    [-2.75, -3, -3, -3, -2],
    [-0.5, -1, 0, 0, 0],
    [-0.25, -1, 0, 0, 0],
    [0.49999999999999994, 0, 0, 0, 0],
    [7, 7, 7, 7, 7],
    [-7, -7, -7, -7, -7],
  ])('%d', (value, ...expected) => {
    const modes: Rounding[] = ['floor', 'nearest-even', 'nearest-up', 'toward-zero'];
    // toEqual tells 0 from -0: no result may be -0.
    expect(modes.map((mode) => toFixed(value, whole, mode, 'error'))).toEqual(expected);
  });

  test('floor is the arithmetic shift of the chip', () => {
    for (let product = -4096; product <= 4096; product++) {
      expect(toFixed(product / 4096, parseFormat('s2.7'), 'floor', 'error')).toBe(product >> 5);
    }
  });
});

describe('overflow', () => {
  const weight = parseFormat('s1.5');
  test('saturate stops at the ends of the range', () => {
    expect(quantise(1.4, weight, 'floor', 'saturate')).toBe(31 / 32);
    expect(quantise(-7, weight, 'floor', 'saturate')).toBe(-1);
    expect(quantise(-0.1, parseFormat('u1.8'), 'floor', 'saturate')).toBe(0);
    expect(quantise(2, parseFormat('u1.8'), 'floor', 'saturate')).toBe(511 / 256);
  });

  test('wrap keeps the low bits, as BigInt.asIntN and asUintN do', () => {
    const random = new Random(5);
    for (const name of ['s1.5', 'u1.5', 's1.0', 'u1.0', 's32.0', 'u32.0', 's45.8', 'u53.0', 's53.0']) {
      const format = parseFormat(name);
      const bits = formatBits(format);
      for (let i = 0; i < 200; i++) {
        const integer = (random.below(2 ** 21) - 2 ** 20) * 2 ** random.below(33) + random.below(64);
        const wrapped = toFixed(fromFixed(integer, format), format, 'floor', 'wrap');
        const expected = format.signed
          ? BigInt.asIntN(bits, BigInt(integer))
          : BigInt.asUintN(bits, BigInt(integer));
        expect(wrapped, `${integer} in ${name}, seed 5`).toBe(Number(expected));
      }
    }
  });

  test('error names the value and the range', () => {
    expect(() => quantise(1, weight, 'floor', 'error')).toThrow('s1.5: 1 is outside -1 .. 0.96875.');
    expect(quantise(31 / 32, weight, 'floor', 'error')).toBe(31 / 32);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])('%s has no fixed-point value', (value) => {
    expect(() => quantise(value, weight, 'floor', 'saturate')).toThrow(/has no fixed-point value/);
  });
});

test('quantise leaves every value of a format where it is', () => {
  for (const name of ['s1.5', 'u1.7', 'u1.8', 'u21.-13', 's-2.10']) {
    const format = parseFormat(name);
    const { min, max } = formatRange(format);
    for (let integer = min; integer <= max; integer++) {
      const value = fromFixed(integer, format);
      for (const mode of ['floor', 'nearest-even', 'nearest-up', 'toward-zero'] as const) {
        expect(quantise(value, format, mode, 'error')).toBe(value);
      }
    }
  }
});
