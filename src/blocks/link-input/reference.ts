import type { Generation } from '../settings.js';
import { codePosition, HEADER, type InputFormat, inputFormat, ORBIT_HEADER } from './parameters.js';

/** BX count in packets with a 5-bit counter: 31 at BX 0, otherwise BX mod 16. */
export function bunchCode5(bx: number): number {
  return bx === 0 ? 31 : bx & 15;
}

/** BX count in packets with a 4-bit counter: bits 4, 2, 1, 0 of the five; 15 at BX 0, otherwise BX mod 8. */
export function bunchCode4(bx: number): number {
  return bx === 0 ? 15 : bx & 7;
}

/**
 * BX number of each row: 0 where eRx 0 has the header 0x9, one more in each following row. Nothing else restarts
 * the count, as in the chip; a stream that does not begin with 0x9 begins at `first`.
 * @returns BX number of the row after the last
 */
export function countBunches(
  words: Uint32Array,
  rows: number,
  first: number,
  out: Uint32Array,
  { links }: Pick<InputFormat, 'links'> = inputFormat({}),
): number {
  let bx = first;
  for (let i = 0; i < rows; i++) {
    if (words[i * links] >>> 28 === ORBIT_HEADER) bx = 0;
    out[i] = bx++;
  }
  return bx;
}

/**
 * Index of the first word whose header is neither 0x9 nor 0xA, or is not that of the other links of its row; -1 when
 * there is none. The chip itself looks at the header of eRx 0 only, and counts the others as errors.
 */
export function findBadHeader(
  words: Uint32Array,
  { links }: Pick<InputFormat, 'links'> = inputFormat({}),
): number {
  let first = 0;
  for (let i = 0, link = 0; i < words.length; i++) {
    const header = words[i] >>> 28;
    if (link === 0) {
      if (header !== ORBIT_HEADER && header !== HEADER) return i;
      first = header;
    } else if (header !== first) return i;
    link = link + 1 === links ? 0 : link + 1;
  }
  return -1;
}

/** Packs the codes of each row, by mux input, into link words; `bx` gives the headers. The inverse of the link input. */
export function packCodes(
  generation: Generation,
  codes: Uint8Array,
  bx: Uint32Array,
  rows: number,
  format: InputFormat = inputFormat({}),
): Uint32Array {
  const { cells, code, links } = format;
  const words = new Uint32Array(rows * links);
  for (let i = 0; i < rows; i++) {
    const header = (bx[i] === 0 ? ORBIT_HEADER : HEADER) << 28;
    for (let link = 0; link < links; link++) words[i * links + link] = header;
    for (let m = 0; m < cells; m++) {
      const { link, low } = codePosition(generation, m, format);
      words[i * links + link] |= (codes[i * cells + m] & (2 ** code.bits - 1)) << low;
    }
  }
  return words;
}
