import { EconError } from '../../base/index.js';
import type { Program, Statistics } from '../emit/compile.js';
import { LANES } from '../emit/shape.js';
import { findSignal } from '../graph/names.js';
import type { Word } from '../graph/words.js';
import type { Finding } from '../read/findings.js';
import type { FlatDesign } from '../read/flatten.js';
import type { Netlist } from '../read/netlist.js';
import { type Engine, startEngine } from './engine.js';
import { overrideBits } from './force.js';
import { interpret } from './interpret.js';
import { type LaneOptions, LaneSimulator } from './lane-simulator.js';
import { type LoadOptions, type LoadTiming, loadMachine, type Parts } from './load-machine.js';
import { type Machine, noPort, type PortInfo } from './machine.js';
import { type InputPort, toBig, toWords, type Value } from './ports.js';
import { registerBit, removed } from './register-bits.js';
import { stateMap } from './state-map.js';

export type { LoadOptions, LoadTiming } from './load-machine.js';
export type { PortInfo } from './machine.js';

/** A saved state, to be given to `restore` of the same simulator. */
export interface Snapshot {
  readonly bytes: Uint8Array;
  readonly levels: Uint8Array;
}

/** Rounds of clock edges that cause clock edges, after which the design is said to oscillate. */
const MOST_EDGES = 1000;

/**
 * A synthesizable Verilog design as WebAssembly, cycle accurate, two-valued (x and z count as 0).
 *
 * Values of inputs stay until they are set again. `step` clocks; outputs and signals are read after it or at any
 * time and always belong to the present state and inputs. Division by zero gives 0, reading beyond the end of a
 * memory or vector gives 0; Verilog says x in all three cases.
 */
export class Simulator {
  /** Name of the top module. */
  readonly top: string;
  readonly ports: readonly PortInfo[];
  readonly statistics: Statistics;
  /** Name of the input that `step` clocks, if the design has a clock. */
  readonly clock: string | undefined;
  private readonly words: Int32Array;
  private readonly levels: Uint8Array;
  private readonly named = new Map<string, { bits: Int32Array; word: Word }>();
  /** Inputs or state changed since the last settling. */
  private stale = true;

  private constructor(
    private readonly machine: Machine,
    private readonly inside: () => Parts,
    private readonly engine: Engine,
    readonly timing: LoadTiming,
    /** What the reader of the Verilog noticed: text that means something else here than in an event simulator. */
    readonly warnings: readonly Finding[],
  ) {
    this.words = new Int32Array(engine.buffer);
    this.statistics = machine.statistics;
    this.top = machine.top;
    this.ports = machine.ports;
    this.clock = machine.clock;
    this.levels = new Uint8Array(machine.positive.length);
    const { initial } = machine;
    const count = initial.length / 2;
    for (let i = 0; i < count; i++) this.words[initial[i]] = initial[count + i];
    this.markAll();
    this.engine.settle();
    this.readLevels();
  }

  /**
   * Reads Verilog (or takes a netlist of Yosys after `proc`), compiles and starts it. Compiled designs are kept by
   * content; the first look at an inner signal then compiles once more.
   * @param source Verilog text by file name, or a netlist
   * @throws EconError `eda/yosys` (Verilog), `simulation/...` (no top, unsupported cell, combinational loop,
   *   several drivers), each with the line of the source
   */
  static load(
    source: Readonly<Record<string, string>> | Netlist,
    options: LaneOptions & { readonly lanes: 4 },
  ): Promise<LaneSimulator>;
  static load(source: Readonly<Record<string, string>> | Netlist, options?: LoadOptions): Promise<Simulator>;
  static async load(
    source: Readonly<Record<string, string>> | Netlist,
    options: LoadOptions & { readonly lanes?: number } = {},
  ): Promise<Simulator | LaneSimulator> {
    if (options.lanes === LANES) return LaneSimulator.load(source, options);
    const { machine, parts, yosys, compile, warnings } = await loadMachine(source, options);
    const began = performance.now();
    const engine = await startEngine(machine.code, machine.pages, machine.positive.length);
    const start = (performance.now() - began) / 1000;
    return new Simulator(machine, parts, engine, { yosys, compile, start }, warnings);
  }

  /** What the other tools of this room work on; of no use outside. */
  get parts(): { readonly design: FlatDesign; readonly program: Program; readonly words: Int32Array } {
    return { ...this.inside(), words: this.words };
  }

