import { readMap, superCellsSchema } from './files.js';

/** Four cells around a corner, and how much their sum counts in the telescope loss. */
export interface Quad {
  readonly cells: readonly number[];
  readonly weight: number;
}

/** The two coarser views of a wafer in the telescope loss. Source: domain facts, section 3.3. */
export interface SuperCells {
  /** Overlapping groups of 2x2. Of HGCAL 36: nine inside each rhombus, three across each seam. */
  readonly quads: readonly Quad[];
  /** Groups of 16 side by side. Of HGCAL the three rhombi. */
  readonly tiles: readonly (readonly number[])[];
}

const { quads, rhombi } = readMap('super-cells.json', superCellsSchema);
export const superCells: SuperCells = { quads, tiles: rhombi };
