#!/usr/bin/env node
// Training wafers/s of the engines on the same network, batch and loss, in the same run: forward in the chip's
// integer arithmetic, loss, backward, Adam. Run `npm run build` first. Ratios are against plain TypeScript.
import { pathToFileURL } from 'node:url';
import { Random } from '../dist/base/index.js';
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

/** @param {'wasm' | 'js' | 'tfjs'} name */
async function wafersPerSecond(name) {
  const network = networkOf(trainingSettings());
  const { size } = parameterLayout(network);
  const random = new Random(1);
  const session = await engines[name].open(network);
  for (let i = 0; i < size; i++) session.parameters[i] = 0.2 * random.normal();
  const x = Uint8Array.from({ length: BATCH * 48 }, () => (random.uniform() < 0.3 ? random.below(30) : 0));
  const sumCode = new Uint16Array(BATCH).fill(100);
  const target = new Float32Array(48).fill(1 / 48);
  const loss = waferLoss('sliced-emd');
  const step = () => {
    session.step(x, sumCode, BATCH, (outputs, _first, count, gradient) => {
      let sum = 0;
      for (let i = 0; i < count; i++) sum += loss(target, 0, outputs, gradient, 48 * i);
      return sum;
    });
  };
  for (let i = 0; i < 3; i++) step();
  const start = processorSeconds();
  let steps = 0;
  while (processorSeconds() - start < SECONDS) {
    step();
    steps++;
  }
  const rate = (steps * BATCH) / (processorSeconds() - start);
  session.dispose();
  return rate;
}

export async function benchTraining() {
  const js = await wafersPerSecond('js');
  const wasm = await wafersPerSecond('wasm');
  const found = await findTfjs();
  const rows = [
    ['plain TypeScript', js],
    ['wasm (default)', wasm],
  ];
  if ('tf' in found) rows.push([found.backend, await wafersPerSecond('tfjs')]);
  console.log(`training, batch ${BATCH}, default network, one thread, wafers per second of processor time`);
  for (const [name, rate] of rows) {
    const ratio = `${(rate / js).toFixed(2)} x plain TypeScript`;
    console.log(`  ${String(name).padEnd(18)} ${Math.round(Number(rate)).toString().padStart(8)}   ${ratio}`);
  }
  if ('tf' in found)
    console.log(`  wasm against ${found.backend}: ${(wasm / Number(rows[2][1])).toFixed(1)} x`);
  else console.log(`  skipped: tfjs: ${found.reason}`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await benchTraining();
