import {
  ACTIVATIONS,
  type Arithmetic,
  CONV_BIAS_SHIFT,
  CONV_FILTERS,
  CONV_SHIFT,
  DENSE_BIAS_SHIFT,
  DENSE_SHIFT,
  type EncoderWeights,
  INPUT_BITS,
  LATENT_LARGEST,
  LATENTS,
} from './parameters.js';
import { convTaps } from './reference.js';

/** Bits of the accumulators in rtl/econ_conv_position.v and rtl/econ_dense_neuron.v, with sign. */
export const ACCUMULATOR_BITS: Readonly<
  Record<Arithmetic, { readonly conv: number; readonly dense: number }>
> = { econt: { conv: 13, dense: 21 }, exact: { conv: 18, dense: 25 } };

/** Values that a sum can take, for any wafer. */
export interface SumRange {
  /** Of the whole sum, in units of the accumulator. */
  readonly low: number;
  readonly high: number;
  /** Of every partial sum, in whatever order the products are added. */
  readonly partialLow: number;
  readonly partialHigh: number;
}

export interface LayerCertificate {
  readonly layer: 'conv' | 'dense';
  /** Bits of the accumulator in the chip, and bits that hold every partial sum; both with sign. */
  readonly bits: number;
  readonly needed: number;
  /** No sum can overflow with these weights, whatever the wafer. */
  readonly holds: boolean;
  /** conv: 16 positions x 8 filters, index 8 p + f; dense: 16 latents. */
  readonly sums: readonly SumRange[];
}

export interface WidthCertificate {
  readonly layers: readonly LayerCertificate[];
  /** Latents that are 0 for every wafer, and those that no wafer saturates. */
  readonly dead: readonly number[];
  readonly neverSaturated: readonly number[];
}

/** A sum under construction: intervals add up. */
class Interval {
  low: number;
  high: number;
  private negative: number;
  private positive: number;

  constructor(bias: number) {
    this.low = bias;
    this.high = bias;
    this.negative = Math.min(bias, 0);
    this.positive = Math.max(bias, 0);
  }

  /** Adds a term that lies anywhere between a and b. */
  add(a: number, b: number): void {
    const [low, high] = a < b ? [a, b] : [b, a];
    this.low += low;
    this.high += high;
    this.negative += Math.min(low, 0);
    this.positive += Math.max(high, 0);
  }

  range(): SumRange {
    return { low: this.low, high: this.high, partialLow: this.negative, partialHigh: this.positive };
  }
}

/**
 * Interval analysis of an encoder with given weights: what each accumulator can hold for inputs x of 0..255 each, which
 * is more than any wafer brings. Products of both arithmetics grow or fall with their activation, so that their ends
 * are the ends of the interval.
 */
export function widthCertificate(weights: EncoderWeights, arithmetic: Arithmetic): WidthCertificate {
  const conv = convRanges(weights, arithmetic);
  const dense = denseRanges(weights, arithmetic, conv);
  const bits = ACCUMULATOR_BITS[arithmetic];
  const shift = arithmetic === 'econt' ? 0 : DENSE_SHIFT;
  const latents = Array.from({ length: LATENTS }, (_, o) => o);
  return {
    layers: [certificate('conv', bits.conv, conv), certificate('dense', bits.dense, dense)],
    dead: latents.filter((o) => dense[o].high >> shift <= 0),
    neverSaturated: latents.filter((o) => dense[o].high >> shift <= LATENT_LARGEST),
  };
}

function convRanges(weights: EncoderWeights, arithmetic: Arithmetic): SumRange[] {
  const exact = arithmetic === 'exact';
  const largest = 2 ** INPUT_BITS - 1;
  return convTaps.flatMap((taps) =>
    Array.from({ length: CONV_FILTERS }, (_, f) => {
      const sum = new Interval(weights.convBias[f] << (CONV_BIAS_SHIFT + (exact ? CONV_SHIFT : 0)));
      for (const { kernel } of taps) {
        const product = largest * weights.convKernel[CONV_FILTERS * kernel + f];
        sum.add(0, exact ? product : product >> CONV_SHIFT);
      }
      return sum.range();
    }),
  );
}

function denseRanges(weights: EncoderWeights, arithmetic: Arithmetic, conv: readonly SumRange[]): SumRange[] {
  const exact = arithmetic === 'exact';
  const activation = (sum: number): number => Math.max(0, exact ? sum >> CONV_SHIFT : sum);
  return Array.from({ length: LATENTS }, (_, o) => {
    const sum = new Interval(weights.denseBias[o] << (DENSE_BIAS_SHIFT + (exact ? DENSE_SHIFT : 0)));
    for (let m = 0; m < ACTIVATIONS; m++) {
      const w = weights.denseKernel[ACTIVATIONS * o + m];
      const product = (a: number): number => (exact ? a * w : (a * w) >> DENSE_SHIFT);
      sum.add(product(activation(conv[m].low)), product(activation(conv[m].high)));
    }
    return sum.range();
  });
}

function certificate(layer: 'conv' | 'dense', bits: number, sums: readonly SumRange[]): LayerCertificate {
  const low = Math.min(...sums.map((s) => s.partialLow));
  const high = Math.max(...sums.map((s) => s.partialHigh));
  const needed = signedBits(low, high);
  return { layer, bits, needed, holds: needed <= bits, sums };
}

/** Bits of the two's complement numbers low..high. */
export function signedBits(low: number, high: number): number {
  let bits = 1;
  while (low < -(2 ** (bits - 1)) || high >= 2 ** (bits - 1)) bits++;
  return bits;
}
