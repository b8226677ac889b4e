import { CELLS, modulesSchema, readMap } from './files.js';
import type { Density } from './trigger-cells.js';

/** A silicon module in one 120-degree sector of one endcap. */
export interface Module {
  /** 1..50: odd ones up to 27 (electromagnetic part), all from 29 (hadronic part). */
  readonly layer: number;
  /** Wafer coordinates in the layer. */
  readonly u: number;
  readonly v: number;
  readonly density: Density;
  /** Shape and sensor: FI, FM, FO are full wafers; the first letter a, b, c, d, g tells a part of one. */
  readonly type: string;
  /** Output links for trigger data, 0..11. */
  readonly etx: number;
  /** Direction of the centre; null for a module that the geometry table leaves out. phi in radians. */
  readonly eta: number | null;
  readonly phi: number | null;
}

/** Layers of an endcap are numbered up to here. */
export const LAST_LAYER = 50;

let loaded: readonly Module[] | undefined;
let numbers: ReadonlyMap<string, number> | undefined;

/** All 10,392 modules of the V11 geometry, by layer, u, v. Read at the first call. */
export function modules(): readonly Module[] {
  loaded ??= load();
  return loaded;
}

function load(): Module[] {
  const [layer, u, v, density, type, etx, eta, phi] = readMap('modules.json', modulesSchema).columns;
  return layer[1].map((value, i) => ({
    layer: value,
    u: u[1][i],
    v: v[1][i],
    density: density[1][i],
    type: type[1][i],
    etx: etx[1][i],
    eta: eta[1][i],
    phi: phi[1][i],
  }));
}

/**
 * Cells of a partial wafer, by the first letter of its type. Read off the cut rows of simulated pile-up
 * (docs/generator.md); the real cuts go through cells, ours between them.
 */
const partial: Readonly<Record<string, number>> = { a: 24, b: 40, c: 16, d: 18, g: 34 };

/** Trigger cells that a module of this type has. */
export function cellsOfType(type: string): number {
  return partial[type[0]] ?? CELLS;
}

/** How a batch of wafers names a module: 1 + its index in modules(), in 16 bits; 0 is no module, or an unknown one. */
export const UNKNOWN_MODULE = 0;

/** Number of the module at a place of the detector, UNKNOWN_MODULE when the geometry has none there. */
export function moduleNumber(layer: number, u: number, v: number): number {
  numbers ??= new Map(modules().map((module, i) => [placeKey(module.layer, module.u, module.v), i + 1]));
  return numbers.get(placeKey(layer, u, v)) ?? UNKNOWN_MODULE;
}

/** The module of a number; undefined for UNKNOWN_MODULE. */
export function moduleOfNumber(number: number): Module | undefined {
  return modules()[number - 1];
}

/** Distance of a module's centre from the beam, in distances of neighbouring modules. */
export function modulePitches({ u, v }: Pick<Module, 'u' | 'v'>): number {
  return Math.sqrt(u * u + v * v - u * v);
}

function placeKey(layer: number, u: number, v: number): string {
  return `${layer},${u},${v}`;
}
