import { CODES } from '../link-input/parameters.js';
import type { Generation } from '../settings.js';

/** Input that a mux register selects, 0..47; -1 for 48..63, which name none: the output has code 0. */
export function muxInput(register: number): number {
  return register < CODES ? register : -1;
}

/** The 48 mux registers that pass the codes in the order in which they stand in the words, left to right. */
export function straightMux(generation: Generation): Uint8Array {
  return Uint8Array.from({ length: CODES }, (_, k) => (generation === 'P1' ? k - (k & 3) + 3 - (k & 3) : k));
}
