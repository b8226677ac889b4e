import { EconError } from '../../base/index.js';
import type { Assembled, Statistics } from '../emit/assemble.js';
import { type GateOptions, gateProgram } from '../emit/gate-program.js';
import { LANES } from '../emit/shape.js';
import type { GateLowering } from '../graph/gate-lowering.js';
import { type GateDesign, OUTPUT, STRIDE } from '../graph/gate-netlist.js';
import { findSignal, initialValues } from '../graph/names.js';
import type { Netlist } from '../read/netlist.js';
import { type Engine, startEngine } from './engine.js';
import { interpret } from './interpret.js';
import { type ClockPin, ParallelRun, type ParallelSnapshot } from './parallel-run.js';
import { toBig, toWords, type Value } from './ports.js';

/** Stimuli that one evaluation serves. */
export const STREAMS = 128;

/**
 * A netlist of simple gates and registers, as Yosys leaves after synthesis, for 128 independent stimuli at once: one
 * bit of a SIMD word each. Two-valued, without delays, cycle accurate; the streams share the clock pins.
 *
 * `set`, `poke`, `flip` and `force` act on one stream (0 .. 127), or on all without one.
 */
export class GateSimulator {
  readonly streams = STREAMS;
  readonly statistics: Statistics;
  readonly clock: string | undefined;
  /** Cells of the netlist. */
  readonly cells: number;
  private readonly run: ParallelRun;
  private readonly words: Int32Array;
  private readonly inputs = new Map<string, Int32Array>();
  private readonly named = new Map<string, Int32Array>();
  private readonly pin: ClockPin | undefined;
  private forces: { address: number; mask: number; value: number; name: string; bit: number }[] = [];

  private constructor(
    private readonly design: GateDesign,
    private readonly lowering: GateLowering,
    private readonly program: Assembled,
    private readonly engine: Engine,
    wanted: string | undefined,
  ) {
    const { domains } = lowering;
    const { name, module } = design.top;
    this.run = new ParallelRun(
      name,
      program,
      engine,
      domains.map((d) => d.positive),
      true,
    );
    this.words = this.run.words;
    this.statistics = program.statistics;
    this.cells = design.count;
    const pins = new Map<string, boolean[]>();
    for (const [port, { direction, bits }] of Object.entries(module.ports)) {
      if (direction !== 'input') continue;
      const own = design.bits(design.top, bits);
      this.inputs.set(port, own);
      const edges = domains.filter((d) => d.bit === own[0]).map((d) => d.positive);
      if (own.length === 1 && edges.length > 0) pins.set(port, edges);
    }
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
    initialValues(design, (bit, value) => {
      if (value === 1 && this.isRegister(bit)) this.fill(this.address(bit), -1);
    });
    this.run.start();
  }

  /**
   * @param source a netlist of simple cells, or Verilog, which is synthesised first (`synth`, hierarchy kept)
   * @throws EconError `eda/yosys`; `simulation/...` (unsupported cell, combinational loop, several drivers)
   */
  static async load(
    source: Readonly<Record<string, string>> | Netlist,
    options: GateOptions = {},
  ): Promise<GateSimulator> {
    const { design, lowering, program } = await gateProgram(source, options);
    const engine = await startEngine(program.code, program.pages, lowering.domains.length);
    return new GateSimulator(design, lowering, program, engine, options.clock);
  }

  /** Sets an input in one stream, or in all. */
  set(port: string, value: Value, stream?: number): void {
    const bits = this.input(port);
    const words = toWords(value, bits.length, port);
    for (let i = 0; i < bits.length; i++) this.writeBit(bits[i], (words[i >>> 5] >>> (i & 31)) & 1, stream);
  }

  /**
   * Sets an input in all streams at once: words 4 i .. 4 i + 3 hold bit i of the port for the 128 streams, stream 0
   * lowest (see `toSlices`).
   */
  setSlices(port: string, slices: ArrayLike<number>): void {
    this.input(port).forEach((bit, i) => {
      const node = this.lowering.nodeOf[bit];
      const at = this.address(bit);
      for (let w = 0; w < LANES; w++) this.put(node, at + w, slices[LANES * i + w]);
    });
  }

  /** Output or input of at most 32 bits in a stream. */
  get(port: string, stream: number): number {
    const words = this.getWords(port, stream);
    if (words.length > 1) {
      throw new EconError({
        code: 'simulation/wide',
        where: port,
        what: 'this port has more than 32 bits.',
        remedy: 'Use getBig, getWords or getSlices.',
      });
    }
    return words[0];
  }

