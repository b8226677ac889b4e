import { atOnce, type Pieces, type Progress, Random, silent } from '../../base/index.js';
import { type Detector, nearestDistance } from '../../detector/index.js';
import { MAX_CHARGE, type WaferBatch, wafers } from '../row/batch.js';
import { generateInPieces } from './generate.js';
import { defaultGenerator } from './settings.js';

/** Wafers for who has none: HGCAL's with pile-up (docs/generator.md), of other detectors showers on their cells. */
export function builtInWafers(detector: Detector | undefined, seed: number, count: number): WaferBatch {
  return atOnce(builtInInPieces(detector, seed, count));
}

/** As builtInWafers, for work that can be interrupted. */
export function* builtInInPieces(
  detector: Detector | undefined,
  seed: number,
  count: number,
  progress?: Progress,
): Pieces<WaferBatch> {
  if (detector) return yield* showersInPieces(detector, seed, count, progress);
  return (yield* generateInPieces({ ...defaultGenerator, seed, wafers: count }, progress)).batch;
}

/** Showers of a module in the mean, and the mean of their charges; their radius in nearest distances of cells. */
const SHOWERS = 3;
const MEAN_CHARGE = 400;
const RADIUS = 0.7;
/** Mean charge of a cell without a shower, and the charge below which a cell is read as empty. */
const NOISE = 4;
const THRESHOLD = 18;
/** Wafers between two stops. */
const PIECE = 1000;

/**
 * Showers on the cells of any detector, to try one out: a module has some of exponential charge at random places, which
 * fall off exponentially with the distance; each cell's charge varies by its square root. It is no physics of a detector.
 */
function* showersInPieces(
  detector: Detector,
  seed: number,
  count: number,
  progress: Progress = silent,
): Pieces<WaferBatch> {
  const { cells, x, y, groundDistance, distanceUnit, charge } = detector;
  const random = new Random(seed);
  const most = Math.min(MAX_CHARGE, 2 ** charge.bits - 1);
  const radius = RADIUS * nearestDistance(groundDistance) * distanceUnit;
  const charges = new Uint32Array(count * cells);
  const mean = new Float64Array(cells);
  progress.start('generate', count, 'wafer');
  for (let row = 0; row < count; row++) {
    if (row % PIECE === 0) {
      progress.update(row);
      yield;
    }
    mean.fill(NOISE);
    const showers = 1 + random.below(2 * SHOWERS - 1);
    for (let n = 0; n < showers; n++) {
      const at = random.below(cells);
      const [sx, sy] = [x, y].map((of) => of[at] + radius * (random.uniform() - 0.5));
      const energy = MEAN_CHARGE * random.exponential();
      for (let c = 0; c < cells; c++)
        mean[c] += energy * Math.exp(-Math.hypot(x[c] - sx, y[c] - sy) / radius);
    }
    for (let c = 0; c < cells; c++) {
      const value = Math.round(mean[c] + Math.sqrt(mean[c]) * random.normal());
      charges[row * cells + c] = value < THRESHOLD ? 0 : Math.min(most, value);
    }
  }
  progress.stop();
  return wafers(charges, undefined, detector);
}
