import { EconError } from '../base/index.js';
import { type ActivityTuning, defaultTuning, findActivity } from './activity.js';
import { type Emitted, emit } from './emit.js';
import type { FlatDesign } from './flatten.js';
import type { EmitWrite } from './layout.js';
import { Lowering, type Source } from './lower.js';
import { Op } from './operation.js';
import type { Word } from './words.js';

/** A design ready to run, and what is needed to talk to it by name. */
export interface Program extends Emitted {
  readonly lowering: Lowering;
  /** Sources that are simulated: those found later (by peeking at removed logic) have higher numbers. */
  readonly sourceCount: number;
  readonly groupOf: Int32Array;
  /** Output port -> words. */
  readonly outputs: ReadonlyMap<string, Word>;
  /** Clock domain -> node of its clock bit. */
  readonly clocks: readonly number[];
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

/**
 * Builds the program of a flat design. What neither an output nor a register that matters to one depends on is
 * left out.
 *
 * @param keepAll also simulate registers that reach no output
 */
export function compile(design: FlatDesign, keepAll: boolean, tuning: Partial<ActivityTuning> = {}): Program {
  const lowering = new Lowering(design);
  const { g } = lowering;
  const outputs = new Map<string, Word>();
  for (const [name, port] of Object.entries(design.top.module.ports)) {
    const bits = design.bits(design.top, port.bits);
    if (port.direction === 'output') outputs.set(name, lowering.read(bits));
    else lowering.read(bits);
  }
  if (keepAll) for (const cell of design.cells) if (cell.ports.Q !== undefined) lowering.read(cell.ports.Q);
  lowering.finish();
  // Clocks come last; a clock made by logic pulls in that logic, and perhaps registers behind it.
  const clocks: number[] = [];
  for (let k = 0; k < lowering.domains.length; k++) {
    clocks.push(lowering.read(Int32Array.of(lowering.domains[k].bit))[0]);
    lowering.finish();
  }
  if (lowering.domains.length > 31) {
    throw new EconError({
      code: 'simulation/clocks',
      where: design.top.name,
      what: `${lowering.domains.length} clocks and clock edges are used; 31 is the most.`,
      remedy: 'Use fewer clocks, with enables instead of gated copies.',
    });
  }

  // A value that a register loads must not change while others load: sources and constants are copied.
  const stage = (n: number) => (g.op[n] === Op.Source || g.op[n] === Op.Const ? g.copy(n) : n);
  const stageVariable = (n: number) => (g.op[n] === Op.Source ? g.copy(n) : n);
  const registers = lowering.registers
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
  const writes: EmitWrite[] = lowering.memoryWrites.map((w) => ({
    source: w.source,
    domain: w.domain,
    address: stageVariable(w.address),
    data: w.data.map(stageVariable),
    mask: w.mask.map(stageVariable),
  }));

  const kept = new Uint8Array(g.length);
  const keep = (n: number) => {
    if (g.op[n] !== Op.Const && g.op[n] !== Op.Source) kept[n] = 1;
  };
  for (const word of outputs.values()) word.forEach(keep);
  clocks.forEach(keep);
  for (const r of registers) {
    keep(r.next);
    if (r.async !== undefined) {
      keep(r.async.condition);
      keep(r.async.value);
    }
  }
  for (const w of writes) for (const n of [w.address, ...w.data, ...w.mask]) keep(n);
  const needed = kept.slice();
  for (let n = g.length - 1; n >= 0; n--) {
    if (needed[n] === 1) {
      g.operands(n, (o) => {
        needed[o] = 1;
      });
    }
  }

  const isClock = new Set(clocks);
  let clockIsData = false;
  for (let n = 0; n < g.length; n++) {
    if (needed[n] === 1) {
      g.operands(n, (o) => {
        if (isClock.has(o)) clockIsData = true;
      });
    }
  }

  const next = new Int32Array(lowering.sources.length).fill(-1);
  for (const r of registers) next[r.source] = r.next;
  const activity = findActivity(g, needed, lowering.sources.map(family), next, {
    ...defaultTuning,
    ...tuning,
  });
  const emitted = emit({
    g,
    activity,
    kept,
    registers,
    writes,
    domainCount: lowering.domains.length,
    sourceBytes: lowering.sources.map((s) => (s.kind === 'memory' ? s.memory.bytes : 4)),
  });
  return {
    ...emitted,
    lowering,
    sourceCount: lowering.sources.length,
    groupOf: activity.groupOf,
    outputs,
    clocks,
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
      registers: lowering.registers.length,
      registerBits: lowering.registers.reduce((sum, r) => sum + r.width, 0),
      wasmBytes: emitted.code.length,
      stateBytes: emitted.layout.bytes,
    },
  };
}

/** First guess which sources change together: the same input, or registers of the same block of the chip. */
function family(source: Source): string {
  if (source.kind !== 'register') return `${source.kind} ${source.name}`;
  const dot = source.name.indexOf('.', 1);
  return `register ${dot < 0 ? '' : source.name.slice(0, dot)}`;
}
