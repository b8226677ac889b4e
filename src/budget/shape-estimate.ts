import {
  type EncoderShape,
  encoderLayers,
  fieldLength,
  LATENT_BITS,
  setBits,
  usedBlocks,
  weightBits,
} from '../chip/index.js';

/** What an encoder would cost, without synthesis. */
export interface ShapeEstimate {
  /** Gates of the encoder block: normaliser, encoder, weight memory, I2C; no flip-flops. */
  readonly gates: number;
  /** pJ per wafer of the same. */
  readonly energy: number;
  /** Bits that the latents send. */
  readonly bits: number;
}

/**
 * A straight line through two synthesised chips (docs/cost-model.md), ECON-T's encoder and `cells`: so much for
 * normaliser and I2C, for each weight block (TMR mode weights), and for each product, by bits of value times bits of
 * weight. The choice of the largest latents is measured at one chip, seven of 48 cells. Within some ten per cent between
 * them; a rank, no verdict - `econ flow` synthesises.
 */
export function estimateShape(shape: EncoderShape): ShapeEstimate {
  let products = 0;
  for (const { taps, channels, inputBits, weights } of encoderLayers(shape)) {
    const count = channels * taps.reduce((sum, list) => sum + list.length, 0);
    products += count * inputBits * weightBits(weights);
  }
  const blocks = usedBlocks(shape);
  const choice = choiceBits(shape);
  return {
    gates: Math.round(FIXED.gates + BLOCK.gates * blocks + PRODUCT.gates * products + CHOICE.gates * choice),
    energy: FIXED.energy + BLOCK.energy * blocks + PRODUCT.energy * products + CHOICE.energy * choice,
    bits: fieldLength(shape.latents),
  };
}

/** Bits that are compared to find the largest latents, and bits that are gathered to send them. */
function choiceBits(shape: EncoderShape): number {
  const { bits, largest } = shape.latents;
  if (largest === undefined) return 0;
  const compared = ((bits.length * (bits.length - 1)) / 2) * LATENT_BITS;
  return compared + largest * bits.length * (setBits(shape.latents) + bits[0]);
}

const FIXED = { gates: 11_200, energy: 30 };
const BLOCK = { gates: 12_430, energy: 31.6 };
const PRODUCT = { gates: 4.05, energy: 0.0059 };
const CHOICE = { gates: 2.05, energy: 0.003 };
