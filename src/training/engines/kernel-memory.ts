import { kernelBase64 } from './kernel.wasm.js';

/** Wafers of a block: its activations stay in the second-level cache. */
export const BLOCK = 64;

/** Functions of kernel/kernel.ts; every argument is an address or a count. */
export type Kernel = Record<
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

/** The memory, the kernel that works on it, and floats of it from an address on. */
export interface Built {
  readonly kernel: Kernel;
  readonly memory: ArrayBuffer;
  readonly view: (at: number, n: number) => Float32Array;
}

/** Addresses that both halves of a network know: the decoder's inputs, of which the latents are the first. */
export interface Places {
  readonly parameters: number;
  readonly gradient: number;
  readonly inputs: number;
  readonly inputSlopes: number;
}

/** Addresses of a layer's kernel and bias in an array of parameters, or of their slopes, that begins at `base`. */
export function addressesIn(
  base: number,
  { kernel, bias }: Record<'kernel' | 'bias', { readonly offset: number }>,
): { readonly kernel: number; readonly bias: number } {
  return { kernel: base + 4 * kernel.offset, bias: base + 4 * bias.offset };
}

/** Hands out addresses, then makes a memory of the size asked for. */
export class Arena {
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

  /** The memory, with the tables in it, and the kernel that works on it. */
  async build(): Promise<Built> {
    const memory = new webAssembly.Memory({ initial: Math.ceil(this.top / 65536) });
    const { buffer } = memory;
    for (const { at, values } of this.tables) new Int32Array(buffer, at, values.length).set(values);
    const code = Buffer.from(kernelBase64, 'base64');
    const { instance } = await webAssembly.instantiate(code, { env: { memory } });
    return { kernel: instance.exports, memory: buffer, view: (at, n) => new Float32Array(buffer, at, n) };
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
