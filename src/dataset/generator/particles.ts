import type { Random } from '../../base/index.js';
import { electromagneticShower, hadronShower, type View } from './shower.js';
import type { Site } from './sites.js';
import type { Deposits } from './wafer-charge.js';

/** Codes in the truth tables. */
export const particleKinds = ['electron', 'photon', 'charged hadron', 'neutral hadron'] as const;
export const ELECTRON = 0;
export const PHOTON = 1;
export const CHARGED = 2;
export const NEUTRAL = 3;

/** Where the wafer of this draw stands. */
export interface Stand {
  readonly site: Site;
  readonly view: View;
  /** From the beam to the wafer's centre, in the wafer's frame, cm. */
  readonly beamX: number;
  readonly beamY: number;
}

/**
 * Sends one particle through the wafer.
 * @param energy GeV
 * @param x cm from the wafer's centre in the plane of the layer
 * @param rho distance of that point from the beam, cm
 */
export function depositParticle(
  random: Random,
  stand: Stand,
  kind: number,
  energy: number,
  x: number,
  y: number,
  rho: number,
  out: Deposits,
): void {
  const z = stand.site.z;
  const cosTheta = z / Math.sqrt(rho * rho + z * z);
  if (kind === CHARGED || kind === NEUTRAL) {
    hadronShower(random, stand.view, energy, kind === CHARGED, cosTheta, x, y, out);
    return;
  }
  const upstream = stand.view.upstreamRadiationLengths;
  // A photon goes 9/7 of a radiation length, on average, before it makes the first pair.
  const start = kind === PHOTON ? (9 / 7) * random.exponential() * cosTheta - upstream : -upstream;
  electromagneticShower(random, stand.view, energy, start, cosTheta, x, y, out);
}

/** cosh of the pseudorapidity at this distance from the beam: energy over transverse momentum. */
export function coshEta(rho: number, z: number): number {
  return Math.sqrt(rho * rho + z * z) / rho;
}
