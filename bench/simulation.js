#!/usr/bin/env node
// Simulated clock cycles per second: our simulator with one stream, four lanes and 128 gate-level streams, beside
// Verilator -O3 (native) and Icarus on the same designs and stimuli, in the same run. Run `npm run build` first.
// Rates are per second of processor time; a hash over all outputs must be the same. Arguments choose parts (chip,
// econt, pipeline, gates); `--no-verilator` leaves out its builds, of which the chip's takes a minute or more.
// ECON_PEER=<folder of another built checkout> has its chip in its simulator measured beside, by turns.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Random } from '../dist/base/index.js';
import { ALGORITHMS, defaultEcontOptions, describeChip, emitChip, scriptBytes } from '../dist/chip.js';
import { runYosys } from '../dist/eda/index.js';
import {
  GateSimulator,
  I2cMaster,
  loadChip,
  runTestbench,
  Simulator,
  STREAMS,
  toSlices,
} from '../dist/sim.js';
import { chipJob, gateDesign, gateTop, pipeline, pipelineDriver, ROWS } from './simulation/designs.js';
import { icarus, verilator } from './simulation/judges.js';

/** Passes over the wafers that are measured, after those that warm up. */
const REPEATS = 60;
const WARM = 10;
const LANES = 4;

/** @param {number} n */
const round = (n) => Math.round(n).toLocaleString('en');
const megabytes = () => `${round(process.memoryUsage().rss / 1e6)} MB resident`;

function processorSeconds() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Until the engine's optimising compiler, which works beside the first calls, is done. */
const compiled = () => new Promise((resolve) => setTimeout(resolve, 2000));

/** Work per second of processor time. @param {number} amount @param {() => void} work */
function rateOf(amount, work) {
  const from = processorSeconds();
  work();
  return amount / (processorSeconds() - from);
}

/** Prints a rate beside the reference of its table. */
class Table {
  /** @param {string} title @param {string} unit */
  constructor(title, unit) {
    console.log(`\n${title}; ${unit} per second of processor time and core`);
    /** @type {[string, number, string][]} */
    this.rows = [];
  }
  /** @param {string} name @param {number} rate @param {string} note */
  row(name, rate, note = '') {
    this.rows.push([name, rate, note]);
  }
  /** @param {string} name @param {{ skipped: string }} result */
  skip(name, result) {
    console.log(`  skipped: ${name}: ${result.skipped}`);
  }
  /** @param {string} reference row to which the others are compared */
  print(reference) {
    const base = this.rows.find(([name]) => name === reference)?.[1];
    for (const [name, rate, note] of this.rows) {
      const ratio = base === undefined ? '' : `${(rate / base).toFixed(2)} x`;
      console.log(`  ${name.padEnd(30)} ${round(rate).padStart(11)} ${ratio.padStart(9)}   ${note}`);
    }
  }
}

/** @param {number} hash @param {Uint32Array} words */
function hashed(hash, words) {
  let h = hash;
  for (let j = 0; j < words.length; j++) h = Math.imul(h ^ words[j], 16777619);
  return h;
}

const hex = (/** @type {number} */ hash) => (hash >>> 0).toString(16).padStart(8, '0');

/**
 * Loads the registers over I2C, then streams wafers.
 * @param {any} chip Simulator of one lane or four
 * @param {ReturnType<typeof chipJob>} job
 * @param {number} lanes
 */
async function runChipOn(chip, job, lanes) {
  chip.set('link_i', new Uint32Array(12).fill(0xa0000000));
  const bus = new I2cMaster(chip, { halfBitClocks: 8 });
  chip.reset('rst_ni', 0);
  chip.step(8);
  let clocks = 0;
  const step = chip.step.bind(chip);
  chip.step = (n = 1) => {
    clocks += n;
    step(n);
  };
  const from = processorSeconds();
  bus.play(job.writes);
  const loadRate = clocks / (processorSeconds() - from);
  chip.step = step;
  chip.step(2000);
  const out = new Uint32Array(13);
  const hashes = job.streams.map(() => 2166136261);
  /** @param {number} skip words of the idle time before the first wafer, which differs between simulators */
  const pass = (skip) => {
    for (let k = 0; k < ROWS; k++) {
      for (let lane = 0; lane < lanes; lane++)
        chip.set('link_i', job.streams[lane].words.subarray(12 * k, 12 * k + 12), lane);
      step(1);
      for (let lane = 0; lane < lanes; lane++) {
        chip.getWords('link_o', out, lane);
        if (k >= skip) hashes[lane] = hashed(hashes[lane], out);
      }
    }
  };
  for (let i = 0; i < WARM; i++) {
    pass(i === 0 ? 32 : 0);
    if (i === WARM - 3) await compiled();
  }
  const again = (repeats = REPEATS) =>
    rateOf(lanes * repeats * ROWS, () => {
      for (let i = 0; i < repeats; i++) pass(0);
    });
  const rate = again();
  return { rate, loadRate, hashes: hashes.map(hex), again };
}

