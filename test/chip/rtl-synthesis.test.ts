import { expect, test } from 'vitest';
import { describeChip, emitChip, leafCells, plannedFlipFlops, type TmrMode } from '../../src/chip/index.js';
import { runYosys } from '../../src/eda/index.js';

/** Flip-flops of each module from `stat -width` output: cells such as $dff_336 or $_DFF_P_, times the instances. */
function flipFlops(stat: string): number {
  // The last section counts over the whole hierarchy.
  const total = stat.slice(stat.lastIndexOf('==='));
  let bits = 0;
  for (const [, name, width, count] of total.matchAll(/\$(_?(?:a|s)?dffs?r?e?)_(\d+)\s+(\d+)/g)) {
    expect(name).toBeTruthy();
    bits += Number(width) * Number(count);
  }
  for (const [, count] of total.matchAll(/\$_S?DFFE?_\w+_\s+(\d+)/g)) bits += Number(count);
  return bits;
}

async function countAfter(script: string, files: ReadonlyMap<string, string>): Promise<number> {
  const names = [...files.keys()].join(' ');
  const result = await runYosys(
    `read_verilog ${names}; ${script}; tee -q -o stat.txt stat -width`,
    Object.fromEntries(files),
    { outputs: ['stat.txt'] },
  );
  return flipFlops(result.files['stat.txt']);
}

for (const tmr of ['weights', 'registers'] as TmrMode[]) {
  test(`flip-flops after synthesis are the planned ones, TMR ${tmr}`, async () => {
    const description = describeChip({ tmr });
    const script = 'hierarchy -check -top econ_chip; synth -top econ_chip -run begin:fine; check -assert';
    const counted = await countAfter(script, emitChip(description).files);
    expect(counted).toBe(plannedFlipFlops(description).total);
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
