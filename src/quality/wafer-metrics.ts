import { atOnce, EconError, type Pieces, Registry } from '../base/index.js';
import type { WaferBatch } from '../dataset/index.js';
import { type Detector, hgcal } from '../detector/index.js';
import type { Rows } from './emd.js';
import { waferEmd } from './wafer-emd.js';

/** The measures of one wafer, in the order of tables. */
export const metricNames = ['emd', 'pearson', 'position', 'width', 'sum'] as const;
export type MetricName = (typeof metricNames)[number];

/** A measure of one's own, loaded by --with (docs/extending.md): its mean stands in tables behind ours. */
export interface WaferMetric {
  readonly name: string;
  readonly unit: string;
  /** @param input charges of one wafer @param output its reconstruction @returns NaN where it is not defined */
  readonly measure: (input: Rows, output: Rows) => number;
}

export const addedMetrics = new Registry<WaferMetric>('metric', ({ name, unit, measure }) => {
  if ((metricNames as readonly string[]).includes(name)) return `${name} is a measure of econ itself.`;
  return typeof unit === 'string' && typeof measure === 'function'
    ? undefined
    : 'a metric has a unit and a function measure(input, output).';
});

/**
 * One entry per wafer. NaN means that the measure is not defined for that wafer.
 *
 * - emd: exact earth mover's distance, both patterns scaled to the sum 1. NaN if either is empty.
 * - pearson: correlation of the charges. 0 when one of the patterns is flat (all equal), for then nothing
 *   of the other is told; 1 when both are. NaN for an empty input only.
 * - position: distance of the two charge-weighted mean positions in cm. NaN if either is empty.
 * - width: charge-weighted rms distance from the own mean position, reconstruction minus input, in cm; negative
 *   when the reconstruction is too narrow. NaN if either is empty.
 * - sum: (sum of the reconstruction - sum of the input) / sum of the input; -1 for an empty reconstruction.
 */
export interface WaferMetrics extends Readonly<Record<MetricName, Float64Array>> {
  readonly count: number;
  /** Cells of the input with charge. */
  readonly occupancy: Uint8Array;
  /** Sum of the input in CALQ units. */
  readonly charge: Float64Array;
  /** 1 where the reconstruction has no charge though the input has some. */
  readonly lost: Uint8Array;
  /** EMD where an empty reconstruction counts as an even spread over the wafer: the receiver's best guess. */
  readonly emdWithGuess: Float64Array;
  /** By name, those of {@link addedMetrics}. */
  readonly added: Readonly<Record<string, Float64Array>>;
}

/** Wafers between two stops. */
const WAFERS_OF_A_PIECE = 256;

/**
 * Compares reconstructions with the wafers they stand for.
 *
 * @param reconstruction one row of charges for each wafer, each >= 0 in TC_Number order, in CALQ units
 * @throws EconError when the lengths differ or a reconstructed charge is negative or not finite
 */
export function measureWafers(batch: WaferBatch, reconstruction: Rows): WaferMetrics {
  return atOnce(measureInPieces(batch, reconstruction));
}

/** As measureWafers, for work that can be interrupted. */
export function* measureInPieces(batch: WaferBatch, reconstruction: Rows): Pieces<WaferMetrics> {
  const { charges, count, detector = hgcal() } = batch;
  const { cells } = detector;
  if (reconstruction.length !== count * cells)
    throw new EconError({
      code: 'quality/length',
      where: 'reconstruction',
      what: `${reconstruction.length} charges do not match ${count} wafers of ${cells} cells.`,
      remedy: `Give one row of ${cells} charges per wafer, in the order of the batch.`,
    });
  const column = (): Float64Array => new Float64Array(count);
  const metrics = {
    count,
    emd: column(),
    pearson: column(),
    position: column(),
    width: column(),
    sum: column(),
    charge: column(),
    emdWithGuess: column(),
    occupancy: new Uint8Array(count),
    lost: new Uint8Array(count),
    added: Object.fromEntries(addedMetrics.names().map((name) => [name, column()])),
  };
  const emd = waferEmd(detector);
  const added = addedMetrics.values();
  const even = new Uint8Array(cells).fill(1);
  const input = new Shape(detector);
  const output = new Shape(detector);
  for (let row = 0; row < count; row++) {
    if (row % WAFERS_OF_A_PIECE === 0) yield;
    const at = row * cells;
    input.measure(charges, at);
    output.measure(reconstruction, at);
    metrics.occupancy[row] = input.occupied;
    metrics.charge[row] = input.sum;
    metrics.lost[row] = input.sum > 0 && output.sum === 0 ? 1 : 0;
    metrics.emd[row] = emd.distance(charges, reconstruction, at, at);
    metrics.emdWithGuess[row] = metrics.lost[row] === 1 ? emd.distance(charges, even, at) : metrics.emd[row];
    metrics.pearson[row] =
      input.sum > 0 ? pearson(charges, reconstruction, at, input, output, cells) : Number.NaN;
    metrics.position[row] = Math.hypot(output.x - input.x, output.y - input.y);
    metrics.width[row] = output.width - input.width;
    metrics.sum[row] = input.sum > 0 ? output.sum / input.sum - 1 : Number.NaN;
    for (const { name, measure } of added)
      metrics.added[name][row] = measure(
        charges.subarray(at, at + cells),
        reconstruction.subarray(at, at + cells),
      );
  }
  return metrics;
}

/** Sum, mean position and width of one pattern; x, y and width are NaN when it is empty. */
class Shape {
  sum = 0;
  occupied = 0;
  flat = true;
  x = 0;
  y = 0;
  width = 0;

  constructor(private readonly detector: Detector) {}

  measure(charges: Rows, at: number): void {
    const { cells, x: cellX, y: cellY } = this.detector;
    let sum = 0;
    let occupied = 0;
    let x = 0;
    let y = 0;
    let flat = true;
    for (let cell = 0; cell < cells; cell++) {
      const charge = charges[at + cell];
      sum += charge;
      x += charge * cellX[cell];
      y += charge * cellY[cell];
      if (charge > 0) occupied++;
      if (charge !== charges[at]) flat = false;
    }
    x /= sum;
    y /= sum;
    let squares = 0;
    for (let cell = 0; cell < cells; cell++)
      squares += charges[at + cell] * ((cellX[cell] - x) ** 2 + (cellY[cell] - y) ** 2);
    this.sum = sum;
    this.occupied = occupied;
    this.flat = flat;
    this.x = x;
    this.y = y;
    this.width = Math.sqrt(squares / sum);
  }
}

function pearson(p: Rows, q: Rows, at: number, input: Shape, output: Shape, cells: number): number {
  if (input.flat || output.flat) return input.flat && output.flat ? 1 : 0;
  const pMean = input.sum / cells;
  const qMean = output.sum / cells;
  let both = 0;
  let pp = 0;
  let qq = 0;
  for (let cell = 0; cell < cells; cell++) {
    const a = p[at + cell] - pMean;
    const b = q[at + cell] - qMean;
    both += a * b;
    pp += a * a;
    qq += b * b;
  }
  return both / Math.sqrt(pp * qq);
}
