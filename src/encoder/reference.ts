import { type Arithmetic, latentField } from './formats.js';
import { fieldWriter, latentsOfFields } from './latent-field.js';
import { type EncoderLayer, encoderLayers } from './layers.js';
import type { EncoderShape } from './shape.js';
import type { EncoderWeights, LayerWeights } from './weights.js';

/** Where encode() puts its results. */
export interface EncoderOutput {
  /** n * activationCount values: those of each layer before the latents, in units of 1/128. */
  readonly activations?: Uint16Array;
  /** n * 16 of 9 bits: the field of the packet, which of ECON-T's encoder are its latents 0..511 in units of 1/256. */
  readonly latents: Uint16Array;
}

/** Values that a wafer has in all layers before the latents. */
export function activationCount(shape: EncoderShape): number {
  return encoderLayers(shape)
    .slice(0, -1)
    .reduce((n, layer) => n + layer.outputs, 0);
}

/**
 * The encoder of any shape in integers (spec econt-behaviour 9.3, 9.4): the truth that engines and Verilog are compared
 * with.
 * @param x n * cells, normalised, 0..255, in image order (mux output k at position k)
 * @param n number of wafers
 */
export function encode(
  weights: EncoderWeights,
  arithmetic: Arithmetic,
  x: Uint8Array,
  n: number,
  out: EncoderOutput,
): void {
  const layers = encoderLayers(weights.shape);
  const steps = load(layers, weights.layers, arithmetic);
  const last = steps[steps.length - 1];
  const cells = layers[0].inputs;
  const latents = values.subarray(last.to, last.to + layers[layers.length - 1].outputs);
  const hidden = steps.slice(0, -1).map(({ to }, i) => values.subarray(to, to + layers[i].outputs));
  const write = fieldWriter(weights.shape.latents);
  let at = 0;
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < cells; k++) values[k] = x[i * cells + k];
    for (let depth = 0; depth < steps.length; depth++) run(steps[depth]);
    write(latents, out.latents, i * latentField.numbers);
    if (out.activations === undefined) continue;
    for (const part of hidden) {
      out.activations.set(part, at);
      at += part.length;
    }
  }
}

/**
 * Latents of the encoder as a packet that holds all of its field carries them.
 * @returns n rows of latents, 0..511
 */
export function encodeLatents(
  weights: EncoderWeights,
  arithmetic: Arithmetic,
  x: Uint8Array,
  n: number,
): Uint16Array {
  const latents = new Uint16Array(n * latentField.numbers);
  encode(weights, arithmetic, x, n, { latents });
  return latentsOfFields(weights.shape, latents, n);
}

/**
 * Runs an encoder wafer by wafer, for who wants to see every layer.
 * @param what outputs: behind rectifier and saturation, the latents before they are coded; sums: in the same units, before
 * @returns a function of the normalised cells in image order: the values of each layer
 */
export function layerOutputs(
  { shape, layers: tensors }: EncoderWeights,
  arithmetic: Arithmetic,
  what: 'outputs' | 'sums' = 'outputs',
): (x: Uint8Array) => Int32Array[] {
  const layers = encoderLayers(shape);
  return (x) => {
    const steps = load(layers, tensors, arithmetic);
    values.set(x);
    return layers.map(({ outputs, largest }, i) => {
      run({ ...steps[i], low: -(2 ** 31), high: 2 ** 31 - 1 });
      const made = values.subarray(steps[i].to, steps[i].to + outputs);
      const sums = made.slice();
      for (let k = 0; k < outputs; k++) made[k] = Math.min(largest, Math.max(0, sums[k]));
      return what === 'sums' ? sums : made.slice();
    });
  };
}

/** Sums that are made side by side, so that each input is loaded once for all of them. */
const WIDE = 8;
/**
 * Weights are kept 2^UP times as large, and each product is shifted down again: by a constant, which is fast. The largest
 * shift of a shape's products is 9 to the right and 1 to the left; 12 bits times 8 bits times 2^10 are 30 bits.
 */
const UP = 9;

// The encoder at work, one layer behind the other. Arrays of the module are what the compiler makes the fastest loops of,
// and safe, because nothing here yields. The weight memory bounds the shapes: 12864 one-bit weights, each of them filled
// up to WIDE, 32 filters at 255 places, at most 48 of 255 cells.
/** Rows of one weight per channel, filled up to groups of WIDE, 2^UP times as large as the sum needs. */
const kernel = new Int32Array(12864 * WIDE);
/** Rows of one bias per channel, filled up likewise. */
const bias = new Int32Array(4096);
/** Of each connection its input in `values`, and where its weights begin in `kernel`. */
const input = new Int32Array(32768);
const row = new Int32Array(32768);
/** The image, then the outputs of each layer. */
const values = new Int32Array(16384);
/** Connections of a position whose input is not 0: where their weights begin, and the input. */
const at = new Int32Array(8192);
const value = new Int32Array(8192);

