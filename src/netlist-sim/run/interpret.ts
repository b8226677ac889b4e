import type { Graph } from '../graph/graph.js';
import { compute, Op } from '../graph/operation.js';
import type { Word } from '../graph/words.js';

/** Where the interpreter finds what is stored. */
export interface State {
  /** Byte address of a source, or -1 when it is not simulated. */
  sourceAddress(source: number): number;
  /** Word `offset` bytes (of a lane) behind the byte address of a source. */
  load(address: number, offset: number): number;
  /** Called for a source without address. */
  missing(source: number): never;
}

/**
 * Value of a word from the stored state, without the compiled code: for looking at signals that no output
 * needs and that the compiled code therefore does not keep.
 */
export function interpret(g: Graph, word: Word, state: State): Uint32Array {
  const known = new Map<number, number>();
  const evaluate = (root: number): number => {
    const stack = [root];
    while (stack.length > 0) {
      const n = stack[stack.length - 1];
      if (known.has(n)) {
        stack.pop();
        continue;
      }
      let ready = true;
      g.operands(n, (o) => {
        if (!known.has(o)) {
          stack.push(o);
          ready = false;
        }
      });
      if (!ready) continue;
      stack.pop();
      known.set(n, one(n));
    }
    return known.get(root) as number;
  };
  const value = (n: number) => known.get(n) as number;
  const sourceAddress = (s: number) => {
    const address = state.sourceAddress(s);
    return address < 0 ? state.missing(s) : address;
  };
  const one = (n: number): number => {
    const op = g.op[n] as Op;
    switch (op) {
      case Op.Const:
        return g.a[n];
      case Op.Source:
        return state.load(sourceAddress(g.a[n]), 0);
      case Op.Read:
        return state.load(sourceAddress(g.c[n]), value(g.a[n]) + g.b[n]);
      case Op.Copy:
      case Op.Popcount:
        return compute(op, value(g.a[n]), 0, 0);
      case Op.Sext:
        return compute(op, value(g.a[n]), g.b[n], 0);
      case Op.Select:
        return compute(op, value(g.a[n]), value(g.b[n]), value(g.c[n]));
      default:
        return compute(op, value(g.a[n]), value(g.b[n]), 0);
    }
  };
  return Uint32Array.from(word, evaluate);
}
