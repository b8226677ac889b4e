import { z } from 'zod';
import { ACTIVATIONS, CONV_FILTERS, convTaps, type EncoderWeights, LATENTS } from '../chip/index.js';
import { contextInputs, type Decoder, decoderContexts } from '../model/index.js';
import { CELLS } from '../wafer/index.js';

/** Weights of a 3x3 kernel. */
export const TAPS = 9;

/** What an engine trains: the 8x8 ECON-T encoder in the chip's arithmetic, then a float decoder. */
export const networkSchema = z.object({
  /** `econt`: every product floored before the sum (spec 9.3, 9.4); `exact`: one floor after the sum. */
  arithmetic: z.enum(['econt', 'exact']),
  /** Bits of each of the 16 latents that reach the receiver, 1..9, counted from the top of the 9. */
  latentBits: z.array(z.int().min(1).max(9)).length(LATENTS),
  /** What the decoder is told beside the latents. */
  context: z.enum(decoderContexts),
  /** Widths of the decoder's hidden layers (ReLU). */
  hidden: z.array(z.int().min(4).max(2048).multipleOf(4)).max(6),
  /** Last activation of the decoder: 48 fractions of the wafer's charge. */
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
  readonly convKernel: Slice;
  readonly convBias: Slice;
  readonly denseKernel: Slice;
  readonly denseBias: Slice;
  readonly decoder: readonly { readonly kernel: Slice; readonly bias: Slice }[];
  /** Parameters of the encoder come first: 0 .. encoderSize-1. */
  readonly encoderSize: number;
  readonly size: number;
}

/** Inputs of the decoder's first layer, then outputs of each of its layers. */
export function decoderWidths(network: Network): number[] {
  return [LATENTS + contextInputs(network.context), ...network.hidden, CELLS];
}

/** Where each tensor lies in the flat parameter vector that engines, Adam and checkpoints share. */
export function parameterLayout(network: Network): Layout {
  let offset = 0;
  const slice = (name: string, rows: number, columns: number): Slice => {
    const at = { name, offset, rows, columns };
    offset += rows * columns;
    return at;
  };
  const convKernel = slice('convKernel', TAPS, CONV_FILTERS);
  const convBias = slice('convBias', 1, CONV_FILTERS);
  const denseKernel = slice('denseKernel', ACTIVATIONS, LATENTS);
  const denseBias = slice('denseBias', 1, LATENTS);
  const encoderSize = offset;
  const widths = decoderWidths(network);
  const decoder = widths.slice(1).map((width, i) => ({
    kernel: slice(`decoder${i}.kernel`, widths[i], width),
    bias: slice(`decoder${i}.bias`, 1, width),
  }));
  return { convKernel, convBias, denseKernel, denseBias, decoder, encoderSize, size: offset };
}

/** The 6-bit integer that the chip holds for a latent float weight: nearest k of k/32, -32..31. */
export function weightCode(value: number): number {
  return Math.max(-32, Math.min(31, Math.round(value * 32)));
}

/**
 * The convolution as lists: `byPosition[p]` holds (input, tap) for each of the 16 output positions, `byTap[t]` holds
 * (input, position). Masked and padding pixels are left out: their products are zero.
 */
export function convTables(): { byPosition: [number, number][][]; byTap: [number, number][][] } {
  const byPosition = convTaps.map((taps) => taps.map((tap): [number, number] => [tap.input, tap.kernel]));
  const byTap: [number, number][][] = Array.from({ length: TAPS }, () => []);
  byPosition.forEach((pairs, position) => {
    for (const [input, tap] of pairs) byTap[tap].push([input, position]);
  });
  return { byPosition, byTap };
}

/** The chip's integer weights for the encoder part of the parameters. */
export function encoderWeights(network: Network, parameters: Float32Array): EncoderWeights {
  const layout = parameterLayout(network);
  const codes = ({ offset, rows, columns }: Slice) =>
    Int8Array.from(parameters.subarray(offset, offset + rows * columns), weightCode);
  const byInput = codes(layout.denseKernel);
  const denseKernel = new Int8Array(byInput.length);
  for (let m = 0; m < ACTIVATIONS; m++) {
    for (let o = 0; o < LATENTS; o++) denseKernel[o * ACTIVATIONS + m] = byInput[m * LATENTS + o];
  }
  return {
    convKernel: codes(layout.convKernel),
    convBias: codes(layout.convBias),
    denseKernel,
    denseBias: codes(layout.denseBias),
  };
}

/** Writes integer weights into the encoder part of the parameters; the inverse of encoderWeights. */
export function setEncoderWeights(network: Network, weights: EncoderWeights, parameters: Float32Array): void {
  const layout = parameterLayout(network);
  const put = ({ offset }: Slice, codes: Int8Array) =>
    parameters.set(
      Float32Array.from(codes, (code) => code / 32),
      offset,
    );
  put(layout.convKernel, weights.convKernel);
  put(layout.convBias, weights.convBias);
  put(layout.denseBias, weights.denseBias);
  for (let m = 0; m < ACTIVATIONS; m++) {
    for (let o = 0; o < LATENTS; o++) {
      parameters[layout.denseKernel.offset + m * LATENTS + o] = weights.denseKernel[o * ACTIVATIONS + m] / 32;
    }
  }
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
  return { activation: network.activation, context: network.context, layers };
}
