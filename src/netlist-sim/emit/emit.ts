import { Op } from '../graph/operation.js';
import type { Activity } from './activity.js';
import { EdgeEmitter } from './clock-edge.js';
import { type Evaluator, ScalarEvaluator } from './evaluate.js';
import { LaneEvaluator } from './evaluate-lanes.js';
import { type EmitInput, type Layout, place } from './layout.js';
import { isLanewise, type Shape, scalarShape, vectorShape } from './shape.js';
import { Code, I, type WasmFunction, wasmModule } from './wasm.js';
import { V } from './wasm-vector.js';

export interface Emitted {
  readonly code: Uint8Array<ArrayBuffer>;
  readonly layout: Layout;
  readonly pages: number;
  readonly functionCount: number;
  /** Constants that the code reads from memory, by byte address; the same in every lane. */
  readonly constants: ReadonlyMap<number, number>;
}

/** Functions of about this many nodes: engines compile them fast and keep values in registers. */
const NODES_PER_FUNCTION = 600;
/** Rounds after which asynchronous controls that keep changing are reported. */
const MOST_ROUNDS = 64;

/** Assigns every block's nodes to functions. */
function split(activity: Activity): number[][][] {
  return activity.blocks.map(({ nodes }) => {
    const parts: number[][] = [];
    const count = Math.max(1, Math.ceil(nodes.length / NODES_PER_FUNCTION));
    const size = Math.ceil(nodes.length / count);
    for (let at = 0; at < nodes.length; at += size) parts.push(nodes.slice(at, at + size));
    return parts;
  });
}

/**
 * Writes the WebAssembly of a design. Exports: `settle` (evaluate what changed, asynchronous controls included),
 * `commitK` (clock edge of domain K), `run` (n times settle and clock edge of domain 0), `count` (add the bits that
 * changed since the last call to the counters, when the input asks for them).
 */
export function emit(input: EmitInput): Emitted {
  const { g, activity, kept } = input;
  const parts = split(activity);
  const functionOf = new Int32Array(g.length).fill(-1);
  let partCount = 0;
  for (const block of parts) {
    for (const part of block) {
      for (const n of part) functionOf[n] = partCount;
      partCount++;
    }
  }
  // Who uses a value: the same function (how often), or somebody else, who needs it in memory?
  const uses = new Int32Array(g.length);
  const crossing = kept.slice();
  activity.gateOf.forEach((group, n) => {
    if (group > 0) crossing[n] = 1;
  });
  for (let n = 0; n < g.length; n++) {
    if (functionOf[n] < 0) continue;
    g.operands(n, (o) => {
      if (functionOf[o] === functionOf[n]) uses[o]++;
      else crossing[o] = 1;
    });
    const op = g.op[n];
    const shift = op === Op.Shl || op === Op.ShrU || op === Op.ShrS;
    const twice =
      op >= Op.DivU || // guards against the divisors 0 and -1 read the operands again
      (input.lanes > 1 && (isLanewise(op) || op === Op.MulHigh || (shift && g.value(g.b[n]) === undefined)));
    if (twice) {
      g.operands(n, (o) => {
        uses[o]++;
      });
    }
  }

  const layout = place(input, functionOf, crossing);
  const pool = new ConstantPool(layout.bytes);
  const shape: Shape = input.lanes === 1 ? scalarShape : vectorShape((v) => pool.addressOf(v));
  const placement = { g, layout, functionOf, uses, crossing };
  const evaluator: Evaluator =
    input.lanes === 1 ? new ScalarEvaluator(placement, shape) : new LaneEvaluator(placement, shape);
  const edges = new EdgeEmitter(input, layout, shape, () => pool.allocate());
  const functions: WasmFunction[] = [];
  for (const block of parts) for (const part of block) functions.push(evaluator.evaluation(part));
  const once = functions.length;
  functions.push(settleOnce(input, layout, shape, parts));
  const hasAsync = input.registers.some((r) => r.async !== undefined);
  const async = hasAsync ? edges.addAsync(functions) : -1;
  const settle = functions.length;
  functions.push(settleAll(once, async, layout.unstable));
  const commits: number[] = [];
  for (let k = 0; k < input.domainCount; k++) commits.push(edges.addCommit(functions, k));
  if (commits.length > 0) functions.push(run(settle, commits[0]));
  if (layout.counters !== undefined) functions.push(countToggles(layout, layout.counters));
  const pages = Math.ceil(pool.end / 65536);
  return {
    code: wasmModule(functions, pages),
    layout,
    pages,
    functionCount: functions.length,
    constants: pool.values,
  };
}

