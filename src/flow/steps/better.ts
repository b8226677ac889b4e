import { type Comparison, chipReferences } from '../../quality/index.js';

/** Mean EMD on public pile-up wafers: `--shape best` and ECON-T's encoder, trained alike (docs/encoder-shapes.md). */
const SHAPE_BEST: Readonly<Record<number, { readonly best: number; readonly econt: number }>> = {
  2: { best: 0.568, econt: 0.801 },
  5: { best: 0.159, econt: 0.605 },
};

export interface Choice {
  readonly comparison: Comparison;
  /** Name of the model in the comparison. */
  readonly ours: string;
  readonly etx: number;
  /** Is the encoder ECON-T's own, not a shape chosen for the links? */
  readonly econtEncoder: boolean;
}

/**
 * What else on this chip does better at the model's links, in one sentence: an algorithm, as measured on the same
 * wafers; another encoder, as known from public ones. Undefined where nothing is known to.
 */
export function betterChoice({ comparison, ours, etx, econtEncoder }: Choice): string | undefined {
  const emd = (name: string): number =>
    comparison.rows.find((row) => row.etx === etx && row.name === name)?.evaluation.emdWithGuess.mean ??
    Number.POSITIVE_INFINITY;
  const own = emd(ours);
  const [best] = chipReferences(comparison)
    .map(({ name }) => ({ name, mean: emd(name) }))
    .sort((a, b) => a.mean - b.mean);
  const known = econtEncoder ? SHAPE_BEST[etx] : undefined;
  const parts = [
    best &&
      best.mean < own &&
      `${best.name}: mean EMD ${best.mean.toFixed(3)} instead of ${own.toFixed(3)} on these wafers`,
    known &&
      `the encoder of --shape best: ${known.best} instead of ${known.econt} on public pile-up wafers (docs/encoder-shapes.md)`,
  ].filter((part) => part);
  return parts.length > 0 ? `Better at ${etx} eTx is ${parts.join('; and ')}.` : undefined;
}
