import { LATENT_BITS, LATENT_FRACTION_BITS } from '../encoder/index.js';
import { chargeTables } from './code-charges.js';
import { contextInputs, contextValues, type DecoderContext, type Told } from './context.js';
import { latentLevels, levelInputs } from './levels.js';

/** A fully connected layer in float32. */
export interface DenseLayer {
  readonly inputs: number;
  readonly outputs: number;
  /** inputs * outputs, row-major [input][output]. */
  readonly kernel: Float32Array;
  /** outputs values. */
  readonly bias: Float32Array;
}

/**
 * The receiver's half: latents in units of 1 (value / 256) to fractions of the wafer's charge in TC_Number order.
 * Hidden layers end in a ReLU, the last in softmax (fractions add up to 1) or sigmoid.
 */
export interface Decoder {
  readonly activation: 'softmax' | 'sigmoid';
  /** What it is told follows the latents in the input of the first layer (contextInputs values). */
  readonly context: DecoderContext;
  /** Bits of each latent that is sent; its levels follow the context. Left out: no levels. */
  readonly levels?: readonly number[];
  /** What each code of the latents stands for; two inputs per latent follow those before. Left out: none. */
  readonly charges?: readonly number[];
  /** The last layer's inputs are the last hidden layer's outputs and, behind them, the inputs of the first. */
  readonly skip?: boolean;
  readonly layers: readonly DenseLayer[];
}

/** Widest layer that a model file may hold. */
export const WIDEST_LAYER = 4096;

/**
 * Runs the decoder. Sums are taken in float64 in a fixed order, so the result is the same on every machine.
 * @param latents n rows of received latents (the decoder's inputs without the context), 0..511, dropped bits 0
 * @param told n codes 5E4M of the module sums, as the packets carry them, and above them the modules
 * @returns n rows of fractions
 */
export function decode(
  decoder: Decoder,
  latents: Uint16Array,
  told: Told,
  n: number,
  out: Float32Array = new Float32Array(n * decoder.layers[decoder.layers.length - 1].outputs),
): Float32Array {
  const levels = latentLevels(decoder.levels ?? []);
  const context = contextInputs(decoder.context);
  const charges = decoder.charges ? chargeTables(decoder.charges) : [];
  const others = context + levelInputs(levels);
  const count = (decoder.layers[0].inputs - others) / (1 + charges.length);
  const widest = Math.max(...decoder.layers.map((layer) => Math.max(layer.inputs, layer.outputs)));
  let from = new Float64Array(widest);
  let to = new Float64Array(widest);
  const last = decoder.layers.length - 1;
  const cells = decoder.layers[last].outputs;
  const inputs = new Float64Array(decoder.layers[0].inputs);
  const unit = 2 ** -LATENT_FRACTION_BITS;
  for (let i = 0; i < n; i++) {
    for (let o = 0; o < count; o++) from[o] = latents[i * count + o] * unit;
    if (context > 0) from.set(contextValues(decoder.context, told[i]), count);
    for (const { latent, bits, at } of levels) {
      const code = latents[i * count + latent] >> (LATENT_BITS - bits);
      for (let j = 1; j < 2 ** bits; j++) from[count + context + at + j - 1] = j <= code ? 1 : 0;
    }
    charges.forEach(({ values }, k) => {
      for (let o = 0; o < count; o++) from[(k + 1) * count + others + o] = values[latents[i * count + o]];
    });
    if (decoder.skip) inputs.set(from.subarray(0, inputs.length));
    decoder.layers.forEach((layer, depth) => {
      if (decoder.skip && depth === last) from.set(inputs, layer.inputs - inputs.length);
      connect(layer, from, to);
      if (depth < decoder.layers.length - 1) rectify(to, layer.outputs);
      [from, to] = [to, from];
    });
    if (decoder.activation === 'softmax') softmax(from, cells, out, i * cells);
    else for (let c = 0; c < cells; c++) out[i * cells + c] = 1 / (1 + Math.exp(-from[c]));
  }
  return out;
}

function connect({ inputs, outputs, kernel, bias }: DenseLayer, from: Float64Array, to: Float64Array): void {
  for (let o = 0; o < outputs; o++) to[o] = bias[o];
  for (let c = 0, at = 0; c < inputs; c++, at += outputs) {
    const value = from[c];
    // After a ReLU about half of the inputs are zero.
    if (value === 0) continue;
    for (let o = 0; o < outputs; o++) to[o] += value * kernel[at + o];
  }
}

function rectify(values: Float64Array, n: number): void {
  for (let o = 0; o < n; o++) if (values[o] < 0) values[o] = 0;
}

function softmax(scores: Float64Array, cells: number, out: Float32Array, at: number): void {
  let top = Number.NEGATIVE_INFINITY;
  for (let c = 0; c < cells; c++) top = Math.max(top, scores[c]);
  let total = 0;
  for (let c = 0; c < cells; c++) total += scores[c] = Math.exp(scores[c] - top);
  for (let c = 0; c < cells; c++) out[at + c] = scores[c] / total;
}
