/**
 * npm run campaign:exchange: truth files made anew by the tools, beside those in test/data/exchange and beside our executor;
 * exports loaded in the tools. Needs Python and PyPI; what it cannot do it says as `skipped: reason`.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { packageRoot } from '../../src/base/index.js';
import { type ExportFile, exportFolder } from './export-files.js';
import {
  compareWithTruth,
  referenceOf,
  SAME,
  TOOLS,
  type Tool,
  type TruthCase,
  truthArchive,
  truthCases,
} from './truth-cases.js';

const program = new Command('npm run campaign:exchange --')
  .description('files of other tools, made anew and executed; exports loaded in other tools')
  .option('--tools <names...>', `only these: ${TOOLS.join(', ')}; torch downloads gigabytes`, [...TOOLS])
  .option('--python <path>', 'Python 3.11 or later', 'python3.11')
  .option('--python310 <path>', 'Python 3.10, for Keras 2.11', 'python3.10')
  .option('--venvs <folder>', 'where virtual environments are or are to stay; else in a temporary folder')
  .option('--skip-truth', 'only the exports')
  .parse();
const options = program.opts<{
  tools: Tool[];
  python: string;
  python310: string;
  venvs?: string;
  skipTruth?: boolean;
}>();
const scripts = join(packageRoot, 'scripts', 'exchange');
const scratch = mkdtempSync(join(tmpdir(), 'econ-campaign-'));
let wrong = 0;
let compared = 0;

try {
  for (const tool of options.tools)
    if (!TOOLS.includes(tool)) program.error(`--tools: ${tool} is none of ${TOOLS.join(', ')}`);
  const pythons = new Map(options.tools.map((tool) => [tool, environment(tool)]));
  if (!options.skipTruth) for (const [tool, python] of pythons) if (python) await truth(tool, python);
  await exports(pythons);
  console.log(
    compared === 0
      ? 'Nothing was compared.'
      : `${compared} comparisons, ${wrong === 0 ? 'no' : wrong} differences.`,
  );
  process.exitCode = wrong === 0 ? 0 : 1;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

/** Python of a virtual environment with the pinned packages of a tool; undefined, and said why, when there is none. */
function environment(tool: Tool): string | undefined {
  const folder = join(options.venvs ?? join(scratch, 'venvs'), tool);
  const python = join(folder, 'bin', 'python');
  if (existsSync(python)) return python;
  const base = tool === 'keras2' ? options.python310 : options.python;
  mkdirSync(folder, { recursive: true });
  console.log(`${tool}: installing the packages of scripts/exchange/requirements-${tool}.txt`);
  for (const [command, ...rest] of [
    [base, '-m', 'venv', folder],
    [python, '-m', 'pip', 'install', '--quiet', '-r', join(scripts, `requirements-${tool}.txt`)],
  ]) {
    const { status, error, stderr } = spawnSync(command, rest, { encoding: 'utf8' });
    if (status === 0) continue;
    console.log(`skipped: ${tool}: ${error?.message ?? stderr.trim().split('\n').at(-1)}`);
    rmSync(folder, { recursive: true, force: true });
    return undefined;
  }
  return python;
}

/** Makes the files of a tool anew, compares those that are kept, executes all. */
async function truth(tool: Tool, python: string): Promise<void> {
  const folder = join(scratch, tool);
  const { status, stderr } = spawnSync(python, ['-W', 'ignore', join(scripts, `make_${tool}.py`), folder], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (status !== 0)
    return console.log(`skipped: ${tool}: make_${tool}.py ended with ${stderr.trim().split('\n').at(-1)}`);
  const made = truthCases(folder);
  console.log(`${tool}: ${versions(made.versions)}; ${made.cases.length} cases made`);
  const kept = truthArchive(join(packageRoot, 'test', 'data', 'exchange', `${tool}.zip`));
  againstKept(tool, folder, kept.cases);
  let [equal, refused, values] = [0, 0, 0];
  for (const { name, path, reference } of made.cases) {
    if (!reference) continue;
    try {
      const result = await compareWithTruth(path, reference);
      values += result.values;
      compared++;
      if (result.largest <= SAME && result.outputs) equal++;
      else different(`${tool} ${name}: layer ${result.layer} differs by ${result.largest}`);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error)) throw error;
      refused++;
    }
  }
  console.log(`${tool}: executed here: ${equal} equal in every layer (${values} values), ${refused} refused`);
}

