import { EconError } from '../../base/index.js';
import type { Graph } from '../graph/graph.js';
import type { LoweredRegister } from '../graph/next-state.js';
import { Op } from '../graph/operation.js';
import type { Word } from '../graph/words.js';
import type { Bits, DesignNets } from '../read/hierarchy.js';
import { type ActivityTuning, type Block, defaultTuning, findActivity } from './activity.js';
import { type Emitted, emit } from './emit.js';
import type { EmitOptions, EmitRegister, EmitWrite } from './layout.js';

/** A design as dataflow graph, complete: what is not in here is not simulated. */
export interface Lowered {
  readonly g: Graph;
  /** Source -> name of the first guess which sources change together. */
  readonly families: readonly string[];
  /** Source -> bytes of a memory; 4 for registers and inputs. */
  readonly sourceBytes: readonly number[];
  readonly registers: readonly LoweredRegister[];
  readonly writes: readonly EmitWrite[];
  /** Output port -> words. */
  readonly outputs: ReadonlyMap<string, Word>;
  /** Clock domain -> node of its clock bit. */
  readonly clocks: readonly number[];
  /** Further nodes whose values are kept in memory. */
  readonly keep?: Iterable<number>;
}

export interface AssembleOptions extends Partial<EmitOptions> {
  /** How evaluation is limited to what changed; changes speed only. */
  readonly tuning?: Partial<ActivityTuning>;
}

/** Code that runs, and what is needed to talk to it. */
export interface Assembled extends Emitted {
  readonly g: Graph;
  readonly outputs: ReadonlyMap<string, Word>;
  readonly clocks: readonly number[];
  readonly groupOf: Int32Array;
  /**
   * Source -> address of the word that makes its register load at the next edge though nothing before it changed, or -1:
   * what a register lost must come back.
   */
  readonly pendingOf: Int32Array;
  /** In order of evaluation. */
  readonly blocks: readonly Block[];
  /** Clocks may have edges in some lanes only. */
  readonly laneClocks: boolean;
  /** Some logic reads a clock as a value. */
  readonly clockIsData: boolean;
  /** Groups of sources on which asynchronous controls depend. */
  readonly asyncGroups: ReadonlySet<number>;
  readonly statistics: Statistics;
}

export interface Statistics {
  /** Operations evaluated when everything has changed. */
  readonly operations: number;
  readonly blocks: number;
  readonly groups: number;
  readonly functions: number;
  /** Register words and bits that are simulated. */
  readonly registers: number;
  readonly registerBits: number;
  readonly wasmBytes: number;
  readonly stateBytes: number;
}

/** What makes a graph of a design on demand. */
interface DesignLowering {
  readonly domains: readonly { readonly bit: number }[];
  read(bits: Bits): Word;
  /** Lowers the next state of all registers that were met, until no new ones turn up. */
  finish(): void;
}

/**
 * Lowers what the ports need, further bits that are wanted, and the registers behind both.
 * @throws EconError `simulation/clocks` when there are more clock edges than fit into a word of marks
 */
export function lowerAll(
  { top, bits: bitsOf }: DesignNets,
  lowering: DesignLowering,
  wanted: Iterable<Bits>,
): Pick<Lowered, 'outputs' | 'clocks'> {
  const outputs = new Map<string, Word>();
  for (const [name, { direction, bits }] of Object.entries(top.module.ports)) {
    const word = lowering.read(bitsOf(top, bits));
    if (direction === 'output') outputs.set(name, word);
  }
  for (const bits of wanted) lowering.read(bits);
  lowering.finish();
  // Clocks come last; a clock made by logic pulls in that logic, and perhaps registers behind it.
  const clocks: number[] = [];
  for (let k = 0; k < lowering.domains.length; k++) {
    clocks.push(lowering.read(Int32Array.of(lowering.domains[k].bit))[0]);
    lowering.finish();
  }
  if (clocks.length <= 31) return { outputs, clocks };
  throw new EconError({
    code: 'simulation/clocks',
    where: top.name,
    what: `${clocks.length} clocks and clock edges are used; 31 is the most.`,
    remedy: 'Use fewer clocks, with enables instead of gated copies.',
  });
}

