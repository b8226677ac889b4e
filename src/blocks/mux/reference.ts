import { inputFormat } from '../link-input/parameters.js';

/** Bits of a mux register; an output with a value that no input has (48..63 of HGCAL) has code 0 (a decision of the project). */
export const MUX_BITS = 6;
export const MOST_MUX_INPUTS = 2 ** MUX_BITS;

/** Input that a mux register selects; -1 for a number that none has: the output has code 0. */
export function muxInput(register: number, cells = inputFormat({}).cells): number {
  return register < cells ? register : -1;
}
