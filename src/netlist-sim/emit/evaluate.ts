import type { Graph } from '../graph/graph.js';
import { arity, Op } from '../graph/operation.js';
import type { Layout } from './layout.js';
import type { Shape } from './shape.js';
import { Code, I, type WasmFunction } from './wasm.js';

/** Deepest expression without a local: keeps the recursion here and the engine's value stack small. */
const DEEPEST = 100;

/** What the emitter found out about the nodes of a graph. */
export interface Placement {
  readonly g: Graph;
  readonly layout: Layout;
  /** Node -> function that evaluates it, or -1. */
  readonly functionOf: Int32Array;
  /** Node -> reads inside its own function. */
  readonly uses: Int32Array;
  /** Node -> 1 when it is kept in memory. */
  readonly crossing: Uint8Array;
}

/** Writes the functions that evaluate nodes; what an operation looks like is left to `operation`. */
export abstract class Evaluator {
  protected readonly g: Graph;
  protected code = new Code();
  private count = 0;
  private localOf = new Map<number, number>();
  private here = -1;

  constructor(
    private readonly placement: Placement,
    protected readonly shape: Shape,
  ) {
    this.g = placement.g;
  }

  /** Pushes the value of a node that is not a constant or source. */
  protected abstract operation(n: number): void;

  /** Evaluates a run of nodes; values that only one later node of the run reads are left to that node. */
  evaluation(part: readonly number[]): WasmFunction {
    const { g, shape } = this;
    const { uses, crossing, layout, functionOf } = this.placement;
    this.code = new Code();
    this.count = 0;
    this.localOf = new Map();
    this.here = functionOf[part[0]];
    const depth = new Map<number, number>();
    for (const n of part) {
      let deep = 0;
      g.operands(n, (o) => {
        if (functionOf[o] === this.here && !this.localOf.has(o)) deep = Math.max(deep, depth.get(o) ?? 0);
      });
      depth.set(n, deep + 1);
      const local = uses[n] > 1 || (uses[n] === 1 && (crossing[n] === 1 || deep >= DEEPEST));
      if (!local && crossing[n] === 0) continue;
      if (crossing[n] === 1) this.code.constant(0);
      this.operation(n);
      if (local) {
        this.localOf.set(n, this.count++);
        if (crossing[n] === 1) this.code.tee(this.count - 1);
        else this.code.set(this.count - 1);
      }
      if (crossing[n] === 1) shape.store(this.code, layout.nodeAddress[n]);
    }
    return { type: 0, ...shape.locals(this.count), body: this.code };
  }

  /** Whether the value of a node would be written out here, instead of being read from a local or from memory. */
  protected inlined(n: number): boolean {
    const op = this.g.op[n];
    return (
      op !== Op.Const &&
      op !== Op.Source &&
      !this.localOf.has(n) &&
      this.placement.functionOf[n] === this.here
    );
  }

  protected value(n: number): void {
    const { g, shape } = this;
    const local = this.localOf.get(n);
    if (g.op[n] === Op.Const) shape.constant(this.code, g.a[n]);
    else if (local !== undefined) this.code.get(local);
    else if (this.inlined(n)) this.operation(n);
    else shape.load(this.code, this.placement.layout.nodeAddress[n]);
  }

  protected newLocal(): number {
    return this.count++;
  }

  /** Several operations read this value. */
  protected isShared(n: number): boolean {
    return this.placement.uses[n] > 1 || this.placement.crossing[n] === 1 || this.g.op[n] === Op.Source;
  }

  protected get layout(): Layout {
    return this.placement.layout;
  }
}

/** One lane: operations on i32. */
export class ScalarEvaluator extends Evaluator {
  protected operation(n: number): void {
    const { g, code } = this;
    const op = g.op[n];
    const a = g.a[n];
    const b = g.b[n];
    switch (op) {
      case Op.Read:
        this.value(a);
        code.byte(I.load, 2).unsigned(this.layout.sourceAddress[g.c[n]] + b);
        return;
      case Op.MulHigh:
        this.value(a);
        code.byte(I.extendU64);
        this.value(b);
        code.byte(I.extendU64, I.mul64, I.const64, 32, I.shrU64, I.wrap64);
        return;
      case Op.Sext:
        this.value(a);
        if (b === 8) code.byte(I.extend8);
        else if (b === 16) code.byte(I.extend16);
        else for (const shift of [I.shl, I.shrS]) code.constant(32 - b).byte(shift);
        return;
      case Op.Select:
        this.value(b);
        this.value(g.c[n]);
        this.value(a);
        code.byte(I.select);
        return;
      case Op.DivU:
      case Op.RemU:
      case Op.DivS:
      case Op.RemS:
        division(g, code, n, (operand) => this.value(operand));
        return;
      default: {
        const isZero = op === Op.Eq && g.value(b) === 0;
        this.value(a);
        if (arity[op] > 1 && !isZero) this.value(b);
        if (op !== Op.Copy) code.byte(isZero ? I.eqz : PLAIN[op]);
      }
    }
  }
}

/** Division of i32 numbers; WebAssembly traps for the divisor 0 and for -2^31 / -1. */
export function division(g: Graph, code: Code, n: number, push: (operand: number) => void): void {
  const op = g.op[n];
  const [x, y] = [g.a[n], g.b[n]];
  const minus = op === Op.DivS && g.lo[x] === -0x80000000 && g.lo[y] <= -1 && g.hi[y] >= -1;
  if (minus) {
    code.constant(0);
    push(x);
    code.byte(I.sub);
  }
  push(x);
  if (minus) {
    code.constant(1);
    push(y);
    push(y);
    code.constant(-1).byte(I.eq, I.select);
  } else push(y);
  push(y);
  code.byte(I.eqz, I.or, PLAIN[op]); // the divisor 0 becomes 1, and the result is dropped
  if (minus) {
    push(y);
    code.constant(-1).byte(I.eq, I.select);
  }
  code.constant(0);
  push(y);
  code.byte(I.select);
}

/** Instructions of operations that WebAssembly has as they are. */
export const PLAIN: Readonly<Record<number, number>> = {
  [Op.Add]: I.add,
  [Op.Sub]: I.sub,
  [Op.Mul]: I.mul,
  [Op.And]: I.and,
  [Op.Or]: I.or,
  [Op.Xor]: I.xor,
  [Op.Shl]: I.shl,
  [Op.ShrU]: I.shrU,
  [Op.ShrS]: I.shrS,
  [Op.Popcount]: I.popcnt,
  [Op.Eq]: I.eq,
  [Op.Ne]: I.ne,
  [Op.LtU]: I.ltU,
  [Op.LtS]: I.ltS,
  [Op.DivU]: I.divU,
  [Op.RemU]: I.remU,
  [Op.DivS]: I.divS,
  [Op.RemS]: I.remS,
};
