import { EconError, Registry } from '../../base/index.js';
import { type Detector, hgcal } from '../../detector/index.js';
import { waferEmd, waferSlicedEmd } from '../../quality/index.js';
import { gradientFault } from './loss-gradient.js';
import type { WaferLoss } from './wafer-loss.js';

export interface Loss {
  readonly name: string;
  /** What it makes passes on NaN in the output as a NaN loss. */
  make(detector: Detector): WaferLoss;
}

/**
 * `emd`: exact, from the duals of the transport problem; `sliced-emd`: its cheap bound by 1-D projections; `fitted-emd`:
 * that bound and the cells' own differences, together as large as the EMD. The gradients of ours are tested.
 */
const ours: readonly Loss[] = [
  { name: 'telescope', make: telescope },
  { name: 'weighted-mse', make: weightedSquares },
  { name: 'sliced-emd', make: slicedEmd },
  { name: 'fitted-emd', make: withCells },
  { name: 'emd', make: exactEmd },
];

export const losses = new Registry<Loss>('loss', (loss) => {
  if (ours.includes(loss)) return undefined;
  return typeof loss.make === 'function' ? gradientFault(loss.make(hgcal())) : 'it has no function make.';
});
for (const loss of ours) losses.add(loss.name, loss);

/** @throws EconError base/unknown-name */
export function waferLoss(name: string, detector: Detector = hgcal()): WaferLoss {
  const loss = losses.get(name, 'training setting loss');
  // One from outside was checked on HGCAL; on other cells it may be wrong.
  const fault =
    detector.description && !ours.includes(loss) && gradientFault(loss.make(detector), detector.cells);
  if (fault)
    throw new EconError({
      code: 'base/bad-thing',
      where: `loss ${name} on ${detector.name}`,
      what: fault,
      remedy:
        'make(detector) gets the detector: its number of cells and their distances (docs/extending.md).',
    });
  return loss.make(detector);
}

function slicedEmd(detector: Detector): WaferLoss {
  const sliced = waferSlicedEmd(undefined, detector);
  return (target, targetAt, output, gradient, at) =>
    sliced.gradient(target, output, gradient, targetAt, at, at);
}

function exactEmd(detector: Detector): WaferLoss {
  const emd = waferEmd(detector);
  return (target, targetAt, output, gradient, at) => {
    // The exact solver refuses NaN with an error about charges; divergence is the trainer's to report.
    for (let c = at; c < at + detector.cells; c++) if (!Number.isFinite(output[c])) return Number.NaN;
    return emd.gradient(target, output, gradient, targetAt, at, at);
  };
}

/** Factors of the sliced EMD and of the summed differences, by least squares against the EMD (docs/training.md). */
const FIT = { sliced: 1.14, cells: 0.55 } as const;

/**
 * Projections hardly see charge that lands in the cell next door, which is what most of the EMD of a good decoder is
 * made of: an error of three cells in a row cancels in each line that crosses them.
 */
function withCells(detector: Detector): WaferLoss {
  const projections = slicedEmd(detector);
  return (target, targetAt, output, gradient, at) => {
    let loss = FIT.sliced * projections(target, targetAt, output, gradient, at);
    for (let c = 0; c < detector.cells; c++) {
      const difference = output[at + c] - target[targetAt + c];
      loss += FIT.cells * Math.abs(difference);
      gradient[at + c] = FIT.sliced * gradient[at + c] + FIT.cells * Math.sign(difference);
    }
    return loss;
  };
}

/**
 * Adds `weight` (sum of the outputs - 1)^2 to a loss: for outputs that need not add up to the charge that was sent.
 */
export function withSum(loss: WaferLoss, weight: number, { cells }: Detector = hgcal()): WaferLoss {
  if (weight === 0) return loss;
  return (target, targetAt, output, gradient, at) => {
    const value = loss(target, targetAt, output, gradient, at);
    const end = at + cells;
    let excess = -1;
    for (let c = at; c < end; c++) excess += output[c];
    for (let c = at; c < end; c++) gradient[c] += 2 * weight * excess;
    return value + weight * excess * excess;
  };
}

/**
 * Telescope loss (domain facts 3.3): 4 L1 + 2 L2 + L3, each the mean over cells, weighted 2x2 sums (of HGCAL 36) and sums
 * of 16 (three) of (t - p)^2 max(t, p). Multiplied by the number of cells, so that its size is that of the distances.
 */
function telescope({ cells: count, superCells: { quads, tiles } }: Detector): WaferLoss {
  const quadShare = (2 * count) / quads.length;
  const tileShare = count / tiles.length;
  return (target, targetAt, output, gradient, at) => {
    let loss = 0;
    for (let c = 0; c < count; c++) {
      const t = target[targetAt + c];
      const p = output[at + c];
      loss += 4 * weighted(t, p);
      gradient[at + c] = 4 * weightedSlope(t, p);
    }
    for (const { cells, weight } of quads)
      loss += addGroup(cells, weight, quadShare, target, targetAt, output, gradient, at);
    for (const cells of tiles) loss += addGroup(cells, 1, tileShare, target, targetAt, output, gradient, at);
    return loss;
  };
}

/** The cells of the telescope loss alone: their number times the sum of (t - p)^2 max(t, p), again of the size of the distances. */
function weightedSquares({ cells }: Detector): WaferLoss {
  return (target, targetAt, output, gradient, at) => {
    let loss = 0;
    for (let c = 0; c < cells; c++) {
      const t = target[targetAt + c];
      const p = output[at + c];
      loss += cells * weighted(t, p);
      gradient[at + c] = cells * weightedSlope(t, p);
    }
    return loss;
  };
}

function addGroup(
  cells: readonly number[],
  weight: number,
  share: number,
  target: Float32Array,
  targetAt: number,
  output: Float32Array,
  gradient: Float32Array,
  at: number,
): number {
  let t = 0;
  let p = 0;
  for (const c of cells) {
    t += target[targetAt + c];
    p += output[at + c];
  }
  const slope = share * weight * weightedSlope(weight * t, weight * p);
  for (const c of cells) gradient[at + c] += slope;
  return share * weighted(weight * t, weight * p);
}

function weighted(t: number, p: number): number {
  return (t - p) ** 2 * Math.max(t, p);
}

/** d weighted / d p. */
function weightedSlope(t: number, p: number): number {
  const d = p - t;
  return p > t ? 2 * d * p + d * d : 2 * d * t;
}
