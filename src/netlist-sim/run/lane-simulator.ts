import { EconError } from '../../base/index.js';
import type { Statistics } from '../emit/assemble.js';
import { type CompileOptions, compile, type Program } from '../emit/compile.js';
import { LANES } from '../emit/shape.js';
import { findSignal } from '../graph/names.js';
import { checkNets } from '../graph/net-check.js';
import type { Word } from '../graph/words.js';
import { judge } from '../read/findings.js';
import { type FlatDesign, flatten } from '../read/flatten.js';
import { type ReadOptions, readVerilog } from '../read/front-end.js';
import { isNetlist, type Netlist, topModule } from '../read/netlist.js';
import { unpackNetlist } from '../read/unpack-netlist.js';
import { type BatchGroup, runGroups } from './batch.js';
import { type BatchOptions, type BatchStimulus, batchPlan } from './batch-plan.js';
import { type Engine, startEngine } from './engine.js';
import { interpret } from './interpret.js';
import { type ClockPin, ParallelRun, type ParallelSnapshot } from './parallel-run.js';
import { type InputPort, inputPort, toBig, toWords, type Value } from './ports.js';
import { clockPins, registerBit, removed, writeInitialState } from './register-bits.js';

export interface LaneOptions extends ReadOptions, Pick<CompileOptions, 'keepAll' | 'tuning' | 'toggles'> {
  /** Input that `step` clocks; default: the only clock, or the first of clk_i, clk, clock that is one. */
  readonly clock?: string;
}

/**
 * A synthesizable Verilog design that runs four independent stimuli at once: every word is a SIMD vector with one
 * lane per stimulus. Each lane gives the same values as a `Simulator` of its own; the lanes share the clock pins.
 *
 * `set`, `poke` and `flip` act on one lane (0 .. 3), or on all without one.
 */
export class LaneSimulator {
  readonly lanes = LANES;
  readonly statistics: Statistics;
  readonly clock: string | undefined;
  private readonly run: ParallelRun;
  private readonly words: Int32Array;
  private readonly inputs = new Map<string, InputPort>();
  private readonly named = new Map<string, { bits: Int32Array; word: Word }>();
  private readonly pin: ClockPin | undefined;

  private constructor(
    private readonly design: FlatDesign,
    private readonly program: Program,
    private readonly engine: Engine,
    wanted: string | undefined,
  ) {
    const { domains } = program.lowering;
    this.run = new ParallelRun(
      design.top.name,
      program,
      engine,
      domains.map((d) => d.positive),
      false,
    );
    this.words = this.run.words;
    this.statistics = program.statistics;
    for (const [name, { direction }] of Object.entries(design.top.module.ports)) {
      if (direction === 'input') this.inputs.set(name, inputPort(design, program, name));
    }
    const pins = clockPins(program);
    const names = [...pins.keys()];
    const clock =
      wanted ?? (names.length === 1 ? names[0] : ['clk_i', 'clk', 'clock'].find((n) => pins.has(n)));
    if (clock !== undefined) {
      const edges = pins.get(clock) ?? [];
      this.clock = clock;
      this.input(clock);
      this.pin = {
        set: (level) => this.set(clock, level),
        only: domains.length === 1 && edges.length === 1 && edges[0] && !program.clockIsData,
      };
    }
    writeInitialState(design, program, this.words, LANES);
    this.run.start();
  }

  /**
   * Reads Verilog (or takes a netlist of Yosys after `proc`), compiles and starts it.
   * @throws EconError as `Simulator.load`
   */
  static async load(
    source: Readonly<Record<string, string>> | Netlist,
    options: LaneOptions = {},
  ): Promise<LaneSimulator> {
    const { netlist, findings } = isNetlist(source)
      ? { ...(await unpackNetlist(source, options)), findings: undefined }
      : await readVerilog(source, options);
    const design = flatten(netlist, topModule(netlist, options.top));
    if (findings !== undefined) judge([...findings, ...checkNets(design)], options.allow);
    const program = compile(design, { ...options, lanes: LANES });
    const engine = await startEngine(program.code, program.pages, program.clocks.length);
    return new LaneSimulator(design, program, engine, options.clock);
  }

  /** Sets an input in one lane, or in all. */
  set(port: string, value: Value, lane?: number): void {
    const input = this.input(port);
    const words = toWords(value, input.width, port);
    if (lane !== undefined) this.write(input, words, this.checked(lane));
    else for (let k = 0; k < LANES; k++) this.write(input, words, k);
  }

