import { EconError, type Progress, silent } from '../base/index.js';
import { runYosys } from '../eda/index.js';
import { type RtlilModule, readRtlil } from './rtlil.js';

/** What one module became in gates, submodules not included. */
export interface SynthesisedModule {
  readonly name: string;
  /** Name in the Verilog source, parameters left out. */
  readonly source: string;
  /** Gate type ($_NAND_, $_DFF_PN0_, ...) -> number. */
  readonly gates: Readonly<Record<string, number>>;
  /** Module name -> number of instances that are left. */
  readonly children: Readonly<Record<string, number>>;
  /** Instance name -> module name, before synthesis. */
  readonly instances: ReadonlyMap<string, string>;
  /** The gates in BLIF, one module. */
  readonly netlist: string;
}

export interface Synthesis {
  readonly top: string;
  readonly modules: ReadonlyMap<string, SynthesisedModule>;
  /** Seconds of Yosys; 0 when everything came from the cache. */
  readonly seconds: number;
  readonly recipe: string;
}

export interface SynthesisOptions {
  /** Passed to runYosys. */
  readonly cache?: string | false;
  readonly progress?: Progress;
}

/** Seconds for one batch; the largest takes about a minute on an idle machine. */
const TIMEOUT = 3600;

/**
 * Modules with more characters of RTLIL than this keep their boundary, and get a run of their own, so that they run
 * beside the others and are cached by themselves.
 */
const LARGE = 25_000;

/**
 * Modules with as many instances keep their boundary too: of two thousand multipliers one is optimised, where the
 * same script on all of them would take hours.
 */
const REPEATED = 256;

/**
 * From word-level to the gates of a CMOS library. The boundaries that are left are not crossed, as TMR needs.
 * Registers become plain or asynchronously reset flip-flops (a standard-cell library has no others; enables turn
 * into multiplexers), the rest NAND, NOR, NOT, AOI, OAI, XOR, XNOR and MUX.
 */
const RECIPE = [
  'synth -noabc',
  'dfflegalize -cell $_DFF_P_ x -cell $_DFF_PN0_ x -cell $_DFF_PN1_ x -cell $_DFF_PP0_ x -cell $_DFF_PP1_ x -cell $_DLATCH_P_ x',
  'opt_clean',
  'abc -script +strash;dc2;&get,-n;&dch,-f;&nf;&put -g cmos',
  'opt_clean',
].join('; ');

/**
 * Synthesises a design hierarchically: each distinct block once, small modules as part of their parents.
 *
 * @param files name -> Verilog-2005 text, all of the design
 * @param top name of the top module
 * @throws EconError eda/yosys for broken Verilog, budget/black-box for a module without definition
 */
export async function synthesise(
  files: ReadonlyMap<string, string>,
  top: string,
  { cache, progress = silent }: SynthesisOptions = {},
): Promise<Synthesis> {
  const elaborated = await runYosys(
    `read_verilog ${[...files.keys()].join(' ')}; hierarchy -check -top ${top}; proc; opt_clean; write_rtlil`,
    Object.fromEntries(files),
    { cache },
  );
  const whole = readRtlil(elaborated.stdout);
  const topName = [...whole.values()].find((module) => module.source === top)?.name;
  if (topName === undefined)
    throw new EconError({
      code: 'budget/no-top',
      where: top,
      what: 'this module is not in the elaborated design.',
      remedy: 'Name the top module as in the Verilog.',
    });
  const flattened = await runYosys(
    `read_rtlil design.il; hierarchy -top ${top}; flatten -noscopeinfo; opt_clean; write_rtlil`,
    { 'design.il': keepLarge(whole, topName) },
    { cache },
  );
  const rtlil = readRtlil(flattened.stdout);
  const batches = batchesOf([...rtlil.values()]);
  progress.start('synthesise', batches.length, 'batch');
  let seconds = elaborated.seconds + flattened.seconds;
  let done = 0;
  const modules = new Map<string, SynthesisedModule>();
  await Promise.all(
    batches.map(async (batch) => {
      const result = await synthesiseBatch(batch, rtlil, cache);
      seconds += result.seconds;
      for (const module of result.modules) modules.set(module.name, module);
      progress.update(++done, batch.length === 1 ? batch[0].source : `${batch.length} small modules`);
    }),
  );
  progress.stop();
  return { top: topName, modules, seconds, recipe: RECIPE };
}

