import { CELLS } from '../../detector/index.js';
import {
  chargeTables,
  contextInputs,
  contextValues,
  latentSlopes,
  latentTables,
  type Told,
} from '../../model/index.js';
import {
  decoderWidths,
  firstCharge,
  layerArithmetic,
  layerTables,
  type Network,
  networkLayers,
  networkLevels,
  parameterLayout,
  type Slice,
  skippedInputs,
} from '../plan/network.js';
import { type OutputLoss, priorSlope, type TrainingEngine, type TrainingSession } from './engine.js';
import { kernelBase64 } from './kernel.wasm.js';

/** Wafers of a block: its activations stay in the second-level cache. */
const BLOCK = 64;

/** Functions of kernel/kernel.ts; every argument is an address or a count. */
type Kernel = Record<
  | 'linear'
  | 'flooredLinear'
  | 'weightGradient'
  | 'biasGradient'
  | 'flooredClip'
  | 'clip'
  | 'clipBackward'
  | 'relu'
  | 'reluBackward'
  | 'cutLatents'
  | 'cutLatentsBackward'
  | 'keepLargest'
  | 'keepLargestBackward'
  | 'levels'
  | 'levelsBackward'
  | 'lookUp'
  | 'lookUpBackward'
  | 'softmax'
  | 'softmaxBackward'
  | 'sigmoid'
  | 'sigmoidBackward'
  | 'bytesToBlock'
  | 'rowsToBlock'
  | 'blockToRows',
  (...values: number[]) => void
>;

/** The default engine: WebAssembly SIMD kernels (AssemblyScript), one thread, same bits on every machine. */
export const wasmEngine: TrainingEngine = {
  name: 'wasm',
  async open(network, options) {
    return openSession(network, options?.frozenEncoder ?? false);
  },
};

