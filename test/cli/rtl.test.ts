import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runTool } from '../../src/eda/index.js';
import { saveModel } from '../../src/model/index.js';
import { optionalTool } from '../chips/rtl-bench.js';
import { randomModel } from '../model/sample.js';
import { econ, scratch } from './run-cli.js';

const folder = scratch();
const ARITHMETICS = ['econt', 'exact'] as const;

it('two chips of different arithmetic are one design: no name twice, lint clean, each bit-exact beside the other', async () => {
  for (const arithmetic of ARITHMETICS) {
    const model = join(folder, `model-${arithmetic}`);
    saveModel(model, { ...randomModel(3), arithmetic });
    const made = ['--model', model, '--tmr', 'none', '--bx', '16', '--prefix', `${arithmetic}_`, '-q'];
    const { status, stderr } = await econ('rtl', ...made, '--out', join(folder, arithmetic));
    expect([status, stderr]).toEqual([0, '']);
  }
  const cells = ARITHMETICS.flatMap((a) =>
    readdirSync(join(folder, a, 'rtl')).map((name) => join(a, 'rtl', name)),
  );
  const benches = ARITHMETICS.map((a) => join(a, 'tb', `${a}_tb_econ_chip.v`));
  const modules = [...cells, ...benches].flatMap(
    (path) => readFileSync(join(folder, path), 'utf8').match(/^module \w+/gm)!,
  );
  expect(modules.filter((name, i) => modules.indexOf(name) !== i)).toEqual([]);
  expect(modules.length).toBe(cells.length + 2);
  const words = (a: string) => readFileSync(join(folder, a, 'vectors', 'link_out.hex'), 'utf8');
  expect(words('econt')).not.toBe(words('exact'));

  const verilator = await optionalTool('verilator');
  if (verilator) {
    writeFileSync(join(folder, 'both.v'), both());
    const lint = ['--lint-only', '-Wall', '--top-module', 'both', 'both.v', ...cells];
    const { status, stderr } = await runTool(verilator, lint, { cwd: folder, timeout: 300 });
    expect([status, stderr]).toEqual([0, '']);
  }
  const iverilog = await optionalTool('iverilog');
  if (!iverilog) return;
  for (const [i, path] of benches.entries()) {
    const file = join(folder, path);
    const own = readFileSync(file, 'utf8').replaceAll('"vectors/', `"${ARITHMETICS[i]}/vectors/`);
    // Equal scripts end in the same clock: the last bench ends the simulation for both.
    writeFileSync(file, i === 0 ? own.replaceAll('$finish;', '') : own);
  }
  const tops = ARITHMETICS.flatMap((a) => ['-s', `${a}_tb_econ_chip`]);
  const compile = ['-g2005', '-Wall', ...tops, '-o', 'sim', ...benches, ...cells];
  const compiled = await runTool(iverilog, compile, { cwd: folder, timeout: 300 });
  expect([compiled.status, compiled.stderr]).toEqual([0, '']);
  const { stdout } = await runTool('vvp', ['-n', 'sim', '+smoke'], { cwd: folder, timeout: 600 });
  expect(stdout.match(/^(?:PASS|FAIL).*/gm)).toEqual(['PASS 16/16', 'PASS 16/16']);
}, 900_000);

/** A top with a chip of each arithmetic on the same pins. */
function both(): string {
  const chips = ARITHMETICS.map(
    (a, i) => `  ${a}_econ_chip u_${a} (
    .clk_i(clk_i), .rst_ni(rst_ni), .strap_i(3'd${i}), .scl_i(scl_i), .sda_i(sda_i), .sda_oe_o(sda_oe_o[${i}]),
    .link_i(link_i), .link_o(${a}_o)
  );`,
  );
  return `\`default_nettype none
module both (
    input  wire         clk_i, rst_ni, scl_i, sda_i,
    input  wire [383:0] link_i,
    output wire [1:0]   sda_oe_o,
    output wire [415:0] ${ARITHMETICS.map((a) => `${a}_o`).join(', ')}
);
${chips.join('\n')}
endmodule
\`default_nettype wire
`;
}

it('a prefix that begins no name is refused by name', async () => {
  const out = join(folder, '2nd');
  const { status, stderr } = await econ('rtl', '--chip', 'econt', '--prefix', '2nd-', '--out', out);
  expect([status, stderr]).toEqual([
    2,
    expect.stringContaining('"2nd-" does not begin the name of a Verilog module'),
  ]);
  expect(existsSync(out)).toBe(false);
});
