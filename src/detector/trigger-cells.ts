import type { z } from 'zod';
import { CELLS, readMap, triggerCellsSchema } from './files.js';

/** One of the 48 cells of a wafer in which the front-end sums charges. */
export type TriggerCell = z.infer<typeof triggerCellsSchema>['cells'][number];

export type Density = 'low' | 'high';

/** What differs between the two wafers; the 48 trigger cells are the same. */
export type DensityFacts = z.infer<typeof triggerCellsSchema>['densities'][Density];

const file = readMap('trigger-cells.json', triggerCellsSchema);

/** Index = TC_Number. */
export const triggerCells: readonly TriggerCell[] = file.cells;

export const densities: Readonly<Record<Density, DensityFacts>> = file.densities;

/** Length of one unit of the earth mover's distance, in cm: half of the pitch of trigger cells. */
export const emdUnit: number = file.emdUnit;

/** Centres closer than this (cm) belong to cells that share an edge: 2.18 and 2.42 do, 2.77 is the next. */
export const neighbourDistance: number = file.neighbourDistance;

/** 48x48, row-major, symmetric: distance of two centres in EMD units. Formula source: domain facts, section 3.4. */
export const groundDistance: Float64Array = distances();

function distances(): Float64Array {
  const d = new Float64Array(CELLS * CELLS);
  for (const a of triggerCells) {
    for (const b of triggerCells) d[a.number * CELLS + b.number] = Math.hypot(a.x - b.x, a.y - b.y) / emdUnit;
  }
  return d;
}
