import { expect } from 'vitest';
import { type ChipDescription, emitChip } from '../../src/chips/index.js';
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

/** Flip-flop bits of files after a script of Yosys commands. */
export async function countAfter(script: string, files: ReadonlyMap<string, string>): Promise<number> {
  const names = [...files.keys()].join(' ');
  const result = await runYosys(
    `read_verilog ${names}; ${script}; tee -q -o stat.txt stat -width`,
    Object.fromEntries(files),
    { outputs: ['stat.txt'] },
  );
  return flipFlops(result.files['stat.txt']);
}

/** Flip-flops of a chip after word-level synthesis, which also has nothing to complain about. */
export function countFlipFlops(description: ChipDescription): Promise<number> {
  const script =
    'hierarchy -check -top econ_chip; synth -top econ_chip -run begin:fine; memory_map; check -assert';
  return countAfter(script, emitChip(description).files);
}
