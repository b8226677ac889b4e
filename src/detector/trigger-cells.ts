import { CELLS, readMap, triggerCellsSchema } from './files.js';

/** One of the 48 cells of a wafer in which the front-end sums charges. */
export interface TriggerCell {
  /** TC_Number 0..47, the column CALQ_<number> of the data. */
  readonly number: number;
  /** Coordinates on the wafer, 0..7. */
  readonly u: number;
  readonly v: number;
  /** Centre in cm. The origin is trigger cell 0. */
  readonly x: number;
  readonly y: number;
  /** Which third of the wafer, 0..2: number div 16. */
  readonly rhombus: number;
  /** Front-end chip 1..3 of a low-density module, its trigger link 0..3 and the place 0..3 in the link's word. */
  readonly hgcroc: number;
  readonly hgcrocLink: number;
  readonly slot: number;
  /** Input link 0..11 of the concentrator. */
  readonly erx: number;
  /** Mux input (4 erx + slot) and mux output of the reference board (behaviour specification, section 14). */
  readonly preMux: number;
  readonly postMux: number;
  /** Super trigger cell of 4 (0..11) and of 16 (0..2): postMux div 4 and div 16. */
  readonly superCell4: number;
  readonly superCell16: number;
  /** Cells that share an edge, ascending. */
  readonly neighbours: readonly number[];
}

export type Density = 'low' | 'high';

/** What differs between the two wafers; the 48 trigger cells are the same. */
export interface DensityFacts {
  /** Full cells of the sensor. */
  readonly sensorCells: number;
  readonly cellsPerTriggerCell: number;
  readonly hgcrocs: number;
  /** Low bits that the front-end drops before the 4E3M code (d of the behaviour specification, section 4). */
  readonly droppedBits: number;
}

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
