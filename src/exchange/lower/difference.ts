import {
  type Arithmetic,
  type EncoderWeights,
  encoderLayers,
  LATENT_LARGEST,
  layerOutputs,
  WEIGHT_FRACTION_BITS,
} from '../../encoder/index.js';
import { executeGraph, sizeOf, type Value } from '../graph/index.js';
import type { LoweredNetwork, NetworkNumber } from './lowered.js';
import { transposed } from './weights.js';

/** How far the chip is from the network, over all values of a layer: chip minus network. */
export interface LayerDifference {
  /** `input`, `conv`, `dense0` .., `latents`. */
  readonly layer: string;
  /** As the file names it. */
  readonly name: string;
  /** Unit of the numbers: 1/256 for the latents, 1/128 before, the resolution of the chip there. */
  readonly unit: number;
  /** Values compared, and how many of them are equal. */
  readonly values: number;
  readonly equal: number;
  readonly mean: number;
  readonly rms: number;
  readonly largest: number;
  /** Share of the network's values that the chip cannot represent because they are too large, or below 0. */
  readonly saturated: number;
  readonly negative: number;
  /** Of a layer with weights. */
  readonly weights?: WeightDifference;
}

export interface WeightDifference {
  /** Bits of a weight on the chip, and how many of them are behind the point. */
  readonly bits: number;
  readonly fraction: number;
  /** Weights and biases that the chip holds exactly, of all; largest difference of one. */
  readonly exact: number;
  readonly count: number;
  readonly largest: number;
}

export interface ChipDifference {
  /** Every value of every layer on these wafers is the same, to the resolution of the chip. */
  readonly bitExact: boolean;
  readonly wafers: number;
  readonly layers: readonly LayerDifference[];
}

/** In steps: below it the difference is the rounding of single precision, not one of the arithmetic. */
const EQUAL = 1e-6;

/**
 * Compares a network, executed in its own tool's arithmetic, with the chip's integers on wafers.
 * @param x n * 48 normalised cells in image order, 0..255 in units of 1/128
 */
export function chipDifference(
  network: LoweredNetwork,
  weights: EncoderWeights,
  arithmetic: Arithmetic,
  x: Uint8Array,
  n: number,
): ChipDifference {
  const own = executeNetwork(network, x, n);
  const layers = encoderLayers(weights.shape);
  const tensors = weights.layers;
  const [{ inputs: cells }] = layers;
  const chip = layers.map((layer) => new Int32Array(n * layer.outputs));
  const run = layerOutputs(weights, arithmetic);
  for (let i = 0; i < n; i++)
    run(x.subarray(i * cells, (i + 1) * cells)).forEach((values, depth) => {
      chip[depth].set(values, i * values.length);
    });
  const input = valueDifference(own, network.seen, Int32Array.from(x.subarray(0, n * cells)), 128, 255);
  const differences = layers.map((layer, depth): LayerDifference => {
    const latent = depth === layers.length - 1;
    const { kernel, bias, outputs, name } = network.layers[depth];
    const { weights: format } = layer;
    const real = layer.kind === 'dense' ? transposed(kernel, layer.kernelRows, layer.channels) : kernel;
    const steps = latent ? 256 : 128;
    const limit = latent ? LATENT_LARGEST : layer.largest;
    const ofKernel = weightError(real, tensors[depth].kernel, format.fraction);
    const ofBias = weightError(bias, tensors[depth].bias, WEIGHT_FRACTION_BITS);
    return {
      layer: layer.name,
      name,
      unit: 1 / steps,
      ...valueDifference(own, outputs, chip[depth], steps, limit),
      weights: {
        bits: 'bits' in format ? format.bits : format.kind === 'binary' ? 1 : 2,
        fraction: format.fraction,
        exact: ofKernel.exact + ofBias.exact,
        count: real.length + bias.length,
        largest: Math.max(ofKernel.largest, ofBias.largest),
      },
    };
  });
  const all = [{ layer: 'input', name: network.input, unit: 1 / 128, ...input }, ...differences];
  return { bitExact: all.every(({ values, equal }) => values === equal), wafers: n, layers: all };
}

/**
 * Values of every node of the network for wafers.
 * @param conditions numbers of the inputs beside the wafer, or of the places of its input that are no cells (a ninth row of
 *   9x9); the same for all wafers. Missing ones are 0.
 */
export function executeNetwork(
  { graph, input, cells }: LoweredNetwork,
  x: Uint8Array,
  n: number,
  conditions: readonly number[] = [],
): ReadonlyMap<string, Value> {
  const inputs = graph.inputs.map(({ name, shape }) => {
    const size = sizeOf(shape);
    const data = new Float64Array(n * size);
    const first = name === input ? NINTH_ROW : 0;
    const told = name !== input || size === NINTH_ROW + 9 ? conditions.slice(0, size - first) : [];
    for (let i = 0; i < n; i++) {
      if (told.length > 0) data.set(told, i * size + first);
      if (name !== input) continue;
      for (let k = 0; k < cells.length; k++) data[i * size + cells[k]] = x[i * cells.length + k] / 128;
    }
    return [name, data] as const;
  });
  return executeGraph(graph, new Map(inputs), n);
}

/** Of an image of 9x9 the first number of the last row. */
const NINTH_ROW = 72;

/** @param chip n * numbers, in steps; those that the network does not have are left out */
function valueDifference(
  values: ReadonlyMap<string, Value>,
  numbers: readonly (NetworkNumber | undefined)[],
  chip: Int32Array,
  steps: number,
  limit: number,
): Omit<LayerDifference, 'layer' | 'name' | 'unit' | 'weights'> {
  let [sum, squares, largest, equal, over, under, length] = [0, 0, 0, 0, 0, 0, 0];
  const places = numbers.map((number) => {
    if (!number) return undefined;
    const { value, index, gain, shift } = number;
    const { data, shape } = values.get(value) as Value;
    return { data, size: sizeOf(shape), index, gain: steps / gain, shift: (-shift * steps) / gain };
  });
  for (let i = 0; i < chip.length; i++) {
    const place = places[i % places.length];
    if (!place) continue;
    const { data, size, index, gain, shift } = place;
    length++;
    const value = data[Math.floor(i / places.length) * size + index] * gain + shift;
    if (value > limit) over++;
    if (value < 0) under++;
    const d = chip[i] - value;
    if (Math.abs(d) <= EQUAL) equal++;
    sum += d;
    squares += d * d;
    largest = Math.max(largest, Math.abs(d));
  }
  return {
    values: length,
    equal,
    mean: sum / length,
    rms: Math.sqrt(squares / length),
    largest,
    saturated: over / length,
    negative: under / length,
  };
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
    if (error <= EQUAL * 2 ** -fraction) exact++;
    else largest = Math.max(largest, error);
  }
  return { exact, largest };
}
