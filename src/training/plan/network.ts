import { z } from 'zod';
import {
  type EncoderLayer,
  type EncoderWeights,
  econtShape,
  encoderLayers,
  encoderShapeSchema,
  imageCells,
  type LayerWeights,
  largestMultiplier,
  nearestMultiplier,
  WEIGHT_BITS,
  WEIGHT_FRACTION_BITS,
} from '../../encoder/index.js';
import {
  CHARGE_INPUTS,
  contextInputs,
  type Decoder,
  decoderContexts,
  type LatentLevels,
  latentLevels,
  levelInputs,
} from '../../model/index.js';

/** What an engine trains: an encoder in the chip's arithmetic, then a float decoder. */
export const networkSchema = z.object({
  shape: encoderShapeSchema.default(econtShape),
  /**
   * `econt`: every product floored before the sum (spec econt-behaviour 9.3, 9.4); `exact`: one floor after the sum; `float`: neither
   * weights nor sums are rounded, only the latents as the links carry them. No chip computes that: it is what the other
   * two are compared with.
   */
  arithmetic: z.enum(['econt', 'exact', 'float']),
  /** Bits of each latent that reach the receiver, 0..9, counted from the top of the 9. */
  latentBits: z.array(z.int().min(0).max(9)).min(1),
  /** What the decoder is told beside the latents. */
  context: z.enum(decoderContexts),
  /** Widths of the decoder's hidden layers (ReLU). */
  hidden: z.array(z.int().min(4).max(2048).multipleOf(4)).max(6),
  /** The decoder is told the levels that latents of few bits have reached, too (model/levels). */
  levels: z.boolean().default(false),
  /** What each code of the latents stands for, told for each latent (model/code-charges). */
  charges: z.array(z.number()).min(2).optional(),
  /** The last layer sees what enters the first, too, behind the values of the last hidden layer. */
  skip: z.boolean().default(false),
  /** Last activation of the decoder: fractions of the wafer's charge. */
  activation: z.enum(['softmax', 'sigmoid']),
});
export type Network = z.infer<typeof networkSchema>;

/** A matrix inside the flat parameter vector, row-major [input][output]; a bias has one row. */
export interface Slice {
  readonly name: string;
  readonly offset: number;
  readonly rows: number;
  readonly columns: number;
}

export interface Layout {
  /** Kernels of the encoder's layers, [tap][filter] or [input][unit], and their biases. */
  readonly encoder: readonly { readonly kernel: Slice; readonly bias: Slice }[];
  readonly decoder: readonly { readonly kernel: Slice; readonly bias: Slice }[];
  /** Parameters of the encoder come first: 0 .. encoderSize-1. */
  readonly encoderSize: number;
  readonly size: number;
}

/** Levels that the decoder is told. */
export function networkLevels({ levels, latentBits }: Network): readonly LatentLevels[] {
  return levels ? latentLevels(latentBits) : [];
}

/** The decoder's inputs are latents, context, levels, charges: how many there are before the last of these. */
export function firstCharge(network: Network): number {
  const { latentBits, context } = network;
  return latentBits.length + contextInputs(context) + levelInputs(networkLevels(network));
}

/** Inputs of the decoder's first layer, then outputs of each of its layers. */
export function decoderWidths(network: Network): number[] {
  const charges = network.charges ? CHARGE_INPUTS * network.latentBits.length : 0;
  return [firstCharge(network) + charges, ...network.hidden, imageCells(network.shape)];
}

/** Inputs of the last layer that are those of the first. */
export function skippedInputs(network: Network): number {
  return network.skip && network.hidden.length > 0 ? decoderWidths(network)[0] : 0;
}

/** Where each tensor lies in the flat parameter vector that engines, Adam and checkpoints share. */
export function parameterLayout(network: Network): Layout {
  let offset = 0;
  const slice = (name: string, rows: number, columns: number): Slice => {
    const at = { name, offset, rows, columns };
    offset += rows * columns;
    return at;
  };
  const encoder = encoderLayers(network.shape).map(({ name, kernelRows, channels, biases }) => ({
    kernel: slice(`${name}.kernel`, kernelRows, channels),
    bias: slice(`${name}.bias`, 1, biases),
  }));
  const encoderSize = offset;
  const widths = decoderWidths(network);
  const decoder = widths.slice(1).map((width, i) => ({
    kernel: slice(
      `decoder${i}.kernel`,
      widths[i] + (i === widths.length - 2 ? skippedInputs(network) : 0),
      width,
    ),
    bias: slice(`decoder${i}.bias`, 1, width),
  }));
  return { encoder, decoder, encoderSize, size: offset };
}

