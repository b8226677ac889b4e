import type { ChipBlock } from '../build.js';

/** I2C target: a leaf cell (rtl/econ_i2c_target.v), nothing is emitted. */
export const i2cBlock: ChipBlock = {
  name: 'i2c',
  instance: 'u_i2c_target',
  module: 'econ_i2c_target',
  latency: 0,
  state: (options) => [
    { what: 'SCL filter', bits: 5, kind: 'control' },
    { what: 'SDA filter', bits: 6, kind: 'control' },
    { what: 'protocol', bits: 36, kind: 'control' },
    { what: 'time-out', bits: options.i2cTimeoutBits, kind: 'control' },
  ],
};