async function openSession(network: Network, frozenEncoder: boolean): Promise<TrainingSession> {
  const layout = parameterLayout(network);
  const latentCount = network.latentBits.length;
  const arena = new Arena();

  // Everything is placed once: growing the memory later would detach the views.
  const parametersAt = arena.floats(layout.size);
  const gradientAt = arena.floats(layout.size);
  const chipAt = arena.floats(layout.encoderSize);
  const tablesAt = arena.floats(512 * latentCount);
  const slopesAt = arena.floats(512 * latentCount);
  const bytesAt = arena.floats((BLOCK * CELLS) / 4);
  const rowsAt = arena.floats(BLOCK * Math.max(CELLS, latentCount));
  const gradientRowsAt = arena.floats(BLOCK * CELLS);
  const x = arena.floats(BLOCK * CELLS);
  const encoder = networkLayers(network).map((layer, i) => {
    const tables = layerTables(layer);
    return {
      ...layer,
      ...layerArithmetic(layer, network.arithmetic),
      slices: layout.encoder[i],
      /** Sums before the floor, outputs after the clip, and the slope of the outputs. */
      sums: arena.floats(BLOCK * layer.outputs),
      values: arena.floats(BLOCK * layer.outputs),
      delta: arena.floats(BLOCK * layer.outputs),
      /** A dense layer takes all inputs as channels of one position. */
      positions: tables.byPosition.length,
      inputChannels: layer.kind === 'dense' ? layer.inputs : 1,
      /** Each position of a local layer has a table and a bias of its own. */
      ownForward: layer.kind === 'local' ? tables.byPosition.map((list) => arena.table([list])) : [],
      rows: tables.rows,
      forward: arena.table(tables.byPosition),
      byRow: arena.table(tables.byRow),
    };
  });
  const dense = encoder[encoder.length - 1];
  const largest = network.shape.latents.largest ?? 0;
  const kept = arena.floats(BLOCK * latentCount);
  // What else the decoder is told lies right behind the latents: context, then levels.
  const context = contextInputs(network.context);
  const widths = decoderWidths(network);
  const latents = arena.floats(BLOCK * widths[0]);
  const levels = networkLevels(network).map(({ latent, bits, at }) => ({
    latent: 4 * BLOCK * latent,
    first: 4 * BLOCK * (latentCount + context + at),
    count: 2 ** bits - 1,
    step: 2 ** (1 - bits),
  }));
  const charges = (network.charges ? chargeTables(network.charges) : []).map((table, k) => ({
    ...table,
    first: 4 * BLOCK * (firstCharge(network) + k * latentCount),
    valuesAt: arena.floats(512),
    slopesAt: arena.floats(512),
  }));
  const skipped = skippedInputs(network);
  // What skips to the last layer lies right behind the values of the last hidden one.
  const room = (width: number, i: number) => BLOCK * (width + (i === widths.length - 2 ? skipped : 0));
  const outputs = widths.slice(1).map((width, i) => arena.floats(room(width, i + 1)));
  const deltas = widths.map((width, i) => arena.floats(room(width, i)));
  const one = arena.table([[[0, 0]]]);

  const memory = arena.build();
  const kernel = await instantiate(memory);
  const view = (at: number, n: number) => new Float32Array(memory.buffer, at, n);
  const parameters = view(parametersAt, layout.size);
  const gradient = view(gradientAt, layout.size);
  const chip = view(chipAt, layout.encoderSize);
  const byteRows = new Uint8Array(memory.buffer, bytesAt, BLOCK * CELLS);
  const rows = view(rowsAt, BLOCK * Math.max(CELLS, latentCount));
  const contextBlock = view(latents + 4 * BLOCK * latentCount, BLOCK * context);
  const inputBlock = view(latents, BLOCK * widths[0]);
  const skipBlock = (at: number) => view(at, BLOCK * skipped);
  const gradientRows = view(gradientRowsAt, BLOCK * CELLS);
  latentTables(network.shape, network.latentBits).forEach((table, o) => {
    view(tablesAt + 2048 * o, 512).set(Float32Array.from(table, (value) => value / 256));
  });
  latentSlopes(network.shape).forEach((slopes, o) => {
    view(slopesAt + 2048 * o, 512).set(slopes);
  });
  for (const { values, slopes, valuesAt, slopesAt } of charges) {
    view(valuesAt, 512).set(values);
    view(slopesAt, 512).set(slopes);
  }
  const map = network.arithmetic === 'econt' ? kernel.flooredLinear : kernel.linear;
  const cut = network.arithmetic === 'float' ? kernel.clip : kernel.flooredClip;
  const last = network.activation === 'softmax' ? 'softmax' : 'sigmoid';

  const chipWeight = (slice: Slice) => chipAt + 4 * slice.offset;
  const weight = (slice: Slice) => parametersAt + 4 * slice.offset;
  const weightSlope = (slice: Slice) => gradientAt + 4 * slice.offset;

  /** The chip's weights, scaled so that a product of the kernel is the chip's product before its floor. */
  function loadChipWeights(): void {
    for (const layer of encoder) {
      const { kernel: k, bias: b } = layer.slices;
      for (let i = k.offset; i < k.offset + k.rows * k.columns; i++) chip[i] = layer.kernel(parameters[i]);
      for (let i = b.offset; i < b.offset + b.columns; i++) chip[i] = layer.bias(parameters[i]);
    }
  }

  function encodeBlock(source: Uint8Array, first: number, count: number): void {
    byteRows.set(source.subarray(first * CELLS, (first + count) * CELLS));
    kernel.bytesToBlock(bytesAt, count, CELLS, x, BLOCK);
    let from = x;
    for (const layer of encoder) {
      const { inputChannels, channels, slices } = layer;
      const w = chipWeight(slices.kernel);
      const b = chipWeight(slices.bias);
      const tapStride = 4 * channels;
      layer.ownForward.forEach((table, p) => {
        map(table, 1, 1, 1, w, 4, 4, 4, b + 4 * p, from, layer.sums + 4 * BLOCK * p, BLOCK);
      });
      if (layer.kind !== 'local')
        map(
          layer.forward,
          layer.positions,
          inputChannels,
          channels,
          w,
          tapStride,
          tapStride,
          4,
          b,
          from,
          layer.sums,
          BLOCK,
        );
      if (layer !== dense) cut(layer.sums, layer.values, layer.largest, layer.outputs * BLOCK);
      from = layer.values;
    }
    kernel.cutLatents(dense.sums, tablesAt, latents, latentCount, BLOCK);
    if (largest > 0) kernel.keepLargest(dense.sums, latents, kept, largest, latentCount, BLOCK);
  }

  function decodeBlock(told: Told, first: number, count: number): void {
    if (context > 0) {
      for (let b = 0; b < count; b++) {
        const inputs = contextValues(network.context, told[first + b]);
        for (let k = 0; k < context; k++) contextBlock[k * BLOCK + b] = inputs[k];
      }
    }
    for (const { latent, first, step, count } of levels)
      kernel.levels(latents + latent, latents + first, step, count, BLOCK);
    for (const { first, valuesAt } of charges)
      kernel.lookUp(latents, valuesAt, latents + first, latentCount * BLOCK);
    let from = latents;
    layout.decoder.forEach((layer, i) => {
      const { rows: ci, columns: co } = layer.kernel;
      const [w, b] = [weight(layer.kernel), weight(layer.bias)];
      kernel.linear(one, 1, ci, co, w, 0, 4 * co, 4, b, from, outputs[i], BLOCK);
      if (i < layout.decoder.length - 1) kernel.relu(outputs[i], outputs[i], co * BLOCK);
      else if (last === 'softmax') kernel.softmax(outputs[i], outputs[i], co, BLOCK);
      else kernel.sigmoid(outputs[i], outputs[i], co * BLOCK);
      if (skipped > 0 && i === layout.decoder.length - 2)
        skipBlock(outputs[i] + 4 * co * BLOCK).set(inputBlock);
      from = outputs[i];
    });
  }

  function backwardBlock(count: number): void {
    const depth = layout.decoder.length;
    kernel.rowsToBlock(gradientRowsAt, count, CELLS, deltas[depth], BLOCK);
    if (last === 'softmax') kernel.softmaxBackward(outputs[depth - 1], deltas[depth], CELLS, BLOCK);
    else kernel.sigmoidBackward(outputs[depth - 1], deltas[depth], CELLS * BLOCK);
    for (let i = depth - 1; i >= 0; i--) {
      const layer = layout.decoder[i];
      const { rows: ci, columns: co } = layer.kernel;
      const from = i === 0 ? latents : outputs[i - 1];
      kernel.weightGradient(one, 1, ci, co, from, deltas[i + 1], weightSlope(layer.kernel), 1, BLOCK);
      kernel.biasGradient(1, co, deltas[i + 1], weightSlope(layer.bias), 1, BLOCK);
      if (i === 0 && frozenEncoder) return;
      kernel.linear(one, 1, co, ci, weight(layer.kernel), 0, 4, 4 * co, 0, deltas[i + 1], deltas[i], BLOCK);
      if (i > 0)
        kernel.reluBackward(outputs[i - 1], deltas[i], (ci - (i === depth - 1 ? skipped : 0)) * BLOCK);
    }
    if (skipped > 0) addSkipped(depth);
    if (priorPull !== 0) pullToPrior(count);
    encoderBackward();
  }

  /** The slope that came to the decoder's inputs past its hidden layers. */
  function addSkipped(depth: number): void {
    const past = skipBlock(deltas[depth - 1] + 4 * widths[depth - 1] * BLOCK);
    const whole = skipBlock(deltas[0]);
    for (let i = 0; i < whole.length; i++) whole[i] += past[i];
  }

  let priorPull = 0;

  function pullToPrior(count: number): void {
    const slope = view(deltas[0], BLOCK * latentCount);
    for (let o = 0; o < latentCount; o++)
      for (let b = o * BLOCK; b < o * BLOCK + count; b++) slope[b] += priorPull * priorSlope(inputBlock[b]);
  }

  function encoderBackward(): void {
    for (const { latent, first, step, count } of levels)
      kernel.levelsBackward(latents + latent, deltas[0] + first, deltas[0] + latent, step, count, BLOCK);
    for (const { first, slopesAt } of charges)
      kernel.lookUpBackward(latents, slopesAt, deltas[0] + first, deltas[0], latentCount * BLOCK);
    if (largest > 0) kernel.keepLargestBackward(kept, deltas[0], latentCount * BLOCK);
    kernel.cutLatentsBackward(dense.sums, slopesAt, deltas[0], latentCount, BLOCK);
    for (let i = encoder.length - 1; i >= 0; i--) {
      const layer = encoder[i];
      const { slices, channels, inputChannels, kernelSlope, biasSlope } = layer;
      const delta = layer === dense ? deltas[0] : layer.delta;
      const from = i === 0 ? x : encoder[i - 1].values;
      const to = weightSlope(slices.kernel);
      kernel.weightGradient(
        layer.byRow,
        layer.rows,
        inputChannels,
        channels,
        from,
        delta,
        to,
        kernelSlope,
        BLOCK,
      );
      const positions = layer.outputs / layer.biases;
      kernel.biasGradient(positions, layer.biases, delta, weightSlope(slices.bias), biasSlope, BLOCK);
      if (i === 0) return;
      // Only the first layer may be a convolution, so what passes a slope down is dense.
      const below = encoder[i - 1];
      const w = chipWeight(slices.kernel);
      kernel.linear(one, 1, channels, layer.inputs, w, 0, 4, 4 * channels, 0, delta, below.delta, BLOCK);
      kernel.clipBackward(below.values, below.delta, below.largest, below.outputs * BLOCK);
    }
  }

  function eachBlock(n: number, visit: (first: number, count: number) => void): void {
    loadChipWeights();
    for (let first = 0; first < n; first += BLOCK) visit(first, Math.min(BLOCK, n - first));
  }

  const outputBlock = outputs[outputs.length - 1];
  return {
    parameters,
    gradient,
    step(source: Uint8Array, told: Told, n: number, loss: OutputLoss, pull = 0) {
      let total = 0;
      priorPull = pull;
      gradient.fill(0);
      eachBlock(n, (first, count) => {
        encodeBlock(source, first, count);
        decodeBlock(told, first, count);
        kernel.blockToRows(outputBlock, count, CELLS, rowsAt, BLOCK);
        total += loss(rows, first, count, gradientRows);
        backwardBlock(count);
      });
      return total;
    },
    encode(source, n, target) {
      eachBlock(n, (first, count) => {
        encodeBlock(source, first, count);
        kernel.blockToRows(latents, count, latentCount, rowsAt, BLOCK);
        const at = first * latentCount;
        for (let i = 0; i < count * latentCount; i++) target[at + i] = rows[i] * 256;
      });
    },
    forward(source, told, n, target) {
      eachBlock(n, (first, count) => {
        encodeBlock(source, first, count);
        decodeBlock(told, first, count);
        kernel.blockToRows(outputBlock, count, CELLS, rowsAt, BLOCK);
        target.set(rows.subarray(0, count * CELLS), first * CELLS);
      });
    },
    dispose() {},
  };
}