/** What an engine needs of an encoder layer beside its geometry. */
export interface LayerArithmetic {
  /** The weight that the chip holds, in units of the output per unit of an input. */
  kernel(parameter: number): number;
  /** The bias that the chip holds, in units of the output. */
  bias(parameter: number): number;
  /** Derivatives of the two, straight through the rounding. */
  readonly kernelSlope: number;
  readonly biasSlope: number;
}

const biasFormat = { kind: 'fixed', bits: WEIGHT_BITS, fraction: WEIGHT_FRACTION_BITS } as const;

/** The arithmetic of a layer for parameters in -1..1. */
export function layerArithmetic(
  { weights, shift, biasShift }: EncoderLayer,
  arithmetic: Network['arithmetic'],
): LayerArithmetic {
  const unit = 2 ** -shift;
  const kernelSlope = largestMultiplier(weights) * unit;
  const biasSlope = largestMultiplier(biasFormat) * 2 ** biasShift;
  return arithmetic === 'float'
    ? { kernel: (p) => p * kernelSlope, bias: (p) => p * biasSlope, kernelSlope, biasSlope }
    : {
        kernel: (p) => nearestMultiplier(weights, p) * unit,
        bias: (p) => nearestMultiplier(biasFormat, p) * 2 ** biasShift,
        kernelSlope,
        biasSlope,
      };
}

/**
 * A layer's connections as lists: `byPosition[p]` holds (input, kernel row) for each output position, `byRow[t]` holds
 * (input, position). A dense layer is one position with one row of all its inputs.
 */
export function layerTables({ kind, taps, kernelRows }: EncoderLayer): {
  byPosition: [number, number][][];
  byRow: [number, number][][];
  rows: number;
} {
  if (kind === 'dense') return { byPosition: [[[0, 0]]], byRow: [[[0, 0]]], rows: 1 };
  const byRow: [number, number][][] = Array.from({ length: kernelRows }, () => []);
  taps.forEach((list, position) => {
    for (const { input, kernel } of list) byRow[kernel].push([input, position]);
  });
  return { byPosition: taps.map((list) => list.map((t) => [t.input, t.kernel])), byRow, rows: kernelRows };
}

/** The chip's integer weights for the encoder part of the parameters. */
export function encoderWeights(network: Network, parameters: Float32Array): EncoderWeights {
  const slices = parameterLayout(network).encoder;
  const layers = encoderLayers(network.shape).map((layer, i): LayerWeights => {
    const { kernel, bias } = slices[i];
    const given = parameters.subarray(kernel.offset, kernel.offset + kernel.rows * kernel.columns);
    const codes = Int8Array.from(given, (p) => nearestMultiplier(layer.weights, p));
    return {
      kernel: layer.kind === 'dense' ? transposed(codes, kernel.rows, kernel.columns) : codes,
      bias: Int8Array.from(parameters.subarray(bias.offset, bias.offset + bias.columns), (p) =>
        nearestMultiplier(biasFormat, p),
      ),
    };
  });
  return { shape: network.shape, layers };
}

/** Writes integer weights into the encoder part of the parameters; the inverse of encoderWeights. */
export function setEncoderWeights(network: Network, weights: EncoderWeights, parameters: Float32Array): void {
  const slices = parameterLayout(network).encoder;
  const tensors = weights.layers;
  encoderLayers(network.shape).forEach((layer, i) => {
    const { kernel, bias } = slices[i];
    const codes =
      layer.kind === 'dense' ? transposed(tensors[i].kernel, kernel.columns, kernel.rows) : tensors[i].kernel;
    const scale = largestMultiplier(layer.weights);
    codes.forEach((code, k) => {
      parameters[kernel.offset + k] = code / scale;
    });
    tensors[i].bias.forEach((code, k) => {
      parameters[bias.offset + k] = code / 2 ** WEIGHT_FRACTION_BITS;
    });
  });
}

/** rows * columns values to columns * rows. */
function transposed(values: Int8Array, rows: number, columns: number): Int8Array {
  const out = new Int8Array(values.length);
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < columns; c++) out[c * rows + r] = values[r * columns + c];
  return out;
}

/** A copy of the decoder part of the parameters. */
export function decoderOf(network: Network, parameters: Float32Array): Decoder {
  const copy = ({ offset, rows, columns }: Slice) => parameters.slice(offset, offset + rows * columns);
  const layers = parameterLayout(network).decoder.map(({ kernel, bias }) => ({
    inputs: kernel.rows,
    outputs: kernel.columns,
    kernel: copy(kernel),
    bias: copy(bias),
  }));
  const { activation, context, levels, charges, latentBits } = network;
  return {
    activation,
    context,
    ...(levels ? { levels: latentBits } : {}),
    ...(charges ? { charges } : {}),
    ...(skippedInputs(network) > 0 ? { skip: true } : {}),
    layers,
  };
}
