import { basename } from 'node:path';
import { type Command, Option } from '@commander-js/extra-typings';
import { checkWritable, EconError, openFileAtomic, readText, writeFileAtomic } from '../base/index.js';
import {
  checkAllowed,
  KINDS,
  parseStimulus,
  readSourceFiles,
  renderMismatch,
  renderXReport,
  runStimulus,
  SaifRecorder,
  Simulator,
  STAGES,
  type Stimulus,
  stageText,
  VcdWriter,
  xCheck,
} from '../netlist-sim/index.js';
import { interruptSignal } from './interrupt.js';
import { type OptionsOf, wholeNumber } from './options.js';
import { exitCode, note, print } from './terminal.js';
import { withinTime } from './time-limit.js';

const kinds = Object.keys(KINDS).join(', ');

const collect = (value: string, all: string[]): string[] => [...all, value];

export function addCommand(program: Command): void {
  simCommand(program).action((files, options) => withinTime(options.timeout, () => run(files, options)));
}

type Options = OptionsOf<typeof simCommand>;

function simCommand(program: Command) {
  return program
    .command('sim')
    .argument('<files...>', 'Verilog files; what they include or load is found by itself')
    .option('-s, --stimulus <file>', 'inputs and expected outputs per cycle: JSON or vectors')
    .option('--top <module>', 'module on top (default: the one that nobody instantiates)')
    .option('--clock <port>', 'input that ticks once a cycle (default: the only clock)')
    .option(
      '--reset <port[=level]>',
      'reset input and its active level, e.g. rst_n=0; held for 4 cycles first',
    )
    .option('--cycles <n>', 'clock cycles; beyond the stimulus its last inputs stay', wholeNumber(0))
    .option('-I, --include <folder>', 'folder of included files, may be repeated', collect, [])
    .option('-D, --define <name[=value]>', 'macro, may be repeated', collect, [])
    .option('-P, --parameter <name=value>', 'parameter of the top module, may be repeated', collect, [])
    .option('--allow <kind>', `go on in spite of a fault, may be repeated: ${kinds}`, collect, [])
    .option('--vcd <file>', 'write waves')
    .option('--scope <name>', 'only this instance or signal into the waves, may be repeated', collect, [])
    .option('--last <n>', 'waves of the last n cycles only, up to the first mismatch', wholeNumber(1, 1e6))
    .option('--saif <file>', 'write switching activity')
    .option('--xcheck', 'find state that the reset does not reach, and outputs that show it')
    .option('--keep-initial', 'with --xcheck: values of initial blocks hold (FPGA)')
    .option('--timeout <seconds>', 'give up after so many seconds, with exit code 2', wholeNumber(1, 1e6))
    .addOption(
      new Option(
        '--stop-after <stage>',
        "do not run: print the netlist as read, the graph, or the code's memory and order",
      )
        .choices(STAGES)
        .conflicts(['cycles', 'vcd', 'scope', 'last', 'saif', 'xcheck', 'json']),
    )
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Examples:
  econ sim uart.v --stimulus uart.json
  econ sim cpu.v alu.v --top cpu --reset rst_n=0 --cycles 1000 --vcd cpu.vcd --scope u_alu
  econ sim fifo.v -s fifo.vec --vcd fifo.vcd --last 32
  econ sim fifo.v --reset rst --cycles 100 --xcheck

A stimulus, outputs compared after the inputs of a cycle settled and before its clock edge:
  {"clock": "clk", "reset": {"port": "rst_n", "active": 0, "cycles": 4}, "inputs": {"en": 1},
   "cycles": [{"set": {"d": "8'h2a"}}, {"expect": {"q": "0x2a", "flags": "0b1x0"}, "repeat": 3}]}
The same as vectors (hexadecimal; . keeps an input, x does not matter):
  clock clk
  reset rst_n 0 4
  in d en
  out q flags
  2a 1
  .  . | 2a x *3

Exit code 1 when an output differs or --xcheck finds an output that depends on the state before the reset.`,
    );
}

async function run(files: readonly string[], options: Options): Promise<void> {
  if (options.stopAfter !== undefined) {
    const { simulator } = await load(files, options);
    print(stageText(simulator.parts, options.stopAfter));
    return;
  }
  const outcome = await simulate(files, options);
  if (options.json) print(JSON.stringify(outcome, null, 2));
  else print(render(outcome, options));
  const bad = outcome.result.mismatches > 0 || (outcome.xcheck?.outputs.length ?? 0) > 0;
  process.exitCode = bad ? exitCode.checkFailed : exitCode.ok;
}

type Outcome = Awaited<ReturnType<typeof simulate>>;

/** The design, and what is to be done with it. */
async function load(
  files: readonly string[],
  options: Options,
): Promise<{ simulator: Simulator; stimulus: Stimulus }> {
  const stimulus = readStimulus(options);
  checkAllowed(options.allow);
  const choice = {
    folders: options.include,
    defines: Object.fromEntries(options.define.map((text) => named(text, '1'))),
    parameters: Object.fromEntries(options.parameter.map((text) => named(text))),
  };
  const { files: texts, included, find } = readSourceFiles(files, choice);
  const simulator = await Simulator.load(texts, {
    ...choice,
    top: options.top ?? stimulus.top,
    clock: options.clock ?? stimulus.clock,
    included,
    find,
    allow: options.allow,
    timeout: options.timeout,
    keepAll: true,
  });
  for (const { where, what } of simulator.warnings) note(`warning: ${where}: ${what}`);
  return { simulator, stimulus };
}

async function simulate(files: readonly string[], options: Options) {
  for (const path of [options.vcd, options.saif]) if (path !== undefined) checkWritable(path);
  const { simulator, stimulus } = await load(files, options);
  if (simulator.clock === undefined && (options.cycles ?? 0) > 0 && simulator.statistics.registerBits > 0)
    note('the design has several clocks: choose one with --clock, or drive them as inputs');
  const signal = interruptSignal();
  const { cycles, keepInitial } = options;
  const unjudged = { ...stimulus, rows: stimulus.rows.map((row) => ({ ...row, expect: new Map() })) };
  const drive = async (s: Simulator, afterCycle: (cycle: number) => void): Promise<void> => {
    await runStimulus(s, unjudged, { cycles, afterCycle, signal });
  };
  const xcheck = options.xcheck ? await xCheck(simulator, drive, { keepInitial }) : undefined;
  const output = options.vcd === undefined ? undefined : openFileAtomic(options.vcd);
  const vcd =
    output &&
    new VcdWriter(simulator, (text) => output.write(Buffer.from(text)), {
      last: options.last,
      select: options.scope.length > 0 ? options.scope : undefined,
    });
  if (vcd !== undefined && vcd.watch.missing.length > 0)
    note(`${vcd.watch.missing.length} signals are not in the waves, first ${vcd.watch.missing[0].name}`);
  const saif = options.saif === undefined ? undefined : new SaifRecorder(simulator);
  const result = await runStimulus(simulator, stimulus, {
    cycles: options.cycles,
    vcd,
    stopVcdAtMismatch: options.last !== undefined,
    afterCycle: saif && ((cycle) => saif.sample(10 * (cycle + 1))),
    signal,
  }).catch((error: unknown) => {
    // The waves up to Ctrl-C are worth having.
    if (signal.aborted) output?.close();
    else output?.abort();
    throw error;
  });
  output?.close();
  if (saif !== undefined && options.saif !== undefined) writeFileAtomic(options.saif, saif.text());
  const { clock, statistics, timing } = simulator;
  return {
    top: simulator.top,
    warnings: simulator.warnings,
    clock,
    registerBits: statistics.registerBits,
    seconds: timing,
    result,
    xcheck,
  };
}

/** `NAME=VALUE`; the value may hold further `=`. */
function named(text: string, value?: string): [string, string] {
  const at = text.indexOf('=');
  const pair: [string, string | undefined] = at < 0 ? [text, value] : [text.slice(0, at), text.slice(at + 1)];
  if (/^[A-Za-z_][\w$]*$/.test(pair[0]) && pair[1] !== undefined) return pair as [string, string];
  throw new EconError({
    code: 'cli/name-value',
    where: text,
    what: pair[1] === undefined ? 'there is no = and no value.' : `"${pair[0]}" is no name of Verilog.`,
    remedy: 'Write NAME=VALUE.',
  });
}

function readStimulus(options: Options): Stimulus {
  const stimulus: Stimulus =
    options.stimulus === undefined
      ? { file: 'command line', inputs: new Map(), compare: 'before', rows: [] }
      : parseStimulus(readText(options.stimulus), options.stimulus);
  if (options.reset === undefined) return stimulus;
  const [port, level = '1'] = options.reset.split('=');
  return { ...stimulus, reset: { port, active: level === '0' ? 0 : 1, cycles: 4 } };
}

function render({ top, clock, registerBits, seconds, result, xcheck }: Outcome, options: Options): string {
  const load = (seconds.yosys + seconds.compile + seconds.start).toFixed(2);
  const lines = [
    `${top}: ${registerBits} register bits, clock ${clock ?? 'none'}; loaded in ${load} s`,
    `${result.cycles} cycles, ${result.compared} outputs compared, ${result.mismatches} differ`,
  ];
  if (result.first !== undefined) lines.push(renderMismatch(result.first));
  if (result.compared === 0) {
    lines.push('outputs at the end:');
    for (const [name, value] of Object.entries(result.outputs)) lines.push(`  ${name} = ${value}`);
  }
  if (xcheck !== undefined) lines.push(renderXReport(xcheck));
  if (options.vcd !== undefined) lines.push(`waves: ${basename(options.vcd)}`);
  return lines.join('\n');
}
