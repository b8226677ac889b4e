import type { FuzzKind } from '../kind.js';
import { networkKinds } from './networks.js';
import { recordKinds } from './records.js';
import { settingsKinds } from './settings.js';
import { verilogKinds } from './verilog.js';
import { waferKinds } from './wafers.js';

/** Every reader of files of other people. */
export const kinds: readonly FuzzKind[] = [
  ...waferKinds,
  ...settingsKinds,
  ...recordKinds,
  ...networkKinds,
  ...verilogKinds,
];
