import { decodeSmallFloatMid, float4E3M } from '../../number/index.js';
import { HIGH_DENSITY_SHIFT, LOW_DENSITY_SHIFT } from './parameters.js';

/**
 * Linear charge of a 4E3M code: the middle of its interval, times 8 (high density) or 2 (low density). Never 0:
 * code 0 gives 4 or 1 (spec econt-behaviour 4).
 * @param code 0..127
 */
export function floatToFixed(code: number, highDensity: boolean): number {
  return decodeSmallFloatMid(float4E3M, code) * 2 ** (highDensity ? HIGH_DENSITY_SHIFT : LOW_DENSITY_SHIFT);
}
