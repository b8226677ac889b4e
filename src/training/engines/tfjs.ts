import type * as Tf from '@tensorflow/tfjs-core';
import { EconError } from '../../base/index.js';
import { type EncoderLayer, econtShape, encoderLayers, imageCells, sameShape } from '../../encoder/index.js';
import { contextInputs, contextValues, type Told } from '../../model/index.js';
import { layerArithmetic, layerTables, type Network, parameterLayout, type Slice } from '../plan/network.js';
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
    const { shape, skip, levels, arithmetic } = network;
    if (!sameShape(shape, econtShape) || skip || levels || arithmetic === 'float')
      throw new EconError({
        code: 'training/engine-shape',
        where: 'training engine tfjs',
        what: "it trains ECON-T's own encoder in integer arithmetic only.",
        remedy: 'Use --engine wasm (the default) or js.',
      });
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
  const cells = imageCells(network.shape);
  const layers = encoderLayers(network.shape);
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

  const tensor: Vectors['tensor'] = ({ offset, rows, columns }, of = (parameter) => parameter) =>
    tf.tensor2d(parameters.slice(offset, offset + rows * columns).map(of), [rows, columns]);
  const store: Vectors['store'] = (slice, value) => gradient.set(value.dataSync(), slice.offset);
  const product = (a: Tf.Tensor2D, w: Tf.Tensor2D): Tf.Tensor2D =>
    network.arithmetic === 'exact' ? tf.matMul(a, w) : flooredProduct(tf, a, w);
  const decoder = decoderHalf(tf, network, { tensor, store });

  function encode(source: Uint8Array, n: number) {
    const x = tf.tensor2d(Float32Array.from(source.subarray(0, n * cells)), [n, cells]);
    const columns = tf.reshape(tf.matMul(x, patches), [-1, first.kernelRows]) as Tf.Tensor2D;
    const convSum = tf.add(
      product(columns, tensor(conv.kernel, convArithmetic.kernel)),
      tensor(conv.bias, convArithmetic.bias),
    );
    const activations = tf.reshape(tf.relu(tf.floor(convSum)), [n, first.outputs]) as Tf.Tensor2D;
    const denseKernel = tensor(dense.kernel, denseArithmetic.kernel);
    const denseSum = tf.add(
      product(activations, denseKernel),
      tensor(dense.bias, denseArithmetic.bias),
    ) as Tf.Tensor2D;
    const clamped = tf.clipByValue(tf.floor(denseSum), 0, 511);
    const latents = tf.div(tf.mul(tf.floor(tf.div(clamped, steps)), steps), 256) as Tf.Tensor2D;
    return { columns, activations, denseKernel, denseSum, latents };
  }

  /** From the slopes of the latents to those of the encoder's parameters. */
  function encoderBackward(
    { columns, activations, denseKernel, denseSum, latents }: ReturnType<typeof encode>,
    slope: Tf.Tensor,
    pull: number,
  ): void {
    let delta = slope;
    if (pull !== 0) {
      const slopes = Float32Array.from(latents.dataSync(), (z) => pull * priorSlope(z));
      delta = tf.add(delta, tf.tensor2d(slopes, latents.shape));
    }
    delta = tf.div(delta, 256);
    const low = tf.logicalAnd(tf.lessEqual(denseSum, 0), tf.greaterEqual(delta, 0));
    const high = tf.logicalAnd(tf.greaterEqual(denseSum, 511), tf.lessEqual(delta, 0));
    delta = tf.where(tf.logicalOr(low, high), tf.zerosLike(delta), delta);
    store(dense.kernel, tf.mul(outer(tf, activations, delta), 2));
    store(dense.bias, tf.mul(tf.sum(delta, 0), 256));
    const pass = tf.cast(tf.greater(activations, 0), 'float32');
    const flat = tf.mul(through(tf, delta, denseKernel), pass);
    const perPosition = tf.reshape(flat, [columns.shape[0], first.channels]);
    store(conv.kernel, outer(tf, columns, perPosition));
    store(conv.bias, tf.mul(tf.sum(perPosition, 0), 128));
  }

  return {
    parameters,
    gradient,
    step(x: Uint8Array, told: Told, n: number, loss: OutputLoss, pull = 0) {
      gradient.fill(0);
      return tf.tidy(() => {
        const pass = encode(x, n);
        const values = decoder.forward(pass.latents, told);
        const slope = new Float32Array(n * cells);
        const total = loss(values[values.length - 1].dataSync() as Float32Array, 0, n, slope);
        const delta = decoder.backward(values, tf.tensor2d(slope, [n, cells]), frozenEncoder);
        if (delta) encoderBackward(pass, delta, pull);
        // tidy() returns tensors or nothing; a number passes as it is.
        return total as unknown as Tf.Scalar;
      }) as unknown as number;
    },
    encode(x, n, target) {
      tf.tidy(() => {
        const latents = encode(x, n).latents.dataSync();
        for (let i = 0; i < latents.length; i++) target[i] = latents[i] * 256;
      });
    },
    forward(x, told, n, target) {
      tf.tidy(() => {
        const values = decoder.forward(encode(x, n).latents, told);
        target.set(values[values.length - 1].dataSync());
      });
    },
    dispose() {
      patches.dispose();
      steps.dispose();
    },
  };
}

