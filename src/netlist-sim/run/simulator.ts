import { EconError } from '../../base/index.js';
import type { Program } from '../emit/compile.js';
import { LANES } from '../emit/shape.js';
import type { Finding } from '../read/findings.js';
import type { FlatDesign } from '../read/flatten.js';
import type { Netlist } from '../read/netlist.js';
import { type BatchGroup, runStimuli } from './batch.js';
import {
  type BatchOptions,
  type BatchStimulus,
  badBatch,
  batchPlan,
  type PlacedPorts,
  placePorts,
} from './batch-plan.js';
import { DesignRun, type Inside } from './design-run.js';
import { type Engine, startEngine } from './engine.js';
import { overrideBits } from './force.js';
import { type LoadOptions, type LoadTiming, loadMachine, type Parts } from './load-machine.js';
import type { Machine } from './machine.js';
import { toWords, type Value } from './ports.js';
import { registerBit } from './register-bits.js';
import { stateMap } from './state-map.js';
import { type UpsetRecording, UpsetRun } from './upset.js';

/**
 * A synthesizable Verilog design as WebAssembly, cycle accurate, two-valued (x and z count as 0).
 *
 * Values of inputs stay until they are set again. `step` clocks; outputs and signals are read after it or at any
 * time and always belong to the present state and inputs. Division by zero gives 0, reading beyond the end of a
 * memory or vector gives 0; Verilog says x in all three cases.
 *
 * With the option `lanes: 4` every word is a SIMD vector with one lane per stimulus: four independent stimuli that share
 * the clock pins, each with the values of a simulator of its own.
 */
export class Simulator extends DesignRun {
  private known: Inside | undefined;

  private constructor(
    machine: Machine,
    private readonly behind: () => Parts,
    engine: Engine,
    readonly timing: LoadTiming,
    /** What the reader of the Verilog noticed: text that means something else here than in an event simulator. */
    readonly warnings: readonly Finding[],
  ) {
    super(machine, engine);
  }

  /**
   * Reads Verilog (or takes a netlist of Yosys after `proc`), compiles and starts it. Compiled designs are kept by
   * content; the first look at an inner signal then compiles once more.
   * @param source Verilog text by file name, or a netlist
   * @throws EconError `eda/yosys` (Verilog), `simulation/...` (no top, unsupported cell, combinational loop,
   *   several drivers), each with the line of the source
   */
  static async load(
    source: Readonly<Record<string, string>> | Netlist,
    options: LoadOptions = {},
  ): Promise<Simulator> {
    const { machine, parts, yosys, compile, warnings } = await loadMachine(source, options);
    const began = performance.now();
    const engine = await startEngine(machine.code, machine.pages, machine.positive.length);
    const start = (performance.now() - began) / 1000;
    return new Simulator(machine, parts, engine, { yosys, compile, start }, warnings);
  }

  /** What the other tools of this room work on; of no use outside. */
  get parts(): { readonly design: FlatDesign; readonly program: Program; readonly words: Int32Array } {
    if (this.lanes === 1) return { ...this.behind(), words: this.words };
    throw new EconError({
      code: 'simulation/lane',
      where: this.top,
      what: 'waves, activity and the check of resets look at one stimulus; this simulator runs four.',
      remedy: 'Load the design without lanes.',
    });
  }

  /**
   * Overrides a signal named in the option `forceable` until `release`. A register takes the value at once and ignores
   * clocks and resets; the whole net is forced, under all its names.
   */
  force(name: string, value: Value, lane?: number): void {
    this.override(name, toWords(value, this.width(name), name), lane);
  }

  /** Ends `force`: logic follows its inputs again, a register keeps the value until it is loaded. */
  release(name: string, lane?: number): void {
    this.override(name, undefined, lane);
  }

  /** A second simulator of the same design, in the same state, that runs by itself. */
  async clone(): Promise<Simulator> {
    const { machine } = this;
    const engine = await startEngine(machine.code, machine.pages, machine.positive.length);
    const copy = new Simulator(machine, this.behind, engine, this.timing, this.warnings);
    copy.restore(this.snapshot());
    return copy;
  }

