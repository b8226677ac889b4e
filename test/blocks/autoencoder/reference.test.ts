import { describe, expect, it } from 'vitest';
import { EconError, Random } from '../../../src/base/index.js';
import {
  ALL_BITS,
  bunchCode5,
  cutLatents,
  keepMask,
  latentBits,
  packets,
  packLatents,
  payloadBits,
  payloadPlan,
  unpackAutoencoder,
} from '../../../src/blocks/index.js';
import { numbers } from '../../chips/examples.js';
import { hexText } from '../../chips/vectors.js';

const exampleLatents = Uint16Array.from(numbers('50 86 0 0 123 58 77 39 60 143 226 170 40 21 252 169'));
const exampleWords = '0ae454bf 02a28553 891e3c13 934747b0 0000ac32';

/** Section 9.5 with BigInt: the 32 N bits of the packet, as hex words. */
function oracle(latents: ArrayLike<number>, sumCode: number, bx: number, etx: number, keep: bigint): string {
  let raw = 0n;
  for (let o = 0; o < 16; o++) raw |= BigInt(latents[o]) << BigInt(9 * o);
  let kept = 0n;
  let at = 0n;
  for (let b = 0n; b < 144n; b++) if ((keep >> b) & 1n) kept |= ((raw >> b) & 1n) << at++;
  const bits = BigInt(Math.min(18 + 32 * (etx - 1), 146));
  const string = (((BigInt(bunchCode5(bx)) << 9n) | BigInt(sumCode)) << bits) | (kept & ((1n << bits) - 1n));
  const words = Math.min(etx, 5);
  const hex = string.toString(16).padStart(8 * words, '0') + '0'.repeat(8 * (13 - words));
  return hex.match(/.{8}/g)!.join(' ');
}

/** keep mask of any 144 bits. */
function randomMask(random: Random, density: number): bigint {
  let mask = 0n;
  for (let b = 0n; b < 144n; b++) if (random.uniform() < density) mask |= 1n << b;
  return mask;
}

describe('link budget', () => {
  it('leaves 1, 3, 5, 7, 9 bits per latent, which fit the payload', () => {
    const links = Array.from({ length: 13 }, (_, i) => i + 1);
    expect(links.map(latentBits)).toEqual([1, 3, 5, 7, 9, 9, 9, 9, 9, 9, 9, 9, 9]);
    expect(links.map(payloadBits)).toEqual([18, 50, 82, 114, ...new Array(9).fill(146)]);
    for (const etx of links) {
      // The trained cut loses nothing to the payload limit.
      const mask = keepMask(latentBits(etx));
      const cut = cutLatents(payloadPlan(etx, mask), new Uint16Array(16).fill(511), 1);
      expect(new Set(cut)).toEqual(new Set([511 & ~((1 << (9 - latentBits(etx))) - 1)]));
    }
    expect(() => payloadBits(0)).toThrow(EconError);
    expect(() => latentBits(14)).toThrow(EconError);
  });

  it('keeps the top bits of each latent', () => {
    expect(keepMask(9)).toBe(ALL_BITS);
    expect(keepMask(0)).toBe(0n);
    expect(keepMask(1)).toBe(
      Array.from({ length: 16 }, (_, o) => 1n << BigInt(9 * o + 8)).reduce((a, b) => a | b),
    );
    const uneven = Array.from({ length: 16 }, (_, o) => o % 10);
    expect(keepMask(uneven) & 511n).toBe(0n);
    expect((keepMask(uneven) >> 27n) & 511n).toBe(0b111000000n);
    for (const bad of [10, -1, 1.5, [1, 2]]) expect(() => keepMask(bad)).toThrow(/16 integers from 0 to 9/);
  });
});

describe('packing', () => {
  it('gives section 16.2', () => {
    const out = packLatents(
      payloadPlan(5, ALL_BITS),
      exampleLatents,
      Uint16Array.of(185),
      Uint32Array.of(1),
      1,
    );
    expect(hexText(out)).toBe(`${exampleWords}${' 00000000'.repeat(8)}`);
  });

  it('equals section 9.5 and survives the way back, for every N and any mask', () => {
    const random = new Random(21);
    const n = 4;
    for (let etx = 1; etx <= 13; etx++) {
      const masks = [ALL_BITS, 0n, keepMask(latentBits(etx)), 1n, 1n << 143n];
      for (const density of [0.1, 0.5, 0.9]) masks.push(randomMask(random, density));
      for (const mask of masks) {
        const plan = payloadPlan(etx, mask);
        const latents = Uint16Array.from({ length: n * 16 }, () => random.below(512));
        const sums = Uint16Array.from({ length: n }, () => random.below(512));
        const bx = Uint32Array.from([0, 1, random.below(3564), 3563]);
        const words = packLatents(plan, latents, sums, bx, n, new Uint32Array(n * 13).fill(0xffffffff));
        for (let i = 0; i < n; i++) {
          const want = oracle(latents.subarray(i * 16, i * 16 + 16), sums[i], bx[i], etx, mask);
          expect(hexText(words.subarray(i * 13, i * 13 + 13))).toBe(want);
        }
        const back = packets({ latents: true, sum: true }, n);
        const unpack = unpackAutoencoder({ etx, keepMask: mask });
        for (let i = 0; i < n; i++) {
          expect(unpack(words, 13 * i, back, i)).toBe(0);
          expect(words[13 * i] >>> 27).toBe(bunchCode5(bx[i]));
        }
        expect(back.sumCode).toEqual(sums);
        expect(back.latents).toEqual(cutLatents(plan, latents, n));
        // What survives is never more than the mask keeps.
        for (let o = 0; o < 16; o++) {
          expect(BigInt(plan.survive[o]) & ~((mask >> BigInt(9 * o)) & 511n)).toBe(0n);
        }
      }
    }
  });

  it('cuts the top latents when the mask keeps more than the links carry', () => {
    const plan = payloadPlan(2, ALL_BITS);
    expect(Array.from(plan.survive)).toEqual([511, 511, 511, 511, 511, 31, ...new Array(10).fill(0)]);
  });
});
