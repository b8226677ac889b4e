/** Bits of a calibration factor, unsigned. */
export const CALIBRATION_BITS = 12;
/** Fraction bits of a factor: 2048 is 1. */
export const CALIBRATION_SHIFT = 11;
