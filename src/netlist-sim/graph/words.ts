import { type Graph, lowMask } from './graph.js';
import { Op } from './operation.js';

/**
 * Numbers of any width as arrays of 32-bit nodes, lowest first. The bits of the last node above the width are
 * zero. Every function returns ceil(width / 32) nodes.
 */
export type Word = readonly number[];

export function chunks(width: number): number {
  return (width + 31) >>> 5;
}

/** Bits of a number of `width` bits that lie in its chunk i. */
export function chunkWidth(width: number, i: number): number {
  return Math.min(32, width - 32 * i);
}

export function zeroWord(g: Graph, width: number): Word {
  return new Array<number>(chunks(width)).fill(g.zero);
}

/** A bit (node that is 0 or 1) as 32 equal bits. */
export function spread(g: Graph, bit: number): number {
  return g.sub(g.zero, bit);
}

export function bitOf(g: Graph, a: Word, i: number): number {
  return g.and(g.shr(a[i >>> 5], i & 31), g.one);
}

/** a (from bits) brought to `to` bits: cut, or extended by zeros or by its sign. */
export function resize(g: Graph, a: Word, from: number, to: number, signed: boolean): Word {
  const count = chunks(to);
  if (to <= from) return a.slice(0, count).map((n, i) => g.mask(n, chunkWidth(to, i)));
  const last = chunks(from) - 1;
  const topWidth = chunkWidth(from, last);
  const extended = signed ? g.sext(a[last], topWidth) : a[last];
  const fill = !signed || count === last + 1 ? g.zero : g.sar(extended, 31);
  return Array.from({ length: count }, (_, i) => {
    const n = i < last ? a[i] : i === last ? extended : fill;
    return g.mask(n, chunkWidth(to, i));
  });
}

export function mapWord(g: Graph, width: number, f: (i: number) => number): Word {
  return Array.from({ length: chunks(width) }, (_, i) => g.mask(f(i), chunkWidth(width, i)));
}

export function addWord(g: Graph, a: Word, b: Word, width: number, carryIn = g.zero): Word {
  if (width <= 32) return [g.mask(g.add(g.add(g.low(a[0], width), g.low(b[0], width)), carryIn), width)];
  let carry = carryIn;
  return mapWord(g, width, (i) => {
    const sum = g.add(a[i], b[i]);
    const total = g.add(sum, carry);
    carry = g.or(g.ltU(sum, a[i]), g.ltU(total, carry));
    return total;
  });
}

export function notWord(g: Graph, a: Word, width: number): Word {
  return mapWord(g, width, (i) => g.xor(a[i], g.constant(lowMask(chunkWidth(width, i)))));
}

export function subWord(g: Graph, a: Word, b: Word, width: number): Word {
  if (width <= 32) return [g.mask(g.sub(g.low(a[0], width), g.low(b[0], width)), width)];
  const inverse = b.map((n) => g.xor(n, g.constant(-1)));
  return addWord(g, a, inverse, width, g.one);
}

export function mulWord(g: Graph, a: Word, b: Word, width: number): Word {
  if (width <= 32) return [g.mask(g.mul(g.low(a[0], width), g.low(b[0], width)), width)];
  const count = chunks(width);
  let sum = zeroWord(g, width);
  for (let i = 0; i < count; i++) {
    // one row of the long multiplication: low halves, then high halves one chunk further up
    const low: number[] = new Array(count).fill(g.zero);
    const high: number[] = new Array(count).fill(g.zero);
    for (let j = 0; i + j < count; j++) {
      low[i + j] = g.mul(a[i], b[j]);
      if (i + j + 1 < count) high[i + j + 1] = g.mulHigh(a[i], b[j]);
    }
    sum = addWord(g, addWord(g, sum, low, width), high, width);
  }
  return sum;
}

export function selectWord(g: Graph, s: number, a: Word, b: Word): Word {
  return a.map((n, i) => g.select(s, n, b[i]));
}

/** Node that is not 0 when some bit of a is 1. */
export function anyBit(g: Graph, a: Word): number {
  return a.reduce((x, y) => g.or(x, y), g.zero);
}

export function equalWord(g: Graph, a: Word, b: Word): number {
  if (a.length === 1) return g.eq(a[0], b[0]);
  return g.not(
    anyBit(
      g,
      a.map((n, i) => g.xor(n, b[i])),
    ),
  );
}

/** a < b for two words of the same width. */
export function lessWord(g: Graph, a: Word, b: Word, width: number, signed: boolean): number {
  const last = a.length - 1;
  let less = g.zero;
  for (let i = 0; i <= last; i++) {
    const top = signed && i === last;
    const x = top ? g.sext(a[i], chunkWidth(width, i)) : a[i];
    const y = top ? g.sext(b[i], chunkWidth(width, i)) : b[i];
    const here = top ? g.ltS(x, y) : g.ltU(x, y);
    less = i === 0 ? here : g.select(g.eq(x, y), less, here);
  }
  return less;
}

