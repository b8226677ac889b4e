import { type Detector, hgcal } from '../detector/index.js';
import type { WaferBatch } from './row/batch.js';

interface Axis {
  readonly title: string;
  readonly unit: string;
  readonly low: number;
  readonly high: number;
  readonly bins: number;
  /** Bins that are even in the logarithm. */
  readonly log?: boolean;
}

/** What is compared. All but `cellCharge` have one value for each wafer. */
const axes = {
  occupancy: { title: 'cells hit', unit: 'cells', low: 0.5, high: 0.5, bins: 0 },
  sum: { title: 'wafer sum', unit: 'CALQ', low: 30, high: 100_000, bins: 50, log: true },
  cellCharge: { title: 'charge of a hit cell', unit: 'CALQ', low: 1, high: 100_000, bins: 50, log: true },
  maxFraction: { title: 'share of the largest cell', unit: '', low: 0, high: 1, bins: 40 },
  rmsWidth: { title: 'rms width', unit: 'cm', low: 0, high: 9, bins: 45 },
  neighbourCorrelation: {
    title: 'correlation of neighbours (Moran)',
    unit: '',
    low: -0.6,
    high: 1,
    bins: 40,
  },
} satisfies Record<string, Axis>;
export type DistributionName = keyof typeof axes;

/** One quantity in two batches. */
export interface DistributionPair {
  readonly name: DistributionName;
  readonly title: string;
  readonly unit: string;
  /** Whether the bins are even in the logarithm. */
  readonly logarithmic: boolean;
  /** n + 1 edges; the bins count both ends in. */
  readonly edges: readonly number[];
  readonly a: DistributionSummary;
  readonly b: DistributionSummary;
  /** Largest distance of the two cumulative distributions (Kolmogorov and Smirnov), 0..1; NaN when one is empty. */
  readonly ks: number;
}

export interface DistributionSummary {
  /** Values behind it. */
  readonly count: number;
  readonly mean: number;
  /** At `quantileLevels`; NaN when empty. */
  readonly quantiles: readonly number[];
  /** Fraction of the values in each bin; what lies outside is in the outermost bins. */
  readonly histogram: readonly number[];
}

export const quantileLevels: readonly number[] = [0.05, 0.25, 0.5, 0.75, 0.95, 0.99];

/** Compares two sets of wafers; wafers without charge are left out. Pure data, for reports and checks. */
export function compareDistributions(a: WaferBatch, b: WaferBatch): DistributionPair[] {
  const left = observables(a);
  const right = observables(b);
  return (Object.keys(axes) as DistributionName[]).map((name) => {
    const { cells } = a.detector ?? hgcal();
    const { title, unit, low, log = false, ...axis }: Axis = axes[name];
    // A bin for each number of cells.
    const [high, bins] = name === 'occupancy' ? [axis.high + cells, cells] : [axis.high, axis.bins];
    const edges = Array.from({ length: bins + 1 }, (_, i) =>
      log ? low * (high / low) ** (i / bins) : low + ((high - low) * i) / bins,
    );
    return {
      name,
      title,
      unit,
      logarithmic: log,
      edges,
      a: summarise(left[name], edges),
      b: summarise(right[name], edges),
      ks: kolmogorovSmirnov(left[name], right[name]),
    };
  });
}

