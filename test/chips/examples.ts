import type { Random } from '../../src/base/index.js';
import { packCodes } from '../../src/blocks/index.js';
import { type EncoderWeights, zeroWeights } from '../../src/encoder/index.js';

// Row 1 (BX 1) of two public data sets, as worked through in spec econt-behaviour 16. A row of BX 0 in front makes it BX 1.

/** Any row of BX 0: its header is 0x9. */
export const bx0 = packCodes('production', new Uint8Array(48), Uint32Array.of(0), 1);

export const mcRow1 = Uint32Array.from(
  'a2e417a2 a3c74899 a4a38c28 a5298dab a3c68e1b a3cc039a a148820b a2a74c21 a441cd8e a407d81b a4a60c14 a464d41a'.split(
    ' ',
  ),
  (w) => Number.parseInt(w, 16),
);

export const randomRow1 = Uint32Array.from(
  'a1c4c70c a064189d a461878b a8628aa8 a1028b8e a001fa84 a8820c00 a0218281 a304c400 a1a545a4 a1008300 a3e34214'.split(
    ' ',
  ),
  (w) => Number.parseInt(w, 16),
);

export function numbers(text: string): number[] {
  return text
    .trim()
    .split(/[\s|]+/)
    .map(Number);
}

/** Weights over the full range -32..31. */
export function randomWeights(random: Random): EncoderWeights {
  const weights = zeroWeights();
  for (const values of weights.layers.flatMap(({ kernel, bias }) => [kernel, bias])) {
    for (let i = 0; i < values.length; i++) values[i] = random.below(64) - 32;
  }
  return weights;
}

/** The 48 mux registers that pass the codes in the order in which they stand in the words, left to right. */
export function straightMux(generation: 'P1' | 'production'): Uint8Array {
  return Uint8Array.from({ length: 48 }, (_, k) => (generation === 'P1' ? k - (k & 3) + 3 - (k & 3) : k));
}
