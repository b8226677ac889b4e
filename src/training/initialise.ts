import type { Random } from '../base/index.js';
import { encode, LATENTS } from '../chip/index.js';
import { CELLS } from '../wafer/index.js';
import type { Examples } from './examples.js';
import { encoderWeights, type Layout, type Network, parameterLayout, type Slice } from './network.js';

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
  // Mostly positive kernels: a filter that sees a hit should let it through.
  normal(layout.convKernel, 0.25, 0.5);
  normal(layout.denseKernel, 0, 0.3);
  clip(parameters, layout);
  placeLatents(network, layout, examples, parameters);
  initialiseDecoder(network, examples, random, parameters);
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
    for (let k = 0; k < kernel.rows * kernel.columns; k++)
      parameters[kernel.offset + k] = sigma * random.normal();
    parameters.fill(0, bias.offset, bias.offset + bias.columns);
  });
  const last = decoder[decoder.length - 1].bias.offset;
  meanFractions(examples).forEach((mean, cell) => {
    const p = Math.min(1 - 1e-6, Math.max(1e-6, mean));
    parameters[last + cell] = network.activation === 'softmax' ? Math.log(p) : Math.log(p / (1 - p));
  });
}

function meanFractions({ count, target }: Examples): Float64Array {
  const mean = new Float64Array(CELLS);
  for (let i = 0; i < count * CELLS; i++) mean[i % CELLS] += target[i] / count;
  return mean;
}

function clip(parameters: Float32Array, { encoderSize }: Layout): void {
  for (let i = 0; i < encoderSize; i++) parameters[i] = Math.max(-1, Math.min(31 / 32, parameters[i]));
}

/** Moves each latent's bias until the mean of the integer latent is where its bits resolve most. */
function placeLatents(network: Network, layout: Layout, examples: Examples, parameters: Float32Array): void {
  const n = Math.min(SAMPLE, examples.count);
  const latents = new Uint16Array(n * LATENTS);
  for (let pass = 0; pass < BIAS_PASSES; pass++) {
    encode(encoderWeights(network, parameters), network.arithmetic, examples.x, n, { latents });
    for (let o = 0; o < LATENTS; o++) {
      let mean = 0;
      for (let i = 0; i < n; i++) mean += latents[i * LATENTS + o] / n;
      parameters[layout.denseBias.offset + o] += (latentStart(network.latentBits[o]) - mean) / 256;
    }
    clip(parameters, layout);
  }
}

/** Few bits resolve around the middle of 0..511; many bits have room, and a third keeps off the upper clamp. */
function latentStart(bits: number): number {
  return bits <= 3 ? 240 : 160;
}
