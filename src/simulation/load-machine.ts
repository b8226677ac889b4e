import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deserialize, serialize } from 'node:v8';
import { gunzipSync, gzipSync } from 'node:zlib';
import { sha256 } from '../base/index.js';
import { cacheFolder, cacheKey, cacheReadBytes, cacheWrite } from '../eda/index.js';
import type { ActivityTuning } from './activity.js';
import { compile, type Program } from './compile.js';
import { type FlatDesign, flatten } from './flatten.js';
import { type Machine, machineOf } from './machine.js';
import { findSignal } from './names.js';
import { type Netlist, type ReadOptions, readVerilog, topModule } from './netlist.js';
import { unpackNetlist } from './unpack-netlist.js';

export interface LoadOptions extends ReadOptions {
  /** Input that `step` clocks; default: the only clock, or the first of clk_i, clk, clock that is one. */
  readonly clock?: string;
  /** Also simulate registers that reach no output, so that they can be looked at and upset. Default false. */
  readonly keepAll?: boolean;
  /** Signals (full names) that `force` may override. */
  readonly forceable?: readonly string[];
  /** How evaluation is limited to what changed; changes speed only. */
  readonly tuning?: Partial<ActivityTuning>;
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
  readonly yosys: number;
  readonly compile: number;
}

/** What is kept by content. The netlist is there for names of inner signals. */
interface Entry {
  readonly machine: Machine;
  readonly netlist: Uint8Array;
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
  const began = performance.now();
  if (isNetlist(source)) {
    const { netlist, seconds } = await unpackNetlist(source, options);
    return { ...compiled(netlist, options), yosys: seconds };
  }
  const folder = options.cache === false ? undefined : (options.cache ?? cacheFolder());
  const key = cacheKey('machine', [sourceHash(), JSON.stringify(source), choices(options)]);
  const entry = folder === undefined ? undefined : readEntry(folder, key);
  if (entry !== undefined) {
    const { machine, netlist } = entry;
    let parts: Parts | undefined;
    return {
      machine,
      parts: () => {
        parts ??= build(JSON.parse(gunzipSync(netlist).toString('utf8')) as Netlist, options);
        return parts;
      },
      yosys: 0,
      compile: (performance.now() - began) / 1000,
    };
  }
  const { netlist, seconds } = await readVerilog(source, options);
  const made = compiled(netlist, options);
  if (folder !== undefined && made.machine.code.length >= WORTH_KEEPING) {
    const kept: Entry = {
      machine: made.machine,
      netlist: gzipSync(JSON.stringify(netlist), { level: 1 }),
    };
    cacheWrite(folder, key, serialize(kept));
  }
  return { ...made, yosys: seconds };
}

export function isNetlist(source: object): source is Netlist {
  return typeof (source as Partial<Netlist>).modules === 'object';
}

function compiled(netlist: Netlist, options: LoadOptions): Omit<Loaded, 'yosys'> {
  const began = performance.now();
  const parts = build(netlist, options);
  const machine = machineOf(parts.design, parts.program, options.clock);
  return { machine, parts: () => parts, compile: (performance.now() - began) / 1000 };
}

function build(netlist: Netlist, { top, keepAll, tuning, forceable }: LoadOptions): Parts {
  const design = flatten(netlist, topModule(netlist, top));
  const program = compile(design, {
    keepAll,
    tuning,
    forceable: forceable?.map((name) => findSignal(design, name)),
  });
  return { design, program };
}

/** The options on which the compiled design depends. */
function choices({ top, defines, included, keepAll, clock, forceable, tuning }: LoadOptions): string {
  return JSON.stringify([top, defines, included, keepAll, clock, forceable, tuning]);
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
    const folder = dirname(fileURLToPath(import.meta.url));
    const files = readdirSync(folder).filter((name) => /\.[jt]s$/.test(name) && !name.endsWith('.d.ts'));
    hash = sha256(
      files
        .sort()
        .map((name) => readFileSync(join(folder, name), 'utf8'))
        .join('\0'),
    );
  }
  return hash;
}
