/** What the rules that simplify a graph need of it: its nodes, and making new ones. See `Graph`. */
export interface GraphNodes {
  readonly zero: number;
  readonly one: number;
  /** Node -> operation and its operands (nodes or numbers, see `Op`). */
  readonly op: Uint8Array;
  readonly a: Int32Array;
  readonly b: Int32Array;
  readonly c: Int32Array;
  /** Node -> bits that can be 1, and range as a signed number. */
  readonly ones: Int32Array;
  readonly lo: Float64Array;
  readonly hi: Float64Array;
  value(n: number): number | undefined;
  constant(v: number): number;
  add(a: number, b: number): number;
  /** The sum of two numbers, nothing else tried. */
  plainSum(a: number, b: number): number;
  sub(a: number, b: number): number;
  mul(a: number, b: number): number;
  and(a: number, b: number): number;
  shl(a: number, n: number): number;
  sar(a: number, n: number): number;
  sext(a: number, width: number): number;
  select(s: number, a: number, b: number): number;
}
