import {
  type Arithmetic,
  type EncoderWeights,
  encoderLayers,
  IMAGE_CELLS,
  LATENT_LARGEST,
  layerOutputs,
  layerWeights,
  shapeOf,
  WEIGHT_FRACTION_BITS,
} from '../chip/index.js';
import { encodeFloat, type FloatNetwork, transposed } from './float-network.js';

/** How far the chip is from the network, over all values of a layer: chip minus network. */
export interface LayerDifference {
  /** `conv`, `dense0` .., `latents`. */
  readonly layer: string;
  /** Unit of the numbers: 1/256 for the latents, 1/128 before, the resolution of the chip there. */
  readonly unit: number;
  /** Bits of a weight on the chip, and how many of them are behind the point. */
  readonly weightBits: number;
  readonly weightFraction: number;
  /** Weights and biases that the chip holds exactly, of all; largest difference of one. */
  readonly exactWeights: number;
  readonly weights: number;
  readonly largestWeightError: number;
  readonly mean: number;
  readonly rms: number;
  readonly largest: number;
  /** Share of the network's values that the chip cannot represent because they are too large. */
  readonly saturated: number;
}

export interface ChipDifference {
  /** Every value of every layer on these wafers is the same, to the resolution of the chip. */
  readonly bitExact: boolean;
  readonly layers: readonly LayerDifference[];
}

/** Compares a network's own arithmetic with the chip's on wafers. @param x n * 48 normalised cells in image order */
export function chipDifference(
  network: FloatNetwork,
  weights: EncoderWeights,
  arithmetic: Arithmetic,
  x: Uint8Array,
  n: number,
): ChipDifference {
  const own = encodeFloat(network, x, n);
  const layers = encoderLayers(shapeOf(weights));
  const tensors = layerWeights(weights);
  const chip = layers.map((layer) => new Int32Array(n * layer.outputs));
  const run = layerOutputs(weights, arithmetic);
  for (let i = 0; i < n; i++)
    run(x.subarray(i * IMAGE_CELLS, (i + 1) * IMAGE_CELLS)).forEach((values, depth) => {
      chip[depth].set(values, i * values.length);
    });
  const differences = layers.map((layer, depth): LayerDifference => {
    const latent = depth === layers.length - 1;
    const { kernel, bias } = network.layers[depth];
    const format = layer.weights;
    const real = layer.kind === 'dense' ? transposed(kernel, layer.kernelRows, layer.channels) : kernel;
    const steps = latent ? 256 : 128;
    const limit = latent ? LATENT_LARGEST : layer.largest;
    const kernelError = weightError(real, tensors[depth].kernel, format.fraction);
    const biasError = weightError(bias, tensors[depth].bias, WEIGHT_FRACTION_BITS);
    return {
      layer: layer.name,
      unit: 1 / steps,
      weightBits: format.kind === 'fixed' ? format.bits : 0,
      weightFraction: format.fraction,
      exactWeights: kernelError.exact + biasError.exact,
      weights: real.length + bias.length,
      largestWeightError: Math.max(kernelError.largest, biasError.largest),
      ...valueError(own[depth], chip[depth], steps, limit),
    };
  });
  return { bitExact: differences.every((l) => l.largest === 0), layers: differences };
}

function valueError(
  own: Float64Array,
  chip: Int32Array,
  steps: number,
  limit: number,
): Pick<LayerDifference, 'mean' | 'rms' | 'largest' | 'saturated'> {
  let sum = 0;
  let squares = 0;
  let largest = 0;
  let over = 0;
  for (let i = 0; i < own.length; i++) {
    const value = own[i] * steps;
    if (value > limit) over++;
    const d = chip[i] - value;
    sum += d;
    squares += d * d;
    largest = Math.max(largest, Math.abs(d));
  }
  const { length } = own;
  return { mean: sum / length, rms: Math.sqrt(squares / length), largest, saturated: over / length };
}

function weightError(
  real: Float64Array,
  codes: Int8Array,
  fraction: number,
): { readonly exact: number; readonly largest: number } {
  let exact = 0;
  let largest = 0;
  for (let i = 0; i < real.length; i++) {
    const error = Math.abs(codes[i] * 2 ** -fraction - real[i]);
    if (error === 0) exact++;
    largest = Math.max(largest, error);
  }
  return { exact, largest };
}

/** What an import tells the user, in words. */
export function renderDifference({ bitExact, layers }: ChipDifference): string {
  if (bitExact)
    return 'Bit-exact: on these wafers the chip computes what the network computes, in every layer.';
  return [
    'Not bit-exact: the chip computes something else than the network. Per layer, chip minus network:',
    ...layers.map((l) => {
      const step = `1/${Math.round(1 / l.unit)}`;
      const saturated =
        l.saturated > 0
          ? `, ${(100 * l.saturated).toFixed(1)} % of the network's values are above the chip's largest`
          : '';
      return (
        `  ${l.layer.padEnd(8)} mean ${l.mean.toFixed(1)}, rms ${l.rms.toFixed(1)}, at most ${l.largest.toFixed(1)} steps of ${step}${saturated};\n` +
        `           weights of ${l.weightBits} bits in units of 1/${2 ** l.weightFraction}: ${l.exactWeights} of ${l.weights} are held as they are, the others move by up to ${l.largestWeightError.toFixed(4)}`
      );
    }),
    'Causes: weights of few bits, floors (of every product in arithmetic econt, of every sum in exact), saturation.',
  ].join('\n');
}