/** Outputs of today's tools beside those that are kept. */
function againstKept(tool: Tool, folder: string, kept: readonly TruthCase[]): void {
  let [same, arrays] = [0, 0];
  for (const { name, reference } of kept) {
    if (!reference) continue;
    const path = join(folder, `${name}.ref.npz`);
    if (!existsSync(path)) {
      different(`${tool} ${name}: not made any more`);
      continue;
    }
    const now = referenceOf(readFileSync(path));
    for (const [layer, { data }] of reference) {
      const other = now.get(layer)?.data;
      const largest = Math.max(...data.map((v, i) => Math.abs(v - (other?.[i] ?? Number.NaN))));
      const scale = Math.max(1, ...data.map(Math.abs));
      arrays++;
      compared++;
      if (largest <= SAME * scale) same++;
      else different(`${tool} ${name}: layer ${layer} was another by ${largest}`);
    }
  }
  console.log(`${tool}: ${same} of ${arrays} kept arrays are made anew with the same numbers`);
}

interface Loaded {
  readonly versions: Readonly<Record<string, string>>;
  readonly files: Readonly<
    Record<
      string,
      Record<string, { values: number; different: number; largest: number }> & { error?: string }
    >
  >;
}

async function exports(pythons: ReadonlyMap<Tool, string | undefined>): Promise<void> {
  const folder = join(scratch, 'exports');
  const files = await exportFolder(folder);
  for (const [tool, check] of [
    ['keras2', 'keras'],
    ['keras3', 'keras'],
    ['onnx', 'onnxruntime'],
    ['onnx', 'qonnx'],
    ['onnx', 'hls4ml'],
  ] as const) {
    const python = pythons.get(tool);
    if (python) loaded(check, python, folder, files);
    else console.log(`skipped: exports in ${check} (${tool}): no Python with it`);
  }
}

function loaded(check: string, python: string, folder: string, files: readonly ExportFile[]): void {
  const { stdout, stderr } = spawnSync(
    python,
    ['-W', 'ignore', join(scripts, 'check_exports.py'), check, folder],
    {
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    },
  );
  const line = stdout.split('\n').find((text) => text.startsWith('RESULT '));
  if (line === undefined) {
    different(`${check}: ${stderr.trim().split('\n').at(-1)}`);
    return;
  }
  const result = JSON.parse(line.slice(7)) as Loaded;
  const expected = files.filter(({ file }) => file in result.files);
  let [steps, values, largest] = [0, 0, 0];
  for (const { file, tolerance } of expected) {
    const { error, ...found } = result.files[file];
    if (error !== undefined) different(`${check}: ${file}: ${error}`);
    for (const [step, one] of Object.entries(found)) {
      steps++;
      compared++;
      values += one.values;
      largest = Math.max(largest, one.largest);
      if (!(one.largest <= tolerance))
        different(
          `${check}: ${file}, ${step}: ${one.different} of ${one.values} differ, by at most ${one.largest}`,
        );
    }
  }
  console.log(
    `exports in ${check} (${versions(result.versions)}): ${expected.length} files, ${steps} runs, ${values} latents, largest difference ${largest}`,
  );
}

function different(text: string): void {
  wrong++;
  console.log(`DIFFERENT ${text}`);
}

function versions(of: Readonly<Record<string, string>>): string {
  return Object.entries(of)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ');
}
