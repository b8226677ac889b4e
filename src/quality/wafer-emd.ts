import { CELLS, emdUnit, groundDistance, triggerCells } from '../detector/index.js';
import { Emd, type Rows } from './emd.js';
import { SlicedEmd } from './sliced.js';

/** Exact EMD on the 48 trigger cells in TC_Number order; unit: half of the trigger cell pitch, 1.208 cm. */
export function waferEmd(): Emd {
  return new Emd(groundDistance, CELLS);
}

/** Sliced distance on the 48 trigger cells in TC_Number order, same unit. */
export function waferSlicedEmd(directions = 6): SlicedEmd {
  const x = Float64Array.from(triggerCells, (cell) => cell.x / emdUnit);
  const y = Float64Array.from(triggerCells, (cell) => cell.y / emdUnit);
  return new SlicedEmd(x, y, directions);
}

/**
 * Exact EMD of `count` pairs of wafers.
 *
 * @param p, q rows of 48 charges in TC_Number order
 * @param out receives one distance per row; NaN where either wafer is empty
 */
export function emdOfRows(p: Rows, q: Rows, count: number, out = new Float64Array(count)): Float64Array {
  const emd = waferEmd();
  for (let row = 0; row < count; row++) out[row] = emd.distance(p, q, row * CELLS, row * CELLS);
  return out;
}
