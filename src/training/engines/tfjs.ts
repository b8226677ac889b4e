import type * as Tf from '@tensorflow/tfjs-core';
import { EconError } from '../../base/index.js';
import { CELLS } from '../../detector/index.js';
import { type EncoderLayer, econtShape, sameShape } from '../../encoder/index.js';
import { contextInputs, contextValues, type Told } from '../../model/index.js';
import {
  layerArithmetic,
  layerTables,
  type Network,
  networkLayers,
  parameterLayout,
  type Slice,
} from '../plan/network.js';
import { type OutputLoss, priorSlope, type TrainingEngine, type TrainingSession } from './engine.js';

type TfModule = typeof Tf;

/**
 * TensorFlow.js as a tensor library: tfjs-node when it is installed and loads, else tfjs-core with its WebAssembly
 * backend. Optional: neither is a dependency of this package. The backward pass is written out, because the straight-
 * through encoder has no derivative to find, and because filter gradients of a convolution are missing in that backend.
 */
export const tfjsEngine: TrainingEngine = {
  name: 'tfjs',
  async open(network, options) {
    if (
      !sameShape(network.shape, econtShape) ||
      network.skip ||
      network.levels ||
      network.arithmetic === 'float'
    )
      throw presetOnly();
    return openSession(await loadTfjs(), network, options?.frozenEncoder ?? false);
  },
};

/** What was found: the name of the backend, or the reason why there is none. */
export async function findTfjs(): Promise<{ backend: string } | { reason: string }> {
  const found = await findModule();
  return 'tf' in found ? { backend: found.backend } : found;
}

/** Not exported: the types of an optional package may not be there. */
async function findModule(): Promise<{ tf: TfModule; backend: string } | { reason: string }> {
  const reasons: string[] = [];
  try {
    return { tf: await load('@tensorflow/tfjs-node'), backend: 'tfjs-node' };
  } catch (error) {
    reasons.push(`@tensorflow/tfjs-node is ${explain(error)}`);
  }
  try {
    const tf = await load('@tensorflow/tfjs-core');
    await load('@tensorflow/tfjs-backend-wasm');
    if (!(await tf.setBackend('wasm'))) throw new Error('its backend does not start');
    await tf.ready();
    return { tf, backend: 'tfjs-wasm' };
  } catch (error) {
    reasons.push(`@tensorflow/tfjs-core with @tensorflow/tfjs-backend-wasm is ${explain(error)}`);
  }
  return { reason: reasons.join('; ') };
}

/** By a variable name, so that neither the compiler nor a bundler asks for the optional package. */
async function load(name: string): Promise<TfModule> {
  const module = (await import(name)) as TfModule & { default?: TfModule };
  return module.default ?? module;
}

function explain(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'ERR_MODULE_NOT_FOUND'
    ? 'not installed'
    : `installed but unusable (${message.split('\n')[0]})`;
}

async function loadTfjs(): Promise<TfModule> {
  const found = await findModule();
  if ('tf' in found) return found.tf;
  throw new EconError({
    code: 'training/no-tfjs',
    where: 'engine tfjs',
    what: `${found.reason}.`,
    remedy:
      'Use --engine wasm (the default, faster), or run: npm install @tensorflow/tfjs-core @tensorflow/tfjs-backend-wasm',
  });
}

