import { atOnce, type Pieces } from '../base/index.js';
import type { WaferBatch } from '../dataset/index.js';
import { cellsOf } from '../detector/index.js';
import type { Rows } from './emd.js';
import { type Statistics, statistics } from './statistics.js';
import { type MetricName, measureInPieces, metricNames, type WaferMetrics } from './wafer-metrics.js';

/** One transverse MIP in CALQ units (domain facts, section 2.2). */
export const MIP = 35;

/** Lower edges of the classes of occupied cells. */
const occupancyEdges: readonly number[] = [1, 3, 6, 11, 21, 36];
/** Lower edges of the classes of wafer sums in CALQ units. */
const chargeEdges: readonly number[] = [0, 3, 10, 30, 100, 300].map((mips) => mips * MIP);

/** Quality of the wafers of one class, or of all of them. */
export interface Summary {
  /** Wafers with charge. */
  readonly wafers: number;
  /** Those among them whose reconstruction is empty; their EMD, position and width are not defined. */
  readonly lost: number;
  /** lost / wafers; null without wafers. */
  readonly zeroFraction: number | null;
  readonly metrics: Readonly<Record<MetricName, Statistics>>;
  /** Measures from outside, by name; left out when there are none. */
  readonly added?: Readonly<Record<string, Statistics>>;
  /** EMD of all wafers, where a lost one counts as spread evenly. Equals `metrics.emd` when none is lost. */
  readonly emdWithGuess: Statistics;
}

export interface ClassSummary extends Summary {
  /** The class holds from <= value < below; the last one has no upper edge (null). */
  readonly from: number;
  readonly below: number | null;
}

export interface Evaluation extends Summary {
  /** Wafers without any charge: there is nothing to reconstruct, they take part in no measure. */
  readonly emptyInputs: number;
  /** Classes of occupied cells. */
  readonly byOccupancy: readonly ClassSummary[];
  /** Classes of wafer sums in CALQ units. */
  readonly byCharge: readonly ClassSummary[];
}

/**
 * How well `reconstruction` stands for the wafers: plain data, the same bytes for the same input.
 *
 * @param reconstruction count*48 charges >= 0 in TC_Number order, in CALQ units
 */
export function evaluateReconstruction(...given: Parameters<typeof evaluateInPieces>): Evaluation {
  return atOnce(evaluateInPieces(...given));
}

/** As evaluateReconstruction, for work that can be interrupted. */
export function* evaluateInPieces(batch: WaferBatch, reconstruction: Rows): Pieces<Evaluation> {
  return summarise(yield* measureInPieces(batch, reconstruction), cellsOf(batch));
}

/**
 * Summary of measures taken before, for callers that want both (a report draws the distributions).
 * @param cells of the wafers: classes that none of so few cells can be in are left out
 */
export function summarise(metrics: WaferMetrics, cells: number): Evaluation {
  const edges = occupancyEdges.filter((edge) => edge <= cells);
  const filled: number[] = [];
  for (let row = 0; row < metrics.count; row++) if (metrics.charge[row] > 0) filled.push(row);
  return {
    ...summary(metrics, filled),
    emptyInputs: metrics.count - filled.length,
    byOccupancy: classes(metrics, filled, metrics.occupancy, edges),
    byCharge: classes(metrics, filled, metrics.charge, chargeEdges),
  };
}

function summary(metrics: WaferMetrics, rows: readonly number[]): Summary {
  let lost = 0;
  for (const row of rows) lost += metrics.lost[row];
  const entries = metricNames.map((name) => [name, statistics(metrics[name], rows)] as const);
  const added = Object.entries(metrics.added).map(
    ([name, values]) => [name, statistics(values, rows)] as const,
  );
  return {
    wafers: rows.length,
    lost,
    zeroFraction: rows.length > 0 ? lost / rows.length : null,
    metrics: Object.fromEntries(entries) as Record<MetricName, Statistics>,
    ...(added.length > 0 ? { added: Object.fromEntries(added) } : {}),
    emdWithGuess: statistics(metrics.emdWithGuess, rows),
  };
}

function classes(
  metrics: WaferMetrics,
  rows: readonly number[],
  value: ArrayLike<number>,
  edges: readonly number[],
): ClassSummary[] {
  return edges.map((from, n) => {
    const below = n + 1 < edges.length ? edges[n + 1] : null;
    const inside = rows.filter((row) => value[row] >= from && (below === null || value[row] < below));
    return { from, below, ...summary(metrics, inside) };
  });
}
