import { EconError } from '../../base/index.js';
import type { Program, Statistics } from '../emit/compile.js';
import { Op } from '../graph/operation.js';
import type { FlatDesign } from '../read/flatten.js';
import { type InputPort, inputPort } from './ports.js';
import { clockPins, writeInitialState } from './register-bits.js';

export interface PortInfo {
  readonly name: string;
  readonly direction: 'input' | 'output';
  readonly width: number;
}

/** Nodes whose values lie in memory, or are constant: address in 32-bit words, or -1 and the value. */
export interface Places {
  readonly address: Int32Array;
  readonly constant: Int32Array;
}

/**
 * A design that runs, as plain data: code, memory and ports, without the names of what is inside. It can be kept in a
 * file; inner signals need the program behind it.
 */
export interface Machine {
  readonly top: string;
  readonly code: Uint8Array<ArrayBuffer>;
  readonly pages: number;
  readonly ports: readonly PortInfo[];
  readonly inputs: ReadonlyMap<string, InputPort>;
  readonly outputs: ReadonlyMap<string, Places>;
  /** Name of the input that `step` clocks, if the design has a clock. */
  readonly clock: string | undefined;
  /** One clock edge, made by an input that nothing else reads: `step` need not move the pin. */
  readonly fast: boolean;
  /** Outputs that are registers: after `step` they can be read without settling. */
  readonly direct: ReadonlySet<string>;
  /** Clock bit and active edge per domain. */
  readonly clocks: Places;
  readonly positive: readonly boolean[];
  /** Registers decide about latches or asynchronous controls: those act before the next input changes. */
  readonly actsAfterEdge: boolean;
  /** Per word of change marks: groups that can make an asynchronous control act. */
  readonly asyncMask: Int32Array;
  /** Byte addresses, see `Layout`. */
  readonly layout: {
    readonly unstable: number;
    readonly marks: number;
    readonly markWords: number;
    readonly bytes: number;
  };
  /** Words of memory that are not 0 at the beginning: their addresses, and behind these their values. */
  readonly initial: Int32Array;
  readonly statistics: Statistics;
}

/** @throws EconError `simulation/no-port` when the chosen clock is no input */
export function machineOf(design: FlatDesign, program: Program, wantedClock?: string): Machine {
  const { lowering, layout, clocks, clockIsData, asyncGroups, groupOf, sourceCount } = program;
  const { g, domains, sources, pieces } = lowering;
  const ports = Object.entries(design.top.module.ports).map(([name, { direction, bits }]) => ({
    name,
    direction: direction as 'input' | 'output',
    width: bits.length,
  }));
  const inputs = ports.filter((p) => p.direction === 'input').map((p) => p.name);
  if (wantedClock !== undefined && !inputs.includes(wantedClock))
    throw noPort(design.top.name, wantedClock, 'input', inputs);
  const clock = wantedClock ?? chooseClock([...clockPins(program).keys()]);
  const places = (nodes: readonly number[]): Places => ({
    address: Int32Array.from(nodes, (n) => (g.value(n) === undefined ? layout.nodeAddress[n] >>> 2 : -1)),
    constant: Int32Array.from(nodes, (n) => g.value(n) ?? 0),
  });
  // A clock that can be forced is no plain input.
  const plain = clocks.length === 1 && !clockIsData && g.op[clocks[0]] === Op.Source;
  const driver = plain ? pieces.driverOf[domains[0].bit] : -1;
  const fast = driver >= 0 && pieces.drivers[driver].name === clock && domains[0].positive;
  const isState = (n: number) => g.op[n] === Op.Const || g.op[n] === Op.Source;
  const asyncMask = new Int32Array(layout.markWords);
  for (const group of [0, ...asyncGroups]) asyncMask[group >>> 5] |= 1 << (group & 31);
  return {
    top: design.top.name,
    code: program.code,
    pages: program.pages,
    ports,
    inputs: new Map(inputs.map((name) => [name, inputPort(design, program, name)])),
    outputs: new Map([...program.outputs].map(([name, word]) => [name, places(word)])),
    clock,
    fast,
    direct: new Set(
      fast ? [...program.outputs].filter(([, word]) => word.every(isState)).map(([n]) => n) : [],
    ),
    clocks: places(clocks),
    positive: domains.map((d) => d.positive),
    actsAfterEdge: sources.some(
      ({ kind }, s) => kind !== 'input' && s < sourceCount && asyncGroups.has(groupOf[s]),
    ),
    asyncMask,
    layout: {
      unstable: layout.unstable,
      marks: layout.marks,
      markWords: layout.markWords,
      bytes: layout.bytes,
    },
    initial: initialWords(design, program),
    statistics: program.statistics,
  };
}

function initialWords(design: FlatDesign, program: Program): Int32Array {
  const words = new Int32Array(program.layout.bytes >>> 2);
  writeInitialState(design, program, words, 1);
  const at: number[] = [];
  for (let i = 0; i < words.length; i++) if (words[i] !== 0) at.push(i);
  return Int32Array.from([...at, ...at.map((i) => words[i])]);
}

/** The only clock, or the first of the usual names. */
function chooseClock(names: readonly string[]): string | undefined {
  if (names.length === 1) return names[0];
  return ['clk_i', 'clk', 'clock'].find((name) => names.includes(name));
}

export function noPort(top: string, name: string, kind: string, names: readonly string[]): EconError {
  return new EconError({
    code: 'simulation/no-port',
    where: name,
    what: `${top} has no ${kind} of this name.`,
    remedy: `It has: ${names.join(', ')}.`,
  });
}
