import { inputFormat } from '../link-input/parameters.js';

/** Input that a mux register selects; -1 for a number that none has: the output has code 0. */
export function muxInput(register: number, cells = inputFormat({}).cells): number {
  return register < cells ? register : -1;
}
