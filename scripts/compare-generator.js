// Compares wafers of the built-in generator with simulated ones: quantiles and Kolmogorov-Smirnov distances, how hard both are
// to compress, and, given the folder of maps, the mean number of trigger cells above threshold in each layer.
// usage: node scripts/compare-generator.js WAFERS.csv [MAPS-FOLDER] [--wafers N] [--seed N]
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  compareDistributions,
  defaultGenerator,
  generateWafers,
  quantileLevels,
  readWafers,
  selectWafers,
} from '../dist/dataset/index.js';
import { CELLS, triggerCells } from '../dist/detector/index.js';
import { emdOfRows } from '../dist/quality/index.js';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { wafers: { type: 'string', default: '20000' }, seed: { type: 'string', default: '1' } },
});
const [file, maps] = positionals;
if (!file) {
  console.error('usage: node scripts/compare-generator.js WAFERS.csv [MAPS-FOLDER] [--wafers N] [--seed N]');
  process.exit(2);
}

const all = await readWafers(file);
const simulated = selectWafers(all);
const settings = { ...defaultGenerator, wafers: Number(options.wafers), seed: Number(options.seed) };
const start = process.cpuUsage();
const { batch } = generateWafers(settings);
const { user, system } = process.cpuUsage(start);
const generated = selectWafers(batch);

console.log(`simulated ${file}: ${all.count} wafers, ${simulated.count} selected (>= 3 cells, sum >= 35)`);
console.log(
  `generated seed ${settings.seed}: ${batch.count} wafers, ${generated.count} selected, ` +
    `${Math.round((settings.wafers / (user + system)) * 1e6)} wafers per second of CPU time\n`,
);
const number = (value) => (Math.abs(value) >= 10 ? value.toFixed(0) : value.toFixed(2)).padStart(7);
console.log(
  `${'quantity'.padEnd(34)}     KS         mean ${quantileLevels.map((q) => `${100 * q} %`.padStart(7)).join('')}`,
);
for (const { title, unit, a, b, ks } of compareDistributions(simulated, generated)) {
  const name = unit ? `${title} [${unit}]` : title;
  console.log(
    `${name.padEnd(34)}  ${ks.toFixed(3)}  sim ${number(a.mean)} ${a.quantiles.map(number).join('')}`,
  );
  console.log(`${''.padEnd(41)}  gen ${number(b.mean)} ${b.quantiles.map(number).join('')}`);
}

console.log(
  '\nhow hard they are to compress: mean EMD of crude reconstructions (first 2000 selected wafers)',
);
for (const [name, reconstruct] of Object.entries({
  'even charge everywhere': () => new Array(CELLS).fill(1),
  'super cells of 4, spread': (q) => spread(q, 'superCell4'),
  'super cells of 16, spread': (q) => spread(q, 'superCell16'),
  'six largest cells': sixLargest,
})) {
  console.log(
    `${name.padEnd(34)}  sim ${number(meanEmd(simulated, reconstruct))}  gen ${number(meanEmd(generated, reconstruct))}`,
  );
}

if (maps) {
  console.log('\nmean trigger cells above 1.35 transverse MIP (47 CALQ) per module of the layer');
  for (const [layer, simulatedMean] of meanOccupancy(
    join(maps, 'average_tcs_sil_v11_relval_ttbar_20200625.csv'),
  )) {
    const { batch: wafers } = generateWafers({
      ...settings,
      wafers: 5000,
      layers: [layer],
      emptyWafers: true,
    });
    const above = wafers.charges.reduce((count, charge) => count + (charge > 47 ? 1 : 0), 0) / wafers.count;
    console.log(`layer ${String(layer).padStart(2)}  sim ${number(simulatedMean)}  gen ${number(above)}`);
  }
}

/** Mean over the modules of each layer that have any; rows of the file are u, v, layer, mean, .. */
function meanOccupancy(path) {
  const sums = new Map();
  for (const line of readFileSync(path, 'utf8').trim().split('\n')) {
    const [, , layer, mean] = line.split(',').map(Number);
    if (!(mean > 0) || (layer < 28 && layer % 2 === 0)) continue;
    const [count, sum] = sums.get(layer) ?? [0, 0];
    sums.set(layer, [count + 1, sum + mean]);
  }
  return [...sums].sort(([a], [b]) => a - b).map(([layer, [count, sum]]) => [layer, sum / count]);
}

function meanEmd({ charges, count }, reconstruct) {
  const n = Math.min(count, 2000);
  const guess = new Float64Array(n * CELLS);
  for (let i = 0; i < n; i++) guess.set(reconstruct(charges.subarray(i * CELLS, (i + 1) * CELLS)), i * CELLS);
  return emdOfRows(charges, guess, n).reduce((sum, value) => sum + value, 0) / n;
}

/** Charge of each super cell, shared evenly by its members. */
function spread(q, superCell) {
  return triggerCells.map((cell) => {
    const members = triggerCells.filter((other) => other[superCell] === cell[superCell]);
    return members.reduce((sum, { number }) => sum + q[number], 0) / members.length;
  });
}

function sixLargest(q) {
  const kept = new Array(CELLS).fill(0);
  const order = triggerCells.map((cell) => cell.number).sort((a, b) => q[b] - q[a]);
  for (const cell of order.slice(0, 6)) kept[cell] = q[cell];
  return kept;
}
