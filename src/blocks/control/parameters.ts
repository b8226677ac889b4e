/** 7-bit device address with all straps at 0; the three strap pins are added (spec econt-behaviour 11). */
export const I2C_BASE_ADDRESS = 0x20;
/** Range of the time-out parameter. */
export const I2C_TIMEOUT_BITS = { least: 8, most: 24 } as const;

/** Device address for these strap pins. */
export function deviceAddress(strap: number): number {
  return I2C_BASE_ADDRESS + (strap & 7);
}
