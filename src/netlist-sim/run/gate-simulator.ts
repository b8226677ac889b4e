import { EconError } from '../../base/index.js';
import { type GateOptions, type GateProgram, gateProgram } from '../emit/gate-program.js';
import { LANES } from '../emit/shape.js';
import { OUTPUT, STRIDE } from '../graph/gate-netlist.js';
import { initialValues, netOf } from '../graph/names.js';
import type { Netlist } from '../read/netlist.js';
import { DesignRun, type Inside } from './design-run.js';
import { type Engine, startEngine } from './engine.js';
import { type MachineParts, machineOf } from './machine.js';
import { sourcePlaces, toWords, type Value } from './ports.js';
import type { StateBit } from './register-bits.js';
import { registerNames } from './state-map.js';

/** Times that gates at rest may be loaded before that is noticed. */
const MOST_IDLE = 512;

/** Stimuli that one evaluation serves. */
export const STREAMS = 32 * LANES;

/**
 * A netlist of simple gates and registers, as Yosys leaves after synthesis, for 128 independent stimuli at once: one
 * bit of a SIMD word each. Two-valued, without delays, cycle accurate; the stimuli share the clock pins. With unit delays
 * `eval` lets time pass until no gate changes any more.
 */
export class GateSimulator extends DesignRun {
  /** Cells of the netlist. */
  readonly cells: number;
  private readonly known: Inside;
  private forces: (StateBit & { readonly name: string; readonly lane?: number; readonly on: boolean })[] = [];

  private constructor(
    private readonly program: GateProgram,
    engine: Engine,
    clock: string | undefined,
  ) {
    const { design, lowering } = program;
    const stateBit = (bit: number, name: string) => stateBitOf(program, bit) ?? refuse(name);
    const parts: MachineParts = {
      lanes: LANES,
      bits: true,
      domains: lowering.domains,
      sources: lowering.families.map((family) => ({ kind: family.split(' ', 1)[0] })),
      input: (bits) => ({
        width: bits.length,
        start: Int32Array.from(bits, (_, i) => i),
        pieceWidth: new Int32Array(bits.length).fill(1),
        ...sourcePlaces(
          program,
          Array.from(bits, (bit) => lowering.g.a[lowering.nodeOf[bit]]),
        ),
      }),
      initialise: (words) =>
        initialValues(design, (bit, value) => {
          const state = value === 1 ? stateBitOf(program, bit) : undefined;
          if (state !== undefined) words.fill(-1, state.address, state.address + LANES);
        }),
    };
    super(machineOf(design, program, parts, clock), engine);
    this.cells = design.count;
    this.known = {
      design,
      g: lowering.g,
      layout: program.layout,
      read: (bits) => lowering.read(bits),
      sourceName: (s) => netOf(design, lowering.sourceBits[s])?.name ?? lowering.families[s],
      stateBit,
      registers: () =>
        [
          ...registerNames(
            design,
            (bit) => stateBitOf(program, bit) && design.scopeOf(lowering.driverOf[bit]).path,
          ).values(),
        ].map(({ name }) => name),
      memories: [],
    };
  }

  /**
   * @param source a netlist of simple cells, or Verilog, which is synthesised first (`synth`, hierarchy kept)
   * @throws EconError `eda/yosys`; `simulation/...` (unsupported cell, combinational loop, several drivers)
   */
  static async load(
    source: Readonly<Record<string, string>> | Netlist,
    options: GateOptions = {},
  ): Promise<GateSimulator> {
    const program = await gateProgram(source, options);
    const engine = await startEngine(program.code, program.pages, program.lowering.domains.length);
    return new GateSimulator(program, options.unitDelays ? delayed(engine, program) : engine, options.clock);
  }

  /**
   * Sets an input in all lanes at once: words 4 i .. 4 i + 3 hold bit i of the port for the 128 lanes, lane 0
   * lowest (see `toSlices`).
   */
  setSlices(port: string, slices: ArrayLike<number>): void {
    const { width, address, mark, markBit } = this.input(port);
    const { words } = this;
    for (let i = 0; i < width; i++) {
      for (let w = 0; w < LANES; w++) {
        const at = address[i] + w;
        const value = slices[LANES * i + w] | 0;
        if (words[at] === value) continue;
        words[at] = value;
        words[mark[i]] |= markBit[i];
        this.stale = true;
      }
    }
  }

