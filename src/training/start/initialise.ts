import type { Random } from '../../base/index.js';
import {
  type EncoderLayer,
  type EncoderShape,
  encodeLatents,
  encoderLayers,
  LATENT_LARGEST,
  type LatentCode,
  largestMultiplier,
  largestOf,
  latentCode,
  nearestMultiplier,
} from '../../encoder/index.js';
import { LOG_UNIT } from '../../model/index.js';
import {
  encoderWeights,
  type Layout,
  type Network,
  parameterLayout,
  type Slice,
  skippedInputs,
} from '../plan/network.js';
import { classMeans } from '../plan/recommend.js';
import type { Examples } from './examples.js';

/** Puts the first values into the parameters. */
export type Start = (
  session: { readonly parameters: Float32Array },
  examples: Examples,
  random: Random,
) => void;

/** Starts a network from nothing. */
export function anew(network: Network): Start {
  return ({ parameters }, examples, random) => initialise(network, examples, random, parameters);
}

/** Wafers that are looked at to place the latents. */
const SAMPLE = 512;
const BIAS_PASSES = 8;

/**
 * Starting values. Two of them matter on this chip: the output bias starts at the logarithm of the mean cell
 * fraction, and the latent biases so that the latents lie in their range, because the floors of 128 products take
 * about 64 of the 512 counts from every latent.
 */
export function initialise(
  network: Network,
  examples: Examples,
  random: Random,
  parameters: Float32Array,
): void {
  const layout = parameterLayout(network);
  const normal = ({ offset, rows, columns }: Slice, mean: number, sigma: number) => {
    for (let i = offset; i < offset + rows * columns; i++) parameters[i] = mean + sigma * random.normal();
  };
  const layers = encoderLayers(network.shape);
  layers.forEach(({ kind }, i) => {
    // Mostly positive filters: one that sees a hit should let it through.
    if (kind === 'conv') normal(layout.encoder[i].kernel, 0.25, 0.5);
    else normal(layout.encoder[i].kernel, 0, 0.3);
  });
  if (layers.length === 1 && (layers[0].kind === 'local' || network.shape.latents.code.kind === 'levels')) {
    startLocal(layers[0], network.shape, layout.encoder[0].kernel, examples, random, parameters);
    clip(parameters, layout);
    initialiseDecoder(network, examples, random, parameters);
    startFromCodes(network, layers[0], layout, examples, parameters);
    return;
  }
  clip(parameters, layout);
  placeLatents(network, layout, examples, parameters);
  initialiseDecoder(network, examples, random, parameters);
}

/**
 * Latents that see the cells themselves: each starts as the sum of a few neighbours, all cells in one latent or
 * another, with the gain at which its code loses least. From there training finds what a random start does not.
 * Where only the largest are sent, all have one gain: they are compared with each other.
 */
function startLocal(
  layer: EncoderLayer,
  { latents }: EncoderShape,
  kernel: Slice,
  { x, count }: Examples,
  random: Random,
  parameters: Float32Array,
): void {
  const cells = layer.inputs;
  const n = Math.min(SAMPLE, count);
  const local = layer.kind === 'local';
  const taps = latents.bits.map((_, o) => {
    // A local layer sees its own cells, a dense one starts with those that would be its own.
    if (local) return layer.taps[o].map(({ input, kernel: row }) => ({ input, at: kernel.offset + row }));
    const first = Math.floor((o * cells) / latents.bits.length);
    const group = Math.max(1, Math.floor(((o + 1) * cells) / latents.bits.length) - first);
    return Array.from({ length: group }, (__, k) => {
      const input = (first + k) % cells;
      return { input, at: kernel.offset + input * kernel.columns + o };
    });
  });
  const sums = taps.map((list) =>
    Int32Array.from({ length: n }, (_, i) => list.reduce((sum, { input }) => sum + x[i * cells + input], 0)),
  );
  const together = latents.largest === undefined ? undefined : largestSums(sums, n, latents.largest);
  taps.forEach((list, o) => {
    if (!local)
      for (let c = 0; c < cells; c++)
        parameters[kernel.offset + c * kernel.columns + o] = 0.01 * random.normal();
    const gain = bestGain(layer, latents.code, latents.bits[o], together ?? sums[o]);
    for (const { at } of list) parameters[at] = gain;
  });
}

/** Sums of all latents that would be among the largest of their wafers. @param sums per latent n */
function largestSums(sums: readonly Int32Array[], n: number, largest: number): Int32Array {
  const out = new Int32Array(n * largest);
  for (let i = 0; i < n; i++) {
    const wafer = sums.map((list) => list[i]);
    largestOf(wafer, largest).forEach((o, j) => {
      out[i * largest + j] = wafer[o];
    });
  }
  return out;
}

