import type { Bits, FlatCell } from '../read/flatten.js';
import { binary, parameterBits } from '../read/netlist.js';
import { type Graph, lowMask } from './graph.js';

/** What a register or latch does, for one piece of its bits. */
export interface NextState {
  /** Value after the clock edge; an active asynchronous control wins in it. A latch keeps its value. */
  readonly next: number;
  /** While the condition holds the register takes the value, clock or not. */
  readonly async?: { readonly condition: number; readonly value: number };
  /** Value after the edge of an asynchronous load. */
  readonly load?: number;
}

/** The piece of a register cell that is lowered. */
export interface RegisterPiece {
  readonly g: Graph;
  readonly cell: FlatCell;
  /** Present value. */
  readonly q: number;
  /** Lowest bit of the piece in the register, and its width, at most 32. */
  readonly from: number;
  readonly width: number;
  /** Value of at most 32 bits of the design. */
  readonly read: (bits: Bits) => number;
}

/** A latch has no clock: only its asynchronous controls load it. */
export function isLatch(cell: FlatCell): boolean {
  return cell.ports.CLK === undefined;
}

export function nextState(piece: RegisterPiece): NextState {
  return isLatch(piece.cell) ? latchState(piece) : clockedState(piece);
}

/**
 * A latch follows its data while it is enabled: an asynchronous load without a clock beside it. It is evaluated
 * until nothing changes any more; when data and enable change in the same event, a latch that closes keeps what
 * it had before the event (Verilog leaves that race to the order of its processes).
 */
function latchState(piece: RegisterPiece): NextState {
  const { g, cell, q } = piece;
  const enable = control(piece, 'EN');
  const reset = control(piece, 'ARST');
  const override = setClear(piece);
  let condition = enable ?? g.zero;
  let value = enable === undefined ? q : g.select(enable, slice(piece, cell.ports.D), q);
  if (reset !== undefined) {
    condition = g.or(condition, reset);
    value = g.select(reset, constant(piece, 'ARST_VALUE'), value);
  }
  if (override !== undefined) {
    condition = g.or(condition, override.active);
    value = override.apply(value);
  }
  return { next: q, async: { condition, value } };
}

function clockedState(piece: RegisterPiece): NextState {
  const { g, cell, q } = piece;
  let next = slice(piece, cell.ports.D);
  const enable = control(piece, 'EN');
  const clear = control(piece, 'SRST');
  // $sdffce: the enable rules over the reset, too; $sdffe: only over the data.
  if (cell.type === '$sdffce') next = g.select(clear as number, constant(piece, 'SRST_VALUE'), next);
  if (enable !== undefined) next = g.select(enable, next, q);
  if (clear !== undefined && cell.type !== '$sdffce')
    next = g.select(clear, constant(piece, 'SRST_VALUE'), next);

  const override = setClear(piece);
  if (override !== undefined)
    return { next: override.apply(next), async: { condition: override.active, value: override.apply(q) } };
  const reset = control(piece, 'ARST');
  const load = control(piece, 'ALOAD');
  if (reset !== undefined) {
    const value = constant(piece, 'ARST_VALUE');
    return { next: g.select(reset, value, next), async: { condition: reset, value } };
  }
  if (load === undefined) return { next };
  // `always @(posedge clk or posedge load)` takes its data when the load begins, not while it lasts. That the value
  // depends on the load has it evaluated again before each of its edges.
  const value = slice(piece, cell.ports.AD);
  return { next: g.select(load, value, next), load: g.select(load, value, q) };
}

/** Set and clear of single bits; clear wins. */
function setClear(
  piece: RegisterPiece,
): { readonly active: number; readonly apply: (v: number) => number } | undefined {
  const { g, cell, width } = piece;
  if (cell.ports.SET === undefined) return undefined;
  const ones = g.constant(lowMask(width));
  const bits = (port: string) => {
    const value = slice(piece, cell.ports[port]);
    return isActiveHigh(cell, port) ? value : g.xor(value, ones);
  };
  const set = bits('SET');
  const clear = bits('CLR');
  return { active: g.bool(g.or(set, clear)), apply: (v) => g.and(g.or(v, set), g.xor(clear, ones)) };
}

function slice({ read, from, width }: RegisterPiece, bits: Bits): number {
  return read(bits.subarray(from, from + width));
}

function constant({ g, cell, from, width }: RegisterPiece, name: string): number {
  const bits = parameterBits(cell.json.parameters[name], from + width);
  let v = 0;
  for (let i = 0; i < width; i++) v |= bits[from + i] << i;
  return g.constant(v);
}

/** A one-bit control port as condition, 1 when it is active; undefined when the cell does not have it. */
function control({ g, cell, read }: RegisterPiece, port: string): number | undefined {
  const bits = cell.ports[port];
  if (bits === undefined) return undefined;
  const bit = read(bits);
  return isActiveHigh(cell, port) ? bit : g.xor(bit, g.one);
}

function isActiveHigh(cell: FlatCell, port: string): boolean {
  return binary(cell.json.parameters[`${port}_POLARITY`]) === 1;
}