  /** Output in all lanes, as in `setSlices`. */
  getSlices(port: string, into?: Uint32Array): Uint32Array {
    const places = this.machine.outputs.get(port);
    if (places === undefined) throw this.noPort(port, 'output');
    this.settleFor(port);
    const out = into ?? new Uint32Array(LANES * places.address.length);
    for (let i = 0; i < places.address.length; i++)
      for (let w = 0; w < LANES; w++) out[LANES * i + w] = this.at(places, i, w);
    return out;
  }

  /** Holds a register, or one bit of it (`state_q[3]`), at a value until `release`: a stuck bit. */
  force(name: string, value: Value, lane?: number): void {
    const state = this.state(name);
    const words = toWords(value, state.length, name);
    this.release(name, lane);
    state.forEach((bit, i) => {
      this.forces.push({ ...bit, name, lane, on: ((words[i >>> 5] >>> (i & 31)) & 1) === 1 });
    });
    this.applyForces();
  }

  /** Lets a register go that was forced by this name, or all of them; it keeps its value until its next clock edge. */
  release(name?: string, lane?: number): void {
    this.forces = this.forces.filter(
      (f) => name !== undefined && (f.name !== name || (lane !== undefined && f.lane !== lane)),
    );
  }

  override step(n = 1): void {
    if (this.forces.length === 0) {
      super.step(n);
      return;
    }
    for (let i = 0; i < n; i++) {
      super.step();
      this.applyForces();
    }
  }

  /** Changes of each bit of a net since the design was loaded, summed over the lanes. */
  toggles(name: string): Float64Array {
    const shift = this.counters(name);
    return Float64Array.from(this.bitsOf(name), (bit) => this.togglesOf(bit, shift));
  }

  /** Changes of all outputs of gates and registers, summed over cells and lanes. */
  totalToggles(): number {
    const shift = this.counters(this.top);
    const { count, pins } = this.program.design;
    let sum = 0;
    for (let cell = 0; cell < count; cell++) sum += this.togglesOf(pins[cell * STRIDE + OUTPUT], shift);
    return sum;
  }

  protected inside(): Inside {
    return this.known;
  }

  private togglesOf(bit: number, shift: number): number {
    const address = addressOf(this.program, bit);
    if (address < 0) return 0;
    let sum = 0;
    for (let w = 0; w < LANES; w++) sum += this.words[address + shift + w] >>> 0;
    return sum;
  }

  private applyForces(): void {
    for (const { address, lane, on } of this.forces)
      this.change(address, lane, (old, own) => (on ? old | own : old & ~own));
    this.markAll();
  }
}

/** Index of the first word of a bit, -1 when it is kept nowhere. */
function addressOf({ lowering, layout }: GateProgram, bit: number): number {
  const node = lowering.nodeOf[bit];
  const address = node < 0 ? -1 : layout.nodeAddress[node];
  return address === undefined || address < 0 ? -1 : address >>> 2;
}

function stateBitOf(program: GateProgram, bit: number): StateBit | undefined {
  const { lowering } = program;
  const cell = lowering.driverOf[bit];
  if (cell < 0 || !lowering.isStored(cell)) return undefined;
  const address = addressOf(program, bit);
  return address < 0 ? undefined : { address, mask: -1 };
}

/** Settling takes time: in each unit of it all gates load at once, and their changes are counted. */
function delayed(engine: Engine, { design, layout }: GateProgram): Engine {
  const first = layout.marks >>> 2;
  const marks = new Int32Array(engine.buffer).subarray(first, first + layout.markWords);
  const [tick] = engine.commits;
  const most = design.count + MOST_IDLE;
  const settle = () => {
    for (let time = 0; marks.some((mark) => mark !== 0); time++) {
      if (time > most) throw ringing(design.top.name);
      engine.settle();
      tick();
      engine.count?.();
    }
  };
  return { ...engine, settle };
}

function ringing(top: string): EconError {
  return new EconError({
    code: 'simulation/oscillation',
    where: top,
    what: 'gates keep changing without an input changing.',
    remedy: 'Look for gates that feed themselves.',
  });
}

function refuse(name: string): never {
  throw new EconError({
    code: 'simulation/not-a-register',
    where: name,
    what: 'this net is not the output of a simulated register.',
    remedy: 'Name the net of a register; load the netlist with keepAll: true if it reaches no output.',
  });
}
