import type { Component } from './component.js';
import type { Bits, Constant, Expression } from './expression.js';
import type { StateBits, StateKind } from './redundancy.js';

/** Width of a port, or its width and note. */
export type PortShape = number | readonly [width: number, note: string];

/** A name and a note for the wire of an output. */
export interface WireName {
  readonly name?: string;
  readonly note?: string;
}

/** State inside a placed leaf cell; `parameter` says how it is kept (Triplicate). */
export interface LeafState extends Omit<StateBits, 'what'> {
  readonly what?: string;
  readonly parameter?: string;
}

export interface RegisterOptions {
  readonly kind: StateKind;
  readonly note?: string;
  /** Value after reset; without reset and enable a register follows its input by one clock. */
  readonly reset?: Constant;
  /** Loads only while this is 1. */
  readonly enable?: Expression;
}

/** An input that waits for what drives it. */
export interface Sink {
  readonly where: string;
  readonly width: number;
  readonly connect: (driver: Expression) => void;
}

/** The two cells that keep state: without reset, and with reset and enable. */
export interface StateCells {
  readonly pipeline: (width: number) => Component;
  readonly register: (width: number, reset?: Constant) => Component;
}

/** A placed component: its outputs are signals, its inputs can be connected. */
export interface Instance {
  readonly in: (port: string) => Sink;
  readonly out: (port: string, wire?: WireName) => Bits;
}
