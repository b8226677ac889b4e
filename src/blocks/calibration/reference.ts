/** Bits of a calibration factor, unsigned. */
export const CALIBRATION_BITS = 12;
/** Fraction bits of a factor: 2048 is 1. */
export const CALIBRATION_SHIFT = 11;

/**
 * Calibrated charge (CALQ): (linear * factor) >> 11, truncated; 22 bits hold every result.
 * @param linear 0 .. 2^21 - 1
 * @param factor 0 .. 4095
 */
export function calibrate(linear: number, factor: number): number {
  // The product has 33 bits: a division, because `>>` stops at 32.
  return Math.floor((linear * factor) / 2 ** CALIBRATION_SHIFT);
}