/** Constants behind everything else in memory, 16 bytes each. */
class ConstantPool {
  /** Address -> value. */
  readonly values = new Map<number, number>();
  private readonly addresses = new Map<number, number>();

  constructor(public end: number) {}

  allocate(): number {
    this.end += 16;
    return this.end - 16;
  }

  addressOf(v: number): number {
    let address = this.addresses.get(v);
    if (address === undefined) {
      address = this.allocate();
      this.addresses.set(v, address);
      this.values.set(address, v);
    }
    return address;
  }
}

/** One pass over all blocks: those with a marked group are evaluated, and their registers get ready to load. */
function settleOnce(input: EmitInput, layout: Layout, shape: Shape, parts: number[][][]): WasmFunction {
  const { marks, markWords, gateAddress, nodeAddress } = layout;
  const { blocks, gateOf } = input.activity;
  const code = new Code();
  for (let w = 0; w < markWords; w++) code.loadAt(marks + 4 * w).set(w);
  for (let w = 0; w < markWords; w++) code.put(marks + 4 * w, 0);
  code.constant(0);
  for (let w = 0; w < markWords; w++) code.get(w).byte(I.or);
  code.byte(I.eqz, I.if, I.void, I.return, I.end);
  let part = 0;
  blocks.forEach(({ groups, nodes }, b) => {
    const words = new Map<number, number>();
    for (const group of groups) words.set(group >>> 5, (words.get(group >>> 5) ?? 0) | (1 << (group & 31)));
    let first = true;
    for (const [word, mask] of words) {
      code.get(word).constant(mask).byte(I.and);
      if (!first) code.byte(I.or);
      first = false;
    }
    code.byte(I.if, I.void);
    for (let i = 0; i < parts[b].length; i++) code.call(part++);
    code.put(layout.pending + 4 * b, -1);
    for (const n of nodes) {
      if (gateOf[n] === 0) continue;
      const old = gateAddress.get(n) as number;
      const word = gateOf[n] >>> 5;
      code.get(word);
      shape.load(code, nodeAddress[n]);
      shape.load(code, old);
      shape.xor(code);
      shape.any(code);
      code.constant(gateOf[n] & 31).byte(I.shl, I.or);
      code.set(word).constant(0);
      shape.load(code, nodeAddress[n]);
      shape.store(code, old);
    }
    code.byte(I.end);
  });
  return { type: 0, locals: markWords, body: code };
}

function settleAll(once: number, async: number, unstable: number): WasmFunction {
  const code = new Code();
  if (async < 0) code.call(once);
  else {
    code.constant(MOST_ROUNDS).set(0);
    code.byte(I.loop, I.void).call(once).call(async).byte(I.if, I.void);
    code.get(0).constant(1).byte(I.sub).tee(0).byte(I.brIf, 1);
    code.put(unstable, 1).byte(I.end, I.end);
  }
  return { type: 0, locals: 1, body: code, name: 'settle' };
}

function run(settle: number, commit: number): WasmFunction {
  const code = new Code();
  code.byte(I.block, I.void).get(0).byte(I.eqz, I.brIf, 0);
  code.byte(I.loop, I.void).call(settle).call(commit);
  code.get(0).constant(1).byte(I.sub).tee(0).byte(I.brIf, 0, I.end, I.end);
  return { type: 1, locals: 0, body: code, name: 'run' };
}

/** A loop over all kept words, four 32-bit numbers at a time: counters += ones(now ^ before); before = now. */
function countToggles(layout: Layout, counters: number): WasmFunction {
  const { values, before, countedBytes } = layout;
  const code = new Code();
  const at = (address: number) => code.get(0).vector(V.load, 2).unsigned(address);
  code.constant(0).set(0).byte(I.loop, I.void);
  code.get(0);
  at(counters);
  at(values);
  at(before);
  code.vector(V.xor).vector(V.popcount8).vector(V.addPairs8).vector(V.addPairs16).vector(V.add);
  code.vector(V.store, 2).unsigned(counters);
  code.get(0);
  at(values);
  code.vector(V.store, 2).unsigned(before);
  code.get(0).constant(16).byte(I.add).tee(0).constant(countedBytes).byte(I.ltU, I.brIf, 0, I.end);
  return { type: 0, locals: 1, body: code, name: 'count' };
}
