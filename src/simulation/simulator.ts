import { EconError } from '../base/index.js';
import type { ActivityTuning } from './activity.js';
import { compile, type Program, type Statistics } from './compile.js';
import { type Engine, startEngine } from './engine.js';
import { type FlatDesign, flatten } from './flatten.js';
import { overrideBits } from './force.js';
import { interpret } from './interpret.js';
import { type LaneOptions, LaneSimulator } from './lane-simulator.js';
import { findSignal, initialValues } from './names.js';
import { type Netlist, type ReadOptions, readVerilog, topModule } from './netlist.js';
import { Op } from './operation.js';
import { LANES } from './parallel-run.js';
import { type InputPort, inputPort, toBig, toWords, type Value } from './ports.js';
import { unpackNetlist } from './unpack-netlist.js';
import type { Word } from './words.js';

export interface LoadOptions extends ReadOptions {
  /** Input that `step` clocks; default: the only clock, or the first of clk_i, clk, clock that is one. */
  readonly clock?: string;
  /** Also simulate registers that reach no output, so that they can be looked at and upset. Default false. */
  readonly keepAll?: boolean;
  /** Signals (full names) that `force` may override. */
  readonly forceable?: readonly string[];
  /** How evaluation is limited to what changed; changes speed only. */
  readonly tuning?: Partial<ActivityTuning>;
}

export interface PortInfo {
  readonly name: string;
  readonly direction: 'input' | 'output';
  readonly width: number;
}

