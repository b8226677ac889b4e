import {
  ACTIVATIONS,
  CONV_FILTERS,
  convTaps,
  type EncoderWeights,
  IMAGE_CELLS,
  LATENTS,
  WEIGHT_BITS,
  WEIGHT_FRACTION_BITS,
} from '../chip/index.js';

/** The encoder of the 8x8 preset with real weights, as a network that was trained elsewhere has them. */
export interface FloatEncoder {
  /** 72 values [u][v][f]. */
  readonly convKernel: Float64Array;
  readonly convBias: Float64Array;
  /** 2048 values [m][o]: activation (row, column, filter), latent; as Keras keeps them. */
  readonly denseKernel: Float64Array;
  readonly denseBias: Float64Array;
}

/** How a real weight becomes one of 64: `floor` is what the scripts around ECON-T do (spec econt-behaviour 9.6). */
export type WeightRounding = 'nearest' | 'floor';

const SCALE = 2 ** WEIGHT_FRACTION_BITS;
const LARGEST = 2 ** (WEIGHT_BITS - 1) - 1;

/** The chip's integer weights; the dense kernel is transposed to [latent][activation]. */
export function quantise(encoder: FloatEncoder, rounding: WeightRounding): EncoderWeights {
  const round = rounding === 'floor' ? Math.floor : Math.round;
  const code = (value: number): number => Math.max(-LARGEST - 1, Math.min(LARGEST, round(value * SCALE)));
  const denseKernel = new Int8Array(ACTIVATIONS * LATENTS);
  for (let m = 0; m < ACTIVATIONS; m++) {
    for (let o = 0; o < LATENTS; o++)
      denseKernel[o * ACTIVATIONS + m] = code(encoder.denseKernel[m * LATENTS + o]);
  }
  return {
    convKernel: Int8Array.from(encoder.convKernel, code),
    convBias: Int8Array.from(encoder.convBias, code),
    denseKernel,
    denseBias: Int8Array.from(encoder.denseBias, code),
  };
}

/**
 * The network's own arithmetic: real numbers, no floors, ReLU behind both layers, nothing saturates.
 * @param x n * 48 normalised cells in image order, 0..255 in units of 1/128
 * @returns n * 128 activations and n * 16 latents, as real numbers
 */
export function encodeFloat(
  encoder: FloatEncoder,
  x: Uint8Array,
  n: number,
): { readonly activations: Float64Array; readonly latents: Float64Array } {
  const activations = new Float64Array(n * ACTIVATIONS);
  const latents = new Float64Array(n * LATENTS);
  for (let i = 0; i < n; i++) {
    for (let p = 0; p < convTaps.length; p++) {
      for (let f = 0; f < CONV_FILTERS; f++) {
        let sum = encoder.convBias[f];
        for (const { input, kernel } of convTaps[p])
          sum += (x[i * IMAGE_CELLS + input] / 128) * encoder.convKernel[kernel * CONV_FILTERS + f];
        activations[i * ACTIVATIONS + p * CONV_FILTERS + f] = Math.max(0, sum);
      }
    }
    for (let o = 0; o < LATENTS; o++) {
      let sum = encoder.denseBias[o];
      for (let m = 0; m < ACTIVATIONS; m++)
        sum += activations[i * ACTIVATIONS + m] * encoder.denseKernel[m * LATENTS + o];
      latents[i * LATENTS + o] = Math.max(0, sum);
    }
  }
  return { activations, latents };
}