/** Shift by a number of bits, filling with `fill` (node: all zeros or all ones); left when n < 0. */
export function shiftWordBy(g: Graph, a: Word, width: number, n: number, fill: number): Word {
  const at = (i: number) => (i < 0 ? g.zero : i < a.length ? a[i] : fill);
  const left = n < 0;
  const whole = Math.abs(n) >>> 5;
  const part = Math.abs(n) & 31;
  return mapWord(g, width, (i) => {
    if (left) {
      const high = g.shl(at(i - whole), part);
      return part === 0 ? high : g.or(high, g.shr(at(i - whole - 1), 32 - part));
    }
    const low = g.shr(at(i + whole), part);
    return part === 0 ? low : g.or(low, g.shl(at(i + whole + 1), 32 - part));
  });
}

export type ShiftKind = 'left' | 'right' | 'arithmetic';

/** a shifted by the unsigned word `amount`; amounts of `width` and more give the fill (zeros, or the sign). */
export function shiftWord(
  g: Graph,
  kind: ShiftKind,
  a: Word,
  width: number,
  amount: Word,
  amountWidth: number,
): Word {
  const sign = kind === 'arithmetic' ? spread(g, bitOf(g, a, width - 1)) : g.zero;
  if (width <= 32) {
    const count = amount[0];
    const value = kind === 'arithmetic' ? g.sext(a[0], width) : a[0];
    const op = kind === 'left' ? Op.Shl : kind === 'right' ? Op.ShrU : Op.ShrS;
    const near = g.shiftBy(op, value, g.and(count, g.constant(31)));
    const far = g.bool(anyBit(g, [g.shr(count, 5), ...amount.slice(1)]));
    return [g.mask(g.select(far, sign, near), width)];
  }
  // One stage per bit of the amount; the bits that would shift everything out share one selection.
  const stages = Math.min(amountWidth, 32 - Math.clz32(width - 1));
  // The fill must reach the bits above the width, too: they move down.
  const top = chunkWidth(width, a.length - 1);
  let value: Word = a.map((n, i) => (i === a.length - 1 && top < 32 ? g.or(n, g.shl(sign, top)) : n));
  for (let k = 0; k < stages; k++) {
    const moved = shiftWordBy(g, value, 32 * a.length, kind === 'left' ? -(2 ** k) : 2 ** k, sign);
    value = selectWord(g, bitOf(g, amount, k), moved, value);
  }
  const rest: number[] = [];
  for (let k = stages; k < amountWidth; k++) rest.push(bitOf(g, amount, k));
  const far = anyBit(g, rest);
  return mapWord(g, width, (i) => g.select(far, sign, value[i]));
}

/**
 * The `count` bits of a from bit `amount` on (zeros beyond the end). Cheaper than shifting all of a: each
 * stage keeps only what can still arrive.
 */
export function extractWord(
  g: Graph,
  a: Word,
  width: number,
  amount: Word,
  amountWidth: number,
  count: number,
): Word {
  const useful = Math.min(amountWidth, 32 - Math.clz32(Math.max(width, 1)));
  let value = a;
  let have = width;
  for (let k = useful - 1; k >= 0; k--) {
    const keep = Math.min(have, count + 2 ** k - 1);
    const moved = resize(g, shiftWordBy(g, value, have, 2 ** k, g.zero), have, keep, false);
    value = selectWord(g, bitOf(g, amount, k), moved, resize(g, value, have, keep, false));
    have = keep;
  }
  const rest: number[] = [];
  for (let k = useful; k < amountWidth; k++) rest.push(bitOf(g, amount, k));
  const far = g.bool(anyBit(g, rest));
  return resize(g, value, have, count, false).map((n) => g.select(far, g.zero, n));
}

/** Quotient and remainder of unsigned words; both 0 for the divisor 0. */
export function divideWord(g: Graph, a: Word, b: Word, width: number): { quotient: Word; remainder: Word } {
  if (width <= 32) {
    return { quotient: [g.divide(Op.DivU, a[0], b[0])], remainder: [g.divide(Op.RemU, a[0], b[0])] };
  }
  // Restoring division, one bit at a time, with one more bit than the width for the comparison.
  const wide = width + 1;
  const divisor = resize(g, b, width, wide, false);
  let rest = zeroWord(g, wide);
  const bits: number[] = new Array(width);
  for (let i = width - 1; i >= 0; i--) {
    const shifted = shiftWordBy(g, rest, wide, -1, g.zero);
    const next = [g.or(shifted[0], bitOf(g, a, i)), ...shifted.slice(1)];
    bits[i] = g.not(lessWord(g, next, divisor, wide, false));
    rest = selectWord(g, bits[i], subWord(g, next, divisor, wide), next);
  }
  const defined = g.bool(anyBit(g, b));
  const quotient = mapWord(g, width, (i) => {
    let n = g.zero;
    for (let k = 0; k < chunkWidth(width, i); k++) n = g.or(n, g.shl(bits[32 * i + k], k));
    return g.select(defined, n, g.zero);
  });
  return {
    quotient,
    remainder: resize(g, rest, wide, width, false).map((n) => g.select(defined, n, g.zero)),
  };
}