/** Turns that our chip and that of another checkout take, so that neither has the quieter machine. */
const TURNS = 10;

/**
 * Another checkout's chip in its own simulator, beside ours.
 * @param {ReturnType<typeof describeChip>} description
 * @param {ReturnType<typeof chipJob>} job
 * @param {Awaited<ReturnType<typeof runChipOn>>} ours
 */
async function besidePeer({ options, top }, job, ours) {
  const folder = process.env.ECON_PEER;
  if (!folder) {
    console.log('  skipped: an earlier econ: ECON_PEER names no built checkout');
    return;
  }
  const { chip, simulation } = await import(pathToFileURL(join(resolve(folder), 'dist/index.js')).href);
  const { files } = chip.emitChip(chip.describeChip(options.econt ? { econt: options.econt } : {}));
  const sources = Object.fromEntries([...files].filter(([path]) => path.startsWith('rtl/')));
  const theirs = await runChipOn(await simulation.Simulator.load(sources, { top, clock: 'clk_i' }), job, 1);
  if (theirs.hashes[0] !== ours.hashes[0]) throw new Error('the chip of ECON_PEER sends other words');
  const ratios = [];
  for (let turn = 0; turn < TURNS; turn++) ratios.push(ours.again(REPEATS / 3) / theirs.again(REPEATS / 3));
  ratios.sort((a, b) => a - b);
  const middle = (ratios[TURNS / 2 - 1] + ratios[TURNS / 2]) / 2;
  console.log(
    `  one stream against ECON_PEER: ${middle.toFixed(2)} x (${ratios[1].toFixed(2)} to ${ratios[TURNS - 2].toFixed(2)} in the middle eight of ten turns), words equal`,
  );
}

/** The chip of the autoencoder. @param {{ verilator: boolean }} options */
function benchEncoder(options) {
  return benchChip(options, describeChip(), { algorithm: 'autoencoder' }, 'emitted chip (TMR weights)');
}

/** The other algorithms of a whole ECON-T in one chip, best choice selected. @param {{ verilator: boolean }} options */
function benchEcont(options) {
  const algorithms = ALGORITHMS.filter((a) => a !== 'autoencoder');
  const description = describeChip({ econt: { ...defaultEcontOptions, algorithms } });
  return benchChip(
    options,
    description,
    { algorithm: 'best-choice', dropLsb: 1 },
    'whole ECON-T without the autoencoder (TMR weights), best choice',
  );
}

/**
 * @param {{ verilator: boolean }} options
 * @param {ReturnType<typeof describeChip>} description
 * @param {Parameters<typeof chipJob>[2]} settings
 * @param {string} title
 */
