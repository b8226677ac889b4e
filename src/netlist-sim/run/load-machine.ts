import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deserialize, serialize } from 'node:v8';
import { gunzipSync, gzipSync } from 'node:zlib';
import { sha256 } from '../../base/index.js';
import { cacheFolder, cacheKey, cacheReadBytes, cacheWrite } from '../../eda/index.js';
import { type CompileOptions, compile as compileDesign, type Program } from '../emit/compile.js';
import { findSignal } from '../graph/names.js';
import { checkNets } from '../graph/net-check.js';
import { type Finding, judge } from '../read/findings.js';
import { type FlatDesign, flatten } from '../read/flatten.js';
import { type ReadOptions, readVerilog } from '../read/front-end.js';
import type { Bits } from '../read/hierarchy.js';
import { isNetlist, type Netlist, topModule } from '../read/netlist.js';
import { unpackNetlist } from '../read/unpack-netlist.js';
import { type Machine, machineOf } from './machine.js';
import { inputPort } from './ports.js';
import { writeInitialState } from './register-bits.js';

export interface LoadOptions extends ReadOptions, Pick<CompileOptions, 'lanes' | 'toggles' | 'tuning'> {
  /** Input that `step` clocks; default: the only clock, or the first of clk_i, clk, clock that is one. */
  readonly clock?: string;
  /** Also simulate registers that reach no output, so that they can be looked at and upset. Default false. */
  readonly keepAll?: boolean;
  /** Signals (full names) that `force` may override. */
  readonly forceable?: readonly string[];
}

/** Seconds from Verilog to a design that runs. */
export interface LoadTiming {
  /** Verilog to netlist; 0 when the cache had it. */
  readonly yosys: number;
  /** Flattening, lowering, emission; next to nothing when the cache had the compiled design. */
  readonly compile: number;
  /** WebAssembly compilation and start. */
  readonly start: number;
}

/** What names of inner signals need. */
export interface Parts {
  readonly design: FlatDesign;
  readonly program: Program;
}

export interface Loaded {
  readonly machine: Machine;
  /** Compiles a design from the cache again when it is asked for: looking inside takes that once. */
  readonly parts: () => Parts;
  /** What the front end noticed in Verilog, and is no error or was allowed. */
  readonly warnings: readonly Finding[];
  readonly yosys: number;
  readonly compile: number;
}

/** What is kept by content. The netlist is there for names of inner signals. */
interface Entry {
  readonly machine: Machine;
  readonly netlist: Uint8Array;
  readonly warnings: readonly Finding[];
}

/** Below this much code, compiling takes less than looking for it. */
const WORTH_KEEPING = 1 << 15;

/**
 * The design ready to run, compiled or from the cache.
 * @throws EconError as `Simulator.load`
 */
export async function loadMachine(
  source: Readonly<Record<string, string>> | Netlist,
  options: LoadOptions,
): Promise<Loaded> {
  let began = performance.now();
  const sinceThen = () => (performance.now() - began) / 1000;
  if (isNetlist(source)) {
    const { netlist, seconds } = await unpackNetlist(source, options);
    began = performance.now();
    const parts = build(flat(netlist, options), options);
    const machine = wordMachine(parts, options);
    return { machine, parts: () => parts, warnings: [], yosys: seconds, compile: sinceThen() };
  }
  const folder = options.cache === false ? undefined : (options.cache ?? cacheFolder());
  const key = cacheKey('machine', [sourceHash(), JSON.stringify(source), choices(options)]);
  const entry = folder === undefined ? undefined : readEntry(folder, key);
  if (entry !== undefined) {
    const { machine, netlist, warnings } = entry;
    let parts: Parts | undefined;
    return {
      machine,
      parts: () => {
        parts ??= build(flat(JSON.parse(gunzipSync(netlist).toString('utf8')), options), options);
        return parts;
      },
      warnings,
      yosys: 0,
      compile: sinceThen(),
    };
  }
  const { netlist, seconds, findings, complete } = await readVerilog(source, options);
  began = performance.now();
  const design = flat(netlist, options);
  const warnings = judge([...findings, ...checkNets(design)], options.allow);
  const parts = build(design, options);
  const machine = wordMachine(parts, options);
  const compile = sinceThen();
  if (folder !== undefined && complete && machine.code.length >= WORTH_KEEPING) {
    const packed = gzipSync(JSON.stringify(netlist), { level: 1 });
    const kept: Entry = { machine, netlist: packed, warnings };
    cacheWrite(folder, key, serialize(kept));
  }
  return { machine, parts: () => parts, warnings, yosys: seconds, compile };
}

function flat(netlist: Netlist, { top }: LoadOptions): FlatDesign {
  return flatten(netlist, topModule(netlist, top));
}

function build(design: FlatDesign, { forceable, ...options }: LoadOptions): Parts {
  const bits = forceable?.map((name) => findSignal(design, name));
  return { design, program: compileDesign(design, { ...options, forceable: bits }) };
}

function wordMachine({ design, program }: Parts, { lanes = 1, clock }: LoadOptions): Machine {
  const { domains, sources } = program.lowering;
  const initialise = (words: Int32Array) => writeInitialState(design, program, words, lanes);
  const input = (bits: Bits) => inputPort(program, bits);
  return machineOf(design, program, { lanes, bits: false, domains, sources, input, initialise }, clock);
}

/** The options on which the compiled design depends. */
function choices(options: LoadOptions): string {
  const { cache, timeout, find, outputs, ...rest } = options;
  return JSON.stringify(rest);
}

function readEntry(folder: string, key: string): Entry | undefined {
  const bytes = cacheReadBytes(folder, key);
  if (bytes === undefined) return undefined;
  try {
    return deserialize(bytes) as Entry;
  } catch {
    return undefined; // of another engine: it is made again and replaced
  }
}

let hash: string | undefined;

/** Hash over the code of this room: what an older one compiled is not used. */
function sourceHash(): string {
  if (hash === undefined) {
    const folder = fileURLToPath(new URL('..', import.meta.url));
    const files = (readdirSync(folder, { recursive: true }) as string[]).filter(
      (name) => /\.[jt]s$/.test(name) && !name.endsWith('.d.ts'),
    );
    hash = sha256(
      files
        .sort()
        .map((name) => readFileSync(join(folder, name), 'utf8'))
        .join('\0'),
    );
  }
  return hash;
}
