/** What is told about a set of values. All null when the set is empty. */
export interface Statistics {
  /** Number of values; undefined ones (NaN) are not among them. */
  readonly count: number;
  readonly mean: number | null;
  readonly deviation: number | null;
  readonly median: number | null;
  readonly p16: number | null;
  readonly p84: number | null;
  readonly p95: number | null;
}

/** Statistics of the defined values at `rows` (all when left out). Percentiles interpolate linearly. */
export function statistics(values: ArrayLike<number>, rows?: ArrayLike<number>): Statistics {
  const kept = new Float64Array(rows ? rows.length : values.length);
  let count = 0;
  for (let n = 0; n < kept.length; n++) {
    const value = values[rows ? rows[n] : n];
    if (!Number.isNaN(value)) kept[count++] = value;
  }
  if (count === 0)
    return { count, mean: null, deviation: null, median: null, p16: null, p84: null, p95: null };
  const sorted = kept.subarray(0, count).sort();
  let sum = 0;
  for (let n = 0; n < count; n++) sum += sorted[n];
  const mean = sum / count;
  let squares = 0;
  for (let n = 0; n < count; n++) squares += (sorted[n] - mean) ** 2;
  return {
    count,
    mean,
    deviation: Math.sqrt(squares / count),
    median: percentile(sorted, 50),
    p16: percentile(sorted, 16),
    p84: percentile(sorted, 84),
    p95: percentile(sorted, 95),
  };
}

/** Mean of the values that are defined, summed in their order; NaN when there is none. */
export function definedMean(values: Float64Array): number {
  const defined = values.filter((value) => !Number.isNaN(value));
  return defined.reduce((sum, value) => sum + value, 0) / defined.length;
}

/** Percentile of ascending values, linear between the two nearest. */
export function percentile(sorted: ArrayLike<number>, percent: number): number {
  const at = ((sorted.length - 1) * percent) / 100;
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}