  /** Sets an input; it acts at the next `eval`, `step` or look at a signal. */
  set(port: string, value: Value): void {
    const input = this.machine.inputs.get(port);
    if (input === undefined) throw this.noPort(port, 'input');
    this.write(input, toWords(value, input.width, port));
  }

  /** Output or input of at most 32 bits. */
  get(port: string): number {
    const words = this.getWords(port);
    if (words.length > 1) {
      throw new EconError({
        code: 'simulation/wide',
        where: port,
        what: 'this port has more than 32 bits.',
        remedy: 'Use getBig or getWords.',
      });
    }
    return words[0];
  }

  getBig(port: string): bigint {
    return toBig(this.getWords(port));
  }

  /** Output or input as 32-bit words, lowest first; `into` saves making a new array. */
  getWords(port: string, into?: Uint32Array): Uint32Array {
    const places = this.machine.outputs.get(port);
    if (places === undefined) {
      if (!this.machine.inputs.has(port)) throw this.noPort(port, 'port');
      return this.peekWords(port);
    }
    if (!this.machine.direct.has(port) || this.asyncMayAct()) this.eval();
    const { address, constant } = places;
    const out = into ?? new Uint32Array(address.length);
    for (let i = 0; i < address.length; i++) out[i] = address[i] < 0 ? constant[i] : this.words[address[i]];
    return out;
  }

  /** Any signal by hierarchical name, e.g. `u_encoder.latents_q`. */
  peek(name: string): bigint {
    return toBig(this.peekWords(name));
  }

  peekWords(name: string): Uint32Array {
    this.eval();
    const { lowering, layout, sourceCount } = this.inside().program;
    const signal = this.signal(name);
    return interpret(lowering.g, signal.word, {
      sourceAddress: (s) => (s < sourceCount ? layout.sourceAddress[s] : -1),
      load: (address, offset) => this.words[(address + offset) >>> 2],
      missing: (s) => {
        throw removed(name, lowering.sources[s].name);
      },
    });
  }

  /** Width of a signal in bits. */
  width(name: string): number {
    return this.signal(name).bits.length;
  }

  /** Writes registers by hierarchical name; they keep the value until their next clock edge. */
  poke(name: string, value: Value): void {
    const { bits } = this.signal(name);
    const { program } = this.inside();
    const words = toWords(value, bits.length, name);
    bits.forEach((bit, i) => {
      const { address, position } = registerBit(program, bit, name);
      const mask = 1 << position;
      const set = (words[i >>> 5] >>> (i & 31)) & 1;
      this.words[address] = set === 1 ? this.words[address] | mask : this.words[address] & ~mask;
    });
    this.markAll();
  }

  /**
   * Overrides a signal named in the option `forceable` until `release`. A register takes the value at once and ignores
   * clocks and resets; the whole net is forced, under all its names.
   */
  force(name: string, value: Value): void {
    const { bits } = this.signal(name);
    overrideBits(this.inside().program, this.words, bits, name, toWords(value, bits.length, name));
    this.markAll();
  }

  /** Ends `force`: logic follows its inputs again, a register keeps the value until it is loaded. */
  release(name: string): void {
    overrideBits(this.inside().program, this.words, this.signal(name).bits, name, undefined);
    this.markAll();
  }

  /** A second simulator of the same design, in the same state, that runs by itself. */
  async clone(): Promise<Simulator> {
    const { machine } = this;
    const engine = await startEngine(machine.code, machine.pages, machine.positive.length);
    const copy = new Simulator(machine, this.inside, engine, this.timing, this.warnings);
    copy.restore(this.snapshot());
    return copy;
  }

  /** Inverts one bit of a register: a single-event upset. */
  flip(name: string, bit: number): void {
    const { bits } = this.signal(name);
    if (!(bit >= 0 && bit < bits.length)) {
      throw new EconError({
        code: 'simulation/no-bit',
        where: name,
        what: `bit ${bit} does not exist; the signal has ${bits.length}.`,
        remedy: `Choose a bit from 0 to ${bits.length - 1}.`,
      });
    }
    const { address, position } = registerBit(this.inside().program, bits[bit], name);
    this.words[address] ^= 1 << position;
    this.markAll();
  }

