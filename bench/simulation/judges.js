// Verilator (native, -O3) and Icarus on the designs of bench/simulation.js.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findTool, isMissing, runTool, withTemporaryFolder } from '../../dist/eda/index.js';

const FLAGS = [
  '-O3',
  '--x-assign',
  'fast',
  '--x-initial',
  'fast',
  '--noassert',
  // Loops stay loops: unrolled, the chip takes several times longer to build. What that costs is in docs/simulator.md.
  '--unroll-count',
  '1',
  '-Wno-fatal',
  '-CFLAGS',
  '-O3 -march=native',
];

/**
 * Builds a design with a driver and runs it. The driver prints `ok HASH A B CYCLES SECONDS`.
 * @param {{ top: string, sources: Record<string, string>, driver: string, data?: Record<string, Uint8Array>, argument: number }} job
 */
export async function verilator({ top, sources, driver, data = {}, argument }) {
  const tool = await findTool('verilator');
  const compiler = await findTool('g++');
  for (const t of [tool, compiler]) if (isMissing(t)) return { skipped: t.reason };
  return withTemporaryFolder(async (folder) => {
    const files = { ...sources, 'driver.cpp': driver, ...data };
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
    const args = ['--cc', '--exe', '--build', '-j', '2', ...FLAGS, '--top-module', top];
    const built = await runTool(tool.path, [...args, ...Object.keys(sources), 'driver.cpp'], {
      cwd: folder,
      timeout: 1800,
    });
    if (built.status !== 0) return { skipped: `verilator does not build: ${built.stderr.slice(0, 300)}` };
    const ran = await runTool(join(folder, 'obj_dir', `V${top}`), [String(argument)], { cwd: folder });
    const [status, hash, setupCycles, setupSeconds, cycles, seconds] = ran.stdout.trim().split(' ');
    if (status !== 'ok') return { skipped: `the driver of ${top} says: ${ran.stdout}` };
    return {
      build: built.seconds,
      hash,
      setupRate: Number(setupCycles) / Number(setupSeconds),
      rate: Number(cycles) / Number(seconds),
    };
  });
}

/**
 * Cycles per second of Icarus on a design whose bench runs the number of cycles given by the define CYCLES; two runs
 * of different length, so that the start falls out.
 * @param {string} text design and module `bench` @param {number} cycles
 */
export async function icarus(text, cycles) {
  const tool = await findTool('iverilog');
  if (isMissing(tool)) return { skipped: tool.reason };
  return withTemporaryFolder(async (folder) => {
    writeFileSync(join(folder, 'all.v'), text);
    const run = async (/** @type {number} */ count) => {
      const args = ['-g2005', `-DCYCLES=${count}`, '-o', 'all.vvp', '-s', 'bench', 'all.v'];
      const built = await runTool(tool.path, args, { cwd: folder });
      if (built.status !== 0) throw new Error(built.stderr);
      return runTool('vvp', ['-n', 'all.vvp'], { cwd: folder });
    };
    const short = await run(16);
    const long = await run(16 + cycles);
    return { rate: cycles / (long.seconds - short.seconds), output: long.stdout.trim() };
  });
}
