import { expect, test } from 'vitest';
import { findTool, isMissing } from '../../src/eda/index.js';
import { compare, netlistOf, runIcarus } from './judges.js';
import { randomDesign } from './random-design.js';

const DESIGNS = Number(process.env.ECON_RANDOM_DESIGNS ?? 30);
const FIRST = Number(process.env.ECON_RANDOM_SEED ?? 1);
const CYCLES = 40;

// The same comparison on many more designs, and with Verilator: scripts/campaign.js simulation
test(`${DESIGNS} random designs agree with Icarus on every output in every cycle`, async (context) => {
  const iverilog = await findTool('iverilog');
  if (isMissing(iverilog)) {
    console.log(`skipped: ${iverilog.reason}`);
    return context.skip();
  }
  const designs = Array.from({ length: DESIGNS }, (_, i) => randomDesign(FIRST + i, `d${FIRST + i}`));
  const [netlist, icarus] = await Promise.all([netlistOf(designs), runIcarus(iverilog, designs, CYCLES)]);
  const { values, unknown, differences } = await compare(netlist, designs, CYCLES, { Icarus: icarus });
  const shown = differences.map((d) => `${d.design.name}: ${d.text}\n${d.design.verilog}`);
  expect(shown[0], `${differences.length} designs differ`).toBeUndefined();
  expect(values).toBeGreaterThan(DESIGNS * CYCLES * 5);
  expect(unknown).toBe(0);
});
