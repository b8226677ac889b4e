import type { ChipBlock } from '../build.js';

/** Synchroniser of the reset: a leaf cell (rtl/econ_reset_sync.v), nothing is emitted. */
export const resetSyncBlock: ChipBlock = {
  name: 'reset-sync',
  instance: 'u_reset_sync',
  module: 'econ_reset_sync',
  latency: 0,
  state: () => [{ what: 'synchroniser', bits: 2, kind: 'control' }],
};
