import { constantFunction } from './constant-function.js';
import type { GraphNodes } from './graph-nodes.js';
import { Op } from './operation.js';

const MIN = -0x80000000;
const MAX = 0x7fffffff;

/** A word as base * factor + offset, modulo 2^32; base -1: a constant. All are nodes. */
interface Affine {
  readonly base: number;
  readonly factor: number;
  readonly offset: number;
}

/**
 * Finds multiplications again that the Verilog has spelled out as selections: a product by digits picks 0, a, 2a or
 * 3a by bits of the weight, adds the shifted picks, and carries a one in for complements. Where the choices are
 * multiples of one base, the choice is made among the factors instead. Factors depend on weights, which rest, so what
 * is evaluated in every cycle is one multiplication, as if the Verilog had said so.
 *
 * Every rewriting is exact in 32 bits; facts about ranges decide whether it applies.
 */
export class LinearForms {
  /** Product -> base and factor. */
  private readonly products = new Map<number, { base: number; factor: number }>();
  /** Sum -> its parts, of which the second is added last, so that resting parts of sums gather. */
  private readonly sums = new Map<number, { rest: number; offset: number }>();
  private readonly constants = new Map<number, number>();
  private readonly reductions = new Map<number, number>();

  constructor(private readonly g: GraphNodes) {}

  /** `lanes[i]` for the first condition that holds, else `otherwise`; undefined: not worth it. */
  choose(conditions: readonly number[], lanes: readonly number[], otherwise: number): number | undefined {
    const { g } = this;
    const forms = [...lanes, otherwise].map((n) => this.affine(n));
    const bases = new Set(forms.map((f) => f.base));
    bases.delete(-1);
    if (bases.size !== 1 || new Set(forms.map((f) => f.factor)).size < 3) return undefined;
    const pick = (part: 'factor' | 'offset') => {
      let value = forms[forms.length - 1][part];
      for (let i = lanes.length - 1; i >= 0; i--) value = g.select(conditions[i], forms[i][part], value);
      return value;
    };
    const [base] = bases;
    const value = this.plus(this.product(base, pick('factor')), pick('offset'));
    const ones = [...lanes, otherwise].reduce((bits, n) => bits | g.ones[n], 0);
    return g.and(value, g.constant(ones));
  }

  /** A sum that can be written with fewer operations in every cycle. */
  add(a: number, b: number): number | undefined {
    if (this.products.size === 0) return undefined;
    const { g } = this;
    const x = this.sums.get(a);
    const y = this.sums.get(b);
    if (x !== undefined || y !== undefined) {
      const offset = x && y ? g.add(x.offset, y.offset) : ((x ?? y)?.offset as number);
      return this.plus(g.add(x?.rest ?? a, y?.rest ?? b), offset);
    }
    if (!this.isProduct(a) && !this.isProduct(b)) return undefined;
    const p = this.affine(a);
    const q = this.affine(b);
    if (p.base === q.base && p.base >= 0 && p.offset === g.zero && q.offset === g.zero)
      return this.product(p.base, g.add(p.factor, q.factor));
    return this.addFloor(p, b) ?? this.addFloor(q, a);
  }

  /** (2 a + 1 + 2 b + c) >> 1, which is how Verilog carries c in: a + b + c. */
  halve(n: number): number | undefined {
    const { g } = this;
    if (this.products.size === 0 || g.op[n] !== Op.Add || g.hi[g.a[n]] + g.hi[g.b[n]] > MAX) return undefined;
    const x = this.odd(g.a[n]);
    const y = this.odd(g.b[n]);
    if (x === undefined || y === undefined || (x.low !== g.one && y.low !== g.one)) return undefined;
    return this.plus(g.add(x.half, y.half), x.low === g.one ? y.low : x.low);
  }

  /** A node that equals n in its lower `width` bits and is not masked on the way. */
  reduce(n: number, width: number): number {
    if (this.products.size === 0) return n;
    const key = n * 64 + width;
    let result = this.reductions.get(key);
    if (result === undefined) {
      result = this.reduced(n, width);
      this.reductions.set(key, result);
    }
    return result;
  }