async function benchChip(options, description, settings, title) {
  const job = chipJob(LANES, description, settings);
  const sources = Object.fromEntries(
    [...emitChip(description).files].filter(([path]) => path.startsWith('rtl/')),
  );
  const table = new Table(title, 'wafers');
  for (const state of ['first load', 'second load']) {
    const began = performance.now();
    const { timing, statistics } = await loadChip(description);
    const { yosys, compile, start } = timing;
    console.log(
      `  ${state}: ready after ${((performance.now() - began) / 1000).toFixed(1)} s (Yosys ${yosys === 0 ? 'cached' : `${yosys.toFixed(1)} s`}, ours ${(compile + start).toFixed(1)} s); ` +
        `${round(statistics.operations)} operations, ${round(statistics.registerBits)} register bits, ` +
        `${round(statistics.wasmBytes / 1024)} KiB of WebAssembly, ${round(statistics.stateBytes / 1024)} KiB of state`,
    );
  }
  const one = await runChipOn(await loadChip(description), job, 1);
  await besidePeer(description, job, one);
  table.row('econ, one stream', one.rate, `I2C load ${round(one.loadRate)} clocks; ${megabytes()}`);
  const chip = await Simulator.load(sources, { top: description.top, clock: 'clk_i', lanes: LANES });
  const four = await runChipOn(chip, job, LANES);
  table.row(
    'econ, four lanes',
    four.rate,
    `${round(chip.statistics.stateBytes / 1024)} KiB of state; ${megabytes()}`,
  );
  if (four.hashes[0] !== one.hashes[0]) throw new Error('lane 0 and one stream differ');
  if (new Set(four.hashes).size !== LANES) throw new Error('the lanes do not carry different wafers');
  const bytes = (/** @type {Uint32Array} */ words) => new Uint8Array(words.buffer);
  const native = options.verilator
    ? await verilator({
        top: 'econ_chip',
        sources: Object.fromEntries(
          Object.entries(sources).map(([path, text]) => [path.replace(/^.*\//, ''), text]),
        ),
        driver: readFileSync(fileURLToPath(new URL('simulation-driver.cpp', import.meta.url)), 'utf8'),
        data: { 'script.bin': scriptBytes(job.writes), 'words.bin': bytes(job.streams[0].words) },
        argument: REPEATS + WARM,
      })
    : { skipped: 'left out by option' };
  if ('skipped' in native) table.skip('verilator', native);
  else {
    table.row(
      'Verilator -O3, native',
      native.rate,
      `I2C load ${round(native.setupRate)} clocks, build ${native.build.toFixed(0)} s`,
    );
    if (native.hash !== one.hashes[0])
      throw new Error(`outputs differ: econ ${one.hashes[0]}, Verilator ${native.hash}`);
    console.log(`  outputs equal (hash ${native.hash})`);
  }
  if (description.options.econt) table.skip('icarus', { skipped: 'its load over I2C takes minutes' });
  else await benchIcarus(table, description, job);
  table.print('skipped' in native ? 'econ, one stream' : 'Verilator -O3, native');
}

/**
 * Wafers per second of the emitted testbench in Icarus.
 * @param {Table} table
 * @param {ReturnType<typeof describeChip>} description
 * @param {ReturnType<typeof chipJob>} job
 */
async function benchIcarus(table, description, job) {
  const { words, expected } = job.streams[0];
  const run = (/** @type {number} */ rows) =>
    runTestbench('icarus', description, {
      writes: job.writes,
      words: words.subarray(0, 12 * rows),
      expected: expected.subarray(0, 13 * rows),
      latency: job.latency,
    });
  // Two runs that differ in rows only: the load over I2C falls out.
  const [short, long] = [await run(16), await run(816)];
  if ('skipped' in short) table.skip('icarus', short);
  else if ('skipped' in long || !short.passed || !long.passed)
    throw new Error('the testbench fails in Icarus');
  else if (long.runSeconds <= short.runSeconds) table.skip('icarus', { skipped: 'the machine is too busy' });
  else table.row('Icarus', 800 / (long.runSeconds - short.runSeconds), 'seconds of the clock');
}

/** @param {{ verilator: boolean }} options */
async function benchPipeline(options) {
  const CYCLES = 2_000_000;
  const text = pipeline();
  const table = new Table('pipeline of 96 stages of 32 bits, everything moves', 'cycles of one stimulus');
  const measure = async (/** @type {any} */ s, /** @type {number} */ lanes) => {
    s.set('load', 1);
    for (let lane = 0; lane < lanes; lane++) s.set('seed', lane + 1, lane);
    s.step(4);
    s.set('load', 0);
    const start = s.snapshot();
    s.step(CYCLES / 10);
    await compiled();
    s.restore(start);
    const rate = rateOf(lanes * CYCLES, () => s.step(CYCLES));
    return { rate, hash: hex(s.get('hash', 0)) };
  };
  const one = await measure(await Simulator.load({ 'pipeline.v': text }), 1);
  table.row('econ, one stream', one.rate);
  const four = await measure(await Simulator.load({ 'pipeline.v': text }, { lanes: LANES }), LANES);
  table.row('econ, four lanes', four.rate);
  if (four.hash !== one.hash) throw new Error('lane 0 and one stream differ');
  const native = options.verilator
    ? await verilator({
        top: 'pipeline',
        sources: { 'pipeline.v': text },
        driver: pipelineDriver,
        argument: CYCLES,
      })
    : { skipped: 'left out by option' };
  if ('skipped' in native) table.skip('verilator', native);
  else {
    table.row('Verilator -O3, native', native.rate, `build ${native.build.toFixed(0)} s`);
    if (native.hash !== one.hash)
      throw new Error(`outputs differ: econ ${one.hash}, Verilator ${native.hash}`);
    console.log(`  outputs equal (hash ${native.hash})`);
  }
  table.print('skipped' in native ? 'econ, one stream' : 'Verilator -O3, native');
}

async function benchGates() {
  const VECTORS = 64 * STREAMS;
  const table = new Table('eight 12 x 6 bit products and their sum, synthesised', 'vectors');
  const script = `read_verilog p.v; synth -flatten -top ${gateTop}; write_verilog -noattr gates.v; write_json`;
  const { stdout, files } = await runYosys(script, { 'p.v': gateDesign }, { outputs: ['gates.v'] });
  const gates = await GateSimulator.load(JSON.parse(stdout));
  const words = await Simulator.load({ 'p.v': gateDesign });
  const random = new Random(3);
  const vector = () => [random.uint32(), random.uint32(), random.uint32()];
  const act = Array.from({ length: VECTORS }, vector);
  const weights = [random.uint32(), random.below(65536)];
  /** @param {any} s */
  const setWeights = (s) => s.set('weights', Uint32Array.from(weights));
  setWeights(gates);
  setWeights(words);
  const sums = new Uint32Array(VECTORS);
  const alone = () => {
    for (let i = 0; i < VECTORS; i++) {
      words.set('act', act[i]);
      words.step();
      sums[i] = words.get('sum');
    }
  };
  const batches = Array.from({ length: VECTORS / STREAMS }, (_, b) => {
    const part = act.slice(b * STREAMS, (b + 1) * STREAMS);
    return Uint32Array.from(
      [0, 1, 2].flatMap((w) => [
        ...toSlices(
          part.map((v) => v[w]),
          32,
        ),
      ]),
    );
  });
  const slices = new Uint32Array(4 * 21);
  let wrong = 0;
  const together = (/** @type {boolean} */ check) =>
    batches.forEach((batch, b) => {
      gates.setSlices('act', batch);
      gates.step();
      gates.getSlices('sum', slices);
      for (let s = 0; check && s < STREAMS; s++) {
        let v = 0;
        for (let i = 0; i < 21; i++) v |= ((slices[4 * i + (s >> 5)] >>> (s & 31)) & 1) << i;
        if (v !== sums[b * STREAMS + s]) wrong++;
      }
    });
  for (let round = 0; round < 2; round++) {
    for (let i = 0; i < WARM; i++) alone();
    for (let i = 0; i < 10 * WARM; i++) together(i === 0);
    await compiled();
  }
  if (wrong > 0) throw new Error(`${wrong} of ${VECTORS} sums of the gates differ from those of the words`);
  table.row(
    `econ gates, ${STREAMS} streams`,
    rateOf(1000 * VECTORS, () => {
      for (let i = 0; i < 1000; i++) together(false);
    }),
    `${round(gates.cells)} cells, ${round(gates.statistics.operations)} operations`,
  );
  table.row(
    'econ words, one stream',
    rateOf(200 * VECTORS, () => {
      for (let i = 0; i < 200; i++) alone();
    }),
    `${round(words.statistics.operations)} operations; ${VECTORS} sums equal those of the gates`,
  );
  const bench = `module bench;
  reg clk = 0; reg [95:0] act = 1; wire [20:0] sum; integer t; reg [31:0] h = 0;
  ${gateTop} dut(.clk(clk), .act(act), .weights(48'h${weights[1].toString(16)}${weights[0].toString(16).padStart(8, '0')}), .sum(sum));
  initial begin
    for (t = 0; t < \`CYCLES; t = t + 1) begin
      act = {$random, $random, $random}; #1 clk = 1; #1 clk = 0; h = h ^ sum;
    end
    $display("%h", h);
  end
endmodule
`;
  const judge = await icarus(`${files['gates.v']}\n${bench}`, 2000);
  if ('skipped' in judge) table.skip('icarus', judge);
  else table.row('Icarus on the gates', judge.rate, 'seconds of the clock');
  table.print('econ words, one stream');
}

/** @param {{ verilator: boolean, parts?: string[] }} options */
export async function benchSimulation(options = { verilator: true }) {
  const parts = options.parts ?? [];
  const wanted = (/** @type {string} */ part) => parts.length === 0 || parts.includes(part);
  if (wanted('chip')) await benchEncoder(options);
  if (wanted('econt')) await benchEcont(options);
  if (wanted('pipeline')) await benchPipeline(options);
  if (wanted('gates')) await benchGates();
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const parts = process.argv.slice(2).filter((word) => !word.startsWith('--'));
  await benchSimulation({ verilator: !process.argv.includes('--no-verilator'), parts });
}