  /**
   * Runs independent stimuli of any number and length, each from the present state of lane 0, over a pool of threads
   * with four lanes each. The state of this simulator stays as it is. Needs `lanes: 4`.
   *
   * @returns for each stimulus, cycle by cycle after its clock edge, the words of the outputs in the order of the names
   * @throws EconError `simulation/batch` when the design has clocks other than one pin, or words do not fit
   */
  async runBatch(stimuli: readonly BatchStimulus[], options: BatchOptions): Promise<Uint32Array[]> {
    this.checkBatch();
    this.set(this.clock as string, 0);
    this.eval();
    const plan = batchPlan(this.machine, this.words, this.placed(options));
    const groups: BatchGroup[] = [];
    for (let at = 0; at < stimuli.length; at += LANES) {
      const four = stimuli.slice(at, at + LANES);
      const upsets = four.flatMap(({ upsets: list = [] }, lane) =>
        list.map(({ cycle, name, bit }) => {
          const { address, mask } = this.stateBit(name, bit);
          return { cycle, address: address + lane, mask };
        }),
      );
      groups.push({ index: groups.length, stimuli: four.map((s) => s.words), upsets });
    }
    for (const [i, { words }] of stimuli.entries()) {
      if (words.length % plan.inputWords !== 0)
        throw badBatch(`stimulus ${i}`, `${words.length} words are no multiple of ${plan.inputWords}.`);
    }
    return runStimuli(plan, groups, options);
  }

  /**
   * The upsets that the state of this design can have while it runs as recorded. Needs `lanes: 4`.
   * @throws as `runBatch`
   */
  upsets(recording: UpsetRecording): UpsetRun {
    this.checkBatch();
    return new UpsetRun(this.machine, this.behind(), recording, this.placed(recording));
  }

  /** Changes of the registers of a signal in a lane, all bits together, since the design was loaded. */
  toggles(name: string, lane = 0): number {
    const shift = this.counters(name);
    const words = new Set(this.state(name).map(({ address }) => address));
    return [...words].reduce((sum, address) => sum + this.words[address + shift + lane], 0);
  }

  protected inside(): Inside {
    if (this.known === undefined) {
      const { design, program } = this.behind();
      const { lowering, layout } = program;
      this.known = {
        design,
        g: lowering.g,
        layout,
        read: (bits) => lowering.read(bits),
        sourceName: (s) => lowering.sources[s].name,
        stateBit: (bit, name) => registerBit(program, bit, name),
        registers: () =>
          stateMap({ design, program }).words.flatMap(({ kind, name }) =>
            kind === 'register' ? [name] : [],
          ),
        memories: lowering.sources.slice(0, program.sourceCount).flatMap((source, s) => {
          if (source.kind !== 'memory') return [];
          const { name, width, size: rows, start: first } = source.memory;
          return [{ name, width, rows, first, address: layout.sourceAddress[s] >>> 2 }];
        }),
      };
    }
    return this.known;
  }

  private checkBatch(): void {
    const { machine } = this;
    if (machine.lanes !== LANES) throw badBatch(this.top, 'batches need a simulator of four lanes.');
    if (!machine.fast)
      throw badBatch(this.top, 'batches need one clock pin whose rising edge is the only clock.');
  }

  private placed({ inputs, outputs }: Pick<BatchOptions, 'inputs' | 'outputs'>): PlacedPorts {
    return placePorts(
      inputs.map((name) => this.input(name)),
      outputs.map((name) => {
        const places = this.machine.outputs.get(name);
        if (places === undefined) throw this.noPort(name, 'output');
        return places;
      }),
    );
  }

  private override(name: string, value: ArrayLike<number> | undefined, lane: number | undefined): void {
    overrideBits(this.behind().program, this.bitsOf(name), name, value, (address, mask, on) =>
      this.change(address, lane, (old, own) => (on ? old | (mask & own) : old & ~(mask & own))),
    );
    this.markAll();
  }
}