  private reduced(n: number, width: number): number {
    const { g } = this;
    const [a, b] = [g.a[n], g.b[n]];
    const constant = g.value(b);
    const all = width >= 32 ? -1 : (1 << width) - 1;
    switch (g.op[n]) {
      case Op.Const:
        return g.sext(n, width);
      case Op.And:
        return constant !== undefined && (all & ~constant) === 0 ? this.reduce(a, width) : n;
      case Op.Sext:
        return b >= width ? this.reduce(a, width) : n;
      case Op.Add: {
        const sum = this.sums.get(n);
        if (sum === undefined) return g.add(this.reduce(a, width), this.reduce(b, width));
        return this.plus(this.reduce(sum.rest, width), this.reduce(sum.offset, width));
      }
      case Op.Select:
        return g.select(a, this.reduce(b, width), this.reduce(g.c[n], width));
      case Op.Shl:
        return constant !== undefined && constant < width
          ? g.shl(this.reduce(a, width - constant), constant)
          : n;
      case Op.ShrU:
        return constant !== undefined && width + constant <= 32
          ? g.sar(this.reduce(a, width + constant), constant)
          : n;
      case Op.Or:
        return this.joined(a, b, width) ?? this.joined(b, a, width) ?? n;
      default:
        return n;
    }
  }

  /**
   * (floor(p / 2^k) + d) << j together with bits k - j .. k - 1 of p below it: floor(p / 2^(k - j)) + (d << j).
   */
  private joined(high: number, low: number, width: number): number | undefined {
    const { g } = this;
    const j = g.op[high] === Op.Shl ? g.value(g.b[high]) : undefined;
    if (j === undefined || j >= width || g.op[low] !== Op.And || g.value(g.b[low]) !== (1 << j) - 1)
      return undefined;
    const upper = this.reduce(g.a[high], width - j);
    const sum = this.sums.get(upper);
    const floor = sum?.rest ?? upper;
    if (g.op[floor] !== Op.ShrS && g.op[floor] !== Op.ShrU) return undefined;
    const k = g.value(g.b[floor]);
    const shifted = g.op[g.a[low]] === Op.ShrU ? g.value(g.b[g.a[low]]) : 0;
    const product = this.products.get(g.a[floor]);
    const below = this.products.get(shifted === 0 ? g.a[low] : g.a[g.a[low]]);
    if (k === undefined || shifted === undefined || shifted + j !== k) return undefined;
    if (product === undefined || below === undefined || product.base !== below.base) return undefined;
    if (!this.sameLow(product.factor, below.factor, k)) return undefined;
    const joined = g.sar(g.a[floor], k - j);
    return sum === undefined ? joined : this.plus(joined, g.shl(sum.offset, j));
  }

  /** The factor is (something << k) + low. */
  private sameLow(factor: number, low: number, k: number): boolean {
    const { g } = this;
    if (g.op[factor] !== Op.Add) return false;
    const other = g.a[factor] === low ? g.b[factor] : g.b[factor] === low ? g.a[factor] : -1;
    return other >= 0 && g.op[other] === Op.Shl && (g.value(g.b[other]) ?? 0) >= k;
  }

  /** base * f + floor(base * c / 2^k) = floor(base * (f * 2^k + c) / 2^k). */
  private addFloor(p: Affine, n: number): number | undefined {
    const { g } = this;
    if (g.op[n] !== Op.ShrU && g.op[n] !== Op.ShrS) return undefined;
    const k = g.value(g.b[n]);
    const inner = this.products.get(g.a[n]);
    if (k === undefined || inner === undefined || inner.base !== p.base || p.offset !== g.zero)
      return undefined;
    if (g.op[n] === Op.ShrU && g.lo[g.a[n]] < 0) return undefined;
    const factor = g.add(g.shl(p.factor, k), inner.factor);
    if (!this.exact(p.base, factor) || !this.exact(inner.base, inner.factor)) return undefined;
    if (!this.exact(p.base, p.factor)) return undefined;
    return g.sar(this.product(p.base, factor), k);
  }

