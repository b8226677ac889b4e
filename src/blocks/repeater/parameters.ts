/** Bits of a repeater packet before padding: BX counter and 48 charges 4E3M (spec econt-behaviour 7.1). */
export const REPEATER_BITS = 5 + 48 * 7;
