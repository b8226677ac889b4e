import { EconError } from '../../base/index.js';
import type { Assembled, Statistics } from '../emit/assemble.js';
import type { Layout } from '../emit/layout.js';
import type { LaneCount } from '../emit/shape.js';
import { Op } from '../graph/operation.js';
import type { Bits, DesignNets } from '../read/hierarchy.js';
import type { InputPort } from './ports.js';

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
  /** 32-bit words in which one word of all lanes lies. */
  readonly lanes: LaneCount;
  /** Every bit of a word is a lane of its own: gates. */
  readonly bits: boolean;
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
  /** Clocks may have edges in some lanes only. */
  readonly laneClocks: boolean;
  /** Registers decide about latches or asynchronous controls: those act before the next input changes. */
  readonly actsAfterEdge: boolean;
  /** Per word of change marks: groups that can make an asynchronous control act. */
  readonly asyncMask: Int32Array;
  readonly layout: Pick<
    Layout,
    'unstable' | 'marks' | 'markWords' | 'edges' | 'values' | 'countedBytes' | 'counters' | 'bytes'
  >;
  /** Memories: byte address, and bytes in one lane. */
  readonly memories: readonly (readonly [address: number, bytes: number])[];
  /** Words of memory that are not 0 at the beginning: their addresses, and behind these their values. */
  readonly initial: Int32Array;
  readonly statistics: Statistics;
}

/** What words and gates do differently. */
export interface MachineParts {
  readonly lanes: LaneCount;
  readonly bits: boolean;
  readonly domains: readonly { readonly bit: number; readonly positive: boolean }[];
  /** Kind of a source, and the bytes of a memory in one lane. */
  readonly sources: readonly { readonly kind: string; readonly memory?: { readonly bytes: number } }[];
  readonly input: (bits: Bits) => InputPort;
  /** Writes the state at the beginning. */
  readonly initialise: (words: Int32Array) => void;
}

/** @throws EconError `simulation/no-port` when the chosen clock is no input */
export function machineOf(
  design: DesignNets,
  program: Assembled,
  parts: MachineParts,
  wantedClock?: string,
): Machine {
  const { g, layout, clocks, clockIsData, asyncGroups, groupOf } = program;
  const { lanes, domains, sources } = parts;
  const ports = Object.entries(design.top.module.ports).map(([name, { direction, bits }]) => ({
    name,
    direction: direction as 'input' | 'output',
    width: bits.length,
  }));
  const bitsOf = (name: string) => design.bits(design.top, design.top.module.ports[name].bits);
  const inputs = ports.filter((p) => p.direction === 'input').map((p) => p.name);
  if (wantedClock !== undefined && !inputs.includes(wantedClock))
    throw noPort(design.top.name, wantedClock, 'input', inputs);
  const pins = new Set(domains.map((d) => d.bit));
  const clock = wantedClock ?? chooseClock(inputs.filter((name) => bitsOf(name).some((b) => pins.has(b))));
  const places = (nodes: readonly number[]): Places => ({
    address: Int32Array.from(nodes, (n) => (g.value(n) === undefined ? layout.nodeAddress[n] >>> 2 : -1)),
    constant: Int32Array.from(nodes, (n) => g.value(n) ?? 0),
  });
  // A clock that can be forced is no plain input.
  const plain = clocks.length === 1 && !clockIsData && g.op[clocks[0]] === Op.Source && domains[0].positive;
  const fast = plain && clock !== undefined && bitsOf(clock).includes(domains[0].bit);
  const isState = (n: number) => g.op[n] === Op.Const || g.op[n] === Op.Source;
  const asyncMask = new Int32Array(layout.markWords);
  for (const group of [0, ...asyncGroups]) asyncMask[group >>> 5] |= 1 << (group & 31);
  const { unstable, marks, markWords, edges, values, countedBytes, counters, bytes } = layout;
  return {
    top: design.top.name,
    code: program.code,
    pages: program.pages,
    lanes,
    bits: parts.bits,
    ports,
    inputs: new Map(inputs.map((name) => [name, parts.input(bitsOf(name))])),
    outputs: new Map([...program.outputs].map(([name, word]) => [name, places(word)])),
    clock,
    fast,
    direct: new Set(
      fast ? [...program.outputs].filter(([, word]) => word.every(isState)).map(([n]) => n) : [],
    ),
    clocks: places(clocks),
    positive: domains.map((d) => d.positive),
    laneClocks: program.laneClocks,
    actsAfterEdge: sources.some(
      ({ kind }, s) => kind !== 'input' && s < layout.sourceAddress.length && asyncGroups.has(groupOf[s]),
    ),
    asyncMask,
    layout: { unstable, marks, markWords, edges, values, countedBytes, counters, bytes },
    memories: sources.flatMap(({ memory }, s) =>
      memory === undefined ? [] : [[layout.sourceAddress[s], memory.bytes] as const],
    ),
    initial: initialWords(program, parts),
    statistics: program.statistics,
  };
}

function initialWords({ pages, constants }: Assembled, { lanes, initialise }: MachineParts): Int32Array {
  const words = new Int32Array(pages << 14);
  initialise(words);
  for (const [address, value] of constants) words.fill(value, address >>> 2, (address >>> 2) + lanes);
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
