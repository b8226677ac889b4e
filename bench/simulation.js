#!/usr/bin/env node
// Simulated clock cycles per second of the emitted chip: our simulator, Verilator -O3 and Icarus, on the same
// Verilog, weights and wafers, in the same run. Run `npm run build` first. Rates are per second of processor time;
// the hash over all output words must be the same. `--no-verilator` leaves out its build of some minutes.
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Random } from '../dist/base/index.js';
import {
  defaultSettings,
  describeChip,
  emitChip,
  packCodes,
  runChip,
  scriptBytes,
  settingsToRegisterWrites,
  zeroWeights,
} from '../dist/chip/index.js';
import { findTool, isMissing, runTool, withTemporaryFolder } from '../dist/eda/index.js';
import { I2cMaster, loadChip, runTestbench } from '../dist/simulation/index.js';

const ROWS = 2048;
/** Passes over the wafers that are measured, after one that warms up. */
const REPEATS = 20;

/** @param {number} n */
const round = (n) => Math.round(n).toLocaleString('en');

function processorSeconds() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function makeJob() {
  const random = new Random(1);
  const weights = zeroWeights();
  for (const array of [weights.convKernel, weights.convBias, weights.denseKernel, weights.denseBias]) {
    const range = array === weights.denseKernel ? 14 : 64;
    for (let q = 0; q < array.length; q++) array[q] = random.below(range) - range / 2;
  }
  const settings = { ...defaultSettings('production'), algorithm: 'autoencoder', etx: 5, weights };
  const codes = Uint8Array.from({ length: ROWS * 48 }, () => (random.below(3) === 0 ? random.below(110) : 0));
  const bx = Uint32Array.from({ length: ROWS }, (_, i) => i);
  const words = packCodes('production', codes, bx, ROWS);
  return { settings, words, expected: runChip(settings, words), writes: settingsToRegisterWrites(settings) };
}

/** @param {ReturnType<typeof makeJob>} job @param {ReturnType<typeof describeChip>} description */
async function ours(job, description) {
  const began = performance.now();
  const chip = await loadChip(description);
  const ready = (performance.now() - began) / 1000;
  const { yosys, compile, start } = chip.timing;
  console.log(
    `  ready after ${ready.toFixed(1)} s (Yosys ${yosys === 0 ? 'cached' : `${yosys.toFixed(1)} s`}, ours ${(compile + start).toFixed(1)} s); ` +
      `${round(chip.statistics.operations)} operations, ${round(chip.statistics.registerBits)} register bits, ` +
      `${round(chip.statistics.wasmBytes / 1024)} KiB of WebAssembly, ${round(chip.statistics.stateBytes / 1024)} KiB of state`,
  );
  const idle = new Uint32Array(12).fill(0xa0000000);
  chip.set('link_i', idle);
  const bus = new I2cMaster(chip, { halfBitClocks: 8 });
  chip.reset('rst_ni', 0);
  chip.step(8);
  let clocks = 0;
  const step = chip.step.bind(chip);
  chip.step = (n = 1) => {
    clocks += n;
    step(n);
  };
  let from = processorSeconds();
  bus.play(job.writes);
  const loadRate = clocks / (processorSeconds() - from);
  chip.step = step;
  chip.step(2000);
  const out = new Uint32Array(13);
  let hash = 2166136261;
  /** @param {number} skip words of the idle time before the first wafer, which differs between simulators */
  const pass = (skip = 0) => {
    for (let k = 0; k < ROWS; k++) {
      chip.set('link_i', job.words.subarray(12 * k, 12 * k + 12));
      step(1);
      chip.getWords('link_o', out);
      if (k < skip) continue;
      for (let j = 0; j < 13; j++) hash = Math.imul(hash ^ out[j], 16777619);
    }
  };
  // The engine's optimising compiler works beside the first passes: they are not measured.
  for (let i = 0; i < 5; i++) pass(i === 0 ? 32 : 0);
  from = processorSeconds();
  for (let i = 0; i < REPEATS; i++) pass();
  const rate = (REPEATS * ROWS) / (processorSeconds() - from);
  return { rate, loadRate, hash: (hash >>> 0).toString(16).padStart(8, '0') };
}

