import { WEIGHT_BLOCK_BYTES, WEIGHT_BLOCKS } from '../../encoder/index.js';

/** Register address of byte 0 of block 0; block n follows at 0x86 n (spec econt-behaviour 12). */
export const WEIGHT_BASE = 0x600;
/** Clocks from the start of a commit to its decision: one per byte, one to compare. */
export const CHECK_CLOCKS = WEIGHT_BLOCKS * WEIGHT_BLOCK_BYTES + 1;
