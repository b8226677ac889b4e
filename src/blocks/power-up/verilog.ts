import type { ChipBlock } from '../build.js';

/** Power-up state machine: a leaf cell (rtl/econ_power_up.v), nothing is emitted. */
export const powerUpBlock: ChipBlock = {
  name: 'power-up',
  instance: 'u_power_up',
  module: 'econ_power_up',
  latency: 0,
  state: () => [{ what: 'state', bits: 4, kind: 'control' }],
};
