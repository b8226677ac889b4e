import { LinearForms } from './linear.js';
import { arity, compute, Op } from './operation.js';

const MIN = -0x80000000;
const MAX = 0x7fffffff;

/** All bits up to the highest one of v (unsigned). */
function smear(v: number): number {
  return v <= 0 ? 0 : 2 ** (32 - Math.clz32(v)) - 1;
}

/** n ones, 0 <= n <= 32, as a signed 32-bit number. */
export function lowMask(n: number): number {
  return n >= 32 ? -1 : (1 << n) - 1;
}

/**
 * The dataflow graph: nodes of 32-bit words without duplicates, simplified while they are made. Operands have
 * smaller numbers than the nodes that use them, so that node order is an order of evaluation.
 *
 * Two facts are kept with each node, and most masks and sign extensions that Verilog's widths ask for fall
 * away because of them: `ones`, the bits that can be 1, and the range `lo` .. `hi` of the word as a signed number.
 */
export class Graph {
  length = 0;
  op = new Uint8Array(1024);
  a = new Int32Array(1024);
  b = new Int32Array(1024);
  c = new Int32Array(1024);
  ones = new Int32Array(1024);
  lo = new Float64Array(1024);
  hi = new Float64Array(1024);
  /** Hash table with open addresses: node + 1, or 0. */
  private known = new Int32Array(4096);

  readonly linear = new LinearForms(this);
  readonly zero = this.constant(0);
  readonly one = this.constant(1);

  private make(op: Op, a: number, b: number, c: number, ones: number, lo: number, hi: number): number {
    if (arity[op] === 2 && this.op[a] === Op.Const && this.op[b] === Op.Const)
      return this.constant(compute(op, this.a[a], this.a[b], 0));
    let slot = this.slot(op, a, b, c);
    const old = this.known[slot];
    if (old > 0) return old - 1;
    if (this.length === this.op.length) {
      this.grow();
      slot = this.slot(op, a, b, c);
    }
    const n = this.length++;
    this.op[n] = op;
    this.a[n] = a;
    this.b[n] = b;
    this.c[n] = c;
    if (lo < MIN || hi > MAX) {
      lo = MIN;
      hi = MAX;
    }
    // Each of the two facts sharpens the other.
    if (lo >= 0) ones &= smear(hi);
    if (ones >= 0) {
      lo = Math.max(lo, 0);
      hi = Math.min(hi, ones);
    }
    this.ones[n] = ones;
    this.lo[n] = lo;
    this.hi[n] = hi;
    this.known[slot] = n + 1;
    return n;
  }

  /** Where a node stands in the hash table, or the free place where it belongs. */
  private slot(op: Op, a: number, b: number, c: number): number {
    const mask = this.known.length - 1;
    let h =
      Math.imul(a, 0x9e3779b1) ^
      Math.imul(b, 0x85ebca6b) ^
      Math.imul(c, 0xc2b2ae35) ^
      Math.imul(op, 0x27d4eb2f);
    h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
    for (let slot = (h ^ (h >>> 13)) & mask; ; slot = (slot + 1) & mask) {
      const n = this.known[slot] - 1;
      if (n < 0 || (this.op[n] === op && this.a[n] === a && this.b[n] === b && this.c[n] === c)) return slot;
    }
  }

  private grow(): void {
    this.known = new Int32Array(this.op.length * 8);
    for (let n = 0; n < this.length; n++) {
      this.known[this.slot(this.op[n] as Op, this.a[n], this.b[n], this.c[n])] = n + 1;
    }
    const wider = <T extends Uint8Array | Int32Array | Float64Array>(from: T): T => {
      const to = new (from.constructor as new (n: number) => T)(from.length * 2);
      to.set(from);
      return to;
    };
    this.op = wider(this.op);
    this.a = wider(this.a);
    this.b = wider(this.b);
    this.c = wider(this.c);
    this.ones = wider(this.ones);
    this.lo = wider(this.lo);
    this.hi = wider(this.hi);
  }

  /** Value of a constant node, else undefined. */
  value(n: number): number | undefined {
    return this.op[n] === Op.Const ? this.a[n] : undefined;
  }

  constant(v: number): number {
    const w = v | 0;
    return this.make(Op.Const, w, 0, 0, w, w, w);
  }

  /** Word of source `index`, of which the lower `width` bits can be 1. */
  source(index: number, width: number): number {
    return this.make(Op.Source, index, 0, 0, lowMask(width), MIN, MAX);
  }

  /** Word at byte address `address + offset` inside the memory that is source `memory`. */
  read(address: number, offset: number, memory: number, width: number): number {
    return this.make(Op.Read, address, offset, memory, lowMask(width), MIN, MAX);
  }