/** Parameter of the weights with which the code of these sums loses least. */
function bestGain(
  { weights, shift }: EncoderLayer,
  code: LatentCode,
  bits: number,
  sums: Int32Array,
): number {
  let best = { loss: Number.POSITIVE_INFINITY, parameter: 0 };
  for (let parameter = 31 / 32; parameter > 1 / 64; parameter *= 0.8) {
    const multiplier = nearestMultiplier(weights, parameter);
    const loss = codeLoss(code, bits, sums, multiplier * 2 ** -shift);
    if (multiplier !== 0 && loss < best.loss)
      best = { loss, parameter: multiplier / largestMultiplier(weights) };
  }
  return best.parameter;
}

/** Mean distance between sums and the mean of all that have the same code. */
function codeLoss(code: LatentCode, bits: number, sums: Int32Array, gain: number): number {
  const words = sums.map((sum) => latentCode(code, bits, Math.min(LATENT_LARGEST, Math.floor(sum * gain))));
  const means = classMeans(sums, words, 2 ** bits);
  return sums.reduce((loss, sum, i) => loss + Math.abs(sum - means[words[i]]), 0) / sums.length;
}

/** Of the hidden layers' random part of the outputs, where what the codes say is there from the start. */
const HIDDEN_PART = 0.1;

/**
 * Where the decoder is told the charges that codes of single cells stand for, its last layer, which sees them, starts with
 * their logarithm: behind the softmax every cell then has the share that its code stands for. What the cells tell about
 * each other is left to be learned. With coarse codes that is more, and a random start finds more of it in the end
 * (docs/encoder-shapes.md).
 */
function startFromCodes(
  network: Network,
  { taps }: EncoderLayer,
  layout: Layout,
  { detector }: Examples,
  parameters: Float32Array,
): void {
  const { charges, activation } = network;
  if (!charges || activation !== 'softmax' || skippedInputs(network) === 0) return;
  const { kernel, bias } = layout.decoder[layout.decoder.length - 1];
  const hidden = kernel.rows - skippedInputs(network);
  for (let k = 0; k < hidden * kernel.columns; k++) parameters[kernel.offset + k] *= HIDDEN_PART;
  parameters.fill(0, bias.offset, bias.offset + detector.cells);
  // The logarithms are the last of all inputs.
  const first = kernel.rows - taps.length;
  taps.forEach(([{ input }], latent) => {
    parameters[kernel.offset + (first + latent) * kernel.columns + detector.imageOrder[input]] =
      LOG_UNIT * Math.LN2;
  });
}

/** He initialisation; half of it in the last layer, so that the start is close to the mean wafer. */
export function initialiseDecoder(
  network: Network,
  examples: Examples,
  random: Random,
  parameters: Float32Array,
): void {
  const { decoder } = parameterLayout(network);
  decoder.forEach(({ kernel, bias }, i) => {
    const sigma = (i === decoder.length - 1 ? 0.5 : 1) * Math.sqrt(2 / kernel.rows);
    // What skips the hidden layers starts at nothing.
    const rows = kernel.rows - (i === decoder.length - 1 ? skippedInputs(network) : 0);
    for (let k = 0; k < kernel.rows * kernel.columns; k++)
      parameters[kernel.offset + k] = k < rows * kernel.columns ? sigma * random.normal() : 0;
    parameters.fill(0, bias.offset, bias.offset + bias.columns);
  });
  const last = decoder[decoder.length - 1].bias.offset;
  meanFractions(examples).forEach((mean, cell) => {
    const p = Math.min(1 - 1e-6, Math.max(1e-6, mean));
    parameters[last + cell] = network.activation === 'softmax' ? Math.log(p) : Math.log(p / (1 - p));
  });
}

function meanFractions({ count, target, detector: { cells } }: Examples): Float64Array {
  const mean = new Float64Array(cells);
  for (let i = 0; i < count * cells; i++) mean[i % cells] += target[i] / count;
  return mean;
}

function clip(parameters: Float32Array, { encoderSize }: Layout): void {
  for (let i = 0; i < encoderSize; i++) parameters[i] = Math.max(-1, Math.min(31 / 32, parameters[i]));
}

/** Moves each latent's bias until the mean of the integer latent is where its bits resolve most. */
export function placeLatents(
  network: Network,
  layout: Layout,
  examples: Examples,
  parameters: Float32Array,
): void {
  const n = Math.min(SAMPLE, examples.count);
  const count = network.latentBits.length;
  const { bias } = layout.encoder[layout.encoder.length - 1];
  // The chip's arithmetic that is nearest to the network's.
  const arithmetic = network.arithmetic === 'float' ? 'exact' : network.arithmetic;
  for (let pass = 0; pass < BIAS_PASSES; pass++) {
    const latents = encodeLatents(encoderWeights(network, parameters), arithmetic, examples.x, n);
    for (let o = 0; o < count; o++) {
      let mean = 0;
      for (let i = 0; i < n; i++) mean += latents[i * count + o] / n;
      // Few bits resolve around the middle of 0..511; many have room, and a third keeps off the upper clamp.
      const wanted = network.latentBits[o] <= 3 ? 240 : 160;
      parameters[bias.offset + o] += (wanted - mean) / 256;
    }
    clip(parameters, layout);
  }
}
