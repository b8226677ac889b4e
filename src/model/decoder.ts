import { LATENT_FRACTION_BITS, LATENTS } from '../chip/index.js';
import { CELLS } from '../wafer/index.js';
import { type DecoderContext, SUM_INPUTS, sumInputs } from './sum-context.js';

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
 * The receiver's half: latents in units of 1 (value / 256) to 48 fractions of the wafer's charge in TC_Number order.
 * Hidden layers end in a ReLU, the last in softmax (fractions add up to 1) or sigmoid.
 */
export interface Decoder {
  readonly activation: 'softmax' | 'sigmoid';
  /** With 'sum', SUM_INPUTS values follow the latents in the input of the first layer. */
  readonly context: DecoderContext;
  readonly layers: readonly DenseLayer[];
}

/** Widest layer that a model file may hold. */
export const WIDEST_LAYER = 4096;

/**
 * Runs the decoder. Sums are taken in float64 in a fixed order, so the result is the same on every machine.
 * @param latents n * 16 received latents, 0..511, dropped bits 0
 * @param sumCodes n codes 5E4M of the module sums, as the packets carry them
 * @returns n * 48 fractions
 */
export function decode(
  decoder: Decoder,
  latents: Uint16Array,
  sumCodes: Uint16Array,
  n: number,
  out: Float32Array = new Float32Array(n * CELLS),
): Float32Array {
  const widest = Math.max(LATENTS + SUM_INPUTS, ...decoder.layers.map((layer) => layer.outputs));
  let from = new Float64Array(widest);
  let to = new Float64Array(widest);
  const unit = 2 ** -LATENT_FRACTION_BITS;
  for (let i = 0; i < n; i++) {
    for (let o = 0; o < LATENTS; o++) from[o] = latents[i * LATENTS + o] * unit;
    if (decoder.context === 'sum') from.set(sumInputs(sumCodes[i]), LATENTS);
    decoder.layers.forEach((layer, depth) => {
      connect(layer, from, to);
      if (depth < decoder.layers.length - 1) rectify(to, layer.outputs);
      [from, to] = [to, from];
    });
    if (decoder.activation === 'softmax') softmax(from, out, i * CELLS);
    else for (let c = 0; c < CELLS; c++) out[i * CELLS + c] = 1 / (1 + Math.exp(-from[c]));
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

function softmax(scores: Float64Array, out: Float32Array, at: number): void {
  let top = Number.NEGATIVE_INFINITY;
  for (let c = 0; c < CELLS; c++) top = Math.max(top, scores[c]);
  let total = 0;
  for (let c = 0; c < CELLS; c++) total += scores[c] = Math.exp(scores[c] - top);
  for (let c = 0; c < CELLS; c++) out[at + c] = scores[c] / total;
}
