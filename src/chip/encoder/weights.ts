import { EconError } from '../../base/index.js';
import { type EncoderWeights, WEIGHT_BITS, zeroWeights } from './parameters.js';

/** Bytes of the weight registers: 12 blocks of 134 (spec econt-behaviour 9.6). */
export const WEIGHT_BYTES = 1608;
export const WEIGHT_BLOCKS = 12;
export const WEIGHT_BLOCK_BYTES = 134;

/** The four arrays in the order of the weight string: q = 0..71, 72..79, 80..2127, 2128..2143. */
function sections(weights: EncoderWeights): readonly Int8Array[] {
  return [weights.convKernel, weights.convBias, weights.denseKernel, weights.denseBias];
}

/**
 * Packs weights into the byte string of the weight registers: weight q in bits 6q+5..6q, byte B of block n at
 * 134 n + B, lowest bits first (spec econt-behaviour 9.6).
 * @returns 1608 bytes
 * @throws EconError chip/bad-weights on a wrong length or a value outside -32..31
 */
export function packWeights(weights: EncoderWeights): Uint8Array {
  const bytes = new Uint8Array(WEIGHT_BYTES);
  const expected = sections(zeroWeights());
  const names = ['convKernel', 'convBias', 'denseKernel', 'denseBias'];
  let bit = 0;
  sections(weights).forEach((values, section) => {
    if (values.length !== expected[section].length) {
      throw badWeights(names[section], `has ${values.length} values, not ${expected[section].length}.`);
    }
    for (let i = 0; i < values.length; i++, bit += WEIGHT_BITS) {
      if (values[i] < -32 || values[i] > 31) {
        throw badWeights(`${names[section]}[${i}]`, `is ${values[i]}, outside -32..31.`);
      }
      const field = (values[i] & 63) << (bit & 7);
      bytes[bit >> 3] |= field;
      // A weight may straddle two bytes; the last one ends exactly at the end of the string.
      if (field > 255) bytes[(bit >> 3) + 1] |= field >> 8;
    }
  });
  return bytes;
}

/**
 * The inverse of packWeights.
 * @param bytes 1608 bytes, blocks 0..11 one after the other
 * @throws EconError chip/bad-weights on a wrong length
 */
export function unpackWeights(bytes: Uint8Array): EncoderWeights {
  if (bytes.length !== WEIGHT_BYTES) {
    throw badWeights('weight bytes', `are ${bytes.length}, not ${WEIGHT_BYTES}.`);
  }
  const weights = zeroWeights();
  let bit = 0;
  for (const values of sections(weights)) {
    for (let i = 0; i < values.length; i++, bit += WEIGHT_BITS) {
      const low = bytes[bit >> 3] | ((bytes[(bit >> 3) + 1] ?? 0) << 8);
      values[i] = ((low >> (bit & 7)) << 26) >> 26;
    }
  }
  return weights;
}

function badWeights(where: string, what: string): EconError {
  return new EconError({
    code: 'chip/bad-weights',
    where,
    what,
    remedy:
      'Weights are 6-bit integers, 72 + 8 + 2048 + 16 of them in 1608 bytes: train or export the model again.',
  });
}
