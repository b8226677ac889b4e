import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runTool, type Tool, withTemporaryFolder } from '../../src/eda/index.js';
import { checkNets } from '../../src/netlist-sim/graph/net-check.js';
import { KINDS, type Netlist, readVerilog, Simulator } from '../../src/netlist-sim/index.js';
import { edited } from '../../src/netlist-sim/read/edits.js';
import { flatten } from '../../src/netlist-sim/read/flatten.js';
import { parseText } from '../../src/netlist-sim/read/verilog-structure.js';
import { setParameters } from '../../src/netlist-sim/read/verilog-tops.js';
import { bench, hexRow, play, stimuli } from './random-bench.js';
import type { RandomDesign } from './random-design.js';

/** What a simulator printed: per design and cycle the outputs as hex. */
export type Traces = ReadonlyMap<string, readonly (readonly string[])[]>;

export interface Difference {
  readonly design: RandomDesign;
  readonly judge: string;
  readonly text: string;
  /** Another judge agrees with us on every value: this one is alone. */
  readonly outvoted?: boolean;
}

export interface Comparison {
  readonly values: number;
  /** Values that a four-state judge called x, and the designs that have some. */
  readonly unknown: number;
  readonly unknownIn: readonly string[];
  readonly differences: readonly Difference[];
}

export const seedOf = (design: RandomDesign): number => 1000 + Number(design.name.slice(1));

/** Runs the common bench of some designs in a native simulator. */
async function runBench(
  designs: readonly RandomDesign[],
  cycles: number,
  build: (folder: string) => Promise<string>,
): Promise<Traces> {
  return withTemporaryFolder(async (folder) => {
    const text = designs.map((d) => d.verilog).join('\n');
    writeFileSync(join(folder, 'all.v'), `${text}\n${bench(designs, cycles)}`);
    for (const d of designs) {
      const rows = stimuli(d, seedOf(d), cycles).map((row) => hexRow(d, row));
      writeFileSync(join(folder, `${d.name}.hex`), `${rows.join('\n')}\n`);
      if (d.data !== undefined) writeFileSync(join(folder, `${d.name}_rom.hex`), d.data);
    }
    const traces = new Map<string, string[][]>(designs.map((d) => [d.name, []]));
    for (const line of (await build(folder)).split('\n')) {
      const [name, ...values] = line.trim().split(/\s+/);
      traces.get(name)?.push(values);
    }
    return traces;
  });
}

export function runIcarus(tool: Tool, designs: readonly RandomDesign[], cycles: number): Promise<Traces> {
  return runBench(designs, cycles, async (cwd) => {
    const built = await runTool(tool.path, ['-g2005', '-o', 'all.vvp', '-s', 'bench', 'all.v'], { cwd });
    if (built.status !== 0) throw new Error(built.stderr.slice(0, 2000));
    return (await runTool('vvp', ['-n', 'all.vvp'], { cwd })).stdout;
  });
}

/** Verilator needs a C++ compiler; all designs share one build. */
export function runVerilator(tool: Tool, designs: readonly RandomDesign[], cycles: number): Promise<Traces> {
  return runBench(designs, cycles, async (cwd) => {
    const args = [
      '--binary',
      '--timing',
      '-Wno-fatal',
      '-Wno-lint',
      '-Wno-style',
      '-Wno-MULTIDRIVEN',
      '--top-module',
    ];
    const flags = ['-O1', '--x-initial', '0', '-CFLAGS', '-O0 -w', '-Mdir', 'obj', '-o', 'run', 'all.v'];
    const built = await runTool(tool.path, [...args, 'bench', ...flags], { cwd, timeout: 1200 });
    if (built.status !== 0) throw new Error(built.stderr.slice(0, 3000));
    return (await runTool(join(cwd, 'obj', 'run'), [], { cwd })).stdout;
  });
}

/** The text of a random design, which has neither comments nor directives, with its parameters set. */
function parametrised({ name, verilog }: RandomDesign, parameters: Readonly<Record<string, string>>): string {
  const source = parseText(verilog, (file) => file);
  const module = source.modules.find((m) => m.name === name);
  if (module === undefined) throw new Error(`no module ${name}`);
  return edited(
    verilog,
    setParameters(source, module, parameters, () => undefined),
  );
}

/**
 * One run of the front end for all designs; never cached, campaigns see each design once. Their parameters are set as
 * `-P` sets those of a top module. A complaint about one of these correct designs is an error.
 */
export async function netlistOf(designs: readonly RandomDesign[], cache?: false): Promise<Netlist> {
  const files: Record<string, string> = {};
  for (const d of designs) {
    files[`${d.name}.v`] = d.parameters === undefined ? d.verilog : parametrised(d, d.parameters);
    if (d.data !== undefined) files[`${d.name}_rom.hex`] = d.data;
  }
  files['all.v'] = `module all; ${designs.map((d) => `${d.name} u_${d.name}();`).join(' ')} endmodule\n`;
  const included = Object.keys(files).filter((name) => name.endsWith('.hex'));
  const { netlist, findings } = await readVerilog(files, { top: 'all', included, cache });
  const complaints = [...findings, ...designs.flatMap((d) => checkNets(flatten(netlist, d.name)))].filter(
    (f) => f.kind in KINDS,
  );
  if (complaints.length > 0) throw new Error(`complaint: ${JSON.stringify(complaints[0])}`);
  return netlist;
}

/** Plays every design on our simulator and compares with what the judges printed. */
export async function compare(
  netlist: Netlist,
  designs: readonly RandomDesign[],
  cycles: number,
  judges: Readonly<Record<string, Traces>>,
): Promise<Comparison> {
  let values = 0;
  let unknown = 0;
  const unknownIn = new Set<string>();
  const differences: Difference[] = [];
  for (const design of designs) {
    const rows = stimuli(design, seedOf(design), cycles);
    let ours: string[][];
    try {
      ours = play(await Simulator.load(netlist, { top: design.name, clock: 'clk' }), design, rows);
    } catch (error) {
      differences.push({ design, judge: 'none', text: String(error) });
      continue;
    }
    const found: Difference[] = [];
    for (const [judge, traces] of Object.entries(judges)) {
      const wanted = traces.get(design.name) ?? [];
      const first = firstDifference(design, ours, wanted, judge, rows);
      values += first.values;
      unknown += first.unknown;
      if (first.unknown > 0) unknownIn.add(design.name);
      if (first.text !== undefined) found.push({ design, judge, text: first.text });
    }
    const outvoted = found.length < Object.keys(judges).length;
    differences.push(...found.map((d) => ({ ...d, outvoted })));
  }
  return { values, unknown, unknownIn: [...unknownIn], differences };
}

function firstDifference(
  design: RandomDesign,
  ours: readonly (readonly string[])[],
  wanted: readonly (readonly string[])[],
  judge: string,
  rows: readonly bigint[][],
): { values: number; unknown: number; text?: string } {
  let values = 0;
  let unknown = 0;
  for (const [t, row] of ours.entries()) {
    for (const [k, { name }] of design.outputs.entries()) {
      const want = wanted[t]?.[k] ?? 'nothing';
      values++;
      if (/[xz]/i.test(want)) unknown++;
      else if (row[k] !== want) {
        const inputs = design.inputs.map((i, n) => `${i.name}=${rows[t][n].toString(16)}`).join(' ');
        return { values, unknown, text: `cycle ${t} ${name}: ${row[k]}, ${judge} ${want} (${inputs})` };
      }
    }
  }
  return { values, unknown };
}
