import { EconError } from '../../base/index.js';
import type { Assembled } from '../emit/assemble.js';
import { LANES } from '../emit/shape.js';
import type { Engine } from './engine.js';

/** Rounds of clock edges that cause clock edges, after which the design is said to oscillate. */
const MOST_EDGES = 1000;

/** A saved state of all lanes, to be given to `restore` of the same simulator. */
export interface ParallelSnapshot {
  readonly bytes: Uint8Array;
  readonly levels: Int32Array;
}

export interface ClockPin {
  /** Puts the pin of all lanes to a level. */
  readonly set: (level: 0 | 1) => void;
  /** The only clock, positive, read by nothing else: `step` need not move the pin. */
  readonly only: boolean;
}

/**
 * Evaluation and clocking of code that serves several stimuli at once. The stimuli share the clock pins; clocks made
 * by logic may have edges in some stimuli only.
 */
export class ParallelRun {
  readonly words: Int32Array;
  /** Inputs or state changed since the last settling. */
  stale = true;
  /** Clock levels as masks, LANES per domain. */
  private readonly levels: Int32Array;

  /** @param positive per domain: registers load on the rising edge */
  constructor(
    private readonly name: string,
    private readonly program: Assembled,
    private readonly engine: Engine,
    private readonly positive: readonly boolean[],
    /** Every bit of a word is a stimulus. */
    private readonly bits: boolean,
  ) {
    this.words = new Int32Array(engine.buffer);
    this.levels = new Int32Array(LANES * positive.length);
    for (const [address, value] of program.constants) {
      this.words.fill(value, address >>> 2, (address >>> 2) + LANES);
    }
  }

  /** Everything is evaluated at the next look, and clocks have their present level as the past one. */
  start(): void {
    this.markAll();
    this.engine.settle();
    for (let i = 0; i < this.levels.length; i++) this.levels[i] = this.level(i);
  }

  markAll(): void {
    const { marks, markWords } = this.program.layout;
    this.words.fill(-1, marks >>> 2, (marks >>> 2) + markWords);
    this.stale = true;
  }

  /** Lets everything settle: logic, asynchronous controls, and edges of clocks that were set. */
  eval(): void {
    if (!this.stale) return;
    const { levels, engine, words } = this;
    const edgesAt = this.program.layout.edges >>> 2;
    for (let round = 0; ; round++) {
      engine.settle();
      let edges = false;
      for (let k = 0; k < this.positive.length; k++) {
        let any = 0;
        let all = -1;
        for (let i = LANES * k; i < LANES * k + LANES; i++) {
          const now = this.level(i);
          const edge = this.positive[k] ? now & ~levels[i] : levels[i] & ~now;
          levels[i] = now;
          any |= edge;
          all &= edge;
          if (this.program.laneClocks) words[edgesAt + i] = edge;
        }
        if (any === 0) continue;
        if (all !== -1 && !this.program.laneClocks) throw this.splitClock();
        engine.commits[k]();
        edges = true;
      }
      if (!edges) break;
      if (round > MOST_EDGES) throw this.oscillates();
    }
    this.stale = false;
    if (words[this.program.layout.unstable >>> 2] !== 0) throw this.oscillates();
  }

  /** One full period of the clock, or n of them. */
  step(pin: ClockPin | undefined, n: number): void {
    if (pin === undefined) {
      throw new EconError({
        code: 'simulation/no-clock',
        where: this.name,
        what: 'the design has no clock, or several and none was chosen.',
        remedy: 'Name the input with the option clock.',
      });
    }
    if (pin.only) {
      this.eval();
      pin.set(0);
      this.levels.fill(0);
      this.engine.run(n);
      this.stale = true;
      // Latches and asynchronous controls act before the next input changes.
      if (this.program.asyncGroups.size > 0) this.eval();
      if (this.words[this.program.layout.unstable >>> 2] !== 0) throw this.oscillates();
      return;
    }
    for (let i = 0; i < n; i++) {
      this.eval();
      pin.set(1);
      this.eval();
      pin.set(0);
      this.eval();
    }
  }

  snapshot(): ParallelSnapshot {
    this.eval();
    const bytes = new Uint8Array(this.engine.buffer, 0, this.program.layout.bytes).slice();
    return { bytes, levels: this.levels.slice() };
  }

  restore(snapshot: ParallelSnapshot): void {
    new Uint8Array(this.engine.buffer).set(snapshot.bytes);
    this.levels.set(snapshot.levels);
    this.stale = true;
  }

  /** Clock level of a domain and lane (index LANES * domain + lane) as mask. */
  private level(i: number): number {
    const { clocks, layout, g } = this.program;
    const node = clocks[Math.floor(i / LANES)];
    const value = g.value(node) ?? this.words[(layout.nodeAddress[node] >>> 2) + (i % LANES)];
    return this.bits ? value : -(value & 1);
  }

  private splitClock(): EconError {
    return new EconError({
      code: 'simulation/split-clock',
      where: this.name,
      what: 'a clock input was set in some lanes only.',
      remedy: 'Set clocks without naming a lane: all lanes share them.',
    });
  }

  private oscillates(): EconError {
    return new EconError({
      code: 'simulation/oscillation',
      where: this.name,
      what: 'clocks or asynchronous resets made by the design keep changing without an input changing.',
      remedy: 'Look for a register whose reset or clock depends on itself.',
    });
  }
}