  copy(a: number): number {
    return this.make(Op.Copy, a, 0, 0, this.ones[a], this.lo[a], this.hi[a]);
  }

  add(a: number, b: number): number {
    if (this.value(a) !== undefined || (this.value(b) === undefined && a > b)) [a, b] = [b, a];
    const y = this.value(b);
    if (y === 0) return a;
    if (y !== undefined && this.op[a] === Op.Add) {
      const inner = this.value(this.b[a]);
      if (inner !== undefined) return this.add(this.a[a], this.constant(inner + y));
    }
    return this.linear.add(a, b) ?? this.plainSum(a, b);
  }

  /** The sum of two numbers, nothing else tried. */
  plainSum(a: number, b: number): number {
    if (this.value(a) !== undefined || (this.value(b) === undefined && a > b)) [a, b] = [b, a];
    return this.make(Op.Add, a, b, 0, -1, this.lo[a] + this.lo[b], this.hi[a] + this.hi[b]);
  }

  sub(a: number, b: number): number {
    if (a === b) return this.zero;
    const y = this.value(b);
    if (y !== undefined) return this.add(a, this.constant(-y));
    return this.make(Op.Sub, a, b, 0, -1, this.lo[a] - this.hi[b], this.hi[a] - this.lo[b]);
  }

  mul(a: number, b: number): number {
    if (this.value(a) !== undefined || (this.value(b) === undefined && a > b)) [a, b] = [b, a];
    const y = this.value(b);
    if (y === 0) return b;
    if (y === 1) return a;
    if (y !== undefined && y > 0 && (y & (y - 1)) === 0) return this.shl(a, 31 - Math.clz32(y));
    const ends = [
      this.lo[a] * this.lo[b],
      this.lo[a] * this.hi[b],
      this.hi[a] * this.lo[b],
      this.hi[a] * this.hi[b],
    ];
    return this.make(Op.Mul, a, b, 0, -1, Math.min(...ends), Math.max(...ends));
  }

  mulHigh(a: number, b: number): number {
    if (this.lo[a] >= 0 && this.lo[b] >= 0 && this.hi[a] * this.hi[b] < 2 ** 32) return this.zero;
    return this.make(Op.MulHigh, Math.min(a, b), Math.max(a, b), 0, -1, MIN, MAX);
  }

  and(a: number, b: number): number {
    if (this.value(a) !== undefined || (this.value(b) === undefined && a > b)) [a, b] = [b, a];
    if (a === b) return a;
    const ones = this.ones[a] & this.ones[b];
    if (ones === 0) return this.zero;
    const mask = this.value(b);
    if (mask !== undefined) {
      if ((this.ones[a] & ~mask) === 0) return a;
      if (this.op[a] === Op.And) {
        const inner = this.value(this.b[a]);
        if (inner !== undefined) return this.and(this.a[a], this.constant(inner & mask));
      }
      if (this.op[a] === Op.Or) {
        // one side of a concatenation is masked away
        const x = this.a[a];
        const y = this.b[a];
        if ((this.ones[x] & mask) === 0) return this.and(y, b);
        if ((this.ones[y] & mask) === 0) return this.and(x, b);
      }
      const shift = this.op[a] === Op.ShrU ? this.value(this.b[a]) : undefined;
      if (shift !== undefined) {
        const inner = this.parts(this.a[a], mask << shift);
        if (inner !== this.a[a]) return this.and(this.shr(inner, shift), b);
      }
      if ((mask & (mask + 1)) === 0) {
        const narrow = this.low(a, 32 - Math.clz32(mask));
        if (narrow !== a) return this.and(narrow, b);
      }
    }
    return this.make(Op.And, a, b, 0, ones, MIN, MAX);
  }

  /** A concatenation without the parts of which no bit is wanted. */
  private parts(a: number, wanted: number): number {
    for (;;) {
      if (this.op[a] !== Op.Or) return a;
      if ((this.ones[this.a[a]] & wanted) === 0) a = this.b[a];
      else if ((this.ones[this.b[a]] & wanted) === 0) a = this.a[a];
      else return a;
    }
  }

  or(a: number, b: number): number {
    if (this.value(a) !== undefined || (this.value(b) === undefined && a > b)) [a, b] = [b, a];
    if (a === b || this.value(b) === 0) return a;
    if (this.value(b) === -1) return b;
    return this.make(Op.Or, a, b, 0, this.ones[a] | this.ones[b], MIN, MAX);
  }

  xor(a: number, b: number): number {
    if (this.value(a) !== undefined || (this.value(b) === undefined && a > b)) [a, b] = [b, a];
    if (a === b) return this.zero;
    const y = this.value(b);
    if (y === 0) return a;
    if (y !== undefined && this.op[a] === Op.Xor) {
      const inner = this.value(this.b[a]);
      if (inner !== undefined) return this.xor(this.a[a], this.constant(inner ^ y));
    }
    return this.make(Op.Xor, a, b, 0, this.ones[a] | this.ones[b], MIN, MAX);
  }