function openSession(tf: TfModule, network: Network, frozenEncoder: boolean): TrainingSession {
  const layout = parameterLayout(network);
  const [conv, dense] = layout.encoder;
  const context = contextInputs(network.context);
  const layers = networkLayers(network);
  const [first, last] = layers;
  const [convArithmetic, denseArithmetic] = layers.map((layer) => layerArithmetic(layer, network.arithmetic));
  const parameters = new Float32Array(layout.size);
  const gradient = new Float32Array(layout.size);
  const patches = tf.keep(patchMatrix(tf, first));
  const steps = tf.keep(
    tf.tensor2d(
      network.latentBits.map((bits) => 2 ** (9 - bits)),
      [1, last.outputs],
    ),
  );

  const tensor = ({ offset, rows, columns }: Slice) =>
    tf.tensor2d(parameters.slice(offset, offset + rows * columns), [rows, columns]);
  const codes = ({ offset, rows, columns }: Slice, chip: (parameter: number) => number) =>
    tf.tensor2d(parameters.slice(offset, offset + rows * columns).map(chip), [rows, columns]);
  const store = (slice: Slice, value: Tf.Tensor) => gradient.set(value.dataSync(), slice.offset);

  /** Matrix product with the chip's floor on every product; all numbers are below 2^24, so f32 is exact. */
  function chipProduct(a: Tf.Tensor2D, w: Tf.Tensor2D): Tf.Tensor2D {
    if (network.arithmetic === 'exact') return tf.matMul(a, w);
    const products = tf.mul(tf.expandDims(a, 2), tf.expandDims(w, 0));
    return tf.sum(tf.floor(products), 1);
  }

  function contextRows(told: Told, n: number): Tf.Tensor2D {
    const rows = new Float32Array(n * context);
    for (let i = 0; i < n; i++) rows.set(contextValues(network.context, told[i]), i * context);
    return tf.tensor2d(rows, [n, context]);
  }

  function forward(source: Uint8Array, told: Told | null, n: number) {
    const x = tf.tensor2d(Float32Array.from(source.subarray(0, n * CELLS)), [n, CELLS]);
    const columns = tf.reshape(tf.matMul(x, patches), [-1, first.kernelRows]) as Tf.Tensor2D;
    const convSum = tf.add(
      chipProduct(columns, codes(conv.kernel, convArithmetic.kernel)),
      codes(conv.bias, convArithmetic.bias),
    );
    const activations = tf.reshape(tf.relu(tf.floor(convSum)), [n, first.outputs]) as Tf.Tensor2D;
    const denseKernel = codes(dense.kernel, denseArithmetic.kernel);
    const denseSum = tf.add(
      chipProduct(activations, denseKernel),
      codes(dense.bias, denseArithmetic.bias),
    ) as Tf.Tensor2D;
    const clamped = tf.clipByValue(tf.floor(denseSum), 0, 511);
    const latents = tf.div(tf.mul(tf.floor(tf.div(clamped, steps)), steps), 256) as Tf.Tensor2D;
    const values = [told && context > 0 ? tf.concat2d([latents, contextRows(told, n)], 1) : latents];
    if (!told) return { columns, activations, denseKernel, denseSum, latents, values };
    layout.decoder.forEach((layer, depth) => {
      const sum = tf.add(tf.matMul(values[depth], tensor(layer.kernel)), tensor(layer.bias)) as Tf.Tensor2D;
      if (depth < layout.decoder.length - 1) values.push(tf.relu(sum));
      else values.push(network.activation === 'softmax' ? tf.softmax(sum) : tf.sigmoid(sum));
    });
    return { columns, activations, denseKernel, denseSum, latents, values };
  }

  function backward(
    { columns, activations, denseKernel, denseSum, latents, values }: ReturnType<typeof forward>,
    d: Tf.Tensor2D,
    pull: number,
  ) {
    // Explicit transposes: the transposeA and transposeB flags leave the fast path of the WebAssembly backend.
    const outer = (a: Tf.Tensor2D, b: Tf.Tensor2D) => tf.matMul(tf.transpose(a), b);
    const through = (b: Tf.Tensor2D, w: Tf.Tensor2D) => tf.matMul(b, tf.transpose(w));
    const depth = layout.decoder.length;
    const y = values[depth];
    let delta =
      network.activation === 'softmax'
        ? tf.mul(y, tf.sub(d, tf.sum(tf.mul(y, d), 1, true)))
        : tf.mul(d, tf.mul(y, tf.sub(1, y)));
    for (let i = depth - 1; i >= 0; i--) {
      const { kernel, bias } = layout.decoder[i];
      store(kernel, outer(values[i], delta as Tf.Tensor2D));
      store(bias, tf.sum(delta, 0));
      if (i === 0 && frozenEncoder) return;
      delta = through(delta as Tf.Tensor2D, tensor(kernel));
      if (i === 0) delta = tf.slice(delta, [0, 0], [-1, last.outputs]);
      if (i > 0) delta = tf.mul(delta, tf.cast(tf.greater(values[i], 0), 'float32'));
    }
    if (pull !== 0) {
      const slopes = Float32Array.from(latents.dataSync(), (z) => pull * priorSlope(z));
      delta = tf.add(delta, tf.tensor2d(slopes, latents.shape));
    }
    delta = tf.div(delta, 256);
    const low = tf.logicalAnd(tf.lessEqual(denseSum, 0), tf.greaterEqual(delta, 0));
    const high = tf.logicalAnd(tf.greaterEqual(denseSum, 511), tf.lessEqual(delta, 0));
    delta = tf.where(tf.logicalOr(low, high), tf.zerosLike(delta), delta);
    store(dense.kernel, tf.mul(outer(activations, delta as Tf.Tensor2D), 2));
    store(dense.bias, tf.mul(tf.sum(delta, 0), 256));
    const pass = tf.cast(tf.greater(activations, 0), 'float32');
    const flat = tf.mul(through(delta as Tf.Tensor2D, denseKernel), pass);
    const perPosition = tf.reshape(flat, [columns.shape[0], first.channels]) as Tf.Tensor2D;
    store(conv.kernel, outer(columns, perPosition));
    store(conv.bias, tf.mul(tf.sum(perPosition, 0), 128));
  }

  return {
    parameters,
    gradient,
    step(x: Uint8Array, told: Told, n: number, loss: OutputLoss, pull = 0) {
      gradient.fill(0);
      return tf.tidy(() => {
        const pass = forward(x, told, n);
        const outputs = pass.values[layout.decoder.length].dataSync() as Float32Array;
        const slope = new Float32Array(n * CELLS);
        const total = loss(outputs, 0, n, slope);
        backward(pass, tf.tensor2d(slope, [n, CELLS]), pull);
        // tidy() returns tensors or nothing; a number passes as it is.
        return total as unknown as Tf.Scalar;
      }) as unknown as number;
    },
    encode(x, n, target) {
      tf.tidy(() => {
        const latents = forward(x, null, n).latents.dataSync();
        for (let i = 0; i < latents.length; i++) target[i] = latents[i] * 256;
      });
    },
    forward(x, told, n, target) {
      tf.tidy(() => {
        target.set(forward(x, told, n).values[layout.decoder.length].dataSync());
      });
    },
    dispose() {
      patches.dispose();
      steps.dispose();
    },
  };
}

function presetOnly(): EconError {
  return new EconError({
    code: 'training/engine-shape',
    where: 'training engine tfjs',
    what: "it trains ECON-T's own encoder in integer arithmetic only.",
    remedy: 'Use --engine wasm (the default) or js.',
  });
}

/** Inputs x (positions * taps) zeros and ones: the cells that each tap of each position sees, as a matrix product. */
function patchMatrix(tf: TfModule, layer: EncoderLayer): Tf.Tensor2D {
  const { inputs, taps, kernelRows } = layer;
  const columns = taps.length * kernelRows;
  const values = new Float32Array(inputs * columns);
  layerTables(layer).byPosition.forEach((pairs, position) => {
    for (const [input, tap] of pairs) values[input * columns + position * kernelRows + tap] = 1;
  });
  return tf.tensor2d(values, [inputs, columns]);
}
