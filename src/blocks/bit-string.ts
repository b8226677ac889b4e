/**
 * A packet under construction: bits from the left, cut into 16-bit words, first bit most significant. One is reused
 * for all rows of a stream. Bits beyond the capacity are an error of the caller, not checked here.
 */
export interface BitString {
  readonly words: Uint16Array;
  /** Bits written so far. */
  bits: number;
}

/** The longest packet (threshold sum, 48 cells) has 25 words; the largest output has 26. */
export const PACKET_WORDS = 26;

export function bitString(): BitString {
  return { words: new Uint16Array(PACKET_WORDS), bits: 0 };
}

export function clearBits(s: BitString): void {
  s.words.fill(0);
  s.bits = 0;
}

/** Appends the low `width` (1..16) bits of `value`. */
export function putBits(s: BitString, value: number, width: number): void {
  const word = s.bits >> 4;
  const free = 16 - (s.bits & 15);
  const field = value & ((1 << width) - 1);
  s.bits += width;
  if (width <= free) s.words[word] |= field << (free - width);
  else {
    s.words[word] |= field >> (width - free);
    s.words[word + 1] |= field << (16 - (width - free));
  }
}

/**
 * Appends a map of 48 cells, 1 where `flags[at+k]` is not 0.
 * @param lastFirst cell 47 is the first bit (production) instead of cell 0 (P1)
 */
export function putMap(s: BitString, flags: Uint8Array, at: number, lastFirst: boolean): void {
  for (let word = 0; word < 3; word++) {
    let bits = 0;
    for (let b = 0; b < 16; b++) {
      const k = 16 * word + b;
      bits = (bits << 1) | (flags[at + (lastFirst ? 47 - k : k)] === 0 ? 0 : 1);
    }
    putBits(s, bits, 16);
  }
}

/** 16-bit words that hold the bits written so far. */
export function packetWords(s: BitString): number {
  return (s.bits + 15) >> 4;
}

/** Writes the first 2 * etx words to the 13 link words at `at`: eTx j carries words 2j (upper half) and 2j + 1. */
export function toLinks(s: BitString, etx: number, out: Uint32Array, at: number): void {
  for (let j = 0; j < 13; j++) {
    out[at + j] = j < etx ? ((s.words[2 * j] << 16) | s.words[2 * j + 1]) >>> 0 : 0;
  }
}