/**
 * The design with its blocks (instances of the top), large and often repeated modules marked to be kept by `flatten`;
 * modules that ask for it in the source (TMR copies) are marked already. The rest dissolves in its parents, as in
 * any real flow, so that unused outputs and constant inputs cost nothing.
 */
function keepLarge(modules: ReadonlyMap<string, RtlilModule>, top: string): string {
  const blocks = new Set(modules.get(top)?.instances.values());
  const instances = countInstances(modules, top);
  const kept = new Set<string>();
  const sizes = new Map<string, number>();
  /** Characters of a module with all that dissolves in it. */
  const sizeOf = (name: string): number => {
    const known = sizes.get(name);
    if (known !== undefined) return known;
    const module = modules.get(name);
    let size = module?.text.length ?? 0;
    for (const child of module?.instances.values() ?? []) {
      const inside = sizeOf(child);
      if (!kept.has(child)) size += inside;
    }
    if (blocks.has(name) || size > LARGE || (instances.get(name) ?? 0) >= REPEATED) kept.add(name);
    sizes.set(name, size);
    return size;
  };
  sizeOf(top);
  return [...modules.values()]
    .map(({ name, text }) => (kept.has(name) ? `attribute \\keep_hierarchy 1\n${text}` : text))
    .join('');
}

/** Instances of each module in the whole design. */
function countInstances(modules: ReadonlyMap<string, RtlilModule>, top: string): Map<string, number> {
  const total = new Map<string, number>();
  const visit = (name: string, times: number): void => {
    total.set(name, (total.get(name) ?? 0) + times);
    const children = new Map<string, number>();
    for (const child of modules.get(name)?.instances.values() ?? [])
      children.set(child, (children.get(child) ?? 0) + 1);
    for (const [child, count] of children) visit(child, times * count);
  };
  visit(top, 1);
  return total;
}

/** Large modules alone, largest first; all small ones together, at the place of their total size. */
function batchesOf(modules: RtlilModule[]): RtlilModule[][] {
  const size = (batch: readonly RtlilModule[]): number => batch.reduce((sum, m) => sum + m.text.length, 0);
  const large = modules.filter((module) => module.text.length > LARGE).map((module) => [module]);
  const small = modules.filter((module) => module.text.length <= LARGE);
  const batches = small.length > 0 ? [...large, small] : large;
  return batches.sort((a, b) => size(b) - size(a));
}

interface Statistics {
  readonly modules: Readonly<
    Record<string, { readonly num_cells_by_type?: Readonly<Record<string, number>> }>
  >;
}

async function synthesiseBatch(
  batch: readonly RtlilModule[],
  all: ReadonlyMap<string, RtlilModule>,
  cache: string | false | undefined,
): Promise<{ modules: SynthesisedModule[]; seconds: number }> {
  const inside = new Set(batch.map((module) => module.name));
  const outside = new Set(batch.flatMap((module) => [...module.instances.values()]));
  const stubs = [...outside].filter((name) => !inside.has(name)).sort();
  const text = [
    ...stubs.map((name) => all.get(name)?.stub ?? ''),
    ...batch.map((module) => module.text),
  ].join('');
  const { files, stdout, seconds } = await runYosys(
    `read_rtlil design.il; ${RECIPE}; tee -q -o gates.json stat -json; write_blif -icells -conn`,
    { 'design.il': text },
    { cache, timeout: TIMEOUT, outputs: ['gates.json'] },
  );
  const netlists = new Map(
    stdout
      .split(/^(?=\.model )/m)
      .map((model) => [model.slice('.model '.length, model.indexOf('\n')), model]),
  );
  const statistics = JSON.parse(files['gates.json']) as Statistics;
  return {
    seconds,
    modules: batch.map(({ name, source, instances }) => {
      const cells = Object.entries(statistics.modules[name]?.num_cells_by_type ?? {});
      const isGate = ([type]: [string, number]): boolean => type.startsWith('$_');
      return {
        name,
        source,
        instances,
        gates: Object.fromEntries(cells.filter(isGate)),
        // Yosys prints instance types without the leading backslash of plain names.
        children: Object.fromEntries(
          cells
            .filter((cell) => !isGate(cell))
            .map(([type, count]) => [all.has(type) ? type : `\\${type}`, count]),
        ),
        netlist: netlists.get(name.replace(/^\\/, '')) ?? '',
      };
    }),
  };
}
