import { hgcal } from '../detector/index.js';
import type { ClassSummary, Comparison } from '../quality/index.js';
import type { Histogram, Section } from './summary.js';

export interface QualityOptions {
  /** The wafers that were judged, e.g. 'held-out test split'. */
  readonly data: string;
  /** Name of our encoder among the candidates. */
  readonly ours: string;
  /** Number of links at which the algorithms are compared in detail. */
  readonly etx: number;
  /** EMD of each wafer (NaN: not defined), for the distributions. */
  readonly emds?: readonly { readonly name: string; readonly emd: ArrayLike<number> }[];
  readonly bitsPerLatent?: (etx: number) => number;
}

/** The quality section of a report. */
export function qualitySection(comparison: Comparison, options: QualityOptions): Section<'quality'> {
  const { data, ours, etx, emds, bitsPerLatent } = options;
  const { cells, distanceUnit } = comparison.detector ?? hgcal();
  const rows = comparison.rows.filter((row) => row.etx === etx);
  const links = [...new Set(comparison.rows.map((row) => row.etx))];
  const names = [...new Set(comparison.rows.map((row) => row.name))];
  const meanOf = (etx: number, name: string) =>
    comparison.rows.find((row) => row.etx === etx && row.name === name)?.evaluation.metrics.emd.mean ?? null;
  return {
    data,
    wafers: rows[0]?.evaluation.wafers ?? comparison.wafers,
    excluded: rows[0]?.evaluation.emptyInputs ?? 0,
    eTx: etx,
    ...(comparison.detector ? { distanceUnit } : {}),
    ours,
    algorithms: rows.map(({ name, evaluation: e }) => ({
      name,
      mean: e.metrics.emd.mean,
      median: e.metrics.emd.median,
      p16: e.metrics.emd.p16,
      p84: e.metrics.emd.p84,
      p95: e.metrics.emd.p95,
      meanWithLost: e.emdWithGuess.mean,
      lost: e.zeroFraction,
      pearson: e.metrics.pearson.mean,
      positionError: e.metrics.position.mean,
      widthError: e.metrics.width.mean,
      sumError: e.metrics.sum.mean,
    })),
    histogram: emds && emds.length > 0 ? emdHistogram(emds) : undefined,
    occupancy:
      rows.length === 0
        ? undefined
        : {
            classes: rows[0].evaluation.byOccupancy.map((c) => ({
              label: classLabel(c, cells),
              wafers: c.wafers,
            })),
            series: rows.map(({ name, evaluation }) => ({
              name,
              mean: evaluation.byOccupancy.map((c) => c.metrics.emd.mean),
            })),
          },
    perLinks: {
      algorithms: names,
      rows: links.map((etx) => ({
        eTx: etx,
        bitsPerLatent: bitsPerLatent?.(etx),
        mean: names.map((name) => meanOf(etx, name)),
      })),
    },
  };
}

function classLabel({ from, below }: ClassSummary, cells: number): string {
  const last = below === null ? cells : below - 1;
  return last === from ? String(from) : `${from}\u2013${last}`;
}

const BINS = 60;

/** 60 bins from 0 to where 99 % of all defined values are; the rest is counted as lying above. */
function emdHistogram(emds: NonNullable<QualityOptions['emds']>): Histogram {
  const defined = emds.map(({ name, emd }) => ({
    name,
    emd: Array.from(emd).filter((v) => !Number.isNaN(v)),
  }));
  const all = defined.flatMap((d) => d.emd).sort((a, b) => a - b);
  const high = all.length === 0 ? 1 : all[Math.min(all.length - 1, Math.floor(0.99 * all.length))];
  // Bins of 0.01, 0.02 or 0.05 times a power of ten, so that edges are round numbers.
  const rough = Math.max(high, 1e-3) / BINS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const width = power * ([1, 2, 5, 10].find((f) => f * power >= rough) ?? 10);
  const used = Math.max(1, Math.ceil(high / width + 1e-9));
  const edges = Array.from({ length: used + 1 }, (_, i) => Number((i * width).toPrecision(12)));
  return {
    edges,
    series: defined.map(({ name, emd }) => {
      const counts = new Array<number>(used).fill(0);
      let above = 0;
      for (const value of emd) {
        const bin = Math.floor(value / width);
        if (bin < used) counts[bin]++;
        else above++;
      }
      return { name, counts, above };
    }),
  };
}
