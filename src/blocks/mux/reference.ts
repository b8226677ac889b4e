import { CODES } from '../link-input/parameters.js';

/** Input that a mux register selects, 0..47; -1 for 48..63, which name none: the output has code 0. */
export function muxInput(register: number): number {
  return register < CODES ? register : -1;
}