  /** Shift left by the number n, 0 .. 31. */
  shl(a: number, n: number): number {
    if (n === 0) return a;
    if (this.ones[a] << n === 0) return this.zero;
    if (this.op[a] === Op.Shl) {
      const inner = this.value(this.b[a]);
      if (inner !== undefined) return inner + n > 31 ? this.zero : this.shl(this.a[a], inner + n);
    }
    const scale = 2 ** n;
    return this.make(
      Op.Shl,
      a,
      this.constant(n),
      0,
      this.ones[a] << n,
      this.lo[a] * scale,
      this.hi[a] * scale,
    );
  }

  /** Logical shift right by the number n, 0 .. 31. */
  shr(a: number, n: number): number {
    if (n === 0) return a;
    const ones = this.ones[a] >>> n;
    if (ones === 0) return this.zero;
    const inner = this.value(this.b[a]);
    if (inner !== undefined) {
      if (this.op[a] === Op.ShrU) return this.shr(this.a[a], inner + n);
      // An extraction is always written shift first, then mask, so that equal ones are found equal.
      if (this.op[a] === Op.And) return this.and(this.shr(this.a[a], n), this.constant(inner >>> n));
      if (this.op[a] === Op.Shl && inner === n) return this.and(this.a[a], this.constant(-1 >>> n));
    }
    if (this.op[a] === Op.Or) {
      if (this.ones[this.a[a]] >>> n === 0) return this.shr(this.b[a], n);
      if (this.ones[this.b[a]] >>> n === 0) return this.shr(this.a[a], n);
    }
    const half = this.linear.halve(a);
    if (half !== undefined) return this.shr(half, n - 1);
    return this.make(Op.ShrU, a, this.constant(n), 0, ones, 0, ones);
  }

  /** Arithmetic shift right by the number n, 0 .. 31. */
  sar(a: number, n: number): number {
    if (n === 0) return a;
    if (this.lo[a] >= 0) return this.shr(a, n);
    const inner = this.op[a] === Op.ShrS ? this.value(this.b[a]) : undefined;
    if (inner !== undefined) return this.sar(this.a[a], Math.min(31, inner + n));
    const scale = 2 ** n;
    return this.make(
      Op.ShrS,
      a,
      this.constant(n),
      0,
      this.ones[a] >> n,
      Math.floor(this.lo[a] / scale),
      Math.floor(this.hi[a] / scale),
    );
  }

  /** Shift by a node whose value is below 32. */
  shiftBy(op: typeof Op.Shl | typeof Op.ShrU | typeof Op.ShrS, a: number, amount: number): number {
    const n = this.value(amount);
    if (n !== undefined)
      return op === Op.Shl ? this.shl(a, n) : op === Op.ShrU ? this.shr(a, n) : this.sar(a, n);
    if (this.value(a) === 0) return a;
    return this.make(op, a, amount, 0, -1, MIN, MAX);
  }

  /** The signed number in the lower `width` bits of a. */
  sext(a: number, width: number): number {
    if (width >= 32) return a;
    const v = this.value(a);
    if (v !== undefined) return this.constant(compute(Op.Sext, v, width, 0));
    const half = 2 ** (width - 1);
    const fits = (n: number) => this.lo[n] >= -half && this.hi[n] < half;
    const narrow = this.low(a, width);
    if (fits(narrow)) return narrow;
    const shift = this.op[narrow] === Op.ShrU ? this.value(this.b[narrow]) : undefined;
    if (shift !== undefined) {
      // A signed number that was shifted and cut, as in {{4{p[13]}}, p[13:5]}: an arithmetic shift does both.
      const whole = this.a[narrow];
      const edge = half * 2 ** shift;
      if (this.lo[whole] >= -edge && this.hi[whole] < edge) return this.sar(whole, shift);
    }
    const reduced = this.linear.reduce(narrow, width);
    if (fits(reduced)) return reduced;
    return this.make(Op.Sext, narrow, width, 0, -1, -half, half - 1);
  }

  /** A node that is possibly simpler and equal to `a` in its lower `width` bits. */
  low(a: number, width: number): number {
    const mask = lowMask(width);
    for (;;) {
      const op = this.op[a];
      if (op === Op.And) {
        const inner = this.value(this.b[a]);
        if (inner === undefined || (mask & ~inner) !== 0) return a;
        a = this.a[a];
      } else if (op === Op.Sext && this.b[a] >= width) a = this.a[a];
      else if (op === Op.Or && (this.ones[this.b[a]] & mask) === 0) a = this.a[a];
      else if (op === Op.Or && (this.ones[this.a[a]] & mask) === 0) a = this.b[a];
      else return a;
    }
  }

