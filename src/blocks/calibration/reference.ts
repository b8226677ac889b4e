import { CALIBRATION_SHIFT } from './parameters.js';

/**
 * Calibrated charge (CALQ): (linear * factor) >> 11, truncated; 22 bits hold every result.
 * @param linear 0 .. 2^21 - 1
 * @param factor 0 .. 4095
 */
export function calibrate(linear: number, factor: number): number {
  // The product has 33 bits: a division, because `>>` stops at 32.
  return Math.floor((linear * factor) / 2 ** CALIBRATION_SHIFT);
}
