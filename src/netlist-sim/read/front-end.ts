import { EconError } from '../../base/index.js';
import { runYosys, type YosysOptions } from '../../eda/index.js';
import { type Edit, edited } from './edits.js';
import type { Finding } from './findings.js';
import { declarePaths, pathUses } from './hierarchical.js';
import { lowerInterfaces } from './interfaces.js';
import { findLatches } from './latches.js';
import type { Netlist } from './netlist.js';
import { Preprocessor, type Resolver } from './preprocess.js';
import { dataPlaces, includePlaces } from './source-files.js';
import { applyRules } from './verilog-rules.js';
import { parseText, type VerilogText } from './verilog-structure.js';
import { findTop, plain, setParameters } from './verilog-tops.js';
import { explain, readMessages } from './yosys-messages.js';

export interface ReadOptions extends YosysOptions {
  /** Module on top; default: the one that nobody instantiates. */
  readonly top?: string;
  readonly defines?: Readonly<Record<string, string>>;
  /** Values of parameters of the top module, as Verilog writes them. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Names of files that are not read by themselves: others include them, or load them as data. */
  readonly included?: readonly string[];
  /** Folders in which included files and data are looked for, after the one of the file that names them. */
  readonly folders?: readonly string[];
  /** Content of a file that is not among the given ones: Verilog put its name together. */
  readonly find?: (name: string) => string | undefined;
  /** Kinds of faults that do not stop the run (`KINDS`). */
  readonly allow?: readonly string[];
  /** Leave logic that nothing uses in the netlist. */
  readonly keepAll?: boolean;
}

export interface ReadResult {
  readonly netlist: Netlist;
  readonly seconds: number;
  readonly findings: readonly Finding[];
  /** False when a file was needed that the given files do not hold: the result is not theirs alone. */
  readonly complete: boolean;
}

/** Verilog ready for Yosys: its script begins with `read`, its files are `files`. */
export interface Prepared {
  readonly top: string;
  readonly read: readonly string[];
  readonly files: Readonly<Record<string, string>>;
  readonly sources: readonly VerilogText[];
  readonly findings: readonly Finding[];
  /** Names of ours in a text of Yosys as the user wrote them. */
  readonly real: (text: string) => string;
  /** The same with further edits of each source. */
  readonly finish: (more: readonly (readonly Edit[])[]) => Prepared;
}

/** Runs of Yosys that each ask for one more file. */
const MOST_FILES = 64;
/** Runs of Yosys in which names with dots turn up. */
const MOST_ROUNDS = 8;

/**
 * Verilog text to a netlist of words, hierarchy kept: only the passes that turn processes into cells. Flattening
 * is ours (Yosys needs ten times longer for it), and so is every simplification.
 *
 * @param files content by name; `.vh` and `.svh` are only included by others
 * @throws EconError of `runYosys`, `simulation/...` of the preprocessor
 */
export async function readVerilog(
  files: Readonly<Record<string, string>>,
  options: ReadOptions = {},
): Promise<ReadResult> {
  const prepared = prepareText(files, options);
  const first = await runPrepared(prepared, files, options);
  if (pathUses(first.log).length === 0) return finish(prepared, first);
  return readPaths(prepared, files, { ...options, keepAll: true }, first);
}

/** Verilog with hierarchical names: they are declared as wide as what they name, and all is read once more. */
async function readPaths(
  prepared: Prepared,
  files: Readonly<Record<string, string>>,
  options: ReadOptions,
  first: YosysRun,
): Promise<ReadResult> {
  const done = new Set<string>();
  const edits = prepared.sources.map((): Edit[] => []);
  // What only these names read must not be removed.
  let run = first.keptAll ? first : await runPrepared(prepared, files, options);
  let now = prepared;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const more = declarePaths(prepared.sources, run.netlist, prepared.top, pathUses(run.log), done);
    if (more.every((list) => list.length === 0)) break;
    more.forEach((list, i) => void edits[i].push(...list));
    now = prepared.finish(edits);
    const { seconds } = run;
    run = await runPrepared(now, files, options);
    run = { ...run, seconds: run.seconds + seconds };
  }
  return finish(now, run);
}

interface YosysRun {
  readonly netlist: Netlist;
  readonly log: string;
  readonly seconds: number;
  readonly complete: boolean;
  readonly keptAll: boolean;
}

function finish(prepared: Prepared, { netlist, log, seconds, complete }: YosysRun): ReadResult {
  const findings = [...prepared.findings, ...readMessages(log, prepared.sources), ...findLatches(netlist)];
  return { netlist: { ...netlist, escaped: escapedNames(prepared.sources) }, seconds, findings, complete };
}

function escapedNames(sources: readonly VerilogText[]): string[] {
  const names = sources.flatMap(({ tokens }) =>
    tokens.filter((t) => t.text[0] === '\\').map((t) => plain(t.text)),
  );
  return [...new Set(names)].filter((name) => !/^[A-Za-z_][\w$]*$/.test(name));
}

