import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { EconError, readJson } from '../../base/index.js';
import { latentBits } from '../../blocks/index.js';
import type { WaferBatch } from '../../dataset/index.js';
import { image4x4x3 } from '../../detector/index.js';
import type { Reference } from './reference.js';

const SIDE = 4;
const CHANNELS = 3;
const FILTERS = 8;
const HIDDEN = SIDE * SIDE * FILTERS;
/** Numbers of the encoded vector. */
const VECTOR = 16;

/** Tensors by name, with their shapes; kernels of the transposed convolutions hold the output channel first. */
const shapes = {
  'encoder/conv2d/kernel': [3, 3, CHANNELS, FILTERS],
  'encoder/conv2d/bias': [FILTERS],
  'encoder/encoded_vector/kernel': [HIDDEN, VECTOR],
  'encoder/encoded_vector/bias': [VECTOR],
  'decoder/dense/kernel': [VECTOR, HIDDEN],
  'decoder/dense/bias': [HIDDEN],
  'decoder/conv2d_transpose/kernel': [3, 3, FILTERS, FILTERS],
  'decoder/conv2d_transpose/bias': [FILTERS],
  'decoder/conv2d_transpose_1/kernel': [3, 3, CHANNELS, FILTERS],
  'decoder/conv2d_transpose_1/bias': [CHANNELS],
} as const;
type TensorName = keyof typeof shapes;
type LayerName = TensorName extends `${infer Name}/${'kernel' | 'bias'}` ? Name : never;
type Network = Readonly<Record<TensorName, Float64Array>>;

const fileSchema = z.object({
  tensors: z.record(z.string(), z.object({ shape: z.array(z.number()), data: z.array(z.number()) })),
});

/** CALQ below which the receiver of CMSSW sets a charge to 0: 0.1 of a transverse MIP. */
const ZERO_BELOW = 3.5;

export interface ReferenceModels {
  readonly models: Reference[];
  /** Why there are none; undefined when there are some. */
  readonly reason?: string;
}

/**
 * The float autoencoders that CMSSW simulates ECON-T with, from a folder of `cmssw_ae_<N>eLinks_<kind>.json` files
 * that the user has. They are not part of this package.
 *
 * @throws EconError when such a file is there but is not one of these networks
 */
export function loadReferenceModels(folder: string): ReferenceModels {
  if (!existsSync(folder)) return { models: [], reason: `folder ${folder} not found` };
  const files = readdirSync(folder).flatMap((file) => {
    const match = /^cmssw_ae_(\d+)eLinks_(\w+)\.json$/.exec(file);
    return match ? [{ file, links: Number(match[1]), kind: match[2] }] : [];
  });
  if (files.length === 0) return { models: [], reason: `no cmssw_ae_<N>eLinks_<kind>.json in ${folder}` };
  files.sort((a, b) => a.links - b.links || (a.kind < b.kind ? -1 : 1));
  return {
    models: files.flatMap(({ file, links, kind }) => {
      const network = readNetwork(join(folder, file));
      // Dropping small charges helps it on sparse wafers and costs on busy ones: both are shown.
      return [0, ZERO_BELOW].map((zeroBelow) => ({
        name: `CMSSW float autoencoder, ${kind}${zeroBelow > 0 ? ', small charges dropped' : ''}`,
        fits: (etx: number) => etx === links,
        reconstruct: (batch: WaferBatch, etx: number) => ({
          charges: reconstruct(network, batch, latentBits(etx), zeroBelow),
          note: `float, ${latentBits(etx)} fraction bits per latent`,
        }),
      }));
    }),
  };
}

function readNetwork(path: string): Network {
  const remedy = 'Give the JSON of a CMSSW 4x4x3 autoencoder, or take the file out of the folder.';
  const bad = (what: string): EconError =>
    new EconError({ code: 'quality/reference-model', where: path, what, remedy });
  const parsed = fileSchema.safeParse(readJson(path, remedy));
  if (!parsed.success) throw bad(`${z.prettifyError(parsed.error)}.`);
  const entries = Object.entries(shapes).map(([name, shape]) => {
    const tensor = parsed.data.tensors[name];
    const size = shape.reduce<number>((product, n) => product * n, 1);
    if (tensor?.shape.join() !== shape.join() || tensor.data.length !== size)
      throw bad(`tensor ${name} is not ${shape.join('x')}.`);
    return [name, Float64Array.from(tensor.data)] as const;
  });
  return Object.fromEntries(entries) as Record<TensorName, Float64Array>;
}

