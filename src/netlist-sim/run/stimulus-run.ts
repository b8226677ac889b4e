import { EconError } from '../../base/index.js';
import type { Simulator } from './simulator.js';
import type { Stimulus, StimulusRow } from './stimulus.js';
import type { Pattern } from './stimulus-value.js';

/** The first output that was not as expected. */
export interface Mismatch {
  /** Cycle from 0, the reset not counted. */
  readonly cycle: number;
  /** Place in the stimulus. */
  readonly place: string;
  readonly port: string;
  readonly expected: string;
  readonly simulated: string;
  /** Highest bit that differs. */
  readonly bit: number;
  /** Other outputs that differ in the same cycle. */
  readonly others: readonly string[];
  readonly inputs: Readonly<Record<string, string>>;
}

export interface StimulusResult {
  readonly cycles: number;
  /** Output values compared, and how many were not as expected. */
  readonly compared: number;
  readonly mismatches: number;
  readonly first?: Mismatch;
  /** Outputs after the last cycle, in hexadecimal. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly cyclesPerSecond: number;
}

/** What records a run and clocks it meanwhile: a VcdWriter, for one. */
export interface Recorder {
  /** A period of the clock. */
  cycle(): void;
  /** A cycle in which the clock does not change. */
  idle(): void;
  end(): void;
}

export interface StimulusRunOptions {
  /** End after so many cycles; when there are more cycles than rows, the last inputs stay. */
  readonly cycles?: number;
  /** Records every cycle; in a run with `last` it ends with the first mismatch. */
  readonly vcd?: Recorder;
  readonly stopVcdAtMismatch?: boolean;
  /** Called with -1 after the reset, and after every cycle, before the next inputs. */
  readonly afterCycle?: (cycle: number) => void;
  readonly signal?: AbortSignal;
}

/** Milliseconds between two looks for a Ctrl-C. */
const LOOK = 50;

/** Plays a stimulus and compares what it expects. */
export async function runStimulus(
  simulator: Simulator,
  stimulus: Stimulus,
  options: StimulusRunOptions = {},
): Promise<StimulusResult> {
  const { vcd } = options;
  checkPorts(simulator, stimulus);
  const begun = performance.now();
  for (const [port, value] of stimulus.inputs) set(simulator, stimulus, port, value, 'inputs');
  if (stimulus.reset !== undefined) {
    const { port, active, cycles } = stimulus.reset;
    simulator.reset(port, active, cycles);
  }
  options.afterCycle?.(-1);
  let cycle = 0;
  let looked = begun;
  let compared = 0;
  let mismatches = 0;
  let first: Mismatch | undefined;
  const compare = (row: StimulusRow): void => {
    const wrong: { port: string; pattern: Pattern; got: bigint; diff: bigint }[] = [];
    for (const [port, pattern] of row.expect) {
      const got = simulator.getBig(port);
      compared++;
      const diff = (got ^ pattern.value) & (pattern.care ?? -1n);
      if (diff !== 0n) wrong.push({ port, pattern, got, diff });
    }
    mismatches += wrong.length;
    if (wrong.length > 0 && first === undefined) first = mismatch(simulator, cycle, row.place, wrong);
  };
  const limit = options.cycles ?? Number.POSITIVE_INFINITY;
  for (const row of rowsFor(stimulus, limit)) {
    for (const [port, value] of row.set) set(simulator, stimulus, port, value, row.place);
    for (let n = 0; n < row.repeat && cycle < limit; n++) {
      const before = first;
      if (stimulus.compare === 'before') compare(row);
      if (!row.clock || simulator.clock === undefined) {
        simulator.eval();
        vcd?.idle();
      } else if (vcd === undefined || (options.stopVcdAtMismatch && before !== undefined)) simulator.step();
      else vcd.cycle();
      if (stimulus.compare === 'after') compare(row);
      options.afterCycle?.(cycle);
      cycle++;
      if (cycle % 64 === 0 && performance.now() - looked > LOOK) {
        await new Promise((resolve) => setImmediate(resolve)); // lets a Ctrl-C be noticed
        options.signal?.throwIfAborted();
        looked = performance.now();
      }
    }
  }
  vcd?.end();
  const outputs = simulator.ports.filter((p) => p.direction === 'output');
  return {
    cycles: cycle,
    compared,
    mismatches,
    first,
    outputs: Object.fromEntries(outputs.map(({ name }) => [name, hex(simulator.getBig(name))])),
    cyclesPerSecond: cycle / Math.max(1e-6, (performance.now() - begun) / 1000),
  };
}

/** The rows, and one that keeps the inputs for the cycles beyond them. */
function* rowsFor(stimulus: Stimulus, limit: number): Generator<StimulusRow> {
  yield* stimulus.rows;
  if (limit === Number.POSITIVE_INFINITY) return;
  yield { place: 'after the last row', set: new Map(), expect: new Map(), repeat: limit, clock: true };
}

function checkPorts(simulator: Simulator, stimulus: Stimulus): void {
  const widths = new Map(simulator.ports.map((p) => [p.name, p]));
  const names = (direction: string) =>
    simulator.ports.filter((p) => p.direction === direction).map((p) => p.name);
  const check = (port: string, direction: 'input' | 'output', place: string) => {
    if (widths.get(port)?.direction === direction) return;
    throw new EconError({
      code: 'simulation/stimulus',
      where: `${stimulus.file} ${place}`,
      what: `the design has no ${direction} ${port}.`,
      remedy: `It has: ${names(direction).join(', ')}.`,
    });
  };
  if (stimulus.reset !== undefined) check(stimulus.reset.port, 'input', 'reset');
  for (const port of stimulus.inputs.keys()) check(port, 'input', 'inputs');
  for (const row of stimulus.rows) {
    for (const port of row.set.keys()) check(port, 'input', row.place);
    for (const [port, pattern] of row.expect) {
      check(port, 'output', row.place);
      const { width } = widths.get(port) as { width: number };
      if (pattern.value >> BigInt(width) === 0n) continue;
      throw new EconError({
        code: 'simulation/stimulus',
        where: `${stimulus.file} ${row.place}`,
        what: `${hex(pattern.value)} does not fit into the ${width} bits of ${port}.`,
        remedy: 'Correct the expected value.',
      });
    }
  }
}

function set(simulator: Simulator, { file }: Stimulus, port: string, value: bigint, place: string): void {
  try {
    simulator.set(port, value);
  } catch (error) {
    if (!(error instanceof EconError)) throw error;
    throw new EconError({
      ...error,
      where: `${file} ${place} ${error.where}`,
      what: error.what,
      remedy: error.remedy,
    });
  }
}

function mismatch(
  simulator: Simulator,
  cycle: number,
  place: string,
  wrong: readonly { port: string; pattern: Pattern; got: bigint; diff: bigint }[],
): Mismatch {
  const [{ port, pattern, got, diff }] = wrong;
  const { width } = simulator.ports.find((p) => p.name === port) as { width: number };
  const inputs = simulator.ports.filter((p) => p.direction === 'input');
  const mask = (1n << BigInt(width)) - 1n;
  return {
    cycle,
    place,
    port,
    expected: show(pattern, width),
    simulated: pattern.care === undefined ? hex(got) : `0b${got.toString(2).padStart(width, '0')}`,
    bit: (diff & mask).toString(2).length - 1,
    others: wrong.slice(1).map((w) => w.port),
    inputs: Object.fromEntries(inputs.map(({ name }) => [name, hex(simulator.getBig(name))])),
  };
}

function show({ value, care }: Pattern, width: number): string {
  if (care === undefined) return hex(value);
  let text = '';
  for (let i = width - 1; i >= 0; i--) {
    text += ((care >> BigInt(i)) & 1n) === 0n ? 'x' : (value >> BigInt(i)) & 1n;
  }
  return `0b${text}`;
}

function hex(v: bigint): string {
  return `0x${v.toString(16)}`;
}

export function renderMismatch(m: Mismatch): string {
  const inputs = Object.entries(m.inputs).map(([name, v]) => `${name}=${v}`);
  const others = m.others.length > 0 ? `; also wrong in this cycle: ${m.others.join(', ')}` : '';
  return [
    `First mismatch: cycle ${m.cycle} (${m.place}), output ${m.port}, bit ${m.bit}`,
    `  expected ${m.expected}, simulated ${m.simulated}${others}`,
    `  inputs: ${inputs.join(' ')}`,
  ].join('\n');
}
