/** Bits of a threshold register: compared with the 22-bit charge, before any drop. */
export const THRESHOLD_BITS = 22;

/** Packet types, the 3 bits after the BX counter (spec econt-behaviour 8). */
export const TYPE_EMPTY = 0b000;
export const TYPE_LIST = 0b010;
export const TYPE_MAP = 0b100;

/** With fewer passing cells than this, addresses are a list of 6-bit numbers; from here on a 48-bit map. */
export const MAP_FROM_CELLS = 8;
