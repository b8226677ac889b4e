import { version as yosysVersion } from '@yowasp/yosys';
import colours from 'picocolors';
import { version } from '../base/index.js';
import { findTool, isMissing, runYosys, type ToolName } from '../eda/index.js';
import { findTfjs } from '../training/index.js';

export interface DoctorLine {
  readonly name: string;
  /** 'missing' of something optional is no failure. */
  readonly state: 'ok' | 'missing' | 'broken';
  readonly needed: boolean;
  readonly detail: string;
  /** What it is for. */
  readonly use: string;
}

export interface DoctorResult {
  readonly version: string;
  readonly lines: readonly DoctorLine[];
  /** Everything that is needed works. */
  readonly ready: boolean;
}

const optionalTools: readonly (readonly [ToolName, string])[] = [
  ['iverilog', 'independent check of the Verilog: econ simulate --simulator icarus'],
  ['verilator', 'independent check of the Verilog, lint: econ simulate --simulator verilator'],
  ['sta', 'timing of a mapped netlist (OpenSTA)'],
  ['chromium', 'tests look at the report with it'],
];

/** Tries what econ needs and looks for what it can use. */
export async function doctor(): Promise<DoctorResult> {
  const lines: DoctorLine[] = [node(), simd(), await yosys(), await tfjs()];
  for (const [name, use] of optionalTools) {
    const tool = await findTool(name);
    lines.push(
      isMissing(tool)
        ? { name, state: 'missing', needed: false, detail: tool.reason, use }
        : { name, state: 'ok', needed: false, detail: tool.version, use },
    );
  }
  return { version, lines, ready: lines.every((line) => !line.needed || line.state === 'ok') };
}

export function renderDoctor(result: DoctorResult): string {
  const mark = { ok: colours.green('ok'), missing: colours.yellow('--'), broken: colours.red('!!') };
  const width = Math.max(...result.lines.map((line) => line.name.length));
  const lines = result.lines.map(
    (line) =>
      `${mark[line.state]}  ${line.name.padEnd(width)}  ${line.detail}${line.needed ? '' : colours.dim(`  (optional: ${line.use})`)}`,
  );
  const verdict = result.ready
    ? 'Ready: everything that econ needs is here.'
    : 'Not ready: see the lines marked !!.';
  return [`econ ${result.version}`, ...lines, verdict].join('\n');
}

function node(): DoctorLine {
  const major = Number(process.versions.node.split('.')[0]);
  const state = major >= 20 ? 'ok' : 'broken';
  const detail = `${process.versions.node}${state === 'ok' ? '' : ': version 20 or later is needed'}`;
  return { name: 'node', state, needed: true, detail, use: 'runs econ' };
}

/** A module that holds one SIMD instruction (v128.const), which validates only where SIMD is there. */
const SIMD_PROBE = Uint8Array.from(
  [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 23, 1, 21, 0, 253, 12].concat(
    new Array<number>(16).fill(0),
    [26, 11],
  ),
);

function simd(): DoctorLine {
  // The library types of the project have no browser globals.
  const api = (globalThis as unknown as { WebAssembly: { validate(code: Uint8Array): boolean } }).WebAssembly;
  const there = api.validate(SIMD_PROBE);
  return {
    name: 'WebAssembly SIMD',
    state: there ? 'ok' : 'missing',
    needed: false,
    detail: there ? 'available' : 'not available: training falls back to --engine js',
    use: 'training engine',
  };
}

async function yosys(): Promise<DoctorLine> {
  const line = { name: 'Yosys (WebAssembly)', needed: true, use: 'netlists for simulation and cost' };
  const probe = 'module probe(input a, output y); assign y = ~a; endmodule';
  try {
    await runYosys('read_verilog probe.v; synth -top probe', { 'probe.v': probe }, { cache: false });
    return { ...line, state: 'ok', detail: yosysVersion };
  } catch (error) {
    return { ...line, state: 'broken', detail: error instanceof Error ? error.message : String(error) };
  }
}

async function tfjs(): Promise<DoctorLine> {
  const found = await findTfjs();
  const line = { name: 'tfjs', needed: false, use: 'econ train --engine tfjs' };
  return 'reason' in found
    ? { ...line, state: 'missing', detail: found.reason }
    : { ...line, state: 'ok', detail: found.backend };
}