/** Matrices of the flat parameters, each put through a function, and where their slopes go. */
interface Vectors {
  tensor(slice: Slice, of?: (parameter: number) => number): Tf.Tensor2D;
  store(slice: Slice, slope: Tf.Tensor): void;
}

/** Matrix product with the chip's floor on every product; all numbers are below 2^24, so f32 is exact. */
function flooredProduct(tf: TfModule, a: Tf.Tensor2D, w: Tf.Tensor2D): Tf.Tensor2D {
  return tf.sum(tf.floor(tf.mul(tf.expandDims(a, 2), tf.expandDims(w, 0))), 1);
}

// Explicit transposes: the transposeA and transposeB flags leave the fast path of the WebAssembly backend.
function outer(tf: TfModule, a: Tf.Tensor, b: Tf.Tensor): Tf.Tensor {
  return tf.matMul(tf.transpose(a), b);
}

function through(tf: TfModule, b: Tf.Tensor, w: Tf.Tensor): Tf.Tensor {
  return tf.matMul(b, tf.transpose(w));
}

/** From latents to outputs. */
function decoderHalf(tf: TfModule, network: Network, { tensor, store }: Vectors) {
  const { decoder } = parameterLayout(network);
  const depth = decoder.length;
  const softmax = network.activation === 'softmax';
  const context = contextInputs(network.context);

  function contextRows(told: Told, n: number): Tf.Tensor2D {
    const rows = new Float32Array(n * context);
    for (let i = 0; i < n; i++) rows.set(contextValues(network.context, told[i]), i * context);
    return tf.tensor2d(rows, [n, context]);
  }

  return {
    /** @returns the inputs of each layer, then the outputs */
    forward(latents: Tf.Tensor2D, told: Told): Tf.Tensor2D[] {
      const inputs = context > 0 ? [latents, contextRows(told, latents.shape[0])] : [latents];
      const values = [tf.concat2d(inputs, 1)];
      decoder.forEach(({ kernel, bias }, i) => {
        const product = tf.matMul(values[i], tensor(kernel));
        const sum = tf.add(product, tensor(bias)) as Tf.Tensor2D;
        values.push(i < depth - 1 ? tf.relu(sum) : softmax ? tf.softmax(sum) : tf.sigmoid(sum));
      });
      return values;
    },

    /** @param d slope of the loss in the outputs. @returns that in the latents, for an encoder that moves */
    backward(values: Tf.Tensor2D[], d: Tf.Tensor2D, frozenEncoder: boolean): Tf.Tensor | undefined {
      const y = values[depth];
      let delta: Tf.Tensor = softmax
        ? tf.mul(y, tf.sub(d, tf.sum(tf.mul(y, d), 1, true)))
        : tf.mul(d, tf.mul(y, tf.sub(1, y)));
      for (let i = depth - 1; i >= 0; i--) {
        const { kernel, bias } = decoder[i];
        store(kernel, outer(tf, values[i], delta));
        store(bias, tf.sum(delta, 0));
        if (i === 0 && frozenEncoder) return undefined;
        delta = through(tf, delta, tensor(kernel));
        if (i > 0) delta = tf.mul(delta, tf.cast(tf.greater(values[i], 0), 'float32'));
      }
      return tf.slice(delta, [0, 0], [-1, network.latentBits.length]);
    },
  };
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
