import { atOnce, type Pieces, type Progress, silent, textColumns } from '../base/index.js';
import type { WaferBatch } from '../dataset/index.js';
import { hgcal } from '../detector/index.js';
import { type Evaluation, evaluateInPieces } from './evaluation.js';
import type { Reference } from './references/index.js';
import { addedMetrics } from './wafer-metrics.js';

export interface ComparisonRow {
  readonly etx: number;
  readonly name: string;
  readonly note: string;
  readonly evaluation: Evaluation;
}

/** Several ways to send the same wafers, at equal numbers of links. Plain data: JSON.stringify is its file form. */
export interface Comparison {
  readonly wafers: number;
  /** What the wafers are of, where it is not HGCAL. */
  readonly detector?: { readonly cells: number; readonly distanceUnit: number };
  /** By number of links, then in the order in which the candidates were given. */
  readonly rows: readonly ComparisonRow[];
}

/**
 * Evaluates every candidate on every wafer at each number of links that it fits.
 *
 * @param etx link counts, 1..13
 */
export function compare(...given: Parameters<typeof compareInPieces>): Comparison {
  return atOnce(compareInPieces(...given));
}

/** As compare, for work that can be interrupted. */
export function* compareInPieces(
  candidates: readonly Reference[],
  batch: WaferBatch,
  etx: readonly number[],
  progress: Progress = silent,
): Pieces<Comparison> {
  const jobs = etx.flatMap((links) =>
    candidates.filter((candidate) => candidate.fits(links)).map((candidate) => ({ links, candidate })),
  );
  const rows: ComparisonRow[] = [];
  progress.start('evaluate', jobs.length, 'method');
  for (const { links, candidate } of jobs) {
    const { charges, note } = candidate.reconstruct(batch, links);
    yield;
    const evaluation = yield* evaluateInPieces(batch, charges);
    rows.push({ etx: links, name: candidate.name, note: note ?? '', evaluation });
    progress.update(rows.length, `${links} eTx, ${candidate.name}`);
  }
  progress.stop();
  const { detector } = batch;
  return {
    wafers: batch.count,
    ...(detector ? { detector: { cells: detector.cells, distanceUnit: detector.distanceUnit } } : {}),
    rows,
  };
}

/** Aligned text: one line per method, then mean EMD by occupancy and by charge. */
export function renderComparison(comparison: Comparison): string {
  const [first] = comparison.rows;
  if (first === undefined) return `No method to compare on ${comparison.wafers} wafers.\n`;
  const { emptyInputs, byOccupancy, byCharge } = first.evaluation;
  const added = addedMetrics.values();
  const { cells, distanceUnit } = comparison.detector ?? hgcal();
  const unit = comparison.detector ? `units of ${distanceUnit} cm` : 'half trigger-cell pitches (1.208 cm)';
  const empty = emptyInputs > 0 ? `, ${emptyInputs} of them without charge and left out` : '';
  const classTitle = (from: number, below: number | null, last: string): string =>
    below === null ? `${from}${last}` : `${from}-${below - 1}`;
  return [
    `${comparison.wafers} wafers${empty}. EMD in ${unit}, both patterns scaled to sum 1.`,
    'A lost wafer has charge but an empty reconstruction: its EMD counts only under "with lost", as an even spread.',
    '',
    columns(
      [
        ['eTx', 'method', 'EMD mean', 'median', '16 %', '84 %', '95 %', 'with lost', 'lost %'],
        [
          'Pearson',
          'position cm',
          'width cm',
          'sum %',
          ...added.map(({ name, unit }) => `${name} ${unit}`),
          'note',
        ],
      ].flat(),
      comparison.rows.map(({ etx, name, note, evaluation: e }) => {
        const { emd, pearson, position, width, sum } = e.metrics;
        return [
          String(etx),
          name,
          ...[emd.mean, emd.median, emd.p16, emd.p84, emd.p95, e.emdWithGuess.mean].map((v) => fixed(v, 3)),
          fixed(e.zeroFraction, 1, 100),
          fixed(pearson.mean, 3),
          fixed(position.mean, 3),
          signed(width.mean, 3),
          signed(sum.mean, 1, 100),
          ...added.map(({ name: metric }) => fixed(e.added?.[metric]?.mean ?? null, 3)),
          note,
        ];
      }),
      ['method', 'note'],
    ),
    'Mean EMD (with lost) by occupied cells',
    classTable(
      comparison,
      'byOccupancy',
      byOccupancy.map((c) => classTitle(c.from, c.below, `-${cells}`)),
    ),
    'Mean EMD (with lost) by wafer sum in CALQ (35 = one transverse MIP)',
    classTable(
      comparison,
      'byCharge',
      byCharge.map((c) => classTitle(c.from, c.below, '-')),
    ),
  ].join('\n');
}

function classTable(comparison: Comparison, by: 'byOccupancy' | 'byCharge', titles: string[]): string {
  const counts = comparison.rows[0].evaluation[by].map((c) => String(c.wafers));
  return columns(
    ['eTx', 'method', ...titles],
    [
      ['', 'wafers', ...counts],
      ...comparison.rows.map(({ etx, name, evaluation }) => [
        String(etx),
        name,
        ...evaluation[by].map((c) => fixed(c.emdWithGuess.mean, 3)),
      ]),
    ],
    ['method'],
  );
}

function fixed(value: number | null, digits: number, scale = 1): string {
  return value === null ? '-' : (value * scale).toFixed(digits);
}

/** Bias: the sign matters, but not the sign of what rounds to zero. */
function signed(value: number | null, digits: number, scale = 1): string {
  const text = fixed(value, digits, scale);
  if (text === '-') return text;
  return Number(text) === 0 ? text.replace('-', '') : Number(text) > 0 ? `+${text}` : text;
}

/** Text columns two blanks apart, numbers to the right, the columns named in `left` to the left. */
export function columns(
  titles: readonly string[],
  rows: readonly (readonly string[])[],
  left: string[],
): string {
  return `${textColumns([titles, ...rows], (c) => !left.includes(titles[c])).join('\n')}\n`;
}
