// Clock cycles per second of the emitted chip while wafers stream, one per BX, in our simulator and in Verilator -O3 and Icarus
// through the emitted testbench. Build times are not in the rates; they are printed beside.
import { chip, simulation } from '../dist/index.js';

const ROWS = 3564;
const NATIVE_ROWS = { icarus: 64, verilator: 3564 };

/** Random weights and words: the rate does not depend on what they mean. */
function job(rows) {
  let state = 12345;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 8;
  };
  const weights = chip.unpackWeights(Uint8Array.from({ length: 1608 }, () => next() & 255));
  const settings = { ...chip.defaultSettings('production'), algorithm: 'autoencoder', etx: 5, weights };
  const words = Uint32Array.from({ length: rows * 12 }, (_, i) => {
    const header = i < 12 ? 9 : 10;
    return ((header << 28) | ((next() << 12) & 0x0fffffff) | (next() & 0xfff)) >>> 0;
  });
  const vectors = {
    writes: chip.settingsToRegisterWrites(settings),
    words,
    expected: chip.runChip(settings, words),
  };
  return { description: chip.describeChip(), settings, vectors };
}

const begun = performance.now();
const expected = job(ROWS);
const reference = performance.now();
chip.runChip(expected.settings, expected.vectors.words);
const referenceRate = ROWS / ((performance.now() - reference) / 1000);
console.log(`integer reference (words to words)  ${Math.round(referenceRate)} wafers/s`);

const run = await simulation.simulateChip(expected);
const ours = run.cyclesPerSecond;
const build = run.timing.yosys + run.timing.compile + run.timing.start;
console.log(
  `econ (WebAssembly)  ${Math.round(ours)} cycles/s, ready in ${build.toFixed(1)} s (Yosys ${run.timing.yosys.toFixed(1)} s, 0 = cached), ${run.mismatches} bits differ`,
);

for (const simulator of simulation.nativeSimulators) {
  const rows = NATIVE_ROWS[simulator];
  // The time of a run with few rows is that of loading the weights; the difference is that of streaming.
  const rates = [];
  for (const n of [8, rows]) {
    const { description, vectors } = job(n);
    rates.push(await simulation.runTestbench(simulator, description, vectors));
    if ('skipped' in rates[rates.length - 1]) break;
  }
  const [few, many] = rates;
  if ('skipped' in few) {
    console.log(`${simulator}  skipped: ${few.skipped}`);
    continue;
  }
  const rate = (rows - 8) / Math.max(many.runSeconds - few.runSeconds, 1e-3);
  console.log(
    `${simulator} ${few.version}  ${Math.round(rate)} cycles/s, built in ${many.buildSeconds.toFixed(1)} s, ${many.passed ? 'passed' : 'FAILED'}; econ/${simulator} = ${(ours / rate).toFixed(2)}`,
  );
}
console.log(`(${((performance.now() - begun) / 1000).toFixed(0)} s in all)`);
