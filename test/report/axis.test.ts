import { describe, expect, it } from 'vitest';
import { linearAxis, logarithmicAxis, plain } from '../../src/report/axis.js';
import { fixed, hex, integer, percent, significant } from '../../src/report/format.js';

describe('linear axis', () => {
  it.each([
    [0, 0.3, 3, [0, 0.1, 0.2, 0.3]],
    [0, 1.843, 4, [0, 0.5, 1, 1.5, 2]],
    [-0.6, 1, 5, [-1, -0.5, 0, 0.5, 1]],
    [1, 48, 5, [0, 10, 20, 30, 40, 50]],
    [0, 12873, 4, [0, 5000, 10000, 15000]],
    [3, 3, 4, [3, 4, 5, 6]],
    [0, 0, 4, [0, 0.2, 0.4, 0.6, 0.8, 1]],
  ])('from %f to %f', (min, max, wanted, ticks) => {
    expect(linearAxis(min, max, wanted).ticks).toEqual(ticks);
  });

  it('covers what it is asked for, with labels that tell its ticks apart', () => {
    for (let k = 0; k < 400; k++) {
      const min = Math.sin(k) * 10 ** ((k % 11) - 5);
      const max = min + Math.abs(Math.cos(3 * k)) * 10 ** ((k % 13) - 6) + 1e-6;
      const { domain, ticks, label } = linearAxis(min, max, 4);
      const slack = 1e-8 * (max - min);
      expect(domain[0]).toBeLessThanOrEqual(min + slack);
      expect(domain[1]).toBeGreaterThanOrEqual(max - slack);
      expect(ticks.length).toBeGreaterThanOrEqual(2);
      expect(ticks.length).toBeLessThanOrEqual(10);
      expect(new Set(ticks.map(label)).size).toBe(ticks.length);
    }
  });
});

describe('logarithmic axis', () => {
  it.each([
    [0.0013, 0.0075, [0.001, 0.002, 0.005, 0.01]],
    [0.001, 0.01, [0.001, 0.002, 0.005, 0.01]],
    [1, 100000, [1, 10, 100, 1000, 10000, 100000]],
    [0.5, 0.5, [0.5, 1]],
  ])('from %f to %f', (min, max, ticks) => {
    expect(logarithmicAxis(min, max).ticks).toEqual(ticks);
  });

  it('writes ticks with as few digits as they have', () => {
    expect([0.002, 50, 10000, 0.0001, 0.00002].map(plain)).toEqual([
      '0.002',
      '50',
      '10\u202f000',
      '0.0001',
      '2e\u22125',
    ]);
  });
});

describe('numbers', () => {
  it('groups digits, keeps decimals, shows a dash for nothing', () => {
    expect([0, 999, 1000, 1234567, -1234].map(integer)).toEqual([
      '0',
      '999',
      '1\u202f000',
      '1\u202f234\u202f567',
      '\u22121\u202f234',
    ]);
    expect([null, undefined, Number.NaN, Number.POSITIVE_INFINITY].map((v) => fixed(v, 2))).toEqual(
      Array(4).fill('\u2013'),
    );
    expect(fixed(-0.0004, 3)).toBe('0.000');
    expect(fixed(1234.5, 1)).toBe('1\u202f234.5');
  });

  it('keeps four significant digits of what is not whole', () => {
    expect(
      [0.93124, 104.23, 12.3456, 0.00123456, 43418, 0.0000123, 1234.56].map((v) => significant(v)),
    ).toEqual(['0.9312', '104.2', '12.35', '0.001235', '43\u202f418', '1.230e\u22125', '1\u202f235']);
  });

  it('writes addresses and shares', () => {
    expect(hex(0x49f, 4)).toBe('0x049f');
    expect(percent(0.1234)).toBe('12.3\u202f%');
    expect(percent(null)).toBe('\u2013');
  });
});
