import { type Detector, hgcal } from '../detector/index.js';
import { Emd, type Rows } from './emd.js';
import { SlicedEmd } from './sliced.js';

/** Exact EMD on the cells of a detector, in its unit; HGCAL's is half of the trigger cell pitch, 1.208 cm. */
export function waferEmd({ groundDistance, cells }: Detector = hgcal()): Emd {
  return new Emd(groundDistance, cells);
}

/** Sliced distance on the cells of a detector, same unit. */
export function waferSlicedEmd(directions = 6, { x, y, distanceUnit }: Detector = hgcal()): SlicedEmd {
  const inUnits = (at: Float64Array): Float64Array => at.map((value) => value / distanceUnit);
  return new SlicedEmd(inUnits(x), inUnits(y), directions);
}

/**
 * Exact EMD of `count` pairs of wafers.
 *
 * @param p, q rows of charges in the order of the cells
 * @returns one distance per row; NaN where either wafer is empty
 */
export function emdOfRows(
  p: Rows,
  q: Rows,
  count: number,
  { detector = hgcal() }: { readonly detector?: Detector } = {},
): Float64Array {
  const emd = waferEmd(detector);
  const { cells } = detector;
  const out = new Float64Array(count);
  for (let row = 0; row < count; row++) out[row] = emd.distance(p, q, row * cells, row * cells);
  return out;
}
