import { EconError } from '../../base/index.js';
import type { Bits } from '../read/hierarchy.js';
import { sourceOf } from '../read/netlist.js';
import { type GateDesign, OUTPUT, PINS, STRIDE } from './gate-netlist.js';
import { Graph } from './graph.js';
import {
  type Domain,
  domainIndex,
  type Logic,
  type LoweredRegister,
  type NextState,
  nextState,
} from './next-state.js';
import type { Word } from './words.js';

type Pin = (typeof PINS)[number];
const PIN = Object.fromEntries(PINS.map((pin, i) => [pin, i])) as Record<Pin, number>;

/**
 * Turns simple gates into the dataflow graph. Each net is a word whose 32 bits belong to 32 stimuli, so that only
 * bitwise operations occur: true is -1. Work follows demand, as in `Lowering`.
 *
 * With unit delays every gate is a register that time itself clocks: it loads what its inputs were one unit of time ago.
 */
export class GateLowering {
  readonly g = new Graph();
  /** Bit -> node, -1 while nobody asked for it. */
  readonly nodeOf: Int32Array;
  /** Bit -> cell that drives it, -1: nothing or an input. */
  readonly driverOf: Int32Array;
  readonly families: string[] = [];
  /** Source -> bit. */
  readonly sourceBits: number[] = [];
  readonly registers: LoweredRegister[] = [];
  /** With unit delays the only one is time, which no net clocks. */
  readonly domains: Domain[] = [];
  private readonly ones = this.g.constant(-1);
  private readonly logic: Logic = {
    g: this.g,
    ones: this.ones,
    select: (s, yes, no) => this.g.xor(no, this.g.and(this.g.xor(yes, no), s)),
    any: (bit) => bit,
  };
  private readonly pending: number[] = [];
  private readonly gates: readonly (Gate | undefined)[];
  private readonly kinds: readonly (RegisterKind | undefined)[];

  /** @throws EconError `simulation/not-combinational` for registers among gates with delays */
  constructor(
    private readonly design: GateDesign,
    private readonly unitDelays = false,
  ) {
    const { typeOf, pins, count, types, bitCount } = design;
    this.gates = types.map((type) => GATES[type]);
    this.kinds = types.map(registerKind);
    types.forEach((type, i) => {
      if (this.gates[i] === undefined && this.kinds[i] === undefined) throw unsupported(design, type, i);
      if (unitDelays && this.kinds[i] !== undefined) throw sequential(design, type);
    });
    if (unitDelays) this.domains.push({ bit: 0, positive: true });
    this.nodeOf = new Int32Array(bitCount).fill(-1);
    this.nodeOf[0] = this.g.zero;
    this.nodeOf[1] = this.ones;
    this.driverOf = new Int32Array(bitCount).fill(-1);
    for (const [name, { direction, bits }] of Object.entries(design.top.module.ports)) {
      if (direction !== 'input') continue;
      for (const bit of design.bits(design.top, bits)) this.nodeOf[bit] = this.source(`input ${name}`, bit);
    }
    for (let cell = 0; cell < count; cell++) {
      const bit = pins[cell * STRIDE + OUTPUT];
      if (bit < 2 || this.driverOf[bit] >= 0 || this.nodeOf[bit] >= 0) {
        if (bit === 0) continue; // an output that is not connected
        throw new EconError({
          code: 'simulation/multiple-drivers',
          where: this.place(cell),
          what: `this ${types[typeOf[cell]]} drives a net that something else drives, too.`,
          remedy: 'Leave one driver; three-state nets are not simulated.',
        });
      }
      this.driverOf[bit] = cell;
    }
  }

  /** One node for each bit; lowers the gates behind them. */
  read(bits: Bits): Word {
    return Array.from(bits, (bit) => this.node(bit));
  }

  /** Value of a bit. */
  private node(root: number): number {
    const { nodeOf, driverOf } = this;
    const { pins } = this.design;
    const stack = [root];
    const open = new Set<number>();
    while (stack.length > 0) {
      const bit = stack[stack.length - 1];
      const cell = driverOf[bit];
      if (nodeOf[bit] >= 0) stack.pop();
      else if (cell < 0) nodeOf[bit] = this.g.zero;
      else if (this.isStored(cell)) {
        const path = this.design.scopeOf(cell).path;
        nodeOf[bit] = this.source(`register ${path.split('.', 1)[0]}`, bit);
        this.pending.push(cell);
      } else {
        let ready = true;
        for (let i = 0; i < OUTPUT; i++) {
          const from = pins[cell * STRIDE + i];
          if (nodeOf[from] >= 0) continue;
          if (open.has(from)) throw this.loop(cell);
          stack.push(from);
          ready = false;
        }
        if (ready) {
          nodeOf[bit] = this.gate(cell);
          open.delete(bit);
        } else open.add(bit);
      }
    }
    return nodeOf[root];
  }