/** Hands out addresses, then makes a memory of the size asked for. */
class Arena {
  private top = 1024;
  private readonly tables: { at: number; values: Int32Array }[] = [];

  floats(n: number): number {
    const at = this.top;
    this.top = Math.ceil((at + 4 * n) / 64) * 64;
    return at;
  }

  /** Per list: its length, then its pairs. */
  table(lists: readonly (readonly [number, number])[][]): number {
    const values = Int32Array.from(lists.flatMap((pairs) => [pairs.length, ...pairs.flat()]));
    const at = this.floats(values.length);
    this.tables.push({ at, values });
    return at;
  }

  build(): KernelMemory {
    const memory = new webAssembly.Memory({ initial: Math.ceil(this.top / 65536) });
    for (const { at, values } of this.tables) new Int32Array(memory.buffer, at, values.length).set(values);
    return memory;
  }
}

interface KernelMemory {
  readonly buffer: ArrayBuffer;
}

/** The part of the WebAssembly API used here; the library types of the project have no browser globals. */
const webAssembly = (
  globalThis as unknown as {
    WebAssembly: {
      Memory: new (size: { initial: number }) => KernelMemory;
      instantiate(
        code: Uint8Array,
        imports: { env: { memory: KernelMemory } },
      ): Promise<{ instance: { exports: Kernel } }>;
    };
  }
).WebAssembly;

async function instantiate(memory: KernelMemory): Promise<Kernel> {
  const code = Buffer.from(kernelBase64, 'base64');
  const { instance } = await webAssembly.instantiate(code, { env: { memory } });
  return instance.exports;
}