  /** Lets everything settle: combinational logic, asynchronous controls, and edges of clocks that were set. */
  eval(): void {
    if (!this.stale) return;
    const { positive } = this.machine;
    for (let round = 0; ; round++) {
      this.engine.settle();
      let edges = false;
      for (let k = 0; k < positive.length; k++) {
        const now = this.level(k);
        const rising = now > this.levels[k];
        if (now !== this.levels[k] && rising === positive[k]) {
          this.engine.commits[k]();
          edges = true;
        }
        this.levels[k] = now;
      }
      if (!edges) break;
      if (round > MOST_EDGES) throw this.oscillates();
    }
    this.stale = false;
    if (this.words[this.machine.layout.unstable >>> 2] !== 0) throw this.oscillates();
  }

  /** n full periods of the clock: it rises, then falls, and rests low. Inputs stay as they are. */
  step(n = 1): void {
    if (this.clock === undefined) throw this.noClock();
    if (this.machine.fast) {
      if (this.level(0) !== this.levels[0]) this.eval(); // the pin was moved by hand
      if (this.level(0) === 1) this.set(this.clock, 0);
      this.levels[0] = 0;
      this.engine.run(n);
      this.stale = true;
      if (this.machine.actsAfterEdge) this.eval();
      if (this.words[this.machine.layout.unstable >>> 2] !== 0) throw this.oscillates();
      return;
    }
    for (let i = 0; i < n; i++) {
      this.edge('rise');
      this.edge('fall');
    }
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
    this.markAll();
    this.engine.settle();
    this.readLevels();
  }

  /** Verilog names and widths of all simulated registers, as `flip` takes them, for fault campaigns. */
  registers(): { readonly name: string; readonly width: number }[] {
    const words = stateMap(this.inside()).words.filter(
      ({ kind, name }) => kind === 'register' && !name.includes('$'),
    );
    const names = new Set(words.map(({ name }) => name));
    return [...names].map((name) => ({ name, width: this.width(name) }));
  }

  private signal(name: string): { bits: Int32Array; word: Word } {
    let signal = this.named.get(name);
    if (signal === undefined) {
      const { design, program } = this.inside();
      const bits = findSignal(design, name);
      signal = { bits, word: program.lowering.read(bits) };
      this.named.set(name, signal);
    }
    return signal;
  }

  private write(input: InputPort, value: ArrayLike<number>): void {
    const { start, pieceWidth, address, mark, markBit } = input;
    const { words } = this;
    for (let i = 0; i < start.length; i++) {
      const at = start[i] >>> 5;
      const shift = start[i] & 31;
      let v = value[at] >>> shift;
      if (shift + pieceWidth[i] > 32) v |= value[at + 1] << (32 - shift);
      if (pieceWidth[i] < 32) v &= (1 << pieceWidth[i]) - 1;
      if (words[address[i]] === (v | 0)) continue;
      words[address[i]] = v;
      words[mark[i]] |= markBit[i];
      this.stale = true;
    }
  }

  /** Before settling: could a clock or an asynchronous control have changed a register meanwhile? */
  private asyncMayAct(): boolean {
    if (this.level(0) !== this.levels[0]) return true;
    const first = this.machine.layout.marks >>> 2;
    return this.machine.asyncMask.some((mask, w) => (mask & this.words[first + w]) !== 0);
  }

  private markAll(): void {
    const { marks, markWords } = this.machine.layout;
    this.words.fill(-1, marks >>> 2, (marks >>> 2) + markWords);
    this.stale = true;
  }

  private readLevels(): void {
    for (let k = 0; k < this.levels.length; k++) this.levels[k] = this.level(k);
  }

  private level(domain: number): number {
    const { address, constant } = this.machine.clocks;
    return address[domain] < 0 ? constant[domain] : this.words[address[domain]];
  }

  private noClock(): EconError {
    return new EconError({
      code: 'simulation/no-clock',
      where: this.machine.top,
      what: 'the design has no clock, or several and none was chosen.',
      remedy: 'Name the input with the option clock.',
    });
  }

  private noPort(name: string, kind: string): EconError {
    const names = this.ports.filter((p) => kind === 'port' || p.direction === kind).map((p) => p.name);
    return noPort(this.machine.top, name, kind, names);
  }

  private oscillates(): EconError {
    return new EconError({
      code: 'simulation/oscillation',
      where: this.machine.top,
      what: 'clocks or asynchronous resets made by the design keep changing without an input changing.',
      remedy: 'Look for a register whose reset or clock depends on itself.',
    });
  }
}
