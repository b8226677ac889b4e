import { describe, expect, test } from 'vitest';
import {
  bitLength,
  decodeSmallFloat,
  decodeSmallFloatMid,
  encodeSmallFloat,
  float4E3M,
  float5E3M,
  float5E4M,
} from '../../src/number/index.js';

describe('bitLength', () => {
  test('is exact on both sides of every power of two up to 2^53 - 1', () => {
    expect(bitLength(0)).toBe(0);
    for (let n = 1; n <= 53; n++) {
      expect(bitLength(2 ** (n - 1))).toBe(n);
      expect(bitLength(2 ** n - 1)).toBe(n);
    }
  });

  test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('refuses %s', (v) => {
    expect(() => bitLength(v)).toThrow(/not an integer from 0 to 2\^53 - 1/);
  });
});

/** The definition of section 6, in BigInt and nothing else. */
function definition(v: bigint, exponentBits: number, mantissaBits: number): bigint {
  const M = BigInt(mantissaBits);
  const n = BigInt(v === 0n ? 0 : v.toString(2).length);
  if (n <= M) return v;
  const e = n - M;
  if (e >= 1n << BigInt(exponentBits)) return (1n << BigInt(exponentBits + mantissaBits)) - 1n;
  return (e << M) + (v >> (e - 1n)) - (1n << M);
}

describe.each([float4E3M, float5E3M, float5E4M])('$name', (f) => {
  const codes = 1 << f.bits;
  const lowest = Array.from({ length: codes }, (_, code) => decodeSmallFloat(f, code));

  test('every code: encoding its lower edge gives it back, and the edges ascend', () => {
    expect(f.bits).toBe(f.exponentBits + f.mantissaBits);
    for (let code = 0; code < codes; code++) {
      expect(encodeSmallFloat(f, lowest[code])).toBe(code);
      if (code) expect(lowest[code]).toBeGreaterThan(lowest[code - 1]);
    }
  });

  test('every boundary: one below the lower edge belongs to the code before', () => {
    for (let code = 1; code < codes; code++) expect(encodeSmallFloat(f, lowest[code] - 1)).toBe(code - 1);
  });

  test('the middle is half-way between lower edges', () => {
    for (let code = 0; code + 1 < codes; code++) {
      expect(decodeSmallFloatMid(f, code)).toBe((lowest[code] + lowest[code + 1]) / 2);
    }
  });

  test('follows the definition in BigInt, for all values to 2^12 and around all powers of two', () => {
    const values = Array.from({ length: 4096 }, (_, i) => i);
    for (let n = 12; n <= 52; n++) for (const d of [-2, -1, 0, 1, 2, 12345]) values.push(2 ** n + d);
    values.push(Number.MAX_SAFE_INTEGER);
    for (const v of values) {
      expect(encodeSmallFloat(f, v)).toBe(Number(definition(BigInt(v), f.exponentBits, f.mantissaBits)));
    }
  });

  test('saturates to all ones, and never falls with rising value', () => {
    expect(encodeSmallFloat(f, Number.MAX_SAFE_INTEGER)).toBe(codes - 1);
    let previous = 0;
    for (let v = 0; v < 2 ** 40; v = Math.floor(v * 1.01) + 1) {
      const code = encodeSmallFloat(f, v);
      expect(code).toBeGreaterThanOrEqual(previous);
      previous = code;
    }
  });

  test.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses the charge %s', (v) => {
    expect(() => encodeSmallFloat(f, v)).toThrow(/only integers from 0/);
  });

  test.each([-1, 0.5, Number.NaN, 512])('refuses the code %s', (code) => {
    expect(() => decodeSmallFloat(f, code)).toThrow(/is not a code of this format/);
    expect(() => decodeSmallFloatMid(f, code)).toThrow(/Codes are the integers from 0/);
  });
});

describe('numbers of the behaviour specification', () => {
  // Section 4: code, high density (3 dropped bits), low density (1).
  test.each([
    [0, 4, 1],
    [1, 12, 3],
    [7, 60, 15],
    [8, 68, 17],
    [15, 124, 31],
    [16, 136, 34],
    [23, 248, 62],
    [24, 272, 68],
    [47, 1984, 496],
    [127, 2031616, 507904],
  ])('code %i is %i in high and %i in low density', (code, high, low) => {
    expect(decodeSmallFloatMid(float4E3M, code) * 8).toBe(high);
    expect(decodeSmallFloatMid(float4E3M, code) * 2).toBe(low);
  });

  test('4E3M: 2^18 - 1 and everything above give 127', () => {
    expect(encodeSmallFloat(float4E3M, 2 ** 18 - 1)).toBe(127);
    expect(encodeSmallFloat(float4E3M, 2 ** 18)).toBe(127);
    expect(encodeSmallFloat(float4E3M, 2 ** 18 - 2 ** 14 - 1)).toBe(126);
  });

  test('a 28-bit sum does not saturate 5E3M and 5E4M', () => {
    expect(encodeSmallFloat(float5E3M, 2 ** 28 - 1)).toBe(25 * 8 + 7);
    expect(encodeSmallFloat(float5E4M, 2 ** 28 - 1)).toBe(24 * 16 + 15);
  });

  test('sums of the worked examples', () => {
    expect(encodeSmallFloat(float5E3M, 26484)).toBe(100);
    expect(encodeSmallFloat(float5E3M, 36)).toBe(25);
    expect(encodeSmallFloat(float5E3M, 1231)).toBe(65);
    expect(encodeSmallFloat(float5E3M, 3035)).toBe(75);
    expect(encodeSmallFloat(float5E4M, 26484)).toBe(185);
    const sums = [3040, 1352, 2340, 3984, 1568, 3036, 884, 1528];
    expect(sums.map((sum) => encodeSmallFloat(float5E4M, sum))).toEqual([
      135, 117, 130, 143, 120, 135, 107, 119,
    ]);
  });
});
