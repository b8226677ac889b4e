import {
  type EncoderWeights,
  encoderLayers,
  type LayerWeights,
  multiplierOf,
  WEIGHT_BITS,
  WEIGHT_FRACTION_BITS,
  type WeightFormat,
  weightBits,
} from '../../encoder/index.js';
import type { LoweredNetwork } from './lowered.js';

/** How a real weight becomes an integer: `floor` is what the scripts around ECON-T do (spec econt-behaviour 9.6). */
export type WeightRounding = 'nearest' | 'floor';

/** The chip's integer weights; dense kernels are transposed to [output][input]. */
export function quantise(
  { layers, shape }: Pick<LoweredNetwork, 'layers' | 'shape'>,
  rounding: WeightRounding,
): EncoderWeights {
  const tensors = encoderLayers(shape).map((layer, i): LayerWeights => {
    const { weights, kernelRows, channels } = layer;
    const codes = Int8Array.from(layers[i].kernel, coder(weights, rounding));
    const bias = coder({ kind: 'fixed', bits: WEIGHT_BITS, fraction: WEIGHT_FRACTION_BITS }, rounding);
    return {
      kernel: layer.kind === 'dense' ? transposed(codes, kernelRows, channels) : codes,
      bias: Int8Array.from(layers[i].bias, bias),
    };
  });
  return { shape, layers: tensors };
}

/** A step that a tool's own rounding took off a quantised weight must not become a whole one below. */
const NEAR = 1e-6;

function coder(format: WeightFormat, rounding: WeightRounding): (weight: number) => number {
  const scale = 2 ** format.fraction;
  if (format.kind === 'fixed') {
    const half = 2 ** (format.bits - 1);
    const round = rounding === 'floor' ? (v: number): number => Math.floor(v + NEAR) : Math.round;
    return (weight) => Math.max(-half, Math.min(half - 1, round(weight * scale)));
  }
  const multipliers = Array.from({ length: 2 ** weightBits(format) }, (_, word) =>
    multiplierOf(format, word),
  );
  return (weight) =>
    multipliers.reduce((best, m) =>
      Math.abs(m - weight * scale) < Math.abs(best - weight * scale) ? m : best,
    );
}

/** rows * columns values to columns * rows. */
export function transposed<T extends Int8Array | Float64Array>(values: T, rows: number, columns: number): T {
  const out = values.slice() as T;
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < columns; c++) out[c * rows + r] = values[r * columns + c];
  return out;
}