  /** Output or input of at most 32 bits in a lane; in lane 0 without one. */
  get(port: string, lane = 0): number {
    const words = this.getWords(port, lane);
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

  getBig(port: string, lane: number): bigint {
    return toBig(this.getWords(port, lane));
  }

  /** Output or input as 32-bit words, lowest first; `into` saves making a new array. */
  getWords(port: string, lane: number, into?: Uint32Array): Uint32Array {
    const word = this.program.outputs.get(port);
    if (word === undefined) {
      if (!this.inputs.has(port)) throw this.noPort(port, 'port');
      return this.peekWords(port, lane);
    }
    this.checked(lane);
    this.run.eval();
    const out = into ?? new Uint32Array(word.length);
    const { nodeAddress } = this.program.layout;
    const { g } = this.program;
    for (let i = 0; i < word.length; i++)
      out[i] = g.value(word[i]) ?? this.words[(nodeAddress[word[i]] >>> 2) + lane];
    return out;
  }

  /** Any signal by hierarchical name in a lane. */
  peek(name: string, lane: number): bigint {
    return toBig(this.peekWords(name, lane));
  }

  peekWords(name: string, lane: number): Uint32Array {
    this.checked(lane);
    this.run.eval();
    const { lowering, layout, sourceCount } = this.program;
    return interpret(lowering.g, this.signal(name).word, {
      sourceAddress: (s) => (s < sourceCount ? layout.sourceAddress[s] : -1),
      load: (address, offset) => this.words[(address >>> 2) + (offset >>> 2) * LANES + lane],
      missing: (s) => {
        throw removed(name, lowering.sources[s].name);
      },
    });
  }

  /** Width of a signal in bits. */
  width(name: string): number {
    return this.signal(name).bits.length;
  }

  /** Writes registers in one lane, or in all; they keep the value until their next clock edge. */
  poke(name: string, value: Value, lane?: number): void {
    const { bits } = this.signal(name);
    const words = toWords(value, bits.length, name);
    bits.forEach((bit, i) => {
      this.change(bit, name, lane, (old, mask) =>
        ((words[i >>> 5] >>> (i & 31)) & 1) === 1 ? old | mask : old & ~mask,
      );
    });
  }

  /** Inverts one bit of a register in one lane, or in all. */
  flip(name: string, bit: number, lane?: number): void {
    this.change(this.bitOf(name, bit), name, lane, (old, mask) => old ^ mask);
  }

  private bitOf(name: string, bit: number): number {
    const { bits } = this.signal(name);
    if (!(bit >= 0 && bit < bits.length)) {
      throw new EconError({
        code: 'simulation/no-bit',
        where: name,
        what: `bit ${bit} does not exist; the signal has ${bits.length}.`,
        remedy: `Choose a bit from 0 to ${bits.length - 1}.`,
      });
    }
    return bits[bit];
  }

  /** Lets everything settle: combinational logic, asynchronous controls, and edges of clocks that were set. */
  eval(): void {
    this.run.eval();
  }

  /** n full periods of the clock: it rises, then falls, and rests low. Inputs stay as they are. */
  step(n = 1): void {
    this.run.step(this.pin, n);
  }

  /** Holds a reset input of all lanes at its active level for some clocks, then releases it. */
  reset(port: string, active: 0 | 1, cycles = 4): void {
    this.set(port, active);
    this.step(cycles);
    this.set(port, 1 - active);
    this.run.eval();
  }

  snapshot(): ParallelSnapshot {
    return this.run.snapshot();
  }

  restore(snapshot: ParallelSnapshot): void {
    this.run.restore(snapshot);
  }

  /**
   * Runs independent stimuli of any number and length, each from the present state of lane 0, over a pool of threads
   * with four lanes each. The state of this simulator stays as it is.
   *
   * @returns for each stimulus, cycle by cycle after its clock edge, the words of the outputs in the order of the names
   * @throws EconError `simulation/batch` when the design has clocks other than one pin, or words do not fit
   */
  async runBatch(stimuli: readonly BatchStimulus[], options: BatchOptions): Promise<Uint32Array[]> {
    if (this.pin?.only !== true)
      throw badBatch(this.design.top.name, 'batches need one clock pin whose rising edge is the only clock.');
    this.set(this.clock as string, 0);
    this.run.eval();
    const plan = batchPlan(
      this.program,
      this.words,
      options.inputs.map((name) => this.input(name)),
      options.outputs.map((name) => {
        const word = this.program.outputs.get(name);
        if (word === undefined) throw this.noPort(name, 'output');
        return word;
      }),
    );
    const groups: BatchGroup[] = [];
    for (let at = 0; at < stimuli.length; at += LANES) {
      const four = stimuli.slice(at, at + LANES);
      const upsets = four.flatMap(({ upsets: list = [] }, lane) =>
        list.map(({ cycle, name, bit }) => {
          const { address, position } = registerBit(this.program, this.bitOf(name, bit), name);
          return { cycle, address: address + lane, mask: 1 << position };
        }),
      );
      groups.push({ index: groups.length, stimuli: four.map((s) => s.words), upsets });
    }
    for (const [i, { words }] of stimuli.entries()) {
      if (words.length % plan.inputWords !== 0)
        throw badBatch(`stimulus ${i}`, `${words.length} words are no multiple of ${plan.inputWords}.`);
    }
    return runGroups(plan, groups, options.threads, options.signal);
  }

  /**
   * Adds the bits of all stored values that changed since the last call to the counters of `toggles`; needs the
   * option `toggles`. Call it once a cycle, after `step`.
   */
  countToggles(): void {
    this.run.eval();
    this.engine.count?.();
  }

  /** Changes of the registers of a signal in a lane, all bits together, since the design was loaded. */
  toggles(name: string, lane: number): number {
    const { counters, values } = this.program.layout;
    if (counters === undefined) {
      throw new EconError({
        code: 'simulation/no-counters',
        where: name,
        what: 'changes are not counted.',
        remedy: 'Load the design with toggles: true.',
      });
    }
    let sum = 0;
    const seen = new Set<number>();
    for (const bit of this.signal(name).bits) {
      const { address } = registerBit(this.program, bit, name);
      if (seen.has(address)) continue;
      seen.add(address);
      sum += this.words[address + ((counters - values) >>> 2) + this.checked(lane)];
    }
    return sum;
  }

  private change(
    bit: number,
    name: string,
    lane: number | undefined,
    next: (old: number, mask: number) => number,
  ): void {
    const { address, position } = registerBit(this.program, bit, name);
    const [from, to] = lane === undefined ? [0, LANES] : [this.checked(lane), lane + 1];
    for (let k = from; k < to; k++) this.words[address + k] = next(this.words[address + k], 1 << position);
    this.run.markAll();
  }

  private write(input: InputPort, value: ArrayLike<number>, lane: number): void {
    const { start, pieceWidth, address, mark, markBit } = input;
    const { words } = this;
    for (let i = 0; i < start.length; i++) {
      const at = start[i] >>> 5;
      const shift = start[i] & 31;
      let v = value[at] >>> shift;
      if (shift + pieceWidth[i] > 32) v |= value[at + 1] << (32 - shift);
      if (pieceWidth[i] < 32) v &= (1 << pieceWidth[i]) - 1;
      if (words[address[i] + lane] === (v | 0)) continue;
      words[address[i] + lane] = v;
      words[mark[i]] |= markBit[i];
      this.run.stale = true;
    }
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

  private input(port: string): InputPort {
    const input = this.inputs.get(port);
    if (input === undefined) throw this.noPort(port, 'input');
    return input;
  }

  private checked(lane: number): number {
    if (Number.isInteger(lane) && lane >= 0 && lane < LANES) return lane;
    throw new EconError({
      code: 'simulation/lane',
      where: this.design.top.name,
      what: `lane ${lane} does not exist.`,
      remedy: `Choose one from 0 to ${LANES - 1}.`,
    });
  }

  private noPort(name: string, kind: string): EconError {
    const ports = Object.entries(this.design.top.module.ports);
    const names = ports.filter(([, p]) => kind === 'port' || p.direction === kind).map(([n]) => n);
    return new EconError({
      code: 'simulation/no-port',
      where: name,
      what: `${this.design.top.name} has no ${kind} of this name.`,
      remedy: `It has: ${names.join(', ')}.`,
    });
  }
}

function badBatch(where: string, what: string): EconError {
  return new EconError({
    code: 'simulation/batch',
    where,
    what,
    remedy: 'See BatchOptions; a design with several clocks runs with set, step and get.',
  });
}
