import { leafBlock } from '../build.js';
import { econtInput } from '../link-input/parameters.js';

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

/** Check of the headers of the input words. */
export const headerCheckBlock = leafBlock(
  'header-check',
  () => [{ what: 'flags and counters', bits: 17 * econtInput.links, kind: 'counter' }],
  () => ({ Links: econtInput.links }),
);

/** Power-up state machine. */
export const powerUpBlock = leafBlock('power-up', () => [{ what: 'state', bits: 4, kind: 'control' }]);

/** Synchroniser of the reset. */
export const resetSyncBlock = leafBlock('reset-sync', () => [
  { what: 'synchroniser', bits: 2, kind: 'control' },
]);