/** Runs Yosys, and again with each file that it asks for. */
async function runPrepared(
  prepared: Prepared,
  files: Readonly<Record<string, string>>,
  options: ReadOptions,
): Promise<YosysRun> {
  const script = [
    ...prepared.read,
    `hierarchy -check -top ${commandWord(prepared.top)}`,
    'proc',
    ...(options.keepAll ? [] : ['opt_clean']),
    'write_json',
  ].join('\n');
  const inner = { ...prepared.files };
  let seconds = 0;
  for (let more = 0; ; more++) {
    try {
      const result = await runYosys(script, inner, options);
      const netlist = JSON.parse(prepared.real(result.stdout)) as Netlist;
      seconds += result.seconds;
      return {
        netlist,
        log: prepared.real(result.log),
        seconds,
        complete: more === 0,
        keptAll: options.keepAll === true,
      };
    } catch (error) {
      if (!(error instanceof EconError) || error.code !== 'eda/yosys') throw error;
      const wanted = /Can not open file `([^`']+)`/.exec(error.what)?.[1];
      const text = wanted === undefined || more >= MOST_FILES ? undefined : dataFile(wanted, files, options);
      if (wanted === undefined || text === undefined || inner[wanted] !== undefined)
        throw explain(error, prepared);
      inner[wanted] = text;
    }
  }
}

/** A name as one word of a Yosys script. */
function commandWord(name: string): string {
  return /^[A-Za-z_][\w$]*$/.test(name) ? name : `\\${name}`;
}

function dataFile(
  name: string,
  files: Readonly<Record<string, string>>,
  options: ReadOptions,
): string | undefined {
  for (const place of dataPlaces(name, '', options.folders ?? []))
    if (Object.hasOwn(files, place)) return files[place];
  return options.find?.(name);
}

/** Text that is nested deeper than the stack of the engine is refused. */
function prepareText(files: Readonly<Record<string, string>>, options: ReadOptions): Prepared {
  try {
    return prepare(files, options);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new EconError(
      {
        code: 'simulation/too-deep',
        where: Object.keys(files)[0] ?? 'sources',
        what: 'statements or macros are nested too deeply.',
        remedy: 'Write it flatter.',
      },
      { cause: error },
    );
  }
}

/** Preprocesses the files, finds the top module, sets its parameters, and rewrites what Yosys takes for something else. */
export function prepare(files: Readonly<Record<string, string>>, options: ReadOptions): Prepared {
  const findings: Finding[] = [];
  const { printable, real } = names();
  const data = new Map<string, string>();
  const resolver = recordResolver(files, options.folders ?? [], printable, data);
  const preprocessor = new Preprocessor(resolver, options.defines ?? {}, (f) => findings.push(f), printable);
  const own = Object.keys(files).filter(
    (name) => !/\.s?vh$/.test(name) && !(options.included ?? []).includes(name),
  );
  const sources = own.map((name) => parseText(preprocessor.read(name, files[name]), real));
  const top = findTop(sources, options.top);
  const edits = lowerInterfaces(sources);
  const inner = (i: number) => `${i}.${isSystemVerilog(own[i]) ? 'sv' : 'v'}`;
  sources.forEach((source, i) => {
    edits[i].push(...applyRules(source, isSystemVerilog(own[i]), (f) => findings.push(f)));
    const module = source.modules.find((m) => plain(m.name) === top);
    if (module !== undefined && options.parameters !== undefined)
      edits[i].push(
        ...setParameters(source, module, options.parameters, (name) => resolver.data(name, own[i])),
      );
  });
  const finished = (more: readonly (readonly Edit[])[]): Prepared => ({
    top,
    read: sources.map((_, i) => `read_verilog -nopp ${isSystemVerilog(own[i]) ? '-sv ' : ''}${inner(i)}`),
    files: Object.fromEntries([
      ...data,
      ...sources.map((source, i) => [inner(i), edited(source.text, [...edits[i], ...more[i]])] as const),
    ]),
    sources,
    findings,
    real,
    finish: finished,
  });
  return finished(sources.map(() => []));
}

function isSystemVerilog(name: string): boolean {
  return /\.sv$/i.test(name);
}

/** Names without a character that means something to Yosys, and back. */
function names(): { printable: (name: string) => string; real: (text: string) => string } {
  const odd = new Map<string, string>();
  return {
    printable: (name) => {
      if (/^\w[\w.+-]*(\/\w[\w.+-]*)*$/.test(name)) return name;
      let safe = odd.get(name);
      if (safe === undefined) {
        const base = name.split(/[\\/]/).at(-1) ?? '';
        safe = `econ-file-${odd.size}/${base.replace(/[^\w.+-]/g, '_')}`;
        odd.set(name, safe);
      }
      return safe;
    },
    real: (text) =>
      [...odd].reduce((t, [name, safe]) => t.replaceAll(safe, JSON.stringify(name).slice(1, -1)), text),
  };
}

/** Finds files in a record: beside the file that names them, in the folders, by the name as it is. */
function recordResolver(
  files: Readonly<Record<string, string>>,
  folders: readonly string[],
  printable: (name: string) => string,
  data: Map<string, string>,
): Resolver {
  const look = (places: readonly string[]) => places.find((name) => Object.hasOwn(files, name));
  return {
    include: (wanted, from) => {
      const found = look(includePlaces(wanted, from, folders));
      return found === undefined ? undefined : { name: found, text: files[found] };
    },
    data: (wanted, from) => {
      const found = look(dataPlaces(wanted, from, folders));
      if (found === undefined) return undefined;
      const inner = printable(found);
      data.set(inner, files[found]);
      return inner;
    },
  };
}
