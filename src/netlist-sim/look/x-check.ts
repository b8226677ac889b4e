import { Random } from '../../base/index.js';
import { initialValues } from '../graph/names.js';
import { listSignals } from '../graph/signals.js';
import type { Snapshot } from '../run/clocked-run.js';
import type { Simulator } from '../run/simulator.js';
import { bitRanges, type StateMap, type StateWord, stateMap, wordMask } from '../run/state-map.js';

export interface XCheckOptions {
  /** Runs from random states, beside those from all zeros and all ones. Default 4. */
  readonly runs?: number;
  readonly seed?: number;
  /** Registers and memories start with the values of `initial` blocks (FPGA). Default: they do not (ASIC). */
  readonly keepInitial?: boolean;
  /** For so many registers it is found out, one by one, which outputs they reach. Default 32. */
  readonly attribute?: number;
}

/** State that the reset does not reach. */
export interface UnresetState {
  readonly kind: 'register' | 'memory';
  readonly name: string;
  /** Bits, e.g. `7:0`; rows of a memory. */
  readonly bits: string;
  readonly count: number;
  /** Bits that still differ after the last cycle. */
  readonly stillUnknown: number;
  /** Outputs that differ when only this state differs; undefined: not looked at (see `attribute`). */
  readonly outputs?: readonly string[];
}

/** An output that depends on what the state was before the reset. */
export interface UnknownOutput {
  readonly port: string;
  readonly bits: string;
  /** First cycle after the reset in which it differs (-1: right after the reset), and in how many it does. */
  readonly firstCycle: number;
  readonly cycles: number;
}

export interface XReport {
  readonly runs: number;
  readonly cycles: number;
  readonly stateBits: number;
  readonly memoryBits: number;
  readonly unreset: readonly UnresetState[];
  readonly outputs: readonly UnknownOutput[];
}

/**
 * Plays the design: resets it, then clocks it; calls `observe(-1)` after the reset and `observe(cycle)` after every cycle.
 * It must do the same each time.
 */
export type XPlay = (simulator: Simulator, observe: (cycle: number) => void) => Promise<void> | void;

/**
 * Does the reset reach every state bit that matters? The same stimulus is run from all zeros, all ones and random
 * states. A bit of state that differs between two runs after the reset was not reset; an output that differs
 * shows what was in it. What agrees in all runs is not proven, only very likely, independent of the start.
 * @param simulator freshly loaded; it is left in its first state
 */
export async function xCheck(
  simulator: Simulator,
  play: XPlay,
  options: XCheckOptions = {},
): Promise<XReport> {
  const check = new Check(simulator, play, options);
  const { runs = 4, seed = 1, attribute = 32 } = options;
  const random = new Random(seed);
  const reference = await check.run(() => 0);
  const difference = new Difference(check.map, reference);
  difference.add(await check.run(() => -1));
  // A random state and its complement: between the two every bit differs.
  for (let i = 0; i < runs; i++) {
    const same = new Random(seed + (i >>> 1));
    difference.add(await check.run(() => (i % 2 === 0 ? same.uint32() : ~same.uint32()) | 0));
  }
  const unreset: UnresetState[] = [];
  for (const item of difference.unreset()) {
    const { words, ...state } = item;
    if (unreset.length >= attribute) unreset.push(state);
    else {
      const only = new Set(words);
      const one = new Difference(check.map, reference);
      one.add(await check.run((w) => (only.has(w) ? -1 : 0)));
      one.add(await check.run((w) => (only.has(w) ? random.uint32() | 0 : 0)));
      unreset.push({ ...state, outputs: one.outputs(check.ports).map((o) => o.port) });
    }
  }
  check.restore();
  const bits = (kind: string) => check.map.words.reduce((sum, w) => sum + (w.kind === kind ? w.width : 0), 0);
  return {
    runs: runs + 2,
    cycles: reference.samples - 1,
    stateBits: bits('register'),
    memoryBits: bits('memory'),
    unreset,
    outputs: difference.outputs(check.ports),
  };
}

/** What one run left behind. */
interface Trace {
  readonly afterReset: Int32Array;
  readonly atEnd: Int32Array;
  /** Output words, sample after sample; the first is the one after the reset. */
  readonly outputs: Uint32Array;
  readonly samples: number;
}

interface OutputPort {
  readonly name: string;
  readonly words: number;
}

class Check {
  readonly map: StateMap;
  readonly ports: readonly OutputPort[];
  private readonly start: Snapshot;
  private readonly fixed: ReadonlySet<StateWord>;

  constructor(
    private readonly simulator: Simulator,
    private readonly play: XPlay,
    { keepInitial = false }: XCheckOptions,
  ) {
    this.start = simulator.snapshot();
    this.map = stateMap(simulator.parts);
    this.ports = simulator.ports
      .filter((p) => p.direction === 'output')
      .map(({ name, width }) => ({ name, words: (width + 31) >>> 5 }));
    const initial = keepInitial ? this.namesWithInitial() : new Set();
    const isFixed = ({ name }: StateWord) => this.map.constants.has(name) || initial.has(name);
    this.fixed = new Set(this.map.words.filter(isFixed));
  }

  /** Registers and memories that have an initial value: they are kept whole. */
  private namesWithInitial(): Set<string> {
    const { design, program } = this.simulator.parts;
    const bitsWith = new Set<number>();
    initialValues(design, (bit) => bitsWith.add(bit));
    const signals = listSignals(design).filter(({ bits }) => bits.some((bit) => bitsWith.has(bit)));
    const memories = [...program.lowering.memories.values()].filter(({ initial }) => initial.length > 0);
    return new Set([...signals, ...memories].map(({ name }) => name));
  }

