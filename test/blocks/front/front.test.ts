import { describe, expect, it } from 'vitest';
import {
  bunchCode4,
  bunchCode5,
  calibrate,
  countBunches,
  decodeCharges,
  defaultSettings,
  floatToFixed,
  muxInput,
  packCodes,
} from '../../../src/blocks/index.js';
import '../../../src/chips/index.js'; // the list of algorithms, of which the power-up settings name one
import { mcRow1, numbers, randomRow1, straightMux } from '../../chips/examples.js';

const codesMc = numbers(`23 16 47 34 | 30 29 17 25 | 37 14 24 40 | 41 38 27 43 | 30 26 28 27 | 30 48 7 26 |
  10 34 4 11 | 21 29 24 33 | 34 7 27 14 | 32 31 48 27 | 37 24 24 20 | 35 19 40 26`);
const chargesMc =
  numbers(`248 136 1984 672 464 432 152 304 864 116 272 1088 1216 928 368 1472 464 336 400 368 464 2176 60 336
  84 672 36 92 216 432 272 608 672 60 368 116 544 496 2176 368 864 272 272 200 736 184 1088 336`);

describe('float to fixed', () => {
  it('gives the table of section 4, both densities', () => {
    const table: [number, number, number][] = [
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
    ];
    for (const [code, high, low] of table) {
      expect(floatToFixed(code, true)).toBe(high);
      expect(floatToFixed(code, false)).toBe(low);
    }
  });

  it('is the formula of section 4 for all codes', () => {
    for (let c = 0; c < 128; c++) {
      const e = c >> 3;
      const m = c & 7;
      const s = Math.max(e - 1, 0);
      const base = e === 0 ? m : (8 + m) << s;
      for (const d of [1, 3]) expect(floatToFixed(c, d === 3)).toBe((base << d) + (1 << (s + d - 1)));
    }
  });
});

describe('calibration', () => {
  it('truncates, and keeps all bits of the largest product', () => {
    expect(calibrate(2031616, 4095)).toBe(4062240);
    expect(calibrate(2031616, 2048)).toBe(2031616);
    expect(calibrate(100, 0x555)).toBe(66);
    expect(calibrate(4, 0xaaa)).toBe(5);
    expect(calibrate(4, 0)).toBe(0);
  });
});

describe('the front', () => {
  it('decodes row 1 of mcDataset', () => {
    const settings = { ...defaultSettings('production'), highDensity: true };
    expect(Array.from(decodeCharges(settings, mcRow1))).toEqual(chargesMc);
    expect(chargesMc).toEqual(codesMc.map((c) => floatToFixed(c, true)));
  });

  it('gives the same charges in P1 numbering with the straight P1 mux', () => {
    const settings = { ...defaultSettings('P1'), highDensity: true, mux: straightMux('P1') };
    expect(Array.from(decodeCharges(settings, mcRow1))).toEqual(chargesMc);
    // With the register defaults P1 turns each group of four round.
    const turned = decodeCharges({ ...settings, mux: defaultSettings('P1').mux }, mcRow1);
    expect(Array.from(turned.subarray(0, 4))).toEqual([672, 1984, 136, 248]);
  });

  it('quarters every charge at low density', () => {
    const high = decodeCharges({ ...defaultSettings('production'), highDensity: true }, randomRow1);
    const low = decodeCharges(defaultSettings('production'), randomRow1);
    expect(Array.from(low)).toEqual(Array.from(high, (v) => v / 4));
    expect(high[12]).toBe(11776);
  });

  it('gives code 0 for mux values 48..63, whatever comes in', () => {
    for (let r = 0; r < 64; r++) expect(muxInput(r)).toBe(r < 48 ? r : -1);
    const mux = new Uint8Array(48).fill(63);
    const settings = { ...defaultSettings('production'), highDensity: true, mux };
    expect(new Set(decodeCharges(settings, mcRow1))).toEqual(new Set([floatToFixed(0, true)]));
  });

  it('takes back what packCodes packs, in both generations', () => {
    for (const generation of ['P1', 'production'] as const) {
      const codes = Uint8Array.from({ length: 96 }, (_, i) => (i * 53 + 7) & 127);
      const words = packCodes(generation, codes, Uint32Array.of(0, 1), 2);
      expect(words[0] >>> 28).toBe(9);
      expect(words[12] >>> 28).toBe(10);
      const charges = decodeCharges(defaultSettings(generation), words);
      expect(Array.from(charges)).toEqual(Array.from(codes, (c) => floatToFixed(c, false)));
    }
  });
});

describe('BX count', () => {
  it('sends 31 and 15 at BX 0, else BX mod 16 and BX mod 8', () => {
    expect([0, 1, 8, 15, 16, 31, 32, 3563].map(bunchCode5)).toEqual([31, 1, 8, 15, 0, 15, 0, 11]);
    expect([0, 1, 8, 15, 16, 31, 32, 3563].map(bunchCode4)).toEqual([15, 1, 0, 7, 0, 7, 0, 3]);
    for (let bx = 0; bx < 3564; bx++) {
      const five = bunchCode5(bx);
      expect(bunchCode4(bx)).toBe(((five >> 1) & 8) | (five & 7));
    }
  });

  it('restarts at header 9 only, and goes on over calls', () => {
    const rows = 3564 * 3;
    const words = new Uint32Array(rows * 12).fill(0xa0000000);
    for (let orbit = 0; orbit < 3; orbit++) words[orbit * 3564 * 12] = 0x90000000;
    const bx = new Uint32Array(rows);
    expect(countBunches(words, rows, 77, bx)).toBe(3564);
    expect([bx[0], bx[3563], bx[3564], bx[3565], bx[rows - 1]]).toEqual([0, 3563, 0, 1, 3563]);
    expect(countBunches(words.subarray(12), 2, 5, bx)).toBe(7);
    expect([bx[0], bx[1]]).toEqual([5, 6]);
  });
});
