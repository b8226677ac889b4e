import { readMap, superCellsSchema } from './files.js';

/** Four cells around a corner, and how much their sum counts in the telescope loss. */
export interface Quad {
  readonly cells: readonly [number, number, number, number];
  readonly weight: number;
}

/** The two coarser views of a wafer in the telescope loss. Source: domain facts, section 3.3. */
export interface SuperCells {
  /** 36 overlapping groups of 2x2: nine inside each rhombus, three across each seam. */
  readonly quads: readonly Quad[];
  /** The three groups of 16. */
  readonly rhombi: readonly (readonly number[])[];
}

export const superCells: SuperCells = readMap('super-cells.json', superCellsSchema);