  /** The lower `width` bits of a. */
  mask(a: number, width: number): number {
    return width >= 32 ? a : this.and(a, this.constant(lowMask(width)));
  }

  private isBoolean(a: number): boolean {
    return (this.ones[a] & ~1) === 0;
  }

  eq(a: number, b: number): number {
    if (a === b) return this.one;
    if (this.lo[a] > this.hi[b] || this.hi[a] < this.lo[b]) return this.zero;
    if (this.value(a) !== undefined || (this.value(b) === undefined && a > b)) [a, b] = [b, a];
    const y = this.value(b);
    if (y !== undefined && (y & ~this.ones[a]) !== 0) return this.zero;
    if (y === 1 && this.isBoolean(a)) return a;
    if (y === 0) {
      if (this.op[a] === Op.Eq) {
        // the opposite of the opposite
        if (this.value(this.b[a]) === 0 && this.isBoolean(this.a[a])) return this.a[a];
        return this.make(Op.Ne, this.a[a], this.b[a], 0, 1, 0, 1);
      }
      if (this.op[a] === Op.Ne) return this.make(Op.Eq, this.a[a], this.b[a], 0, 1, 0, 1);
    }
    return this.make(Op.Eq, a, b, 0, 1, 0, 1);
  }

  ne(a: number, b: number): number {
    return this.not(this.eq(a, b));
  }

  /** 1 when a is 0. */
  not(a: number): number {
    return this.eq(a, this.zero);
  }

  /** 1 when a is not 0. */
  bool(a: number): number {
    return this.isBoolean(a) ? a : this.ne(a, this.zero);
  }

  ltU(a: number, b: number): number {
    if (a === b || this.value(b) === 0) return this.zero;
    if (this.lo[a] >= 0 && this.lo[b] >= 0) {
      if (this.hi[a] < this.lo[b]) return this.one;
      if (this.lo[a] >= this.hi[b]) return this.zero;
    }
    if (this.value(b) === 1) return this.not(a);
    if (this.value(a) === 0) return this.bool(b);
    return this.make(Op.LtU, a, b, 0, 1, 0, 1);
  }

  ltS(a: number, b: number): number {
    if (a === b || this.lo[a] >= this.hi[b]) return this.zero;
    if (this.hi[a] < this.lo[b]) return this.one;
    return this.make(Op.LtS, a, b, 0, 1, 0, 1);
  }

  /** s ? a : b, where any s that is not 0 counts as true. */
  select(s: number, a: number, b: number): number {
    if (a === b) return a;
    const v = this.value(s);
    if (v !== undefined) return v !== 0 ? a : b;
    if (this.op[s] === Op.Ne && this.value(this.b[s]) === 0) return this.select(this.a[s], a, b);
    if (this.op[s] === Op.Eq && this.value(this.b[s]) === 0) return this.select(this.a[s], b, a);
    if (this.isBoolean(s) && this.isBoolean(a) && this.isBoolean(b)) {
      if (this.value(b) === 0) return this.and(s, a);
      if (this.value(a) === 1) return this.or(s, b);
      if (this.value(a) === 0 && this.value(b) === 1) return this.not(s);
    }
    // A condition that is tested again in one of the branches is known there.
    if (this.op[a] === Op.Select && this.a[a] === s) return this.select(s, this.b[a], b);
    if (this.op[b] === Op.Select && this.a[b] === s) return this.select(s, a, this.c[b]);
    return this.make(
      Op.Select,
      s,
      a,
      b,
      this.ones[a] | this.ones[b],
      Math.min(this.lo[a], this.lo[b]),
      Math.max(this.hi[a], this.hi[b]),
    );
  }

  popcount(a: number): number {
    const v = this.value(a);
    if (v !== undefined) return this.constant(compute(Op.Popcount, v, 0, 0));
    if (this.isBoolean(a)) return a;
    return this.make(Op.Popcount, a, 0, 0, 63, 0, 32);
  }

  divide(
    op: typeof Op.DivU | typeof Op.RemU | typeof Op.DivS | typeof Op.RemS,
    a: number,
    b: number,
  ): number {
    if (this.lo[a] >= 0 && this.lo[b] >= 0) {
      const rest = op === Op.RemU || op === Op.RemS;
      return this.make(rest ? Op.RemU : Op.DivU, a, b, 0, -1, 0, this.hi[a]);
    }
    return this.make(op, a, b, 0, -1, MIN, MAX);
  }

  /** Calls `visit` with each node that node n reads. */
  operands(n: number, visit: (operand: number) => void): void {
    const count = arity[this.op[n]];
    if (count > 0) visit(this.a[n]);
    if (count > 1) visit(this.b[n]);
    if (count > 2) visit(this.c[n]);
  }
}