  /** Lowers the next state of the registers met so far, until no new ones turn up. */
  finish(): void {
    for (let cell = this.pending.pop(); cell !== undefined; cell = this.pending.pop()) {
      if (this.unitDelays) this.delayedGate(cell);
      else this.register(cell);
    }
  }

  /** Is it kept from one evaluation to the next? */
  isStored(cell: number): boolean {
    return this.unitDelays || this.kinds[this.design.typeOf[cell]] !== undefined;
  }

  private source(family: string, bit: number): number {
    this.families.push(family);
    this.sourceBits.push(bit);
    return this.g.source(this.families.length - 1, 32);
  }

  private pin(cell: number, pin: Pin): number {
    return this.nodeOf[this.design.pins[cell * STRIDE + PIN[pin]]];
  }

  private gate(cell: number): number {
    const f = this.gates[this.design.typeOf[cell]] as Gate;
    return f(this.g, (pin) => this.pin(cell, pin), this.ones);
  }

  private delayedGate(cell: number): void {
    const at = cell * STRIDE;
    for (const bit of this.design.pins.subarray(at, at + OUTPUT)) this.node(bit);
    this.keep(cell, 0, { next: this.gate(cell) });
  }

  private register(cell: number): void {
    const { g, ones } = this;
    const { pins, typeOf } = this.design;
    const { active, value, data, latch, setReset, synchronous, enableFirst } = this.kinds[
      typeOf[cell]
    ] as RegisterKind;
    const bit = (pin: Pin) => pins[cell * STRIDE + PIN[pin]];
    const control = (pin: Pin): number | undefined => {
      if (active[pin] === undefined) return undefined;
      const node = this.node(bit(pin));
      return active[pin] ? node : g.xor(node, ones);
    };
    const q = this.nodeOf[pins[cell * STRIDE + OUTPUT]];
    const given = (condition: number | undefined, to: number) =>
      condition === undefined ? undefined : { active: condition, value: to };
    const load = control('L');
    const reset = control('R');
    const resets = given(reset, value === 1 ? ones : g.zero);
    const direct = synchronous || setReset ? undefined : resets;
    const state = nextState(this.logic, {
      q,
      data: data ? this.node(bit('D')) : q,
      latch,
      enable: control('E'),
      clear: synchronous ? resets : undefined,
      enableFirst,
      // The load acts by its level.
      reset: load === undefined ? direct : given(load, this.node(bit('A'))),
      bits: setReset ? { set: control('S') as number, clear: reset as number } : undefined,
    });
    this.keep(cell, latch ? -1 : domainIndex(this.domains, bit('C'), active.C === true), state);
  }

  private keep(cell: number, domain: number, state: NextState): void {
    const node = this.nodeOf[this.design.pins[cell * STRIDE + OUTPUT]];
    this.registers.push({ source: this.g.a[node], node, width: 1, domain, ...state });
  }

  private place(cell: number): string {
    const { path, name } = this.design.scopeOf(cell);
    return path === '' ? name : path;
  }

  private loop(cell: number): EconError {
    return new EconError({
      code: 'simulation/combinational-loop',
      where: this.place(cell),
      what: `gates feed themselves, among them a ${this.design.types[this.design.typeOf[cell]]}.`,
      remedy: 'Put a register into the loop.',
    });
  }
}

type Gate = (g: Graph, pin: (name: Pin) => number, ones: number) => number;

