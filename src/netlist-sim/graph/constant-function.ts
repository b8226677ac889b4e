import { bitCount } from '../../base/index.js';
import type { GraphNodes } from './graph-nodes.js';
import { compute, Op } from './operation.js';

/** Largest function that is tried for being constant. */
const MOST_NODES = 60;
const MOST_BITS = 6;

/**
 * The constant node that a function of a few bits equals, found by trying all their values; the node itself when it
 * is not constant, or depends on too much.
 */
export function constantFunction(g: GraphNodes, root: number): number {
  // Bits of each node that matter, walking down; what is no simple function of its operands is a variable.
  const demand = new Map<number, number>();
  const inner = new Set<number>();
  // Most functions depend on more than is tried: the walk ends as soon as that is sure.
  let variableBits = 0;
  const walk = (n: number, wanted: number, depth: number): boolean => {
    const bits = wanted & g.ones[n];
    const old = demand.get(n) ?? 0;
    if ((bits & ~old) === 0 || g.op[n] === Op.Const) return true;
    demand.set(n, old | bits);
    if (demand.size > MOST_NODES) return false;
    const variable = (): boolean => {
      variableBits += bitCount(bits & ~old);
      return variableBits <= MOST_BITS;
    };
    const all = -1 >>> Math.clz32(bits);
    const shift = g.value(g.b[n]);
    if (depth === 0) return true;
    switch (g.op[n]) {
      case Op.And:
      case Op.Or:
      case Op.Xor:
        inner.add(n);
        return shift !== undefined && g.op[n] === Op.And
          ? walk(g.a[n], bits & shift, depth - 1)
          : walk(g.a[n], bits, depth - 1) && walk(g.b[n], bits, depth - 1);
      case Op.ShrU:
        if (shift === undefined) return variable();
        inner.add(n);
        return walk(g.a[n], bits << shift, depth - 1);
      case Op.Shl:
        if (shift === undefined) return variable();
        inner.add(n);
        return walk(g.a[n], bits >>> shift, depth - 1);
      case Op.Eq:
      case Op.Ne:
        inner.add(n);
        return walk(g.a[n], -1, depth - 1) && walk(g.b[n], -1, depth - 1);
      case Op.Select:
        inner.add(n);
        return walk(g.a[n], -1, depth - 1) && walk(g.b[n], bits, depth - 1) && walk(g.c[n], bits, depth - 1);
      case Op.Add:
      case Op.Sub:
        inner.add(n);
        return walk(g.a[n], all, depth - 1) && walk(g.b[n], all, depth - 1);
      default:
        return variable();
    }
  };
  if (!walk(root, -1, 12)) return root;
  const places: { node: number; bit: number }[] = [];
  for (const [node, bits] of demand) {
    if (inner.has(node)) continue;
    for (let bit = 0; bit < 32; bit++) if (((bits >>> bit) & 1) === 1) places.push({ node, bit });
    if (places.length > MOST_BITS) return root;
  }
  // Values by place in `order`; an operand that is not among them is a variable or a constant.
  const order = [...demand.keys()].sort((a, b) => a - b);
  const place = new Map(order.map((n, i) => [n, i]));
  const value = new Int32Array(order.length);
  const steps = order
    .map((n, i) => ({ n, i }))
    .filter(({ n }) => inner.has(n))
    .map(({ n, i }) => ({
      i,
      op: g.op[n] as Op,
      operands: [g.a[n], g.b[n], g.c[n]].map((o) => ({
        at: place.get(o) ?? -1,
        constant: g.op[o] === Op.Const ? g.a[o] : 0,
      })),
    }));
  const bits = places.map(({ node, bit }) => ({ at: place.get(node) as number, mask: 1 << bit }));
  const end = place.get(root) as number;
  let first: number | undefined;
  for (let code = 0; code < 2 ** bits.length; code++) {
    value.fill(0);
    for (let i = 0; i < bits.length; i++) if (((code >> i) & 1) === 1) value[bits[i].at] |= bits[i].mask;
    for (const { i, op, operands } of steps) {
      const [a, b, c] = operands;
      value[i] = compute(
        op,
        a.at < 0 ? a.constant : value[a.at],
        b.at < 0 ? b.constant : value[b.at],
        c.at < 0 ? c.constant : value[c.at],
      );
    }
    first ??= value[end];
    if (value[end] !== first) return root;
  }
  return g.constant(first as number);
}
