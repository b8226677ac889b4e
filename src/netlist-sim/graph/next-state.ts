import type { FlatCell } from '../read/flatten.js';
import type { Bits } from '../read/hierarchy.js';
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

/** A register or a piece of one, in its place. */
export interface LoweredRegister extends NextState {
  readonly source: number;
  readonly node: number;
  readonly width: number;
  /** Index of its clock edge; -1 for a latch. */
  readonly domain: number;
}

/** Clock edge on which registers and memories load. `bit` is resolved; constants never clock. */
export interface Domain {
  readonly bit: number;
  readonly positive: boolean;
}

/** Index of a clock edge, which joins the list when it is new. */
export function domainIndex(domains: Domain[], bit: number, positive: boolean): number {
  const found = domains.findIndex((d) => d.bit === bit && d.positive === positive);
  return found >= 0 ? found : domains.push({ bit, positive }) - 1;
}

/** A control that gives the register a value. */
interface Setting {
  readonly active: number;
  readonly value: number;
}

/** A register by its controls, which are true when they are active; those that it does not have are missing. */
export interface RegisterRule {
  /** Present value. */
  readonly q: number;
  readonly data: number;
  /** It has no clock: only its asynchronous controls load it. */
  readonly latch: boolean;
  readonly enable?: number;
  /** Reset at the clock edge; with `enableFirst` only while the register is enabled. */
  readonly clear?: Setting;
  readonly enableFirst: boolean;
  readonly reset?: Setting;
  /** Asynchronous load, which acts at its edge. */
  readonly load?: Setting;
  /** Asynchronous set and clear of single bits; clear wins. */
  readonly bits?: { readonly set: number; readonly clear: number };
}

/** How true and false are written: as 1 and 0 beside words, or in every bit of a word for itself. */
export interface Logic {
  readonly g: Graph;
  /** All bits of the register. */
  readonly ones: number;
  readonly select: (condition: number, yes: number, no: number) => number;
  /** Is any bit 1? */
  readonly any: (bits: number) => number;
}

/**
 * A latch follows its data while it is enabled: an asynchronous load without a clock beside it. It is evaluated
 * until nothing changes any more; when data and enable change in the same event, a latch that closes keeps what
 * it had before the event (Verilog leaves that race to the order of its processes).
 */
export function nextState({ g, ones, select, any }: Logic, rule: RegisterRule): NextState {
  const { q, enable, clear, reset, load, bits, enableFirst } = rule;
  const override = bits && {
    active: any(g.or(bits.set, bits.clear)),
    apply: (v: number) => g.and(g.or(v, bits.set), g.xor(bits.clear, ones)),
  };
  const given = (setting: Setting | undefined, v: number) =>
    setting === undefined ? v : select(setting.active, setting.value, v);
  const enabled = (v: number) => (enable === undefined ? v : select(enable, v, q));
  if (rule.latch) {
    let condition = enable ?? g.zero;
    let value = given(reset, enable === undefined ? q : enabled(rule.data));
    if (reset !== undefined) condition = g.or(condition, reset.active);
    if (override !== undefined) {
      condition = g.or(condition, override.active);
      value = override.apply(value);
    }
    return { next: q, async: { condition, value } };
  }
  const next = enableFirst ? enabled(given(clear, rule.data)) : given(clear, enabled(rule.data));
  if (override !== undefined)
    return { next: override.apply(next), async: { condition: override.active, value: override.apply(q) } };
  if (reset !== undefined)
    return { next: given(reset, next), async: { condition: reset.active, value: reset.value } };
  // `always @(posedge clk or posedge load)` takes its data when the load begins, not while it lasts. That the value
  // depends on the load has it evaluated again before each of its edges.
  return { next: given(load, next), load: load && given(load, q) };
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

/** The rule of a register cell of words ($dff, $adlatch, ...). */
export function wordRegister({ g, cell, q, from, width, read }: RegisterPiece): NextState {
  const { ports, type } = cell;
  const { parameters } = cell.json;
  const ones = g.constant(lowMask(width));
  const latch = ports.CLK === undefined;
  const slice = (port: string) => read(ports[port].subarray(from, from + width));
  const activeHigh = (port: string) => binary(parameters[`${port}_POLARITY`]) === 1;
  /** A one-bit control port as condition, 1 when it is active; undefined when the cell does not have it. */
  const control = (port: string): number | undefined => {
    if (ports[port] === undefined) return undefined;
    const bit = read(ports[port]);
    return activeHigh(port) ? bit : g.xor(bit, g.one);
  };
  const reset = (port: string): Setting | undefined => {
    const active = control(port);
    if (active === undefined) return undefined;
    const bits = parameterBits(parameters[`${port}_VALUE`], from + width);
    return { active, value: g.constant(bits.subarray(from).reduce((v, bit, i) => v | (bit << i), 0)) };
  };
  const bits = (port: string) => (activeHigh(port) ? slice(port) : g.xor(slice(port), ones));
  const load = control('ALOAD');
  return nextState(
    { g, ones, select: (s, yes, no) => g.select(s, yes, no), any: (n) => g.bool(n) },
    {
      q,
      latch,
      data: type === '$sr' ? q : slice('D'),
      enable: control('EN'),
      clear: reset('SRST'),
      enableFirst: type === '$sdffce',
      bits: ports.SET && { set: bits('SET'), clear: bits('CLR') },
      reset: reset('ARST'),
      load: load === undefined ? undefined : { active: load, value: slice('AD') },
    },
  );
}
