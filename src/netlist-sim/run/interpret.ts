import type { Graph } from '../graph/graph.js';
import { arity, compute, Op } from '../graph/operation.js';
import type { Word } from '../graph/words.js';

/**
 * Values of words from the stored state, without the compiled code: for looking at signals that no output needs and that
 * the compiled code therefore does not keep. What the words need is found once and then evaluated in one pass, each
 * common part once.
 */
export class Interpreter {
  /** Nodes in an order of evaluation. */
  private readonly order: number[] = [];
  /** Operands of each node of `order`: places in it, or what else the operation holds there. */
  private readonly a: number[] = [];
  private readonly b: number[] = [];
  private readonly c: number[] = [];
  private readonly slot = new Map<number, number>();
  /** Node -> source that is not simulated, or -1. */
  private readonly lost = new Map<number, number>();
  /** Places in `order` of the nodes whose values are asked for. */
  private readonly wanted: number[] = [];
  private value = new Int32Array(0);

  /** @param sourceAddress byte address of each source that is simulated */
  constructor(
    private readonly g: Graph,
    private readonly sourceAddress: Int32Array,
  ) {}

  /** Number of values that `evaluate` gives. */
  get length(): number {
    return this.wanted.length;
  }

  /**
   * Takes in a word: its values come next in the result of `evaluate`.
   * @returns a source that it needs and that is not simulated, for which it is left out; or -1
   */
  add(word: Word): number {
    const { g, lost, slot } = this;
    const isLost = (source: number) => source >= this.sourceAddress.length;
    const stack = [...word];
    while (stack.length > 0) {
      const n = stack[stack.length - 1];
      if (lost.has(n)) {
        stack.pop();
        continue;
      }
      let missing = -1;
      let ready = true;
      g.operands(n, (o) => {
        const of = lost.get(o);
        if (of === undefined) {
          stack.push(o);
          ready = false;
        } else if (of >= 0) missing = of;
      });
      if (!ready) continue;
      stack.pop();
      if (g.op[n] === Op.Source && isLost(g.a[n])) missing = g.a[n];
      if (g.op[n] === Op.Read && isLost(g.c[n])) missing = g.c[n];
      lost.set(n, missing);
      if (missing >= 0) continue;
      const count = arity[g.op[n]];
      const place = (of: number, k: number) => (k < count ? (slot.get(of) as number) : of);
      this.a.push(place(g.a[n], 0));
      this.b.push(place(g.b[n], 1));
      this.c.push(place(g.c[n], 2));
      slot.set(n, this.order.length);
      this.order.push(n);
    }
    const missing = word.find((n) => (lost.get(n) as number) >= 0);
    if (missing !== undefined) return lost.get(missing) as number;
    this.wanted.push(...word.map((n) => slot.get(n) as number));
    return -1;
  }

  /**
   * @param memory 32-bit words in which the state lies, `stride` of them for one word of all lanes
   * @param lane the word among those
   */
  evaluate(
    memory: Int32Array,
    stride = 1,
    lane = 0,
    out: Uint32Array = new Uint32Array(this.length),
  ): Uint32Array {
    const { g, order, sourceAddress, wanted, a, b, c } = this;
    if (this.value.length < order.length) this.value = new Int32Array(order.length);
    const { value } = this;
    for (let i = 0; i < order.length; i++) {
      const op = g.op[order[i]] as Op;
      if (op === Op.Const) value[i] = a[i];
      else if (op === Op.Source) value[i] = memory[(sourceAddress[a[i]] >>> 2) + lane];
      else if (op === Op.Read)
        value[i] = memory[(sourceAddress[c[i]] >>> 2) + ((value[a[i]] + b[i]) >>> 2) * stride + lane];
      else {
        const count = arity[op];
        value[i] = compute(op, value[a[i]], count > 1 ? value[b[i]] : b[i], count > 2 ? value[c[i]] : 0);
      }
    }
    for (let i = 0; i < out.length; i++) out[i] = value[wanted[i]];
    return out;
  }
}
