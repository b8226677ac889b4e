import { expect, test } from 'vitest';
import { runYosys } from '../../../src/eda/index.js';
import { type ActivityTuning, type Netlist, Simulator } from '../../../src/netlist-sim/index.js';
import { randomDesign, stimuli } from '../random-design.js';

const EXTREMES: Readonly<Record<string, Partial<ActivityTuning>>> = {
  'everything in one block': { smallBlock: 1e9, gateUses: 1e9 },
  'a gate at every truth value': { smallBlock: 0, gateUses: 1, gateGroups: 1, mostGates: 4096 },
  'no groups of registers': { mostGroups: 1, gateUses: 1, gateGroups: 2 },
};

test('how evaluation is gated changes no output in any cycle', async () => {
  const designs = Array.from({ length: 12 }, (_, i) => randomDesign(500 + i, `d${i}`));
  const { stdout } = await runYosys('read_verilog all.v; hierarchy -check; proc; opt_clean; write_json', {
    'all.v': designs.map((d) => d.verilog).join('\n'),
    'none.hex': '1 0',
  });
  const netlist = JSON.parse(stdout) as Netlist;
  const gatesUsed: number[] = [];
  for (const [i, design] of designs.entries()) {
    const options = { top: design.name, clock: 'clk' };
    const normal = await Simulator.load(netlist, options);
    const others = await Promise.all(
      Object.entries(EXTREMES).map(async ([name, tuning]) => ({
        name,
        simulator: await Simulator.load(netlist, { ...options, tuning }),
      })),
    );
    gatesUsed.push(others[1].simulator.statistics.groups - normal.statistics.groups);
    const rows = stimuli(design, i, 60);
    for (const [t, row] of rows.entries()) {
      for (const simulator of [normal, ...others.map((o) => o.simulator)]) {
        simulator.set('rst', t < 2 || t === 30 ? 1 : 0);
        simulator.set('rst_n', t < 2 || t === 40 ? 0 : 1);
        // Most inputs rest most of the time: that is what gating is about.
        design.inputs.forEach((input, k) => {
          if ((t + k) % 4 === 0) simulator.set(input.name, row[k]);
        });
        simulator.step();
      }
      for (const { name } of design.outputs) {
        const want = normal.getBig(name);
        for (const other of others)
          expect(other.simulator.getBig(name), `${other.name}, ${name}, ${t}`).toBe(want);
      }
    }
  }
  expect(Math.max(...gatesUsed)).toBeGreaterThan(10);
});
