import { type EncoderShape, encoderLayers, fieldLength, usedBlocks, weightBits } from '../chip/index.js';

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
 * weight. Within some ten per cent between them; a rank, no verdict - `econ flow` synthesises.
 */
export function estimateShape(shape: EncoderShape): ShapeEstimate {
  let products = 0;
  for (const { taps, channels, inputBits, weights } of encoderLayers(shape)) {
    const count = channels * taps.reduce((sum, list) => sum + list.length, 0);
    products += count * inputBits * weightBits(weights);
  }
  const blocks = usedBlocks(shape);
  return {
    gates: Math.round(FIXED.gates + BLOCK.gates * blocks + PRODUCT.gates * products),
    energy: FIXED.energy + BLOCK.energy * blocks + PRODUCT.energy * products,
    bits: fieldLength(shape.latents),
  };
}

const FIXED = { gates: 11_200, energy: 30 };
const BLOCK = { gates: 12_430, energy: 31.6 };
const PRODUCT = { gates: 4.05, energy: 0.0059 };