/**
 * One wafer after the other: charges over the power of two at or below their sum, in 8 bits; encoder; latents in
 * `bits` fraction bits; decoder; scaled to the sum of the input, then small charges set to 0 (domain facts, 2.3).
 */
function reconstruct(net: Network, batch: WaferBatch, bits: number, zeroBelow: number): Float32Array {
  const { charges, count } = batch;
  const out = new Float32Array(count * image4x4x3.length);
  const image = new Float64Array(image4x4x3.length);
  const step = 2 ** -bits;
  const layer = (name: LayerName) => [net[`${name}/kernel`], net[`${name}/bias`]] as const;
  for (let row = 0; row < out.length; row += image4x4x3.length) {
    let sum = 0;
    for (let cell = 0; cell < image4x4x3.length; cell++) sum += charges[row + cell];
    if (sum === 0) continue;
    const scale = 2 ** (7 - Math.floor(Math.log2(sum)));
    for (let k = 0; k < image4x4x3.length; k++)
      image[k] = Math.floor(charges[row + image4x4x3[k]] * scale) / 128;
    const hidden = convolve(image, ...layer('encoder/conv2d'));
    const latents = dense(hidden, ...layer('encoder/encoded_vector'));
    for (let o = 0; o < VECTOR; o++) latents[o] = Math.round(latents[o] / step) * step;
    const spread = dense(latents, ...layer('decoder/dense'));
    const first = transpose(spread, ...layer('decoder/conv2d_transpose'));
    relu(first);
    const last = transpose(first, ...layer('decoder/conv2d_transpose_1'));
    let total = 0;
    for (let k = 0; k < image4x4x3.length; k++) {
      last[k] = 1 / (1 + Math.exp(-last[k]));
      total += last[k];
    }
    for (let k = 0; k < image4x4x3.length; k++) {
      const charge = (last[k] * sum) / total;
      out[row + image4x4x3[k]] = charge < zeroBelow ? 0 : charge;
    }
  }
  return out;
}

function relu(values: Float64Array): void {
  for (let k = 0; k < values.length; k++) if (values[k] < 0) values[k] = 0;
}

/** Dense layer with ReLU. @param kernel [input][output] */
function dense(input: Float64Array, kernel: Float64Array, bias: Float64Array): Float64Array {
  const out = bias.slice();
  const width = bias.length;
  for (let i = 0; i < input.length; i++) {
    const value = input[i];
    if (value === 0) continue;
    for (let o = 0; o < width; o++) out[o] += value * kernel[i * width + o];
  }
  relu(out);
  return out;
}

/** 3x3 convolution of a 4x4 image, stride 1, zeros outside, ReLU. @param kernel [row][column][input][output] */
function convolve(image: Float64Array, kernel: Float64Array, bias: Float64Array): Float64Array {
  const inputs = CHANNELS;
  const outputs = bias.length;
  const out = new Float64Array(SIDE * SIDE * outputs);
  overTaps((to, from, tap) => {
    for (let i = 0; i < inputs; i++) {
      const value = image[from * inputs + i];
      for (let o = 0; o < outputs; o++)
        out[to * outputs + o] += value * kernel[(tap * inputs + i) * outputs + o];
    }
  });
  for (let k = 0; k < out.length; k++) out[k] += bias[k % outputs];
  relu(out);
  return out;
}

/**
 * Transposed 3x3 convolution, stride 1: pixel `from` of the output gets what the convolution would have read from it
 * for pixel `to`. @param kernel [row][column][output][input]
 */
function transpose(image: Float64Array, kernel: Float64Array, bias: Float64Array): Float64Array {
  const outputs = bias.length;
  const inputs = FILTERS;
  const out = new Float64Array(SIDE * SIDE * outputs);
  overTaps((to, from, tap) => {
    for (let o = 0; o < outputs; o++) {
      let sum = 0;
      for (let i = 0; i < inputs; i++)
        sum += image[to * inputs + i] * kernel[(tap * outputs + o) * inputs + i];
      out[from * outputs + o] += sum;
    }
  });
  for (let k = 0; k < out.length; k++) out[k] += bias[k % outputs];
  return out;
}

/** Calls back for every pixel and every pixel under its 3x3 window that is inside the image. */
function overTaps(visit: (to: number, from: number, tap: number) => void): void {
  for (let to = 0; to < SIDE * SIDE; to++) {
    for (let tap = 0; tap < 9; tap++) {
      const row = Math.floor(to / SIDE) + Math.floor(tap / 3) - 1;
      const column = (to % SIDE) + (tap % 3) - 1;
      if (row >= 0 && row < SIDE && column >= 0 && column < SIDE) visit(to, row * SIDE + column, tap);
    }
  }
}