/** Seconds from Verilog to a design that runs. */
export interface LoadTiming {
  /** Verilog to netlist; 0 when the cache had it. */
  readonly yosys: number;
  /** Flattening, lowering, emission. */
  readonly compile: number;
  /** WebAssembly compilation and start. */
  readonly start: number;
}

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
  readonly ports: readonly PortInfo[];
  readonly statistics: Statistics;
  /** Name of the input that `step` clocks, if the design has a clock. */
  readonly clock: string | undefined;
  private readonly words: Int32Array;
  private readonly inputs = new Map<string, InputPort>();
  private readonly levels: Uint8Array;
  /** One clock edge, made by an input that nothing else reads: `step` need not move the pin. */
  private readonly fast: boolean;
  /** Registers decide about latches or asynchronous controls: those act before the next input changes. */
  private readonly actsAfterEdge: boolean;
  /** Outputs that are registers: after `step` they can be read without settling. */
  private readonly direct = new Set<string>();
  /** Per word of change marks: groups that can make an asynchronous control act. */
  private readonly asyncMask: Int32Array;
  private readonly named = new Map<string, { bits: Int32Array; word: Word }>();
  /** Inputs or state changed since the last settling. */
  private stale = true;

  private constructor(
    private readonly design: FlatDesign,
    private readonly program: Program,
    private readonly engine: Engine,
    readonly timing: LoadTiming,
    clock: string | undefined,
  ) {
    this.words = new Int32Array(engine.buffer);
    this.statistics = program.statistics;
    this.ports = Object.entries(design.top.module.ports).map(([name, { direction, bits }]) => ({
      name,
      direction: direction as 'input' | 'output',
      width: bits.length,
    }));
    for (const { name, direction } of this.ports) {
      if (direction === 'input') this.inputs.set(name, inputPort(design, program, name));
    }
    this.levels = new Uint8Array(program.clocks.length);
    this.clock = this.chooseClock(clock);
    this.fast = this.isFast();
    this.asyncMask = new Int32Array(program.layout.markWords);
    for (const group of [0, ...program.asyncGroups]) this.asyncMask[group >>> 5] |= 1 << (group & 31);
    this.actsAfterEdge = program.lowering.sources.some(
      ({ kind }, s) =>
        kind !== 'input' && s < program.sourceCount && program.asyncGroups.has(program.groupOf[s]),
    );
    const isState = (n: number) => [Op.Const, Op.Source].some((op) => op === program.lowering.g.op[n]);
    for (const [port, word] of program.outputs) if (this.fast && word.every(isState)) this.direct.add(port);
    this.initialise();
  }

  /**
   * Reads Verilog (or takes a netlist of Yosys after `proc`), compiles and starts it.
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
    const isNetlist = (s: object): s is Netlist => typeof (s as Partial<Netlist>).modules === 'object';
    const { netlist, seconds } = isNetlist(source)
      ? await unpackNetlist(source, options)
      : await readVerilog(source, options);
    const t0 = performance.now();
    const design = flatten(netlist, topModule(netlist, options.top));
    const program = compile(design, {
      keepAll: options.keepAll,
      tuning: options.tuning,
      forceable: options.forceable?.map((name) => findSignal(design, name)),
    });
    const t1 = performance.now();
    const engine = await startEngine(program.code, program.pages, program.clocks.length);
    const t2 = performance.now();
    const timing = { yosys: seconds, compile: (t1 - t0) / 1000, start: (t2 - t1) / 1000 };
    return new Simulator(design, program, engine, timing, options.clock);
  }

  /** What the other tools of this room work on; of no use outside. */
  get parts(): { readonly design: FlatDesign; readonly program: Program; readonly words: Int32Array } {
    return { design: this.design, program: this.program, words: this.words };
  }

  /** Sets an input; it acts at the next `eval`, `step` or look at a signal. */
  set(port: string, value: Value): void {
    const input = this.inputs.get(port);
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
    const word = this.program.outputs.get(port);
    if (word === undefined) {
      if (!this.inputs.has(port)) throw this.noPort(port, 'port');
      return this.peekWords(port);
    }
    if (!this.direct.has(port) || this.asyncMayAct()) this.eval();
    const out = into ?? new Uint32Array(word.length);
    const { nodeAddress } = this.program.layout;
    const { g } = this.program.lowering;
    for (let i = 0; i < word.length; i++) out[i] = g.value(word[i]) ?? this.words[nodeAddress[word[i]] >>> 2];
    return out;
  }

  /** Any signal by hierarchical name, e.g. `u_encoder.latents_q`. */
  peek(name: string): bigint {
    return toBig(this.peekWords(name));
  }

  peekWords(name: string): Uint32Array {
    this.eval();
    const { lowering, layout, sourceCount } = this.program;
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
    const words = toWords(value, bits.length, name);
    bits.forEach((bit, i) => {
      const { address, position } = this.registerBit(bit, name);
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
    overrideBits(this.program, this.words, bits, name, toWords(value, bits.length, name));
    this.markAll();
  }

  /** Ends `force`: logic follows its inputs again, a register keeps the value until it is loaded. */
  release(name: string): void {
    overrideBits(this.program, this.words, this.signal(name).bits, name, undefined);
    this.markAll();
  }

  /** A second simulator of the same design, in the same state, that runs by itself. */
  async clone(): Promise<Simulator> {
    const { program } = this;
    const engine = await startEngine(program.code, program.pages, program.clocks.length);
    const copy = new Simulator(this.design, program, engine, this.timing, this.clock);
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
    const { address, position } = this.registerBit(bits[bit], name);
    this.words[address] ^= 1 << position;
    this.markAll();
  }

  /** Lets everything settle: combinational logic, asynchronous controls, and edges of clocks that were set. */
  eval(): void {
    if (!this.stale) return;
    const { clocks, lowering } = this.program;
    for (let round = 0; ; round++) {
      this.engine.settle();
      let edges = false;
      for (let k = 0; k < clocks.length; k++) {
        const now = this.level(k);
        const rising = now > this.levels[k];
        if (now !== this.levels[k] && rising === lowering.domains[k].positive) {
          this.engine.commits[k]();
          edges = true;
        }
        this.levels[k] = now;
      }
      if (!edges) break;
      if (round > MOST_EDGES) throw this.oscillates();
    }
    this.stale = false;
    if (this.words[this.program.layout.unstable >>> 2] !== 0) throw this.oscillates();
  }

  /** n full periods of the clock: it rises, then falls, and rests low. Inputs stay as they are. */
  step(n = 1): void {
    if (this.clock === undefined) throw this.noClock();
    if (this.fast) {
      if (this.level(0) !== this.levels[0]) this.eval(); // the pin was moved by hand
      if (this.level(0) === 1) this.set(this.clock, 0);
      this.levels[0] = 0;
      this.engine.run(n);
      this.stale = true;
      if (this.actsAfterEdge) this.eval();
      if (this.words[this.program.layout.unstable >>> 2] !== 0) throw this.oscillates();
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
    const bytes = new Uint8Array(this.engine.buffer, 0, this.program.layout.bytes).slice();
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
    for (let k = 0; k < this.levels.length; k++) this.levels[k] = this.level(k);
  }

  /** Names and widths of all simulated registers, as `scope.cell` of the netlist, for fault campaigns. */
  registers(): { readonly name: string; readonly width: number }[] {
    return this.program.lowering.registers.map(({ source, width }) => ({
      name: this.program.lowering.sources[source].name,
      width,
    }));
  }

  private signal(name: string): { bits: Int32Array; word: Word } {
    let signal = this.named.get(name);
    if (signal === undefined) {
      const bits = findSignal(this.design, name);
      signal = { bits, word: this.program.lowering.read(bits) };
      this.named.set(name, signal);
    }
    return signal;
  }

  /** Index of the 32-bit word that holds a register bit, and its place in it. */
  private registerBit(bit: number, name: string): { address: number; position: number } {
    const { lowering, layout, sourceCount } = this.program;
    const { pieces, nodeOf, g } = lowering;
    const d = pieces.driverOf[bit];
    if (d < 0 || pieces.drivers[d].kind !== 'register') {
      throw new EconError({
        code: 'simulation/not-a-register',
        where: name,
        what: 'this signal is not a register.',
        remedy: 'Inputs are written with set; logic follows from registers and inputs.',
      });
    }
    const piece = pieces.pieceOf[bit];
    const source = nodeOf[piece] < 0 ? sourceCount : g.a[nodeOf[piece]];
    if (source >= sourceCount) throw removed(name, pieces.drivers[d].name);
    return {
      address: layout.sourceAddress[source] >>> 2,
      position: pieces.positionOf[bit] - pieces.pieceStart[piece],
    };
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
    const first = this.program.layout.marks >>> 2;
    return this.asyncMask.some((mask, w) => (mask & this.words[first + w]) !== 0);
  }

  private markAll(): void {
    const { marks, markWords } = this.program.layout;
    this.words.fill(-1, marks >>> 2, (marks >>> 2) + markWords);
    this.stale = true;
  }

  private initialise(): void {
    const { lowering, layout } = this.program;
    for (const [s, source] of lowering.sources.entries()) {
      if (source.kind !== 'memory') continue;
      for (const { row, words } of source.memory.initial) {
        if (row < 0 || row >= source.memory.size) continue;
        this.words.set(words, (layout.sourceAddress[s] + row * source.memory.stride) >>> 2);
      }
    }
    initialValues(this.design, (bit, value) => {
      const d = lowering.pieces.driverOf[bit];
      if (d < 0 || lowering.pieces.drivers[d].kind !== 'register' || value === 0) return;
      const piece = lowering.pieces.pieceOf[bit];
      const node = lowering.nodeOf[piece];
      if (node < 0) return;
      const address = layout.sourceAddress[lowering.g.a[node]] >>> 2;
      this.words[address] |= 1 << (lowering.pieces.positionOf[bit] - lowering.pieces.pieceStart[piece]);
    });
    this.markAll();
    this.engine.settle();
    for (let k = 0; k < this.levels.length; k++) this.levels[k] = this.level(k);
  }

  private level(domain: number): number {
    const { clocks, layout, lowering } = this.program;
    const node = clocks[domain];
    return lowering.g.value(node) ?? this.words[layout.nodeAddress[node] >>> 2];
  }

  private chooseClock(wanted: string | undefined): string | undefined {
    const names = new Set<string>();
    const { domains, pieces } = this.program.lowering;
    for (const { bit } of domains) {
      const d = pieces.driverOf[bit];
      if (d >= 0 && pieces.drivers[d].kind === 'input') names.add(pieces.drivers[d].name);
    }
    if (wanted !== undefined) {
      if (!this.inputs.has(wanted)) throw this.noPort(wanted, 'input');
      return wanted;
    }
    if (names.size === 1) return [...names][0];
    return ['clk_i', 'clk', 'clock'].find((name) => names.has(name));
  }

  private isFast(): boolean {
    const { clocks, lowering, clockIsData } = this.program;
    if (clocks.length !== 1 || clockIsData) return false;
    if (lowering.g.op[clocks[0]] !== Op.Source) return false; // it can be forced
    const d = lowering.pieces.driverOf[lowering.domains[0].bit];
    return d >= 0 && lowering.pieces.drivers[d].name === this.clock && lowering.domains[0].positive;
  }

  private noClock(): EconError {
    return new EconError({
      code: 'simulation/no-clock',
      where: this.design.top.name,
      what: 'the design has no clock, or several and none was chosen.',
      remedy: 'Name the input with the option clock.',
    });
  }

  private noPort(name: string, kind: string): EconError {
    const names = this.ports.filter((p) => kind === 'port' || p.direction === kind).map((p) => p.name);
    return new EconError({
      code: 'simulation/no-port',
      where: name,
      what: `${this.design.top.name} has no ${kind} of this name.`,
      remedy: `It has: ${names.join(', ')}.`,
    });
  }

  private oscillates(): EconError {
    return new EconError({
      code: 'simulation/oscillation',
      where: this.design.top.name,
      what: 'clocks or asynchronous resets made by the design keep changing without an input changing.',
      remedy: 'Look for a register whose reset or clock depends on itself.',
    });
  }
}

function removed(name: string, register: string): EconError {
  return new EconError({
    code: 'simulation/removed',
    where: name,
    what: `it needs register ${register.replace(/^\./, '')}, which reaches no output and is not simulated.`,
    remedy: 'Load the design with keepAll: true.',
  });
}
