import type { In } from '../base/index.js';
import type { DetectorDescription } from './description.js';
import { IMAGE_SIDE, image8x8, imageOrder, rotation } from './images.js';
import { reflection } from './mirror.js';
import { type SuperCells, superCells } from './super-cells.js';
import { emdUnit, groundDistance, triggerCells } from './trigger-cells.js';

/** A small float of E exponent and M mantissa bits: what `number` encodes and decodes. */
export interface CodeFormat {
  readonly name: '4E3M' | '5E3M' | '5E4M';
}

/** What of a detector the chain has to know. Plain data, passed in: no room writes its numbers itself. */
export interface Detector {
  readonly name: string;
  /** The file that says all of this; HGCAL, which is not of a file, has none. */
  readonly description?: DetectorDescription;
  /** Cells of a module, numbered from 0. */
  readonly cells: number;
  /** [cell] -> centre in cm. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** cm; one unit of the earth mover's distance. */
  readonly distanceUnit: number;
  /** [cell] -> cells that share an edge with it, ascending. */
  readonly neighbours: readonly (readonly number[])[];
  /** cells x cells, row-major, symmetric: distance of two centres in units of `distanceUnit`. */
  readonly groundDistance: Float64Array;
  /** What an encoder sees: [row][column] -> cell, -1 where there is none. */
  readonly image: { readonly rows: number; readonly columns: number; readonly cells: Int32Array };
  /** [k] -> cell of the k-th place of the image that has one, row by row: the order in which an encoder takes cells. */
  readonly imageOrder: Int32Array;
  /** Turns of the module into itself, the identity first: turned[cell] = original[turn[cell]]. */
  readonly turns: readonly Int32Array[];
  /** Mirror image of the module, where the turns do not have it. */
  readonly mirror?: Int32Array;
  /** Groups of cells that the telescope loss compares, beside the cells. */
  readonly superCells: SuperCells;
  /** Width of a charge, and the code in which the front-end sends it. */
  readonly charge: CodeFormat & { readonly bits: number };
  /** Code of the sum of a module. */
  readonly sum: CodeFormat;
  /** Output links at most, and the bits that each carries in a BX. */
  readonly links: { readonly count: number; readonly bits: number };
  readonly clockMHz: In<'MHz'>;
}

/** How long a BX is. */
export function bxNs({ clockMHz }: Pick<Detector, 'clockMHz'>): In<'ns'> {
  return 1000 / clockMHz;
}

/** How long so many BX are. */
export function nsOf(bx: In<'BX'>, detector: Pick<Detector, 'clockMHz'>): In<'ns'> {
  return bx * bxNs(detector);
}

/** BX of one LHC orbit. */
export const ORBIT = 3564;

let loaded: Detector | undefined;

/** The full wafer of HGCAL, low and high density alike. */
export function hgcal(): Detector {
  loaded ??= {
    name: 'HGCAL',
    cells: triggerCells.length,
    x: Float64Array.from(triggerCells, (cell) => cell.x),
    y: Float64Array.from(triggerCells, (cell) => cell.y),
    neighbours: triggerCells.map((cell) => cell.neighbours),
    distanceUnit: emdUnit,
    groundDistance,
    image: { rows: IMAGE_SIDE, columns: IMAGE_SIDE, cells: image8x8 },
    imageOrder,
    turns: ([0, 1, 2] as const).map(rotation),
    mirror: reflection(),
    superCells,
    charge: { name: '4E3M', bits: 22 },
    sum: { name: '5E4M' },
    links: { count: 13, bits: 32 },
    clockMHz: 40,
  };
  return loaded;
}

/** Cells of what a batch or the reading of a file is of: HGCAL's unless it names a detector. */
export function cellsOf({ detector = hgcal() }: { readonly detector?: Detector }): number {
  return detector.cells;
}
