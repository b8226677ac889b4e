import { bitCount } from '../../base/index.js';

/**
 * The operations of the dataflow graph. Every value is one 32-bit word; what a width below 32 bits leaves free
 * is zero, except where an operation says that its result is signed.
 */
export const Op = {
  /** The number in `a`. */
  Const: 0,
  /** Word of state, input or memory port: `a` is the index of the source. */
  Source: 1,
  /** Word `b` bytes behind byte address `a` (a node) of the memory region of source `c`. */
  Read: 2,
  /** `a` itself: a value that must be kept before its register changes. */
  Copy: 3,
  Add: 4,
  Sub: 5,
  Mul: 6,
  /** Upper 32 bits of the unsigned 64-bit product. */
  MulHigh: 7,
  And: 8,
  Or: 9,
  Xor: 10,
  /** Shifts by the node `b`, which is below 32. */
  Shl: 11,
  ShrU: 12,
  ShrS: 13,
  /** Sign extension of `a` from `b` bits (a number): signed result. */
  Sext: 14,
  Eq: 15,
  Ne: 16,
  LtU: 17,
  LtS: 18,
  /** `a` (a condition) ? `b` : `c`. */
  Select: 19,
  Popcount: 20,
  /** Quotients and remainders; 0 when the divisor is 0 (Verilog: x). */
  DivU: 21,
  RemU: 22,
  DivS: 23,
  RemS: 24,
} as const;
export type Op = (typeof Op)[keyof typeof Op];

/** How many of the fields a, b, c of an operation are nodes. */
export const arity: readonly number[] = [
  0, 0, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 2, 2, 2, 2, 3, 1, 2, 2, 2, 2,
];

/** The meaning of the operations from `Copy` on, on signed 32-bit numbers; constants are folded with it. */
export function compute(op: Op, a: number, b: number, c: number): number {
  switch (op) {
    case Op.Copy:
      return a;
    case Op.Add:
      return (a + b) | 0;
    case Op.Sub:
      return (a - b) | 0;
    case Op.Mul:
      return Math.imul(a, b);
    case Op.MulHigh:
      return Number((BigInt(a >>> 0) * BigInt(b >>> 0)) >> 32n) | 0;
    case Op.And:
      return a & b;
    case Op.Or:
      return a | b;
    case Op.Xor:
      return a ^ b;
    case Op.Shl:
      return a << b;
    case Op.ShrU:
      return (a >>> b) | 0;
    case Op.ShrS:
      return a >> b;
    case Op.Sext:
      return (a << (32 - b)) >> (32 - b);
    case Op.Eq:
      return a === b ? 1 : 0;
    case Op.Ne:
      return a !== b ? 1 : 0;
    case Op.LtU:
      return a >>> 0 < b >>> 0 ? 1 : 0;
    case Op.LtS:
      return a < b ? 1 : 0;
    case Op.Select:
      return a !== 0 ? b : c;
    case Op.Popcount:
      return bitCount(a);
    case Op.DivU:
      return b === 0 ? 0 : ((a >>> 0) / (b >>> 0)) | 0;
    case Op.RemU:
      return b === 0 ? 0 : ((a >>> 0) % (b >>> 0)) | 0;
    case Op.DivS:
      return b === 0 ? 0 : (a / b) | 0;
    case Op.RemS:
      return b === 0 ? 0 : (a % b) | 0;
    default:
      throw new RangeError(`operation ${op} has no value of its own`);
  }
}