/** @param {ReturnType<typeof makeJob>} job @param {ReturnType<typeof describeChip>} description */
async function verilator(job, description) {
  const tool = await findTool('verilator');
  const compiler = await findTool('g++');
  for (const t of [tool, compiler]) if (isMissing(t)) return { skipped: t.reason };
  return withTemporaryFolder(async (folder) => {
    const sources = [...emitChip(description).files].map(([path, text]) => {
      const name = path.replace(/^.*\//, '');
      writeFileSync(join(folder, name), text);
      return name;
    });
    copyFileSync(
      fileURLToPath(new URL('simulation-driver.cpp', import.meta.url)),
      join(folder, 'driver.cpp'),
    );
    writeFileSync(join(folder, 'script.bin'), scriptBytes(job.writes));
    writeFileSync(join(folder, 'words.bin'), new Uint8Array(job.words.buffer));
    const fast = [
      '-O3',
      '--x-assign',
      'fast',
      '--x-initial',
      'fast',
      '--noassert',
      '-CFLAGS',
      '-O3 -march=native',
    ];
    const built = await runTool(
      tool.path,
      ['--cc', '--exe', '--build', '-j', '2', ...fast, '--top-module', 'econ_chip', ...sources, 'driver.cpp'],
      { cwd: folder, timeout: 1800 },
    );
    if (built.status !== 0) return { skipped: `verilator does not build: ${built.stderr.slice(0, 300)}` };
    const ran = await runTool(join(folder, 'obj_dir', 'Vecon_chip'), [String(REPEATS + 5)], { cwd: folder });
    const [status, hash, loadClocks, loadSeconds, cycles, seconds] = ran.stdout.trim().split(' ');
    if (status !== 'ok') return { skipped: `the chip refused the registers in Verilator: ${ran.stdout}` };
    return { build: built.seconds, hash, loadRate: loadClocks / loadSeconds, rate: cycles / seconds };
  });
}

/** Two runs of the emitted testbench that differ in rows only: the load over I2C falls out. */
async function icarus(job, description) {
  const run = (rows) =>
    runTestbench('icarus', description, {
      writes: job.writes,
      words: job.words.subarray(0, 12 * rows),
      expected: job.expected.subarray(0, 13 * rows),
    });
  const short = await run(16);
  if ('skipped' in short) return short;
  const long = await run(816);
  if (!short.passed || !long.passed)
    return { skipped: `the testbench fails in Icarus: ${long.output.slice(-300)}` };
  return { rate: 800 / (long.runSeconds - short.runSeconds) };
}

export async function benchSimulation(options = { verilator: true }) {
  const description = describeChip({ tmr: 'weights' });
  const job = makeJob();
  console.log(
    `simulation of the emitted chip (TMR weights), one stream, cycles per second of processor time`,
  );
  const own = await ours(job, description);
  const line = (name, rate, note = '') =>
    console.log(`  ${name.padEnd(22)} ${round(rate).padStart(9)}   ${(own.rate / rate).toFixed(2)} x${note}`);
  line('econ (WebAssembly)', own.rate, `   I2C load ${round(own.loadRate)}`);
  const native = options.verilator ? await verilator(job, description) : { skipped: 'left out by option' };
  if ('skipped' in native) console.log(`  skipped: verilator: ${native.skipped}`);
  else {
    line(
      'Verilator -O3, native',
      native.rate,
      `   I2C load ${round(native.loadRate)}, build ${native.build.toFixed(0)} s`,
    );
    if (native.hash !== own.hash)
      throw new Error(`outputs differ: econ ${own.hash}, Verilator ${native.hash}`);
    console.log(`  outputs equal (hash ${own.hash})`);
  }
  const interpreter = await icarus(job, description);
  if ('skipped' in interpreter) console.log(`  skipped: icarus: ${interpreter.skipped}`);
  else line('Icarus', interpreter.rate, '   seconds of the clock');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await benchSimulation({ verilator: !process.argv.includes('--no-verilator') });
}
