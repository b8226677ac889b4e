import { decodeSmallFloatMid, float4E3M, type SmallFloat } from '../../number/index.js';

/** Width of a linear charge: code 127 of a high-density module gives 2,031,616. */
export const LINEAR_BITS = 21;
/** Left shift of a linear charge, by density (spec econt-behaviour 4). */
export const HIGH_DENSITY_SHIFT = 3;
export const LOW_DENSITY_SHIFT = 1;

/**
 * Linear charge of a code: the middle of its interval, times 8 (high density) or 2 (low density). Never 0: code 0 gives 4
 * or 1 (spec econt-behaviour 4). What has more than 21 bits, which none of 4E3M has, is the largest of 21 bits.
 * @param code 0..2^bits - 1
 */
export function floatToFixed(code: number, highDensity: boolean, format: SmallFloat = float4E3M): number {
  const linear =
    decodeSmallFloatMid(format, code) * 2 ** (highDensity ? HIGH_DENSITY_SHIFT : LOW_DENSITY_SHIFT);
  return Math.min(linear, 2 ** LINEAR_BITS - 1);
}
