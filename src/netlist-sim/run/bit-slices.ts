/**
 * Numbers of up to 32 bits of many streams, turned by 90 degrees: word 4 i + w holds bit i of the streams
 * 32 w .. 32 w + 31, the lowest stream in bit 0.
 *
 * @param values 128 numbers, one per stream
 * @param width bits of each, 1 .. 32
 */
export function toSlices(values: ArrayLike<number>, width: number): Uint32Array {
  const out = new Uint32Array(4 * width);
  const block = new Uint32Array(32);
  for (let w = 0; w < 4; w++) {
    for (let k = 0; k < 32; k++) block[k] = values[32 * w + k];
    transpose(block);
    for (let i = 0; i < width; i++) out[4 * i + w] = block[i];
  }
  return out;
}

/** The numbers of 128 streams from slices of up to 32 bits. */
export function fromSlices(slices: ArrayLike<number>): Uint32Array {
  const width = slices.length >>> 2;
  const out = new Uint32Array(128);
  const block = new Uint32Array(32);
  for (let w = 0; w < 4; w++) {
    block.fill(0);
    for (let i = 0; i < width; i++) block[i] = slices[4 * i + w];
    transpose(block);
    out.set(block, 32 * w);
  }
  return out;
}

/** 32 x 32 bits, in place: halves are exchanged, then quarters, ... */
function transpose(block: Uint32Array): void {
  let mask = 0x0000ffff;
  for (let step = 16; step > 0; step >>= 1, mask ^= mask << step) {
    for (let k = 0; k < 32; k = (k + step + 1) & ~step) {
      const swap = ((block[k] >>> step) ^ block[k + step]) & mask;
      block[k] ^= swap << step;
      block[k + step] ^= swap;
    }
  }
}
