import { EconError } from '../base/index.js';
import { bitLength } from './bits.js';

/**
 * An unsigned floating-point code without rounding: `exponent << mantissaBits | mantissa`. Exponent 0 holds the
 * numbers below 2^mantissaBits as they are; above, the mantissa is what follows the leading one.
 * Formula source: behaviour specification, section 6.
 */
export interface SmallFloat {
  readonly name: '4E3M' | '5E3M' | '5E4M';
  readonly exponentBits: number;
  readonly mantissaBits: number;
  /** Width of the code: exponentBits + mantissaBits. */
  readonly bits: number;
}

/** Trigger-cell charge and 7-bit super-cell sum. Codes 0..127; 2^18 - 2^14 and above give 127. */
export const float4E3M: SmallFloat = { name: '4E3M', exponentBits: 4, mantissaBits: 3, bits: 7 };
/** Module sum of threshold sum and best choice. Codes 0..255; 2^34 - 2^30 and above give 255. */
export const float5E3M: SmallFloat = { name: '5E3M', exponentBits: 5, mantissaBits: 3, bits: 8 };
/** 9-bit super-cell sum and the module sum of the autoencoder. Codes 0..511; 2^35 - 2^30 and above give 511. */
export const float5E4M: SmallFloat = { name: '5E4M', exponentBits: 5, mantissaBits: 4, bits: 9 };

/** The formats by their names. */
export const smallFloats = { '4E3M': float4E3M, '5E3M': float5E3M, '5E4M': float5E4M } as const;

/**
 * Largest code that is not above `v`; truncates, and saturates to all ones.
 * @param v integer in 0 .. 2^53 - 1
 * @throws EconError number/not-a-charge when `v` is negative, fractional or not a number
 */
export function encodeSmallFloat(f: SmallFloat, v: number): number {
  // 32-bit integers, which charges and sums are, without the checks and the division.
  if (v >>> 0 === v) {
    const e = 32 - Math.clz32(v) - f.mantissaBits;
    if (e <= 0) return v;
    if (e >= 1 << f.exponentBits) return (1 << f.bits) - 1;
    return (e << f.mantissaBits) + (v >>> (e - 1)) - (1 << f.mantissaBits);
  }
  if (!(v >= 0 && Number.isSafeInteger(v))) {
    throw new EconError({
      code: 'number/not-a-charge',
      where: f.name,
      what: `cannot encode ${v}: only integers from 0 to 2^53 - 1 have a code.`,
      remedy: 'Round the value and keep it in this range first.',
    });
  }
  const m = f.mantissaBits;
  const n = bitLength(v);
  if (n <= m) return v;
  const exponent = n - m;
  if (exponent >= 1 << f.exponentBits) return (1 << f.bits) - 1;
  // v has at most m + 31 bits here: a division, because `>>` stops at 32 bits.
  return (exponent << m) + Math.floor(v / 2 ** (exponent - 1)) - (1 << m);
}

/**
 * Lower edge of the interval of values that share this code: the smallest integer with it.
 * @param code 0 .. 2^bits - 1
 * @returns an integer, exact (below 2^36 for 5E4M)
 * @throws EconError number/no-such-code
 */
export function decodeSmallFloat(f: SmallFloat, code: number): number {
  const exponent = exponentOf(f, code);
  return exponent === 0 ? code : (code - ((exponent - 1) << f.mantissaBits)) * 2 ** (exponent - 1);
}

/**
 * Middle of the half-open interval of this code: lower edge plus half a step. Ends in .5 where the step is 1
 * (exponent 0 and 1), so that `decodeSmallFloatMid(float4E3M, c) * 2 ** d` is the float-to-fixed block of
 * section 4 with `d` dropped bits, for every code.
 * The all-ones code also holds everything above; its middle is that of its nominal interval.
 */
export function decodeSmallFloatMid(f: SmallFloat, code: number): number {
  return decodeSmallFloat(f, code) + 2 ** (Math.max(exponentOf(f, code) - 1, 0) - 1);
}

function exponentOf(f: SmallFloat, code: number): number {
  if (!(code >= 0 && code < 1 << f.bits && Number.isInteger(code))) {
    throw new EconError({
      code: 'number/no-such-code',
      where: f.name,
      what: `${code} is not a code of this format.`,
      remedy: `Codes are the integers from 0 to ${(1 << f.bits) - 1}.`,
    });
  }
  return code >> f.mantissaBits;
}
