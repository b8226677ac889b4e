import {
  type EncoderLayer,
  type EncoderShape,
  type EncoderWeights,
  econtShape,
  encoderLayers,
  IMAGE_CELLS,
  type LayerWeights,
  WEIGHT_BITS,
  WEIGHT_FRACTION_BITS,
  weightsOfLayers,
} from '../chip/index.js';
import type { ForeignNetwork } from './foreign-network.js';

/** How a real weight becomes an integer: `floor` is what the scripts around ECON-T do (spec econt-behaviour 9.6). */
export type WeightRounding = 'nearest' | 'floor';

/** A foreign network beside the encoder of the chip that stands for it. */
export interface FloatNetwork extends ForeignNetwork {
  /** undefined: ECON-T's. */
  readonly shape?: EncoderShape;
}

/** The chip's integer weights; dense kernels are transposed to [output][input]. */
export function quantise({ layers, shape }: FloatNetwork, rounding: WeightRounding): EncoderWeights {
  const round = rounding === 'floor' ? Math.floor : Math.round;
  const code = (value: number, bits: number, fraction: number): number =>
    Math.max(-(2 ** (bits - 1)), Math.min(2 ** (bits - 1) - 1, round(value * 2 ** fraction)));
  const tensors = encoderLayers(shape ?? econtShape).map((layer, i): LayerWeights => {
    const { weights, kernelRows, channels } = layer;
    if (weights.kind !== 'fixed') throw new Error(`no rounding to ${weights.kind} weights`);
    const codes = Int8Array.from(layers[i].kernel, (v) => code(v, weights.bits, weights.fraction));
    return {
      kernel: layer.kind === 'dense' ? transposed(codes, kernelRows, channels) : codes,
      bias: Int8Array.from(layers[i].bias, (v) => code(v, WEIGHT_BITS, WEIGHT_FRACTION_BITS)),
    };
  });
  const { shape: _, ...weights } = weightsOfLayers(shape ?? econtShape, tensors);
  if (shape) return { shape, ...weights };
  const { convKernel, convBias, denseKernel, denseBias } = weights;
  return { convKernel, convBias, denseKernel, denseBias };
}

/** rows * columns values to columns * rows. */
export function transposed<T extends Int8Array | Float64Array>(values: T, rows: number, columns: number): T {
  const out = values.slice() as T;
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < columns; c++) out[c * rows + r] = values[r * columns + c];
  return out;
}

/**
 * The network's own arithmetic: real numbers, ReLU behind each layer; rounded and saturated only where the network says so.
 * @param x n * 48 normalised cells in image order, 0..255 in units of 1/128
 * @returns n * outputs of each layer
 */
export function encodeFloat(network: FloatNetwork, x: Uint8Array, n: number): Float64Array[] {
  const layers = encoderLayers(network.shape ?? econtShape);
  let from = Float64Array.from(x.subarray(0, n * IMAGE_CELLS), (v) => v / 128);
  return layers.map((layer, depth) => {
    const to = new Float64Array(n * layer.outputs);
    for (let i = 0; i < n; i++) runLayer(network, layer, depth, from, i, to);
    from = to;
    return to;
  });
}

function runLayer(
  { layers }: FloatNetwork,
  { inputs, outputs, taps, channels }: EncoderLayer,
  depth: number,
  from: Float64Array,
  i: number,
  to: Float64Array,
): void {
  const { kernel, bias, steps } = layers[depth];
  taps.forEach((list, position) => {
    const at = i * outputs + position * channels;
    for (let c = 0; c < channels; c++) to[at + c] = bias[c];
    for (const { input, kernel: row } of list) {
      const value = from[i * inputs + input];
      if (value === 0) continue;
      for (let c = 0; c < channels; c++) to[at + c] += value * kernel[row * channels + c];
    }
    for (let c = at; c < at + channels; c++) {
      const value = Math.max(0, to[c]);
      if (!steps) to[c] = value;
      else {
        const step =
          steps.rounding === 'floor' ? Math.floor(value / steps.size) : Math.round(value / steps.size);
        to[c] = Math.min(steps.largest, step) * steps.size;
      }
    }
  });
}