  getBig(port: string, stream: number): bigint {
    return toBig(this.getWords(port, stream));
  }

  getWords(port: string, stream: number): Uint32Array {
    const bits = this.portBits(port);
    this.checked(stream);
    this.run.eval();
    return this.gather(bits, stream);
  }

  /** Output in all streams, as in `setSlices`. */
  getSlices(port: string, into?: Uint32Array): Uint32Array {
    const bits = this.portBits(port);
    this.run.eval();
    const out = into ?? new Uint32Array(LANES * bits.length);
    bits.forEach((bit, i) => {
      for (let w = 0; w < LANES; w++) out[LANES * i + w] = this.word(bit, w);
    });
    return out;
  }

  /** Any net by hierarchical name in a stream. */
  peek(name: string, stream: number): bigint {
    this.checked(stream);
    this.run.eval();
    return toBig(this.gather(this.signal(name), stream));
  }

  /** Writes registers in one stream, or in all; they keep the value until their next clock edge. */
  poke(name: string, value: Value, stream?: number): void {
    const bits = this.signal(name);
    const words = toWords(value, bits.length, name);
    bits.forEach((bit, i) => {
      this.register(name, bit);
      this.writeBit(bit, (words[i >>> 5] >>> (i & 31)) & 1, stream);
    });
    this.run.markAll();
  }

  /** Inverts one bit of a register in one stream, or in all: a single-event upset. */
  flip(name: string, bit: number, stream?: number): void {
    const address = this.registerBit(name, bit);
    for (let w = 0; w < LANES; w++) this.words[address + w] ^= maskOf(this.checked(stream), w);
    this.run.markAll();
  }

  /** Holds one bit of a register at a value in one stream, or in all, until `release`: a stuck bit. */
  force(name: string, bit: number, value: 0 | 1, stream?: number): void {
    const address = this.registerBit(name, bit);
    for (let w = 0; w < LANES; w++) {
      const mask = maskOf(this.checked(stream), w);
      if (mask !== 0)
        this.forces.push({ address: address + w, mask, value: value === 1 ? mask : 0, name, bit });
    }
    this.applyForces();
  }

  /** Lets a forced bit go, or all of them; it keeps its value until its next clock edge. */
  release(name?: string, bit?: number): void {
    this.forces = this.forces.filter((f) => name !== undefined && (f.name !== name || f.bit !== bit));
  }

  eval(): void {
    this.run.eval();
  }

  /** n full periods of the clock: it rises, then falls, and rests low. Inputs stay as they are. */
  step(n = 1): void {
    if (this.forces.length === 0) {
      this.run.step(this.pin, n);
      return;
    }
    for (let i = 0; i < n; i++) {
      this.run.step(this.pin, 1);
      this.applyForces();
    }
  }

  /** Holds a reset input of all streams at its active level for some clocks, then releases it. */
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

  /** Names of the nets of register bits are those of the netlist: true when a bit of `name` is a register. */
  isRegister(bit: number): boolean {
    const cell = this.lowering.driverOf[bit];
    return (
      cell >= 0 &&
      this.lowering.nodeOf[bit] >= 0 &&
      this.lowering.isRegisterType(this.design.typeOf[cell]) &&
      this.address(bit) >= 0
    );
  }

  /**
   * Adds to the counters of all nets how many streams differ from the last call; call it once a cycle. Values are
   * those after settling: changes on the way there (glitches) are not seen.
   */
  countToggles(): void {
    this.run.eval();
    this.counters('countToggles');
    this.engine.count?.();
  }

  /** Changes of each bit of a net since the design was loaded, summed over the streams. */
  toggles(name: string): Float64Array {
    const shift = (this.counters(name) - this.program.layout.values) >>> 2;
    return Float64Array.from(this.signal(name), (bit) => this.togglesOf(bit, shift));
  }

  /** Changes of all outputs of gates and registers, summed over cells and streams. */
  totalToggles(): number {
    const shift = (this.counters(this.design.top.name) - this.program.layout.values) >>> 2;
    let sum = 0;
    for (let cell = 0; cell < this.design.count; cell++) {
      sum += this.togglesOf(this.design.pins[cell * STRIDE + OUTPUT], shift);
    }
    return sum;
  }

  private togglesOf(bit: number, shift: number): number {
    const address = this.address(bit);
    if (address < 0) return 0;
    let sum = 0;
    for (let w = 0; w < LANES; w++) sum += this.words[address + shift + w] >>> 0;
    return sum;
  }