  async run(fill: (word: StateWord) => number): Promise<Trace> {
    const { simulator, map } = this;
    simulator.restore(this.start);
    simulator.powerUp((words) => {
      for (const word of map.words)
        if (!this.fixed.has(word)) words[word.address] = fill(word) & wordMask(word);
    });
    const state = () => Int32Array.from(map.words, ({ address }) => simulator.parts.words[address]);
    let afterReset: Int32Array | undefined;
    const outputs: number[] = [];
    let samples = 0;
    await this.play(simulator, (cycle) => {
      simulator.eval();
      if (cycle < 0) afterReset = state();
      for (const { name } of this.ports) outputs.push(...simulator.getWords(name));
      samples++;
    });
    return { afterReset: afterReset ?? state(), atEnd: state(), outputs: Uint32Array.from(outputs), samples };
  }

  restore(): void {
    this.simulator.restore(this.start);
  }
}

/** Where runs differ from the first one. */
class Difference {
  private readonly atReset: Int32Array;
  private readonly atEnd: Int32Array;
  private readonly out: Uint32Array;

  constructor(
    private readonly map: StateMap,
    private readonly reference: Trace,
  ) {
    this.atReset = new Int32Array(map.words.length);
    this.atEnd = new Int32Array(map.words.length);
    this.out = new Uint32Array(reference.outputs.length);
  }

  add(trace: Trace): void {
    const { reference, atReset, atEnd, out } = this;
    for (let i = 0; i < atReset.length; i++) {
      atReset[i] |= trace.afterReset[i] ^ reference.afterReset[i];
      atEnd[i] |= trace.atEnd[i] ^ reference.atEnd[i];
    }
    for (let i = 0; i < out.length; i++) out[i] |= trace.outputs[i] ^ reference.outputs[i];
  }

  /** State by name, in order of the names' first words. */
  unreset(): (UnresetState & { readonly words: readonly StateWord[] })[] {
    const groups = new Map<string, number[]>();
    this.map.words.forEach((word, i) => {
      if (this.atReset[i] === 0) return;
      const key = `${word.kind} ${word.name}`;
      groups.set(key, [...(groups.get(key) ?? []), i]);
    });
    return [...groups.values()].map((indices) => {
      const words = indices.map((i) => this.map.words[i]);
      const bits = indices.flatMap((i, k) => ones(this.atReset[i]).map((b) => words[k].lsb + b));
      const [{ kind, name }] = words;
      return {
        kind,
        name,
        bits: kind === 'memory' ? `rows ${bitRanges(words.map((w) => w.row))}` : bitRanges(bits),
        count: bits.length,
        stillUnknown: indices.reduce((sum, i) => sum + ones(this.atReset[i] & this.atEnd[i]).length, 0),
        words,
      };
    });
  }

  outputs(ports: readonly OutputPort[]): UnknownOutput[] {
    const stride = ports.reduce((sum, p) => sum + p.words, 0);
    const found: UnknownOutput[] = [];
    let at = 0;
    for (const { name, words } of ports) {
      const bits = new Set<number>();
      let first: number | undefined;
      let cycles = 0;
      for (let k = 0; k < this.reference.samples; k++) {
        let differs = false;
        for (let i = 0; i < words; i++) {
          const v = this.out[k * stride + at + i];
          if (v === 0) continue;
          differs = true;
          for (const b of ones(v)) bits.add(32 * i + b);
        }
        if (!differs) continue;
        first ??= k - 1;
        cycles++;
      }
      if (first !== undefined) found.push({ port: name, bits: bitRanges(bits), firstCycle: first, cycles });
      at += words;
    }
    return found;
  }
}

function ones(v: number): number[] {
  const bits: number[] = [];
  for (let i = 0; i < 32; i++) if (((v >>> i) & 1) === 1) bits.push(i);
  return bits;
}

export function renderXReport(report: XReport): string {
  const { unreset, outputs } = report;
  const memory = report.memoryBits > 0 ? ` and ${report.memoryBits} bits of memory` : '';
  const lines = [
    `${report.runs} initial states, ${report.cycles} cycles after the reset: ${report.stateBits} register bits${memory}`,
  ];
  if (unreset.length === 0) lines.push('The reset reaches every bit of state.');
  for (const s of unreset) {
    const reach =
      s.outputs === undefined
        ? ''
        : s.outputs.length > 0
          ? `; seen at ${s.outputs.join(', ')}`
          : '; seen at no output';
    const later = s.stillUnknown > 0 ? `${s.stillUnknown} still unknown at the end` : 'all known at the end';
    const bits = s.bits.length > 60 ? `${s.bits.slice(0, 50)}...` : s.bits;
    const name = s.kind === 'memory' ? `memory ${s.name} ${bits}` : `${s.name}[${bits}]`;
    lines.push(`  not reset: ${name} (${s.count} bits, ${later})${reach}`);
  }
  if (outputs.length === 0) lines.push('No output depends on the state before the reset.');
  for (const o of outputs) {
    const when = o.firstCycle < 0 ? 'right after the reset' : `first in cycle ${o.firstCycle}`;
    lines.push(`  unknown output: ${o.port}[${o.bits}] ${when}, in ${o.cycles} samples`);
  }
  return lines.join('\n');
}
