#!/usr/bin/env node
// Exact EMD per pair of wafers against a general LP solver (HiGHS) on the same pairs, and against the sliced distance.
// Run `npm run build` first.
import { pathToFileURL } from 'node:url';
import highsLoader from 'highs';
import { bestChoiceSending } from '../dist/blocks/index.js';
import { defaultGenerator, generateWafers, selectWafers } from '../dist/dataset/index.js';
import { groundDistance } from '../dist/detector/index.js';
import { sendingReference, waferEmd, waferSlicedEmd } from '../dist/quality/index.js';

const LP_PAIRS = 3;

/** Processor time is steadier than wall-clock time on a busy machine. Microseconds per call, best of five. */
function microseconds(calls, call) {
  let best = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < 5; turn++) {
    const start = process.cpuUsage();
    for (let n = 0; n < calls; n++) call(n);
    const { user, system } = process.cpuUsage(start);
    best = Math.min(best, (user + system) / calls);
  }
  return best;
}

function linearProgram(p, q) {
  const cells = [...p.keys()];
  const total = (charges) => charges.reduce((sum, charge) => sum + charge, 0);
  const row = (names, value) => `${names.join(' + ')} = ${value}`;
  const rows = [
    ...cells.map((i) =>
      row(
        cells.map((j) => `f${i}_${j}`),
        p[i] / total(p),
      ),
    ),
    ...cells.slice(1).map((j) =>
      row(
        cells.map((i) => `f${i}_${j}`),
        q[j] / total(q),
      ),
    ),
  ];
  const cost = cells.flatMap((i) => cells.map((j) => `${groundDistance[48 * i + j]} f${i}_${j}`));
  return `Minimize\n obj: ${cost.join(' + ')}\nSubject To\n${rows.map((r, n) => ` c${n}: ${r}`).join('\n')}\nEnd\n`;
}

/** @returns {Promise<string[]>} lines of a report */
export async function benchQuality() {
  const { batch } = generateWafers({ ...defaultGenerator, wafers: 600 });
  const { charges, count } = selectWafers(batch);
  const { charges: received } = sendingReference(bestChoiceSending('spread')).reconstruct(
    { charges, count },
    2,
  );
  const emd = waferEmd();
  const sliced = waferSlicedEmd();
  const gradient = new Float64Array(48);
  const exact = microseconds(count, (n) => emd.distance(charges, received, 48 * n, 48 * n));
  const exactGradient = microseconds(count, (n) => emd.gradient(charges, received, gradient, 48 * n, 48 * n));
  const cheap = microseconds(count, (n) => sliced.gradient(charges, received, gradient, 48 * n, 48 * n));
  const highs = await highsLoader();
  let worst = 0;
  const programs = Array.from({ length: LP_PAIRS }, (_, n) => {
    const at = 48 * n;
    const text = linearProgram(
      Array.from(charges.slice(at, at + 48)),
      Array.from(received.slice(at, at + 48)),
    );
    worst = Math.max(
      worst,
      Math.abs(highs.solve(text).ObjectiveValue - emd.distance(charges, received, at, at)),
    );
    return text;
  });
  const solver = microseconds(LP_PAIRS, (n) => highs.solve(programs[n]));
  return [
    `exact EMD, ${count} generated wafers against best choice at 2 eTx:`,
    `  network simplex            ${exact.toFixed(1)} us per pair`,
    `  with gradient              ${exactGradient.toFixed(1)} us per pair`,
    `  sliced, with gradient      ${cheap.toFixed(1)} us per pair (${(exactGradient / cheap).toFixed(0)} times faster, a lower bound)`,
    `  HiGHS linear program       ${solver.toFixed(0)} us per pair (${(solver / exact).toFixed(0)} times slower, differs by ${worst.toExponential(1)})`,
  ];
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const line of await benchQuality()) console.log(line);
}
