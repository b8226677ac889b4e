#!/usr/bin/env node
// Training wafers/s of the engines on the same network, batch and loss, in the same run: forward in the chip's
// integer arithmetic, loss, backward, Adam. Run `npm run build` first. Ratios are against plain TypeScript.
// ECON_PEER=<folder of another built checkout> measures its engine beside, e.g. of an earlier commit.
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Random } from '../dist/base/index.js';
import { econtShape } from '../dist/encoder/index.js';
import { Team } from '../dist/training/engines/team.js';
import {
  engines,
  findTfjs,
  networkOf,
  parameterLayout,
  trainingSettings,
  waferLoss,
} from '../dist/training/index.js';

const BATCH = 256;
const SECONDS = 4;

/** Seconds of processor time are steadier than wall-clock time on a busy machine. */
function processorSeconds() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Wafers, and a loss, for any engine; networks of the same size whatever they are told. */
const hidden = [256, 256, 256];
const random = new Random(1);
const x = Uint8Array.from({ length: BATCH * 48 }, () => (random.uniform() < 0.3 ? random.below(30) : 0));
const sumCode = new Uint16Array(BATCH).fill(100);
const target = new Float32Array(48 * BATCH).fill(1 / 48);
const weight = new Float32Array(BATCH).fill(1);

/** @param {() => void} step */
function rateOf(step, clock = processorSeconds) {
  for (let i = 0; i < 3; i++) step();
  const start = clock();
  let steps = 0;
  while (clock() - start < SECONDS) {
    step();
    steps++;
  }
  return (steps * BATCH) / (clock() - start);
}

async function open(training, name) {
  const network = training.networkOf({
    ...training.trainingSettings({ hidden, skip: false, levels: false, latentBits: econtShape.latents.bits }),
    shape: econtShape,
  });
  const session = await (training.engines[name] ?? training.engines.get(name, 'bench')).open(network);
  const own = new Random(2);
  const { size } = training.parameterLayout(network);
  for (let i = 0; i < size; i++) session.parameters[i] = 0.2 * own.normal();
  return { session, network };
}

/** @param {'wasm' | 'js' | 'tfjs'} name */
async function wafersPerSecond(
  name,
  training = { engines, networkOf, parameterLayout, trainingSettings, waferLoss },
) {
  const { session } = await open(training, name);
  const loss = training.waferLoss('sliced-emd');
  const outputs = (values, _first, count, gradient) => {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += loss(target, 0, values, gradient, 48 * i);
    return sum;
  };
  // An earlier engine was not told the module sum.
  const rate = rateOf(
    session.step.length < 4
      ? () => session.step(x, BATCH, outputs)
      : () => session.step(x, sumCode, BATCH, outputs),
  );
  session.dispose();
  return rate;
}

/** Wall clock: with a second thread the processor works twice. */
async function wallClock(threads) {
  const { session, network } = await open({ engines, networkOf, parameterLayout, trainingSettings }, 'wasm');
  const terms = { sumWeight: 0, klWeight: 0 };
  const team = await Team.of(
    session,
    { engine: 'wasm', network, frozenEncoder: false, losses: ['sliced-emd'], terms },
    BATCH,
    threads,
  );
  const rate = rateOf(
    () => team.step({ x, told: sumCode, target, weight }, BATCH, 'sliced-emd'),
    () => performance.now() / 1000,
  );
  team.dispose();
  return rate;
}

async function peer() {
  const folder = process.env.ECON_PEER;
  if (!folder) return undefined;
  return import(pathToFileURL(join(resolve(folder), 'dist/training/index.js')).href);
}

export async function benchTraining() {
  const js = await wafersPerSecond('js');
  const wasm = await wafersPerSecond('wasm');
  const found = await findTfjs();
  const rows = [
    ['plain TypeScript', js],
    ['wasm (default)', wasm],
  ];
  const tfjs = 'backend' in found ? await wafersPerSecond('tfjs') : 0;
  if ('backend' in found) rows.push([found.backend, tfjs]);
  const other = await peer();
  const earlier = other ? await wafersPerSecond('wasm', other) : 0;
  if (other) rows.push(['wasm of ECON_PEER', earlier]);
  console.log(
    `training, batch ${BATCH}, decoder ${hidden.join('-')}, one thread, wafers per second of processor time`,
  );
  for (const [name, rate] of rows) {
    const ratio = `${(rate / js).toFixed(2)} x plain TypeScript`;
    console.log(`  ${String(name).padEnd(18)} ${Math.round(Number(rate)).toString().padStart(8)}   ${ratio}`);
  }
  if (other) console.log(`  wasm against ECON_PEER: ${(wasm / earlier).toFixed(2)} x`);
  else console.log('  skipped: an earlier engine: ECON_PEER names no built checkout');
  const [one, two] = [await wallClock(1), await wallClock(2)];
  console.log(
    `  wall clock: one thread ${Math.round(one)}, two ${Math.round(two)} wafers/s, ${(two / one).toFixed(2)} x`,
  );
  if ('backend' in found) console.log(`  wasm against ${found.backend}: ${(wasm / tfjs).toFixed(1)} x`);
  else console.log(`  skipped: tfjs: ${found.reason}`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await benchTraining();
