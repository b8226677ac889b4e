import type { In } from '../base/index.js';
import {
  type EncoderShape,
  encoderLayers,
  fieldLength,
  LATENT_BITS,
  setBits,
  usedBlocks,
  weightBits,
} from '../encoder/index.js';

/** What an encoder would cost, without synthesis. */
export interface ShapeEstimate {
  /** Gates of the encoder block: normaliser, encoder, weight memory, I2C; no flip-flops. */
  readonly gates: number;
  /** Of a wafer in the same. */
  readonly energy: In<'pJ'>;
  /** Bits that the latents send. */
  readonly bits: number;
}

/**
 * A straight line through two synthesised chips (docs/cost-model.md), ECON-T's encoder and `cells`: so much for
 * normaliser and I2C, for each weight block (TMR mode weights), and for each product, by bits of value times bits of
 * weight. Two more, 7 of 48 cells in 8 levels and 20 in 32, say what the choice of the largest takes for each bit that is
 * compared, and for each that is gathered. Within some ten per cent between them; a rank, no verdict - `econ flow` synthesises.
 */
export function estimateShape(shape: EncoderShape): ShapeEstimate {
  let products = 0;
  for (const { taps, channels, inputBits, weights } of encoderLayers(shape)) {
    const count = channels * taps.reduce((sum, list) => sum + list.length, 0);
    products += count * inputBits * weightBits(weights);
  }
  const blocks = usedBlocks(shape);
  const { compared, gathered } = choiceBits(shape);
  const total = (of: 'gates' | 'energy'): number =>
    FIXED[of] + BLOCK[of] * blocks + PRODUCT[of] * products + COMPARE[of] * compared + GATHER[of] * gathered;
  return {
    gates: Math.round(total('gates')),
    energy: total('energy'),
    bits: fieldLength(shape.latents),
  };
}

/** Bits that are compared to find the largest latents, and bits that are gathered to send them. */
function choiceBits(shape: EncoderShape): { compared: number; gathered: number } {
  const { bits, largest } = shape.latents;
  if (largest === undefined) return { compared: 0, gathered: 0 };
  return {
    compared: ((bits.length * (bits.length - 1)) / 2) * LATENT_BITS,
    gathered: largest * bits.length * (setBits(shape.latents) + bits[0]),
  };
}

const FIXED = { gates: 11_200, energy: 30 };
const BLOCK = { gates: 12_430, energy: 31.6 };
const PRODUCT = { gates: 4.05, energy: 0.0059 };
const COMPARE = { gates: 3.6, energy: 0.0053 };
const GATHER = { gates: 0.52, energy: 0.0007 };