  /** The product never leaves 32 bits. */
  private exact(x: number, y: number): boolean {
    const { g } = this;
    const ends = [g.lo[x] * g.lo[y], g.lo[x] * g.hi[y], g.hi[x] * g.lo[y], g.hi[x] * g.hi[y]];
    return Math.min(...ends) >= MIN && Math.max(...ends) <= MAX;
  }

  private product(base: number, factor: number): number {
    const n = this.g.mul(base, factor);
    if (this.g.op[n] === Op.Mul) this.products.set(n, { base, factor });
    return n;
  }

  /** rest + offset, remembered as such. */
  private plus(rest: number, sum: number): number {
    const { g } = this;
    const offset = this.folded(sum);
    if (offset === g.zero) return rest;
    if (g.value(rest) !== undefined || g.value(offset) !== undefined) return g.add(rest, offset);
    const inner = this.sums.get(rest);
    if (inner !== undefined) return this.plus(inner.rest, g.add(inner.offset, offset));
    const n = g.plainSum(rest, offset);
    if (g.op[n] === Op.Add) this.sums.set(n, { rest, offset });
    return n;
  }

  /** The constant that a function of a few bits is, found by trying all of them; else the node itself. */
  private folded(n: number): number {
    const { g } = this;
    if (g.op[n] === Op.Const || g.op[n] === Op.Source) return n;
    let result = this.constants.get(n);
    if (result === undefined) {
      result = constantFunction(g, n);
      this.constants.set(n, result);
    }
    return result;
  }

  private isProduct(n: number): boolean {
    const { g } = this;
    return this.products.has(n) || (g.op[n] === Op.Shl && this.products.has(g.a[n]));
  }

  private odd(n: number): { half: number; low: number } | undefined {
    const { g } = this;
    if (g.op[n] !== Op.Or || g.lo[n] < 0) return undefined;
    for (const [x, y] of [
      [g.a[n], g.b[n]],
      [g.b[n], g.a[n]],
    ]) {
      if ((g.ones[y] & ~1) === 0 && g.op[x] === Op.Shl && g.value(g.b[x]) === 1)
        return { half: g.a[x], low: y };
    }
    return undefined;
  }

  private affine(n: number, depth = 4): Affine {
    const { g } = this;
    const itself = { base: n, factor: g.one, offset: g.zero };
    if (g.op[n] === Op.Const) return { base: -1, factor: g.zero, offset: n };
    const product = this.products.get(n);
    if (product !== undefined) return { ...product, offset: g.zero };
    if (depth === 0) return itself;
    const constant = g.value(g.b[n]);
    const scaled = (f: (part: number) => number, from: number): Affine => {
      const inner = this.affine(from, depth - 1);
      return inner.base < 0 ? itself : { base: inner.base, factor: f(inner.factor), offset: f(inner.offset) };
    };
    switch (g.op[n]) {
      case Op.Shl:
        return constant === undefined ? itself : scaled((part) => g.shl(part, constant), g.a[n]);
      case Op.Mul:
        return constant === undefined ? itself : scaled((part) => g.mul(part, g.b[n]), g.a[n]);
      case Op.Xor: {
        // a complement: mask - a
        if (constant === undefined || (g.ones[g.a[n]] & ~constant) !== 0) return itself;
        if ((constant & (constant + 1)) !== 0) return itself;
        const inner = scaled((part) => g.sub(g.zero, part), g.a[n]);
        return inner === itself ? itself : { ...inner, offset: g.add(g.b[n], inner.offset) };
      }
      case Op.Add: {
        const p = this.affine(g.a[n], depth - 1);
        const q = this.affine(g.b[n], depth - 1);
        if (p.base !== q.base && p.base >= 0 && q.base >= 0) return itself;
        return {
          base: Math.max(p.base, q.base),
          factor: g.add(p.factor, q.factor),
          offset: g.add(p.offset, q.offset),
        };
      }
      default:
        return itself;
    }
  }
}