/** A layer in these arrays. */
interface Step {
  /** Of each position the first of its connections, and the end of the last position's. */
  readonly first: Int32Array;
  readonly channels: number;
  /** Position p takes the biases at bias + biasStep * p. */
  readonly bias: number;
  readonly biasStep: number;
  /** Where the outputs begin. */
  readonly to: number;
  /** Shift of the sum: the two arithmetics differ only in where the shift is, in each product or here. */
  readonly after: number;
  readonly low: number;
  readonly high: number;
}

function load(
  layers: readonly EncoderLayer[],
  tensors: readonly LayerWeights[],
  arithmetic: Arithmetic,
): Step[] {
  let [kernelAt, biasAt, inputAt, from] = [0, 0, 0, 0];
  return layers.map((layer, depth) => {
    const { kind, taps, channels, kernelRows, shift, biasShift } = layer;
    const given = tensors[depth];
    const width = WIDE * Math.ceil(channels / WIDE);
    const after = arithmetic === 'exact' ? Math.max(0, shift) : 0;
    const up = UP - shift + after;
    const [rowStep, channelStep] = kind === 'dense' ? [1, kernelRows] : [channels, 1];
    for (let k = 0; k < kernelRows; k++)
      for (let c = 0; c < width; c++)
        kernel[kernelAt + k * width + c] =
          c < channels ? given.kernel[k * rowStep + c * channelStep] << up : 0;
    const to = from + layer.inputs + (depth === 0 ? 0 : WIDE);
    const first = new Int32Array(taps.length + 1);
    taps.forEach((list, p) => {
      first[p] = inputAt;
      for (const tap of list) {
        input[inputAt] = from + tap.input;
        row[inputAt++] = kernelAt + tap.kernel * width;
      }
    });
    first[taps.length] = inputAt;
    const biasStep = kind === 'local' ? width : 0;
    const step = { first, channels, bias: biasAt, biasStep, to, after, low: 0, high: layer.largest };
    for (let i = 0; i < given.bias.length; i++)
      bias[biasAt + Math.floor(i / channels) * width + (i % channels)] = given.bias[i] << (biasShift + after);
    kernelAt += kernelRows * width;
    biasAt += Math.ceil(given.bias.length / channels) * width;
    from = to;
    return step;
  });
}

function run({ first, channels, bias: biasAt, biasStep, to, after, low, high }: Step): void {
  for (let p = 0; p < first.length - 1; p++) {
    let count = 0;
    const end = first[p + 1];
    for (let k = first[p]; k < end; k++) {
      const v = values[input[k]];
      if (v === 0) continue;
      at[count] = row[k];
      value[count] = v;
      count++;
    }
    for (let c = 0; c < channels; c += WIDE)
      sumWide(count, c, biasAt + biasStep * p + c, to + p * channels + c, after, low, high);
  }
}

/** WIDE outputs of a position from channel c on; those that are filled up are overwritten by the next, or never read. */
function sumWide(
  count: number,
  c: number,
  b: number,
  o: number,
  after: number,
  low: number,
  high: number,
): void {
  let a0 = bias[b];
  let a1 = bias[b + 1];
  let a2 = bias[b + 2];
  let a3 = bias[b + 3];
  let a4 = bias[b + 4];
  let a5 = bias[b + 5];
  let a6 = bias[b + 6];
  let a7 = bias[b + 7];
  for (let k = 0; k < count; k++) {
    const q = at[k] + c;
    const v = value[k];
    a0 = (a0 + (Math.imul(v, kernel[q]) >> UP)) | 0;
    a1 = (a1 + (Math.imul(v, kernel[q + 1]) >> UP)) | 0;
    a2 = (a2 + (Math.imul(v, kernel[q + 2]) >> UP)) | 0;
    a3 = (a3 + (Math.imul(v, kernel[q + 3]) >> UP)) | 0;
    a4 = (a4 + (Math.imul(v, kernel[q + 4]) >> UP)) | 0;
    a5 = (a5 + (Math.imul(v, kernel[q + 5]) >> UP)) | 0;
    a6 = (a6 + (Math.imul(v, kernel[q + 6]) >> UP)) | 0;
    a7 = (a7 + (Math.imul(v, kernel[q + 7]) >> UP)) | 0;
  }
  values[o] = Math.max(low, Math.min(high, a0 >> after));
  values[o + 1] = Math.max(low, Math.min(high, a1 >> after));
  values[o + 2] = Math.max(low, Math.min(high, a2 >> after));
  values[o + 3] = Math.max(low, Math.min(high, a3 >> after));
  values[o + 4] = Math.max(low, Math.min(high, a4 >> after));
  values[o + 5] = Math.max(low, Math.min(high, a5 >> after));
  values[o + 6] = Math.max(low, Math.min(high, a6 >> after));
  values[o + 7] = Math.max(low, Math.min(high, a7 >> after));
}
