import { Op } from '../graph/operation.js';
import { type Code, I } from './wasm.js';
import { V } from './wasm-vector.js';

/** 32-bit words in which one word of all lanes lies. */
export const LANES = 4;

/** How many independent stimuli one evaluation serves. */
export type LaneCount = 1 | typeof LANES;

/**
 * How a word of the graph is kept and handled: as one i32, or as a v128 with one word per lane (lane 0 lowest in
 * memory). Everything that the emitter writes besides the operations themselves goes through this.
 */
export interface Shape {
  readonly lanes: LaneCount;
  /** Bytes of a word of all lanes in linear memory. */
  readonly bytes: number;
  /** The same number in every lane. */
  constant(code: Code, v: number): void;
  load(code: Code, address: number): void;
  /** Stores a word, whose address 0 lies under it on the stack. */
  store(code: Code, address: number): void;
  and(code: Code): void;
  or(code: Code): void;
  xor(code: Code): void;
  /** Word to i32: not 0 when some lane is not 0. */
  any(code: Code): void;
  /** Locals that hold words, for `WasmFunction`. */
  locals(count: number): { locals: number; vectors: number };
}

export const scalarShape: Shape = {
  lanes: 1,
  bytes: 4,
  constant: (code, v) => code.constant(v),
  load: (code, address) => code.loadAt(address),
  store: (code, address) => code.store(address),
  and: (code) => code.byte(I.and),
  or: (code) => code.byte(I.or),
  xor: (code) => code.byte(I.xor),
  any: () => {},
  locals: (count) => ({ locals: count, vectors: 0 }),
};

/** @param pooled address at which a constant lies: engines load it faster than they build it */
export function vectorShape(pooled: (v: number) => number): Shape {
  const shape: Shape = {
    lanes: 4,
    bytes: 16,
    constant: (code, v) => {
      if (v === 0 || v === -1) code.vector(V.const, ...new Array<number>(16).fill(v & 255));
      else shape.load(code, pooled(v));
    },
    load: (code, address) => code.constant(0).vector(V.load, 4).unsigned(address),
    store: (code, address) => code.vector(V.store, 4).unsigned(address),
    and: (code) => code.vector(V.and),
    or: (code) => code.vector(V.or),
    xor: (code) => code.vector(V.xor),
    any: (code) => code.vector(V.anyTrue),
    locals: (count) => ({ locals: 0, vectors: count }),
  };
  return shape;
}

/** Operations that lanes compute one by one, reading their operands once per lane. */
export function isLanewise(op: number): boolean {
  return op === Op.Read || op >= Op.DivU;
}
