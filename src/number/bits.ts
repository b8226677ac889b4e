import { EconError } from '../base/index.js';

/**
 * Bits needed to write `v`: 0 for 0, n for 2^(n-1) .. 2^n - 1. Exact up to 2^53 - 1; floor(log2 v) + 1.
 * @throws EconError number/not-a-charge when `v` is negative, fractional, too large or not a number
 */
export function bitLength(v: number): number {
  if (v >>> 0 === v) return 32 - Math.clz32(v);
  if (!(v >= 0 && Number.isSafeInteger(v))) {
    throw new EconError({
      code: 'number/not-a-charge',
      where: 'bit length',
      what: `${v} is not an integer from 0 to 2^53 - 1.`,
      remedy: 'Round the value and keep it in this range first.',
    });
  }
  return 64 - Math.clz32(Math.floor(v / 4294967296));
}