/** The values of each quantity, ascending. */
export function observables(batch: WaferBatch): Record<DistributionName, Float64Array> {
  const n = batch.count;
  const { detector = hgcal() } = batch;
  const perWafer = () => new Float64Array(n);
  const result = {
    occupancy: perWafer(),
    sum: perWafer(),
    maxFraction: perWafer(),
    rmsWidth: perWafer(),
    neighbourCorrelation: perWafer(),
  };
  const cells = new Float64Array(batch.charges.length);
  let hits = 0;
  let kept = 0;
  let correlated = 0;
  for (let row = 0; row < n; row++) {
    const q = batch.charges.subarray(row * detector.cells, (row + 1) * detector.cells);
    let occupancy = 0;
    let sum = 0;
    let max = 0;
    for (const charge of q) {
      if (charge === 0) continue;
      cells[hits++] = charge;
      occupancy++;
      sum += charge;
      if (charge > max) max = charge;
    }
    if (sum === 0) continue;
    result.occupancy[kept] = occupancy;
    result.sum[kept] = sum;
    result.maxFraction[kept] = max / sum;
    result.rmsWidth[kept] = rmsWidth(detector, q, sum);
    kept++;
    const moran = neighbourCorrelation(detector, q, sum);
    if (!Number.isNaN(moran)) result.neighbourCorrelation[correlated++] = moran;
  }
  return {
    occupancy: result.occupancy.subarray(0, kept).sort(),
    sum: result.sum.subarray(0, kept).sort(),
    cellCharge: cells.subarray(0, hits).sort(),
    maxFraction: result.maxFraction.subarray(0, kept).sort(),
    rmsWidth: result.rmsWidth.subarray(0, kept).sort(),
    neighbourCorrelation: result.neighbourCorrelation.subarray(0, correlated).sort(),
  };
}

/** Charge-weighted rms distance of the cells from their centre of gravity, cm. */
function rmsWidth({ cells, x: cellX, y: cellY }: Detector, q: Uint32Array, sum: number): number {
  let x = 0;
  let y = 0;
  let square = 0;
  for (let c = 0; c < cells; c++) {
    x += q[c] * cellX[c];
    y += q[c] * cellY[c];
    square += q[c] * (cellX[c] * cellX[c] + cellY[c] * cellY[c]);
  }
  return Math.sqrt(Math.max(0, square / sum - (x / sum) ** 2 - (y / sum) ** 2));
}

/** Moran's I of one wafer over pairs of neighbours: 1 all alike, about 0 no relation; NaN when all cells are equal. */
function neighbourCorrelation({ cells, neighbours: of }: Detector, q: Uint32Array, sum: number): number {
  const mean = sum / cells;
  let variance = 0;
  let covariance = 0;
  let pairs = 0;
  for (let c = 0; c < cells; c++) {
    const d = q[c] - mean;
    variance += d * d;
    const neighbours = of[c];
    pairs += neighbours.length;
    for (let k = 0; k < neighbours.length; k++) covariance += d * (q[neighbours[k]] - mean);
  }
  return variance === 0 ? Number.NaN : covariance / pairs / (variance / cells);
}

/** @param sorted ascending */
function summarise(sorted: Float64Array, edges: readonly number[]): DistributionSummary {
  const counts = new Array<number>(edges.length - 1).fill(0);
  let bin = 0;
  let total = 0;
  for (const value of sorted) {
    while (bin < counts.length - 1 && value >= edges[bin + 1]) bin++;
    counts[bin]++;
    total += value;
  }
  const n = sorted.length;
  return {
    count: n,
    mean: n === 0 ? Number.NaN : total / n,
    quantiles: quantileLevels.map((level) =>
      n === 0 ? Number.NaN : sorted[Math.min(n - 1, Math.floor(level * n))],
    ),
    histogram: counts.map((count) => (n === 0 ? 0 : count / n)),
  };
}

/** Largest distance of two empirical cumulative distributions. @param a, b ascending */
export function kolmogorovSmirnov(a: Float64Array, b: Float64Array): number {
  if (a.length === 0 || b.length === 0) return Number.NaN;
  let i = 0;
  let j = 0;
  let largest = 0;
  while (i < a.length && j < b.length) {
    const value = Math.min(a[i], b[j]);
    // All equal values at once: between them the step is not there.
    while (i < a.length && a[i] === value) i++;
    while (j < b.length && b[j] === value) j++;
    largest = Math.max(largest, Math.abs(i / a.length - j / b.length));
  }
  return largest;
}
