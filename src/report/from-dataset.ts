import type { DistributionPair } from '../dataset/index.js';
import type { Section } from './summary.js';

type Distributions = NonNullable<Section<'dataset'>['distributions']>;

function known(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/**
 * The distributions of the data-set page.
 * @param names of the two sets, e.g. generated and real
 * @param levels of the quantiles, e.g. 0.05, 0.5, 0.95
 */
export function distributionSections(
  compared: readonly DistributionPair[],
  names: readonly [string, string],
  levels: readonly number[],
): Distributions {
  return compared.map((c) => ({
    name: c.title,
    unit: c.unit,
    scale: c.logarithmic ? 'log' : 'linear',
    histogram: {
      edges: [...c.edges],
      series: [c.a, c.b].map((set, i) => ({
        name: names[i],
        counts: set.histogram.map((n) => known(n) ?? 0),
      })),
    },
    series: [...names],
    quantiles: levels.map((p, i) => ({ p, values: [known(c.a.quantiles[i]), known(c.b.quantiles[i])] })),
    ks: known(c.ks),
  }));
}
