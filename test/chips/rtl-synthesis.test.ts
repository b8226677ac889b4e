import { expect, test } from 'vitest';
import { describeChip, leafCells, plannedFlipFlops } from '../../src/chips/index.js';
import type { TmrMode } from '../../src/hdl/index.js';
import { countAfter, countFlipFlops } from './flip-flops.js';

for (const tmr of ['weights', 'registers'] as TmrMode[]) {
  test(`flip-flops after synthesis are the planned ones, TMR ${tmr}`, async () => {
    const description = describeChip({ tmr });
    expect(await countFlipFlops(description)).toBe(plannedFlipFlops(description).total);
  }, 300_000);
}

// The pitfall itself: without kept hierarchy the three copies become one.
test('a triplicated register keeps 24 of 24 flip-flops, and 8 once the hierarchy is not kept', async () => {
  const set = 'chparam -set Width 8 -set Triplicate 1 econ_register; hierarchy -top econ_register';
  const cells = leafCells();
  const kept = await countAfter(`${set}; synth -noabc -flatten -top econ_register`, cells);
  const lost = await countAfter(
    `${set}; setattr -mod -unset keep_hierarchy; synth -noabc -flatten -top econ_register`,
    cells,
  );
  expect([kept, lost]).toEqual([24, 8]);
});
