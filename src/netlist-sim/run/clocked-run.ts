import { EconError } from '../../base/index.js';
import type { Statistics } from '../emit/assemble.js';
import type { Engine } from './engine.js';
import type { Machine, PortInfo } from './machine.js';
import type { Value } from './ports.js';

/** A saved state, to be given to `restore` of the same simulator. */
export interface Snapshot {
  readonly bytes: Uint8Array;
  readonly levels: Int32Array;
}

/** Rounds of clock edges that cause clock edges, after which the design is said to oscillate. */
const MOST_EDGES = 1000;

/**
 * Evaluation and clocking of a machine, for one stimulus or several at once (lanes). Lanes share the clock pins; clocks
 * made by logic may have edges in some lanes only.
 */
export abstract class ClockedRun {
  /** Name of the top module. */
  readonly top: string;
  readonly ports: readonly PortInfo[];
  readonly statistics: Statistics;
  /** Name of the input that `step` clocks, if the design has a clock. */
  readonly clock: string | undefined;
  protected readonly words: Int32Array;
  /** Of the machine, at hand because every cycle asks for them. */
  protected readonly stride: number;
  protected readonly bits: boolean;
  /** Inputs or state changed since the last settling. */
  protected stale = true;
  private readonly clockAt: Int32Array;
  /** Clock levels as masks: for each domain the words of all lanes. */
  private readonly levels: Int32Array;

  protected constructor(
    protected readonly machine: Machine,
    protected readonly engine: Engine,
  ) {
    const { initial, positive, lanes, bits } = machine;
    this.stride = lanes;
    this.bits = bits;
    this.clockAt = machine.clocks.address;
    this.words = new Int32Array(engine.buffer);
    this.statistics = machine.statistics;
    this.top = machine.top;
    this.ports = machine.ports;
    this.clock = machine.clock;
    this.levels = new Int32Array(lanes * positive.length);
    const count = initial.length / 2;
    for (let i = 0; i < count; i++) this.words[initial[i]] = initial[count + i];
    this.start();
  }

  abstract set(port: string, value: Value): void;

  /** Lets everything settle: combinational logic, asynchronous controls, and edges of clocks that were set. */
  eval(): void {
    if (!this.stale) return;
    const { words, levels, engine } = this;
    const { positive, lanes, laneClocks, layout } = this.machine;
    for (let round = 0; ; round++) {
      engine.settle();
      let edges = false;
      for (let k = 0; k < positive.length; k++) {
        let any = 0;
        let all = -1;
        for (let w = 0; w < lanes; w++) {
          const i = lanes * k + w;
          const now = this.level(k, w);
          const edge = positive[k] ? now & ~levels[i] : levels[i] & ~now;
          levels[i] = now;
          any |= edge;
          all &= edge;
          if (laneClocks) words[(layout.edges >>> 2) + i] = edge;
        }
        if (any === 0) continue;
        if (all !== -1 && !laneClocks) throw this.splitClock();
        engine.commits[k]();
        edges = true;
      }
      if (!edges) break;
      if (round > MOST_EDGES) throw this.oscillates();
    }
    this.stale = false;
    if (words[layout.unstable >>> 2] !== 0) throw this.oscillates();
  }

  /** n full periods of the clock: it rises, then falls, and rests low. Inputs stay as they are. */
  step(n = 1): void {
    if (this.clock === undefined) throw this.noClock();
    if (!this.machine.fast) {
      for (let i = 0; i < n; i++) {
        this.edge('rise');
        this.edge('fall');
      }
      return;
    }
    if (this.pinMoved()) this.eval();
    if (this.levels[0] !== 0) {
      this.set(this.clock, 0);
      this.levels.fill(0);
    }
    this.engine.run(n);
    this.stale = true;
    if (this.machine.actsAfterEdge) this.eval();
    if (this.words[this.machine.layout.unstable >>> 2] !== 0) throw this.oscillates();
  }

  /** One half of what `step` does, for looking at the design at both levels of the clock. */
  edge(which: 'rise' | 'fall'): void {
    if (this.clock === undefined) throw this.noClock();
    this.eval();
    this.set(this.clock, which === 'rise' ? 1 : 0);
    this.eval();
  }

  /** Holds a reset input at its active level for some clocks, then releases it. */
  reset(port: string, active: 0 | 1, cycles = 4): void {
    this.set(port, active);
    this.step(cycles);
    this.set(port, 1 - active);
    this.eval();
  }

  snapshot(): Snapshot {
    this.eval();
    const bytes = new Uint8Array(this.engine.buffer, 0, this.machine.layout.bytes).slice();
    return { bytes, levels: this.levels.slice() };
  }

  restore(snapshot: Snapshot): void {
    new Uint8Array(this.engine.buffer).set(snapshot.bytes);
    this.levels.set(snapshot.levels);
    this.stale = true;
  }

  /**
   * Another state as if the design woke up in it: `fill` overwrites words of the memory (see `stateMap`), asynchronous
   * controls act, and no clock edge comes of it.
   */
  powerUp(fill: (words: Int32Array) => void): void {
    fill(this.words);
    this.start();
  }

  /** Everything is evaluated at the next look. */
  protected markAll(): void {
    const { marks, markWords } = this.machine.layout;
    this.words.fill(-1, marks >>> 2, (marks >>> 2) + markWords);
    this.stale = true;
  }

  /** Before settling: could a clock or an asynchronous control have changed a register meanwhile? */
  protected asyncMayAct(): boolean {
    if (this.pinMoved()) return true;
    const first = this.machine.layout.marks >>> 2;
    const { asyncMask } = this.machine;
    for (let w = 0; w < asyncMask.length; w++) if ((asyncMask[w] & this.words[first + w]) !== 0) return true;
    return false;
  }

  /** Settles, and takes the present level of each clock as the past one. */
  private start(): void {
    const { lanes, positive } = this.machine;
    this.markAll();
    this.engine.settle();
    for (let k = 0; k < positive.length; k++)
      for (let w = 0; w < lanes; w++) this.levels[lanes * k + w] = this.level(k, w);
  }

  /** The clock pin of a fast machine was moved by hand. */
  private pinMoved(): boolean {
    const { words, levels, bits, stride } = this;
    const at = this.clockAt[0];
    for (let w = 0; w < stride; w++) {
      const value = words[at + w];
      if ((bits ? value : -(value & 1)) !== levels[w]) return true;
    }
    return false;
  }

  /** Level of a clock in one word of the lanes, as a mask. */
  private level(domain: number, w: number): number {
    const address = this.clockAt[domain];
    const value = address < 0 ? this.machine.clocks.constant[domain] : this.words[address + w];
    return this.bits ? value : -(value & 1);
  }

  private noClock(): EconError {
    return new EconError({
      code: 'simulation/no-clock',
      where: this.top,
      what: 'the design has no clock, or several and none was chosen.',
      remedy: 'Name the input with the option clock.',
    });
  }

  private splitClock(): EconError {
    return new EconError({
      code: 'simulation/split-clock',
      where: this.top,
      what: 'a clock input was set in some lanes only.',
      remedy: 'Set clocks without naming a lane: all lanes share them.',
    });
  }

  private oscillates(): EconError {
    return new EconError({
      code: 'simulation/oscillation',
      where: this.top,
      what: 'clocks or asynchronous resets made by the design keep changing without an input changing.',
      remedy: 'Look for a register whose reset or clock depends on itself.',
    });
  }
}
