import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findTool, isMissing, runTool, runYosys, withTemporaryFolder } from '../../src/eda/index.js';
import { type Netlist, Simulator } from '../../src/simulation/index.js';
import { bench, hexRow, randomDesign, stimuli } from './random-design.js';

const DESIGNS = Number(process.env.ECON_RANDOM_DESIGNS ?? 24);
const FIRST = Number(process.env.ECON_RANDOM_SEED ?? 1);
const CYCLES = 40;

test(`${DESIGNS} random designs agree with Icarus on every output in every cycle`, async (context) => {
  const iverilog = await findTool('iverilog');
  if (isMissing(iverilog)) {
    console.log(`skipped: ${iverilog.reason}`);
    return context.skip();
  }
  const designs = Array.from({ length: DESIGNS }, (_, i) => randomDesign(FIRST + i, `d${FIRST + i}`));
  const text = designs.map((d) => d.verilog).join('\n');
  const { stdout } = await runYosys('read_verilog all.v; hierarchy -check; proc; opt_clean; write_json', {
    'all.v': text,
  });
  const netlist = JSON.parse(stdout) as Netlist;

  const expected = await withTemporaryFolder(async (folder) => {
    writeFileSync(join(folder, 'all.v'), `${text}\n${bench(designs, CYCLES)}`);
    designs.forEach((d, i) => {
      const rows = stimuli(d, 1000 + FIRST + i, CYCLES).map((row) => hexRow(d, row));
      writeFileSync(join(folder, `${d.name}.hex`), rows.join('\n'));
    });
    const built = await runTool(iverilog.path, ['-g2005', '-o', 'all.vvp', '-s', 'bench', 'all.v'], {
      cwd: folder,
    });
    expect(built.stderr).toBe('');
    const ran = await runTool('vvp', ['-n', 'all.vvp'], { cwd: folder });
    const lines = new Map<string, string[][]>(designs.map((d) => [d.name, []]));
    for (const line of ran.stdout.split('\n')) {
      const [name, ...values] = line.split(' ');
      lines.get(name)?.push(values);
    }
    return lines;
  });

  let compared = 0;
  let unknown = 0;
  for (const [i, d] of designs.entries()) {
    const simulator = await Simulator.load(netlist, { top: d.name, clock: 'clk' });
    simulator.set('rst', 1);
    simulator.set('rst_n', 0);
    simulator.step(2);
    simulator.set('rst', 0);
    simulator.set('rst_n', 1);
    const rows = stimuli(d, 1000 + FIRST + i, CYCLES);
    for (let t = 0; t < CYCLES; t++) {
      for (const [k, input] of d.inputs.entries()) simulator.set(input.name, rows[t][k]);
      const wanted = expected.get(d.name)?.[t] as string[];
      d.outputs.forEach((o, k) => {
        const digits = Math.ceil(o.width / 4);
        const got = simulator.getBig(o.name).toString(16).padStart(digits, '0');
        if (/[xz]/i.test(wanted[k])) unknown++;
        else if (got !== wanted[k]) {
          const inputs = d.inputs.map((input, n) => `${input.name}=${rows[t][n].toString(16)}`).join(' ');
          expect.fail(
            `${d.name} cycle ${t} ${o.name}: ${got}, Icarus ${wanted[k]} (${inputs})\n${d.verilog}`,
          );
        }
        compared++;
      });
      simulator.step();
    }
  }
  expect(compared).toBeGreaterThan(DESIGNS * CYCLES * 5);
  expect(unknown).toBe(0);
});
