/** 7-bit device address with all straps at 0; the three strap pins are added (spec econt-behaviour 11). */
export const I2C_BASE_ADDRESS = 0x20;
/** Clocks of clk_i that SCL must be low and high at least, and SDA stable before SCL rises. */
export const I2C_LOW_CLOCKS = 8;
export const I2C_HIGH_CLOCKS = 6;
export const I2C_SETUP_CLOCKS = 2;
/** Shortest pulse, in clocks, that the glitch filter lets pass for certain; shorter than 3 never passes. */
export const I2C_FILTER_CLOCKS = 4;
/** Range of the time-out parameter. */
export const I2C_TIMEOUT_BITS = { least: 8, most: 24 } as const;

/** Device address for these strap pins. */
export function deviceAddress(strap: number): number {
  return I2C_BASE_ADDRESS + (strap & 7);
}
