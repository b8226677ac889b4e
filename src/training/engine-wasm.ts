import { ACTIVATIONS, CONV_FILTERS, LATENTS } from '../chip/index.js';
import { contextInputs, sumInputs } from '../model/index.js';
import { CELLS } from '../wafer/index.js';
import type { OutputLoss, TrainingEngine, TrainingSession } from './engine.js';
import { kernelBase64 } from './kernel.wasm.js';
import {
  convTables,
  decoderWidths,
  type Network,
  parameterLayout,
  type Slice,
  TAPS,
  weightCode,
} from './network.js';

/** Wafers of a block: its activations stay in the second-level cache. */
const BLOCK = 64;

/** Functions of kernel/kernel.ts; every argument is an address or a count. */
type Kernel = Record<
  | 'linear'
  | 'flooredLinear'
  | 'weightGradient'
  | 'biasGradient'
  | 'flooredRelu'
  | 'relu'
  | 'reluBackward'
  | 'cutLatents'
  | 'cutLatentsBackward'
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
  const arena = new Arena();

  // Everything is placed once: growing the memory later would detach the views.
  const parametersAt = arena.floats(layout.size);
  const gradientAt = arena.floats(layout.size);
  const chipAt = arena.floats(layout.encoderSize);
  const stepsAt = arena.floats(LATENTS);
  const bytesAt = arena.floats((BLOCK * CELLS) / 4);
  const rowsAt = arena.floats(BLOCK * CELLS);
  const gradientRowsAt = arena.floats(BLOCK * CELLS);
  const x = arena.floats(BLOCK * CELLS);
  const convSum = arena.floats(BLOCK * ACTIVATIONS);
  const activations = arena.floats(BLOCK * ACTIVATIONS);
  const denseSum = arena.floats(BLOCK * LATENTS);
  // What else the decoder is told lies right behind the latents.
  const context = contextInputs(network.context);
  const latents = arena.floats(BLOCK * (LATENTS + context));
  const widths = decoderWidths(network);
  const outputs = widths.slice(1).map((width) => arena.floats(BLOCK * width));
  const deltas = widths.map((width) => arena.floats(BLOCK * width));
  const activationDelta = arena.floats(BLOCK * ACTIVATIONS);
  const tables = convTables();
  const convForward = arena.table(tables.byPosition);
  const convByTap = arena.table(tables.byTap);
  const one = arena.table([[[0, 0]]]);

  const memory = arena.build();
  const kernel = await instantiate(memory);
  const view = (at: number, n: number) => new Float32Array(memory.buffer, at, n);
  const parameters = view(parametersAt, layout.size);
  const gradient = view(gradientAt, layout.size);
  const chip = view(chipAt, layout.encoderSize);
  const byteRows = new Uint8Array(memory.buffer, bytesAt, BLOCK * CELLS);
  const rows = view(rowsAt, BLOCK * CELLS);
  const contextBlock = view(latents + 4 * BLOCK * LATENTS, BLOCK * context);
  const gradientRows = view(gradientRowsAt, BLOCK * CELLS);
  view(stepsAt, LATENTS).set(network.latentBits.map((bits) => 2 ** (9 - bits)));
  const map = network.arithmetic === 'econt' ? kernel.flooredLinear : kernel.linear;
  const last = network.activation === 'softmax' ? 'softmax' : 'sigmoid';

  const chipWeight = (slice: Slice) => chipAt + 4 * slice.offset;
  const weight = (slice: Slice) => parametersAt + 4 * slice.offset;
  const weightSlope = (slice: Slice) => gradientAt + 4 * slice.offset;

  /** 6-bit codes, scaled so that a product of the kernel is the chip's product before its floor. */
  function loadChipWeights(): void {
    const load = (slice: Slice, scale: number) => {
      for (let i = slice.offset; i < slice.offset + slice.rows * slice.columns; i++) {
        chip[i] = weightCode(parameters[i]) * scale;
      }
    };
    load(layout.convKernel, 1 / 32);
    load(layout.convBias, 4);
    load(layout.denseKernel, 1 / 16);
    load(layout.denseBias, 8);
  }

  function encodeBlock(source: Uint8Array, first: number, count: number): void {
    byteRows.set(source.subarray(first * CELLS, (first + count) * CELLS));
    kernel.bytesToBlock(bytesAt, count, CELLS, x, BLOCK);
    const w = CONV_FILTERS * 4;
    map(
      convForward,
      16,
      1,
      CONV_FILTERS,
      chipWeight(layout.convKernel),
      w,
      0,
      4,
      chipWeight(layout.convBias),
      x,
      convSum,
      BLOCK,
    );
    kernel.flooredRelu(convSum, activations, ACTIVATIONS * BLOCK);
    dense(
      map,
      ACTIVATIONS,
      LATENTS,
      chipWeight(layout.denseKernel),
      chipWeight(layout.denseBias),
      activations,
      denseSum,
    );
    kernel.cutLatents(denseSum, stepsAt, latents, LATENTS, BLOCK);
  }

  function dense(
    f: Kernel['linear'],
    ci: number,
    co: number,
    w: number,
    b: number,
    from: number,
    to: number,
  ): void {
    f(one, 1, ci, co, w, 0, 4 * co, 4, b, from, to, BLOCK);
  }

  function decodeBlock(sumCode: Uint16Array, first: number, count: number): void {
    if (context > 0) {
      for (let b = 0; b < count; b++) {
        const inputs = sumInputs(sumCode[first + b]);
        for (let k = 0; k < context; k++) contextBlock[k * BLOCK + b] = inputs[k];
      }
    }
    let from = latents;
    layout.decoder.forEach((layer, i) => {
      const { rows: ci, columns: co } = layer.kernel;
      dense(kernel.linear, ci, co, weight(layer.kernel), weight(layer.bias), from, outputs[i]);
      if (i < layout.decoder.length - 1) kernel.relu(outputs[i], outputs[i], co * BLOCK);
      else if (last === 'softmax') kernel.softmax(outputs[i], outputs[i], co, BLOCK);
      else kernel.sigmoid(outputs[i], outputs[i], co * BLOCK);
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
      if (i > 0) kernel.reluBackward(outputs[i - 1], deltas[i], ci * BLOCK);
    }
    // A weight w = code / 32 enters the dense sum as 2 w per activation count and 256 w as a bias.
    kernel.cutLatentsBackward(denseSum, deltas[0], LATENTS * BLOCK);
    kernel.weightGradient(
      one,
      1,
      ACTIVATIONS,
      LATENTS,
      activations,
      deltas[0],
      weightSlope(layout.denseKernel),
      2,
      BLOCK,
    );
    kernel.biasGradient(1, LATENTS, deltas[0], weightSlope(layout.denseBias), 256, BLOCK);
    kernel.linear(
      one,
      1,
      LATENTS,
      ACTIVATIONS,
      chipWeight(layout.denseKernel),
      0,
      4,
      4 * LATENTS,
      0,
      deltas[0],
      activationDelta,
      BLOCK,
    );
    kernel.reluBackward(activations, activationDelta, ACTIVATIONS * BLOCK);
    kernel.weightGradient(
      convByTap,
      TAPS,
      1,
      CONV_FILTERS,
      x,
      activationDelta,
      weightSlope(layout.convKernel),
      1,
      BLOCK,
    );
    kernel.biasGradient(16, CONV_FILTERS, activationDelta, weightSlope(layout.convBias), 128, BLOCK);
  }

  function eachBlock(n: number, visit: (first: number, count: number) => void): void {
    loadChipWeights();
    for (let first = 0; first < n; first += BLOCK) visit(first, Math.min(BLOCK, n - first));
  }

  const outputBlock = outputs[outputs.length - 1];
  return {
    parameters,
    gradient,
    step(source: Uint8Array, sumCode: Uint16Array, n: number, loss: OutputLoss) {
      let total = 0;
      gradient.fill(0);
      eachBlock(n, (first, count) => {
        encodeBlock(source, first, count);
        decodeBlock(sumCode, first, count);
        kernel.blockToRows(outputBlock, count, CELLS, rowsAt, BLOCK);
        total += loss(rows, first, count, gradientRows);
        backwardBlock(count);
      });
      return total;
    },
    encode(source, n, target) {
      eachBlock(n, (first, count) => {
        encodeBlock(source, first, count);
        kernel.blockToRows(latents, count, LATENTS, rowsAt, BLOCK);
        for (let i = 0; i < count * LATENTS; i++) target[first * LATENTS + i] = rows[i] * 256;
      });
    },
    forward(source, sumCode, n, target) {
      eachBlock(n, (first, count) => {
        encodeBlock(source, first, count);
        decodeBlock(sumCode, first, count);
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
