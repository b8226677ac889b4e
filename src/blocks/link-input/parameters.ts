export { ORBIT } from '../../detector/index.js';

import { type DetectorDescription, detectorOf } from '../../detector/index.js';
import { type SmallFloat, smallFloats } from '../../number/index.js';
import type { Generation } from '../settings.js';

/** Trigger-cell codes in a word, 7 bits each, below the 4-bit header. */
export const CODES_PER_LINK = 4;
export const CODE_BITS = 7;
/** Header (bits 31:28) of eRx 0 in the first BX of an orbit: restarts the BX count. */
export const ORBIT_HEADER = 0x9;
/** Header of every other BX. */
export const HEADER = 0xa;

/** How charges come in. Of HGCAL 48 codes 4E3M, four in each of 12 words. */
export interface InputFormat {
  readonly cells: number;
  readonly code: SmallFloat;
  readonly perLink: number;
  readonly links: number;
}

/** Bits of a word below its header. */
const PAYLOAD_BITS = 28;

/** As many codes in a word as fit, at most four; as many words as the cells need. */
export function inputFormat({ detector }: { readonly detector?: DetectorDescription }): InputFormat {
  const { cells, charge } = detectorOf(detector);
  const code = smallFloats[charge.name];
  const perLink = Math.min(CODES_PER_LINK, Math.floor(PAYLOAD_BITS / code.bits));
  return { cells, code, perLink, links: Math.ceil(cells / perLink) };
}

/** The input of ECON-T, whose algorithms but the autoencoder pack the cells of HGCAL only. */
export const econtInput: InputFormat = inputFormat({});

/** 'codes 4E3M, 7 bits'. */
export function codeText(options: { readonly detector?: DetectorDescription }): string {
  const { code } = inputFormat(options);
  return `codes ${code.name}, ${code.bits} bits`;
}

/** Where mux input m comes from: its link and the lowest bit of its code (spec econt-behaviour 2). */
export function codePosition(
  generation: Generation,
  m: number,
  { code, perLink }: InputFormat,
): { link: number; low: number } {
  const slot = generation === 'P1' ? perLink - 1 - (m % perLink) : m % perLink;
  return { link: Math.floor(m / perLink), low: PAYLOAD_BITS - code.bits * (slot + 1) };
}
