import type { Random } from '../../base/index.js';
import { type Density, triggerCells } from '../../detector/index.js';

/** Sensor of one thickness. Electronics: domain facts, section 6. */
export interface Sensor {
  readonly micrometres: 120 | 200 | 300;
  readonly density: Density;
  /** Charge of a MIP at normal incidence, fC. */
  readonly mipCharge: number;
  /** Noise of a cell, fC. */
  readonly noise: number;
  /** Width of the Landau-like (Moyal) fluctuation of a MIP, in MIPs: thin sensors fluctuate more. */
  readonly landauWidth: number;
  /** Cells along one side of a trigger cell: 2 (4 cells) or 3 (9 cells). */
  readonly side: 2 | 3;
}

export const sensors: readonly Sensor[] = [
  { micrometres: 120, density: 'high', mipCharge: 2.06, noise: 0.32, landauWidth: 0.13, side: 3 },
  { micrometres: 200, density: 'low', mipCharge: 3.43, noise: 0.384, landauWidth: 0.11, side: 2 },
  { micrometres: 300, density: 'low', mipCharge: 5.15, noise: 0.32, landauWidth: 0.09, side: 2 },
];

/** Most cells on a wafer: 48 trigger cells of 9. */
export const MAX_CELLS = triggerCells.length * 9;

/** Centre of the wafer in the frame of the trigger cells, cm. */
export const centre = {
  x: triggerCells.reduce((sum, cell) => sum + cell.x, 0) / triggerCells.length,
  y: triggerCells.reduce((sum, cell) => sum + cell.y, 0) / triggerCells.length,
};

/** Distance from the centre to a corner of the hexagon, cm: four trigger cells. */
export const cornerRadius =
  4 * Math.hypot(triggerCells[1].x - triggerCells[0].x, triggerCells[1].y - triggerCells[0].y);

const STEPS_PER_CM = 10;
const HALF = Math.ceil(cornerRadius * STEPS_PER_CM) + 1;
const WIDTH = 2 * HALF;

/**
 * Which cell lies at a point. A table of 1 mm squares: a shower is a few hundred points, so the search must be one look-up.
 * Cell number = trigger cell * side^2 + place inside it.
 */
export class CellMap {
  private readonly table = new Int16Array(WIDTH * WIDTH);

  constructor(readonly side: 2 | 3) {
    const { x, y } = cellCentres(side);
    for (let row = 0; row < WIDTH; row++) {
      for (let column = 0; column < WIDTH; column++) {
        const px = (column - HALF + 0.5) / STEPS_PER_CM;
        const py = (row - HALF + 0.5) / STEPS_PER_CM;
        this.table[row * WIDTH + column] = insideHexagon(px, py) ? nearest(x, y, px, py) : -1;
      }
    }
  }

  /** Cell at (x, y) in cm from the centre of the wafer, -1 outside. */
  at(x: number, y: number): number {
    const column = Math.floor(x * STEPS_PER_CM) + HALF;
    const row = Math.floor(y * STEPS_PER_CM) + HALF;
    if (column < 0 || column >= WIDTH || row < 0 || row >= WIDTH) return -1;
    return this.table[row * WIDTH + column];
  }
}

const maps = new Map<number, CellMap>();

/** The map of a sensor; made once for each density. */
export function cellMap(side: 2 | 3): CellMap {
  const map = maps.get(side) ?? new CellMap(side);
  maps.set(side, map);
  return map;
}

/** Cell centres: each rhombus-shaped trigger cell is divided side x side along the two lattice vectors of its rhombus. */
function cellCentres(side: 2 | 3): { x: Float64Array; y: Float64Array } {
  const n = triggerCells.length * side * side;
  const x = new Float64Array(n);
  const y = new Float64Array(n);
  for (const cell of triggerCells) {
    const first = triggerCells[16 * cell.rhombus];
    const a = triggerCells[16 * cell.rhombus + 1];
    const b = triggerCells[16 * cell.rhombus + 4];
    for (let i = 0; i < side; i++) {
      for (let j = 0; j < side; j++) {
        const p = (i + 0.5) / side - 0.5;
        const q = (j + 0.5) / side - 0.5;
        const k = cell.number * side * side + side * i + j;
        x[k] = cell.x - centre.x + p * (a.x - first.x) + q * (b.x - first.x);
        y[k] = cell.y - centre.y + p * (a.y - first.y) + q * (b.y - first.y);
      }
    }
  }
  return { x, y };
}

function nearest(x: Float64Array, y: Float64Array, px: number, py: number): number {
  let best = 0;
  let distance = Number.POSITIVE_INFINITY;
  for (let k = 0; k < x.length; k++) {
    const d = (x[k] - px) ** 2 + (y[k] - py) ** 2;
    if (d < distance) {
      distance = d;
      best = k;
    }
  }
  return best;
}

const apothem = (cornerRadius * Math.sqrt(3)) / 2;
const sin60 = Math.sqrt(3) / 2;

/**
 * Whether a point lies on the sensor, or closer to it than `margin` (cm, across its sides). The hexagon has corners at -90,
 * -30, .. degrees, so its flat sides face 0, 60 and 120 degrees.
 */
export function insideHexagon(x: number, y: number, margin = 0): boolean {
  const limit = apothem + margin;
  return (
    Math.abs(x) <= limit && Math.abs(0.5 * x + sin60 * y) <= limit && Math.abs(0.5 * x - sin60 * y) <= limit
  );
}

/** A point drawn evenly over the sensor, cm from the centre. */
export function insideWafer(random: Random): readonly [number, number] {
  for (;;) {
    const x = cornerRadius * (2 * random.uniform() - 1);
    const y = cornerRadius * (2 * random.uniform() - 1);
    if (insideHexagon(x, y)) return [x, y];
  }
}
