import type { EncoderShape } from './shape.js';

/**
 * Shapes and number formats of the encoder: 8x8 image -> conv 3x3 stride 2, 8 filters, ReLU -> dense 128 x 16, ReLU.
 * Everything is an integer; the formats say where its binary point is (spec econt-behaviour 9.2 to 9.4).
 */

/** Rows and columns of the image; the lower right quarter is always zero. */
export const IMAGE_SIDE = 8;
/** Image positions that carry a cell, in the order of the mux outputs. */
export const IMAGE_CELLS = 48;
/** Rows and columns of the conv output. */
export const CONV_SIDE = 4;
export const CONV_FILTERS = 8;
export const CONV_KERNEL_SIDE = 3;
export const CONV_STRIDE = 2;
/** Activations t[m], m = 32 i + 8 j + f. */
export const ACTIVATIONS = 128;
export const LATENTS = 16;

export const CONV_KERNEL_WEIGHTS = 72;
export const DENSE_KERNEL_WEIGHTS = 2048;
/** 72 + 8 + 2048 + 16. */
export const WEIGHTS = 2144;

/** Bits of a weight, two's complement, of which WEIGHT_FRACTION_BITS are fraction. */
export const WEIGHT_BITS = 6;
export const WEIGHT_FRACTION_BITS = 5;
/** Input x: 8 bits unsigned, 7 of them fraction. */
export const INPUT_BITS = 8;
export const INPUT_FRACTION_BITS = 7;
/** Activations: unsigned, 7 fraction bits, up to ACTIVATION_LARGEST whatever the weights and charges. */
export const ACTIVATION_FRACTION_BITS = 7;
export const ACTIVATION_BITS = 12;
export const ACTIVATION_LARGEST = 2347;
/** Latents: 9 bits unsigned, 8 of them fraction, saturating at LATENT_LARGEST. */
export const LATENT_BITS = 9;
export const LATENT_FRACTION_BITS = 8;
export const LATENT_LARGEST = 511;

/** Right shift of a conv product (or of the conv sum, arithmetic 'exact'): 7 + 5 fraction bits -> 7. */
export const CONV_SHIFT = 5;
/** Left shift of a conv bias onto the 7 fraction bits of an activation. */
export const CONV_BIAS_SHIFT = 2;
/** Right shift of a dense product (or of the dense sum): 7 + 5 fraction bits -> 8. */
export const DENSE_SHIFT = 4;
/** Left shift of a dense bias onto the 8 fraction bits of a latent. */
export const DENSE_BIAS_SHIFT = 3;

/**
 * Where a product loses its low bits. 'econt': each product is floored on its own before it is added, as in
 * ECON-T. 'exact': the sum of the products and of the bias is exact and is floored once.
 */
export type Arithmetic = 'econt' | 'exact';

/** Multipliers and biases of one layer. */
export interface LayerWeights {
  readonly kernel: Int8Array;
  readonly bias: Int8Array;
}

/**
 * Integer weights. Without a shape those of ECON-T's encoder, each -32..31, meaning value/32; with one, multipliers of
 * its formats (weight-format), biases still -32..31.
 */
export interface EncoderWeights {
  /** Left out: 8x8 image, conv 3x3 stride 2 with 8 filters, 16 latents. */
  readonly shape?: EncoderShape;
  /** 72 values, [u][v][f]: kernel row, kernel column, filter; index 24u + 8v + f. Empty without a convolution. */
  readonly convKernel: Int8Array;
  /** 8 values, one per filter. */
  readonly convBias: Int8Array;
  /** Of a shape: the dense layers before the latents, kernels [unit][input]. */
  readonly hidden?: readonly LayerWeights[];
  /** 2048 values, [o][m]: latent, activation; index 128 o + m. */
  readonly denseKernel: Int8Array;
  /** 16 values, one per latent. */
  readonly denseBias: Int8Array;
}

/** Weights that are all zero, the reset value of the weight registers. */
export function zeroWeights(): EncoderWeights {
  return {
    convKernel: new Int8Array(CONV_KERNEL_WEIGHTS),
    convBias: new Int8Array(CONV_FILTERS),
    denseKernel: new Int8Array(DENSE_KERNEL_WEIGHTS),
    denseBias: new Int8Array(LATENTS),
  };
}

/** Where encode() puts its results. */
export interface EncoderOutput {
  /** n * 128, t[m] with m = 32 i + 8 j + f, in units of 1/128; of a free shape see encodeShape. */
  readonly activations?: Uint16Array;
  /** n * 16, 0..511, in units of 1/256; of a free shape the 144 bits of the packet's field, 9 in each. */
  readonly latents: Uint16Array;
}
