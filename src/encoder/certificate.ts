import { type Arithmetic, LATENT_LARGEST } from './formats.js';
import { accumulatorBits, type EncoderLayer, encoderLayers } from './layers.js';
import type { EncoderWeights, LayerWeights } from './weights.js';

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
  /** `conv`, `dense0` .., `latents`. */
  readonly layer: string;
  /** Bits of the accumulator in the chip, and bits that hold every partial sum; both with sign. */
  readonly bits: number;
  readonly needed: number;
  /** No sum can overflow with these weights, whatever the wafer. */
  readonly holds: boolean;
  /** One per output of the layer; of a convolution channels * position + channel. */
  readonly sums: readonly SumRange[];
}

export interface WidthCertificate {
  readonly layers: readonly LayerCertificate[];
  /** Latents that are 0 for every wafer, and those that no wafer saturates. */
  readonly dead: readonly number[];
  readonly neverSaturated: readonly number[];
}

/**
 * Interval analysis of an encoder with given weights: what each accumulator can hold for inputs x of 0..255 each, which
 * is more than any wafer brings. Products of both arithmetics grow or fall with their input, so that their ends
 * are the ends of the interval.
 */
export function widthCertificate(weights: EncoderWeights, arithmetic: Arithmetic): WidthCertificate {
  const layers = encoderLayers(weights.shape);
  let inputs = layers[0].inputLargest.map((high) => ({ low: 0, high }));
  const certificates = layers.map((layer, i): LayerCertificate => {
    const sums = layerRanges(layer, weights.layers[i], arithmetic, inputs);
    inputs = sums.map(({ low, high }) => ({
      low: output(layer, arithmetic, low),
      high: output(layer, arithmetic, high),
    }));
    const bits = accumulatorBits(layer, arithmetic);
    const low = Math.min(...sums.map((s) => s.partialLow));
    const high = Math.max(...sums.map((s) => s.partialHigh));
    const needed = signedBits(low, high);
    return { layer: layer.name, bits, needed, holds: needed <= bits, sums };
  });
  const last = layers[layers.length - 1];
  const after = arithmetic === 'exact' ? Math.max(0, last.shift) : 0;
  const { sums } = certificates[certificates.length - 1];
  const below = (most: number): number[] => sums.flatMap(({ high }, o) => (high >> after <= most ? [o] : []));
  return { layers: certificates, dead: below(0), neverSaturated: below(LATENT_LARGEST) };
}

/** What a layer hands on of a sum. */
function output({ shift, largest }: EncoderLayer, arithmetic: Arithmetic, sum: number): number {
  return Math.min(largest, Math.max(0, arithmetic === 'exact' ? sum >> Math.max(0, shift) : sum));
}

function layerRanges(
  { taps, channels, kernelRows, kind, shift, biasShift }: EncoderLayer,
  { kernel, bias }: LayerWeights,
  arithmetic: Arithmetic,
  inputs: readonly { readonly low: number; readonly high: number }[],
): SumRange[] {
  const exact = arithmetic === 'exact';
  const down = Math.max(0, shift);
  const up = Math.max(0, -shift);
  const term = (x: number, w: number): number => (exact ? (x * w) << up : ((x * w) << up) >> down);
  const [tapStep, channelStep] = kind === 'dense' ? [1, kernelRows] : [channels, 1];
  return taps.flatMap((list, position) =>
    Array.from({ length: channels }, (_, c) => {
      const start = bias[kind === 'local' ? position : c] * 2 ** (biasShift + (exact ? down : 0));
      const ends = list.map(({ input, kernel: row }) => {
        const w = kernel[row * tapStep + c * channelStep];
        return [term(inputs[input].low, w), term(inputs[input].high, w)];
      });
      return sumRange([[start, start], ...ends]);
    }),
  );
}

/** Range of a sum of terms that each lie anywhere between two ends: intervals add up. */
function sumRange(terms: readonly (readonly number[])[]): SumRange {
  let [low, high, partialLow, partialHigh] = [0, 0, 0, 0];
  for (const ends of terms) {
    const [least, most] = [Math.min(...ends), Math.max(...ends)];
    low += least;
    high += most;
    partialLow += Math.min(least, 0);
    partialHigh += Math.max(most, 0);
  }
  return { low, high, partialLow, partialHigh };
}

/** Bits of the two's complement numbers low..high. */
export function signedBits(low: number, high: number): number {
  let bits = 1;
  while (low < -(2 ** (bits - 1)) || high >= 2 ** (bits - 1)) bits++;
  return bits;
}
