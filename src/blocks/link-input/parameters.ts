import type { Generation } from '../settings.js';

/** Input links (eRx), one 32-bit word each per bunch crossing (BX). */
export const LINKS = 12;
/** Trigger-cell codes in a word, 7 bits each, below the 4-bit header. */
export const CODES_PER_LINK = 4;
export const CODE_BITS = 7;
/** Mux inputs: all the codes of a BX. */
export const CODES = LINKS * CODES_PER_LINK;
/** Header (bits 31:28) of eRx 0 in the first BX of an orbit: restarts the BX count. */
export const ORBIT_HEADER = 0x9;
/** Header of every other BX. */
export const HEADER = 0xa;
/** BX of one LHC orbit. */
export const ORBIT = 3564;

/** Where mux input m (0..47) comes from: its link and the lowest bit of its code (spec econt-behaviour 2). */
export function codePosition(generation: Generation, m: number): { link: number; low: number } {
  const slot = generation === 'P1' ? 3 - (m & 3) : m & 3;
  return { link: m >> 2, low: CODE_BITS * (CODES_PER_LINK - 1 - slot) };
}
