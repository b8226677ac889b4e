import { econtInput } from '../link-input/parameters.js';

/** Bits of a repeater packet before padding: BX counter and 48 charges 4E3M (spec econt-behaviour 7.1). */
export const REPEATER_BITS = 5 + econtInput.cells * econtInput.code.bits;
