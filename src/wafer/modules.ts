import { modulesSchema, readMap } from './files.js';
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

let loaded: readonly Module[] | undefined;

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
