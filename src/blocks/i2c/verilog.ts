import { leafBlock } from '../build.js';

/** I2C target. */
export const i2cBlock = leafBlock(
  'i2c',
  ({ i2cTimeoutBits }) => [
    { what: 'SCL filter', bits: 5, kind: 'control' },
    { what: 'SDA filter', bits: 6, kind: 'control' },
    { what: 'protocol', bits: 36, kind: 'control' },
    { what: 'time-out', bits: i2cTimeoutBits, kind: 'control' },
  ],
  ({ i2cTimeoutBits }) => ({ TimeoutBits: i2cTimeoutBits }),
  'i2c_target',
);