const GATES: Readonly<Record<string, Gate>> = {
  $_BUF_: (_, p) => p('A'),
  $_NOT_: (g, p, ones) => g.xor(p('A'), ones),
  $_AND_: (g, p) => g.and(p('A'), p('B')),
  $_NAND_: (g, p, ones) => g.xor(g.and(p('A'), p('B')), ones),
  $_OR_: (g, p) => g.or(p('A'), p('B')),
  $_NOR_: (g, p, ones) => g.xor(g.or(p('A'), p('B')), ones),
  $_XOR_: (g, p) => g.xor(p('A'), p('B')),
  $_XNOR_: (g, p, ones) => g.xor(g.xor(p('A'), p('B')), ones),
  $_ANDNOT_: (g, p, ones) => g.and(p('A'), g.xor(p('B'), ones)),
  $_ORNOT_: (g, p, ones) => g.or(p('A'), g.xor(p('B'), ones)),
  $_AOI3_: (g, p, ones) => g.xor(g.or(g.and(p('A'), p('B')), p('C')), ones),
  $_OAI3_: (g, p, ones) => g.xor(g.and(g.or(p('A'), p('B')), p('C')), ones),
  $_AOI4_: (g, p, ones) => g.xor(g.or(g.and(p('A'), p('B')), g.and(p('C'), p('D'))), ones),
  $_OAI4_: (g, p, ones) => g.xor(g.and(g.or(p('A'), p('B')), g.or(p('C'), p('D'))), ones),
  $_MUX_: (g, p) => g.xor(p('A'), g.and(g.xor(p('A'), p('B')), p('S'))),
  $_NMUX_: (g, p, ones) => g.xor(g.xor(p('A'), g.and(g.xor(p('A'), p('B')), p('S'))), ones),
};

interface RegisterKind {
  /** Pin -> active when 1; pins that the cell does not have are missing. */
  readonly active: Partial<Record<Pin, boolean>>;
  readonly value: 0 | 1;
  readonly data: boolean;
  readonly latch: boolean;
  readonly setReset: boolean;
  /** The reset acts at the clock edge. */
  readonly synchronous: boolean;
  /** The enable rules over the synchronous reset, too. */
  readonly enableFirst: boolean;
}

/** Pins in the order in which their polarities stand in the name of the type; V is the reset value. */
const REGISTER_PINS: readonly [RegExp, string][] = [
  [/^\$_DFF_[NP]_$/, 'C'],
  [/^\$_DFFE_[NP]{2}_$/, 'CE'],
  [/^\$_S?DFF_[NP]{2}[01]_$/, 'CRV'],
  [/^\$_(DFFE|SDFFE|SDFFCE)_[NP]{2}[01][NP]_$/, 'CRVE'],
  [/^\$_ALDFF_[NP]{2}_$/, 'CL'],
  [/^\$_ALDFFE_[NP]{3}_$/, 'CLE'],
  [/^\$_DFFSR_[NP]{3}_$/, 'CSR'],
  [/^\$_DFFSRE_[NP]{4}_$/, 'CSRE'],
  [/^\$_DLATCH_[NP]_$/, 'E'],
  [/^\$_DLATCH_[NP]{2}[01]_$/, 'ERV'],
  [/^\$_DLATCHSR_[NP]{3}_$/, 'ESR'],
  [/^\$_SR_[NP]{2}_$/, 'SR'],
];

function registerKind(type: string): RegisterKind | undefined {
  const pins = REGISTER_PINS.find(([pattern]) => pattern.test(type))?.[1];
  if (pins === undefined) return undefined;
  const letters = type.slice(type.lastIndexOf('_', type.length - 2) + 1, -1);
  const active: Partial<Record<Pin, boolean>> = {};
  let value: 0 | 1 = 0;
  [...pins].forEach((pin, i) => {
    if (pin === 'V') value = letters[i] === '1' ? 1 : 0;
    else active[pin as Pin] = letters[i] === 'P';
  });
  return {
    active,
    value,
    data: !type.startsWith('$_SR_'),
    latch: !pins.includes('C'),
    setReset: pins.includes('S'),
    synchronous: type.startsWith('$_SDFF'),
    enableFirst: type.startsWith('$_SDFFCE'),
  };
}

function unsupported(design: GateDesign, type: string, index: number): EconError {
  const scope = design.scopeOf(design.typeOf.indexOf(index));
  const cell = Object.values(scope.module.cells).find((c) => c.type === type);
  return new EconError({
    code: 'simulation/unsupported-cell',
    where: (cell && sourceOf(cell.attributes)) || scope.path || scope.name,
    what: `gates of type ${type} are not simulated.`,
    remedy: 'Map the netlist to simple gates and registers (`synth`, `dfflegalize`).',
  });
}

function sequential({ top }: GateDesign, type: string): EconError {
  return new EconError({
    code: 'simulation/not-combinational',
    where: top.name,
    what: `the module holds a ${type}, which is no combinational gate.`,
    remedy: 'Simulate combinational modules only with unit delays.',
  });
}
