import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runTool } from '../../src/eda/index.js';
import { optionalTool } from '../chips/rtl-bench.js';
import { econ, scratch } from './run-cli.js';

const folder = scratch();
const iverilog = await optionalTool('iverilog');

/** Writes a whole ECON-T of one algorithm whose modules have a prefix. */
const rtl = (prefix: string, algorithm: string) =>
  econ(
    ...['rtl', '--chip', 'econt', '--algorithms', algorithm, '--tmr', 'none', '--bx', '20', '-q'],
    ...['--prefix', prefix, '--out', join(folder, prefix)],
  );

it('two packages with prefixes are one design, of which the testbench of one runs', async () => {
  expect((await rtl('left_', 'STC')).status).toBe(0);
  expect((await rtl('right_', 'RPT')).status).toBe(0);
  const [left, right] = ['left_', 'right_'].map((p) => readdirSync(join(folder, p, 'rtl')));
  expect(left.filter((name) => right.includes(name))).toEqual([]);
  expect(existsSync(join(folder, 'left_', 'tb', 'left_tb_econ_chip.v'))).toBe(true);
  if (!iverilog) return console.log('skipped: iverilog not found');
  const cwd = join(folder, 'left_');
  const others = right.map((name) => join(folder, 'right_', 'rtl', name));
  const tops = ['-s', 'left_tb_econ_chip', '-s', 'right_econ_chip'];
  const files = ['-f', 'left_econ_chip.f', 'tb/left_tb_econ_chip.v', ...others];
  const compiled = await runTool(iverilog, ['-g2005', ...tops, '-o', 'sim', ...files], { cwd, timeout: 300 });
  expect([compiled.status, compiled.stderr]).toEqual([0, '']);
  const run = await runTool('vvp', ['-n', 'sim'], { cwd, timeout: 300 });
  expect(run.stdout).toMatch(/^PASS 20\/20/m);
}, 600_000);

it('a prefix that begins no name is refused by name', async () => {
  const { status, stderr } = await rtl('2nd-', 'RPT');
  expect([status, stderr]).toEqual([
    2,
    expect.stringContaining('"2nd-" does not begin the name of a Verilog module'),
  ]);
  expect(existsSync(join(folder, '2nd-'))).toBe(false);
});