/** Decides what is kept in memory and in which blocks the graph is evaluated, and emits the code. */
export function assemble(lowered: Lowered, options: AssembleOptions = {}): Assembled {
  const { g, outputs, clocks } = lowered;
  const { lanes = 1, bits = false, toggles = false } = options;
  // A value that a register loads must not change while others load: sources and constants are copied.
  const stage = (n: number) => (g.op[n] === Op.Source || g.op[n] === Op.Const ? g.copy(n) : n);
  const stageVariable = (n: number) => (g.op[n] === Op.Source ? g.copy(n) : n);
  const registers = lowered.registers
    .filter((r) => r.next !== r.node || r.async !== undefined)
    .map((r) => ({
      source: r.source,
      domain: r.domain,
      next: stage(r.next),
      async:
        r.async === undefined
          ? undefined
          : { condition: r.async.condition, value: stageVariable(r.async.value) },
    }));
  const writes: EmitWrite[] = lowered.writes.map((w) => ({
    source: w.source,
    domain: w.domain,
    address: stageVariable(w.address),
    data: w.data.map(stageVariable),
    mask: w.mask.map(stageVariable),
  }));

  const { kept, needed } = keptNodes(lowered, registers, writes, toggles);
  const isClock = new Set(clocks);
  // A latch that the clock opens needs both levels of the pin, too.
  let clockIsData = registers.some(({ async }) => async !== undefined && isClock.has(async.condition));
  for (let n = 0; n < g.length; n++) {
    if (needed[n] === 1) {
      g.operands(n, (o) => {
        if (isClock.has(o)) clockIsData = true;
      });
    }
  }

  const next = new Int32Array(lowered.families.length).fill(-1);
  for (const r of registers) next[r.source] = r.next;
  const activity = findActivity(g, needed, lowered.families, next, { ...defaultTuning, ...options.tuning });
  // One clock pin is the same in all lanes; clocks made by logic and further pins need not be.
  const pin = (n: number) => g.op[n] === Op.Source || g.op[n] === Op.Const;
  const laneClocks = lanes > 1 && (!clocks.every(pin) || new Set(clocks).size > 1);
  const emitted = emit({
    g,
    activity,
    kept,
    registers,
    writes,
    domainCount: clocks.length,
    sourceBytes: lowered.sourceBytes,
    lanes,
    bits,
    laneClocks,
    toggles,
  });
  return {
    ...emitted,
    g,
    laneClocks,
    outputs,
    clocks,
    groupOf: activity.groupOf,
    pendingOf: pendingWords(next, activity.blocks, emitted.layout.pending),
    blocks: activity.blocks,
    clockIsData,
    asyncGroups: new Set(
      registers.flatMap(({ async }) =>
        async === undefined
          ? []
          : [async.condition, async.value].flatMap((n) => [...activity.groupsBehind(n)]),
      ),
    ),
    statistics: {
      operations: activity.blocks.reduce((sum, block) => sum + block.nodes.length, 0),
      blocks: activity.blocks.length,
      groups: activity.groupCount,
      functions: emitted.functionCount,
      registers: lowered.registers.length,
      registerBits: lowered.registers.reduce((sum, r) => sum + r.width, 0),
      wasmBytes: emitted.code.length,
      stateBytes: emitted.layout.bytes,
    },
  };
}

function pendingWords(next: Int32Array, blocks: readonly Block[], pending: number): Int32Array {
  const wordOf = new Map<number, number>();
  blocks.forEach(({ nodes }, b) => {
    for (const n of nodes) wordOf.set(n, pending + 4 * b);
  });
  return next.map((n) => wordOf.get(n) ?? -1);
}

/**
 * Marks by node: what is kept in memory (outputs, clocks, what registers and memories load; with `toggles`
 * everything), and what is needed to compute it.
 */
function keptNodes(
  { g, outputs, clocks, keep = [] }: Lowered,
  registers: readonly Pick<EmitRegister, 'next' | 'async'>[],
  writes: readonly EmitWrite[],
  toggles: boolean,
): { kept: Uint8Array; needed: Uint8Array } {
  const kept = new Uint8Array(g.length);
  const mark = (n: number) => {
    if (g.op[n] !== Op.Const && g.op[n] !== Op.Source) kept[n] = 1;
  };
  for (const word of outputs.values()) word.forEach(mark);
  clocks.forEach(mark);
  for (const n of keep) mark(n);
  for (const { next, async } of registers) {
    mark(next);
    if (async !== undefined) {
      mark(async.condition);
      mark(async.value);
    }
  }
  for (const w of writes) for (const n of [w.address, ...w.data, ...w.mask]) mark(n);
  const needed = kept.slice();
  for (let n = g.length - 1; n >= 0; n--) {
    if (needed[n] === 1) {
      g.operands(n, (o) => {
        needed[o] = 1;
      });
    }
  }
  if (toggles) for (let n = 0; n < g.length; n++) if (needed[n] === 1) mark(n);
  return { kept, needed };
}
