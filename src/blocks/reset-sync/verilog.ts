import { leafBlock } from '../build.js';

/** Synchroniser of the reset. */
export const resetSyncBlock = leafBlock('reset-sync', () => [
  { what: 'synchroniser', bits: 2, kind: 'control' },
]);