  private counters(where: string): number {
    const { counters } = this.program.layout;
    if (counters !== undefined) return counters;
    throw new EconError({
      code: 'simulation/no-counters',
      where,
      what: 'changes are not counted.',
      remedy: 'Load the netlist with toggles: true.',
    });
  }

  /** Index of the first word of a bit, -1 when it is kept nowhere. */
  private address(bit: number): number {
    const node = this.lowering.nodeOf[bit];
    const address = node < 0 ? -1 : this.program.layout.nodeAddress[node];
    return address === undefined || address < 0 ? -1 : address >>> 2;
  }

  /** 32 streams of a bit after settling. */
  private word(bit: number, w: number): number {
    const address = this.address(bit);
    if (address >= 0) return this.words[address + w];
    const { g } = this.lowering;
    const node = this.lowering.read(bit);
    const { sourceAddress } = this.program.layout;
    return interpret(g, [node], {
      sourceAddress: (s) => sourceAddress[s] ?? -1,
      load: (at) => this.words[(at >>> 2) + w],
      missing: () => {
        throw new EconError({
          code: 'simulation/removed',
          where: this.design.top.name,
          what: 'this net needs a register that reaches no output and is not simulated.',
          remedy: 'Load the netlist with keepAll: true.',
        });
      },
    })[0];
  }

  private gather(bits: Int32Array, stream: number): Uint32Array {
    const out = new Uint32Array((bits.length + 31) >>> 5);
    bits.forEach((bit, i) => {
      out[i >>> 5] |= ((this.word(bit, stream >>> 5) >>> (stream & 31)) & 1) << (i & 31);
    });
    return out;
  }

  private writeBit(bit: number, value: number, stream: number | undefined): void {
    const node = this.lowering.nodeOf[bit];
    const address = this.address(bit);
    for (let w = 0; w < LANES; w++) {
      const mask = maskOf(this.checked(stream), w);
      const old = this.words[address + w];
      this.put(node, address + w, value === 1 ? old | mask : old & ~mask);
    }
  }

  private put(node: number, address: number, value: number): void {
    if (this.words[address] === (value | 0)) return;
    this.words[address] = value;
    const group = this.program.groupOf[this.lowering.g.a[node]];
    this.words[(this.program.layout.marks >>> 2) + (group >>> 5)] |= 1 << (group & 31);
    this.run.stale = true;
  }

  private fill(address: number, value: number): void {
    this.words.fill(value, address, address + LANES);
  }

  private applyForces(): void {
    for (const { address, mask, value } of this.forces) {
      this.words[address] = (this.words[address] & ~mask) | value;
    }
    this.run.markAll();
  }

  private registerBit(name: string, bit: number): number {
    const bits = this.signal(name);
    if (!(bit >= 0 && bit < bits.length)) {
      throw new EconError({
        code: 'simulation/no-bit',
        where: name,
        what: `bit ${bit} does not exist; the signal has ${bits.length}.`,
        remedy: `Choose a bit from 0 to ${bits.length - 1}.`,
      });
    }
    return this.register(name, bits[bit]);
  }

  private register(name: string, bit: number): number {
    if (this.isRegister(bit)) return this.address(bit);
    throw new EconError({
      code: 'simulation/not-a-register',
      where: name,
      what: 'this net is not the output of a simulated register.',
      remedy: 'Name the net of a register; load the netlist with keepAll: true if it reaches no output.',
    });
  }

  private signal(name: string): Int32Array {
    let bits = this.named.get(name);
    if (bits === undefined) {
      bits = findSignal(this.design, name);
      this.named.set(name, bits);
    }
    return bits;
  }

  private portBits(port: string): Int32Array {
    const json = this.design.top.module.ports[port];
    if (json === undefined) throw this.noPort(port, 'port');
    return this.signal(port);
  }

  private input(port: string): Int32Array {
    const bits = this.inputs.get(port);
    if (bits === undefined) throw this.noPort(port, 'input');
    return bits;
  }

  private checked(stream: number | undefined): number | undefined {
    if (stream === undefined || (Number.isInteger(stream) && stream >= 0 && stream < STREAMS)) return stream;
    throw new EconError({
      code: 'simulation/lane',
      where: this.design.top.name,
      what: `stream ${stream} does not exist.`,
      remedy: `Choose one from 0 to ${STREAMS - 1}.`,
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

/** The streams that are meant, as mask of word w. */
function maskOf(stream: number | undefined, w: number): number {
  if (stream === undefined) return -1;
  return stream >>> 5 === w ? 1 << (stream & 31) : 0;
}
