// npm run campaign:chip: Verilog of the whole ECON-T against the emulator over random registers and BX.
import { Command } from 'commander';
import type { AlgorithmName } from '../../src/blocks/index.js';
import { ALGORITHMS } from '../../src/chips/index.js';
import { builds, chipUnderTest, compareRandom } from './differential.js';

interface Options {
  bx: string;
  set: string;
  seed: string;
  algorithm?: AlgorithmName[];
  json?: boolean;
}

const program = new Command('npm run campaign:chip --')
  .description('simulated Verilog of the whole ECON-T against the emulator: random registers, random BX')
  .option('--bx <n>', 'bunch crossings of each algorithm', '100000')
  .option('--set <n>', 'bunch crossings with one set of registers', '250')
  .option('--seed <n>', 'first seed; each set of registers takes the next', '1')
  .option('--algorithm <names...>', `only these: ${ALGORITHMS.join(', ')}`)
  .option('--json', 'print JSON')
  .parse();
const options = program.opts<Options>();
const [bx, set, seed] = [options.bx, options.set, options.seed].map(Number);
for (const [name, value] of Object.entries({ bx, set, seed })) {
  if (!Number.isInteger(value) || value < 1) program.error(`--${name} is no positive whole number`);
}
const algorithms = options.algorithm ?? ALGORITHMS;
for (const name of algorithms) {
  if (!ALGORITHMS.includes(name)) program.error(`--algorithm: ${name} is none of ${ALGORITHMS.join(', ')}`);
}

let stopped = false;
process.once('SIGINT', () => {
  stopped = true;
});

const totals = new Map(algorithms.map((a) => [a, { bx: 0, sets: 0, different: 0 }]));
const differences: string[] = [];
for (const [b, build] of builds.entries()) {
  const chip = await chipUnderTest(build, algorithms);
  for (const algorithm of algorithms) {
    const total = totals.get(algorithm)!;
    const sets = Math.ceil(bx / set / builds.length);
    for (let i = 0; i < sets && !stopped; i++) {
      const result = compareRandom(chip, algorithm, seed + b * sets + i, set);
      total.bx += result.bx;
      total.sets++;
      total.different += result.different;
      if (result.first !== undefined) differences.push(result.first);
      if (i % 20 === 0) {
        // Lets a Ctrl-C be noticed.
        await new Promise((resolve) => setImmediate(resolve));
        process.stderr.write(`\r${build.generation} ${algorithm}: ${i} of ${sets} sets   `);
      }
    }
  }
}
process.stderr.write('\n');
if (options.json) console.log(JSON.stringify({ totals: Object.fromEntries(totals), differences }, null, 2));
else {
  for (const [algorithm, { bx: n, sets, different }] of totals)
    console.log(`${algorithm.padEnd(19)} ${n} BX, ${sets} sets of registers, ${different} rows differ`);
  for (const text of differences.slice(0, 10)) console.log(text);
  if (stopped) console.log('stopped by Ctrl-C; the numbers above are of what was run');
}
process.exitCode = differences.length > 0 ? 1 : stopped ? 130 : 0;
