/**
 * 32-bit hash of each row of `width` words (multiply and xor-shift per word, the finaliser of MurmurHash3 at the
 * end): two rows of equal content have equal hashes, wherever they stand.
 */
export function hashRows(words: Uint32Array, width: number, seed: number): Uint32Array {
  const hashes = new Uint32Array(words.length / width);
  const start = Math.imul((seed ^ Math.floor(seed / 4294967296)) | 0, 0x9e3779b1) ^ 0x2545f491;
  for (let row = 0, at = 0; row < hashes.length; row++) {
    let h = start;
    for (let i = 0; i < width; i++) {
      h = Math.imul(h ^ words[at++], 0xcc9e2d51);
      h = (h ^ (h >>> 15)) + 0x6b43a9b5;
    }
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    hashes[row] = (h ^ (h >>> 16)) >>> 0;
  }
  return hashes;
}

/** Order of the contents of two rows: negative, 0 (equal) or positive. */
export function compareRows(words: Uint32Array, width: number, a: number, b: number): number {
  for (let i = 0, p = a * width, q = b * width; i < width; i++, p++, q++) {
    if (words[p] !== words[q]) return words[p] - words[q];
  }
  return 0;
}

/** Slot of an open-addressing table (size a power of two, entries row + 1) that holds a row equal to `row`, or is free. */
export function findRow(
  table: Uint32Array,
  words: Uint32Array,
  width: number,
  hashes: Uint32Array,
  row: number,
): number {
  const mask = table.length - 1;
  for (let slot = hashes[row] & mask; ; slot = (slot + 1) & mask) {
    const other = table[slot];
    if (!other) return slot;
    if (hashes[other - 1] === hashes[row] && compareRows(words, width, other - 1, row) === 0) return slot;
  }
}
