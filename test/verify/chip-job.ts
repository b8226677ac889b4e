import { Random } from '../../src/base/index.js';
import { type ChipSettings, defaultSettings, packCodes } from '../../src/blocks/index.js';
import { type ChipVectors, runChip, settingsToRegisterWrites } from '../../src/chips/index.js';
import { type EncoderShape, zeroWeights } from '../../src/encoder/index.js';

/** Settings with random weights, mux and calibration, and random wafers with the words that the reference makes. */
export function randomJob(
  seed: number,
  rows: number,
  shape?: EncoderShape,
): { settings: ChipSettings; vectors: ChipVectors } {
  const random = new Random(seed);
  const weights = zeroWeights(shape);
  for (const array of weights.layers.flatMap(({ kernel, bias }) => [kernel, bias])) {
    // Small dense weights keep most latents between 0 and 511.
    const range = array === weights.layers[1].kernel ? 14 : 64;
    for (let q = 0; q < array.length; q++) array[q] = random.below(range) - range / 2;
  }
  const settings: ChipSettings = {
    ...defaultSettings('production'),
    algorithm: 'autoencoder',
    etx: 5,
    mux: random.shuffle(Uint8Array.from({ length: 48 }, (_, k) => k)),
    calibration: Uint16Array.from({ length: 48 }, () => 1024 + random.below(2048)),
    weights,
  };
  const codes = Uint8Array.from({ length: rows * 48 }, () => (random.below(3) === 0 ? random.below(110) : 0));
  const words = packCodes(
    'production',
    codes,
    Uint32Array.from({ length: rows }, (_, i) => i),
    rows,
  );
  return { settings, vectors: vectorsOf(settings, words) };
}

export function vectorsOf(settings: ChipSettings, words: Uint32Array): ChipVectors {
  return { writes: settingsToRegisterWrites(settings), words, expected: runChip(settings, words) };
}
