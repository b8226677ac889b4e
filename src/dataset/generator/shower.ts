import type { Random } from '../../base/index.js';
import { logGamma, Spot } from './deviates.js';
import { layers } from './layers.js';
import type { Sensor } from './sensor.js';
import type { Deposits } from './wafer-charge.js';

/** Critical energy of the electromagnetic part, GeV (domain facts, section 6). */
const criticalEnergy = 5.36e-3;
/** Effective atomic number in the radial formulas of GFlash: tungsten, lead and copper. */
const atomicNumber = 68;
/** A shower is not followed further out than this many Moliere radii (GFlash). */
const radialCut = 5;
/** Below this a particle leaves nothing, GeV. */
const lowestEnergy = 0.02;

/** Scratch: one for all, as showers are made one after the other. */
const spot = new Spot();

/** What a shower needs to know about the place where it is seen. */
export interface View {
  readonly layer: number;
  readonly sensor: Sensor;
  /** cm */
  readonly moliereRadius: number;
  readonly upstreamRadiationLengths: number;
  /** Mean charge of a spot. */
  readonly spotMips: number;
}

/**
 * Electron or photon: energy in the layer from a gamma profile whose shape and maximum fluctuate together, spread
 * over Poisson many spots with a GFlash radial profile. Adds MIPs to `out`.
 * Longitudinal formula: domain facts, section 6 (HGCAL-tuned); radial: GFlash, hep-ex/0001020.
 * @param energy GeV
 * @param start depth of the first interaction in radiation lengths at normal incidence, 0 at the front face
 * @param cosTheta cosine of the angle to the beam
 * @param x point where the axis crosses the layer, cm from the wafer's centre
 */
export function electromagneticShower(
  random: Random,
  view: View,
  energy: number,
  start: number,
  cosTheta: number,
  x: number,
  y: number,
  out: Deposits,
): void {
  if (energy < lowestEnergy) return;
  const layer = layers[view.layer];
  const depth = (layer.radiationLengths - start) / cosTheta;
  if (depth <= 0) return;
  const logY = Math.log(energy / criticalEnergy);
  const { maximum, shape } = drawProfile(random, logY);
  const width = layer.ownRadiationLengths / cosTheta;
  // The middle of the layer, except where the shower begins inside of it.
  const own = Math.min(width, depth);
  const seen = energy * gammaDensity(depth - own / 2, shape, (shape - 1) / maximum) * own;
  if (seen <= 0) return;
  const count = random.poisson(seen / (view.spotMips * layer.mipLoss));
  if (count === 0) return;

  const tau = depth / maximum;
  const logE = Math.log(energy);
  const core =
    Math.max(0.005, 0.0251 + 0.00319 * logE + (0.1162 - 0.000381 * atomicNumber) * tau) * view.moliereRadius;
  const k1 = 0.659 - 0.00309 * atomicNumber;
  const k4 = 0.3585 + 0.0421 * logE;
  const tail =
    Math.min(k1 * (Math.exp(-2.59 * (tau - 0.645)) + Math.exp(k4 * (tau - 0.645))), 4) * view.moliereRadius;
  const e = (0.401 + 0.00187 * atomicNumber - tau) / Math.max(1.313 - 0.0686 * logE, 0.3);
  const inCore = Math.min(1, Math.max(0, (2.632 - 0.00094 * atomicNumber) * Math.exp(e - Math.exp(e))));
  const limit = radialCut * view.moliereRadius;
  for (let i = 0; i < count; i++) {
    // Which part, and where in it, from one number.
    const v = random.uniform();
    const u = v < inCore ? v / inCore : (v - inCore) / (1 - inCore);
    // Inverse of the integral of 2 r R^2 / (r^2 + R^2)^2.
    const r = (v < inCore ? core : tail) * Math.sqrt(u / (1 - u));
    if (r > limit) continue;
    spot.draw(random);
    out.add(x + r * spot.cos, y + r * spot.sin, view.spotMips * spot.size);
  }
}

/**
 * Depth of the maximum (radiation lengths) and exponent of one shower: log-normal, correlated.
 * Valid from about 0.1 GeV; below, the fluctuations are held at their value there.
 */
export function drawProfile(random: Random, logY: number): { maximum: number; shape: number } {
  const t = Math.max(-1.396 + 1.007 * logY, 0.5);
  const a = Math.max(-0.0433 + 0.54 * logY, 1.2);
  const sigmaT = 1 / Math.max(-2.506 + 1.245 * logY, 2);
  const sigmaA = 1 / Math.max(-0.08442 + 0.7904 * logY, 2);
  const rho = Math.min(1, Math.max(-1, 0.7858 - 0.0232 * logY));
  // A pair of normal deviates (Box and Muller), both used.
  spot.draw(random);
  const n = Math.sqrt(-2 * Math.log(1 - random.uniform()));
  const n1 = n * spot.cos;
  const n2 = n * spot.sin;
  const maximum = t * Math.exp(sigmaT * n1);
  const shape = Math.max(1.05, a * Math.exp(sigmaA * (rho * n1 + Math.sqrt(1 - rho * rho) * n2)));
  return { maximum, shape };
}

/**
 * Charged or neutral hadron: a charged one is a MIP until it interacts; then a part of its energy makes an
 * electromagnetic profile and the rest a hadronic one (Bock, Hansl-Kozanecka, Shah, NIM 186 (1981) 533).
 * @param charged leaves a MIP before the interaction
 */
export function hadronShower(
  random: Random,
  view: View,
  energy: number,
  charged: boolean,
  cosTheta: number,
  x: number,
  y: number,
  out: Deposits,
): void {
  const layer = layers[view.layer];
  const depth = layer.interactionLengths / cosTheta;
  const start = random.exponential();
  if (start >= depth || energy < 1) {
    // A slow hadron that stops without a shower is taken as a MIP as far as its range: 0.3 GeV per interaction length.
    if (charged && (start >= depth || energy > 0.3 * depth))
      minimumIonising(random, view, cosTheta, x, y, out);
    return;
  }
  const logE = Math.log(energy);
  const mean = 1 - energy ** -0.15;
  const fraction = Math.min(1, Math.max(0, mean + 0.25 * random.normal()));
  const startRadiation = (layer.radiationLengths * start) / depth;
  electromagneticShower(random, view, fraction * energy, startRadiation, cosTheta, x, y, out);

  const shape = Math.max(1.05, 0.6165 + 0.3183 * logE);
  const rate = 0.9099 - 0.0237 * logE;
  const inside = depth - start;
  const own = Math.min(layer.ownInteractionLengths / cosTheta, inside);
  // The hadronic part is seen less well than the electromagnetic one (nuclear binding, neutrons).
  const visible = 0.65;
  const seen = visible * (1 - fraction) * energy * gammaDensity(inside - own / 2, shape, rate) * own;
  const count = random.poisson(seen / (view.spotMips * layer.mipLoss));
  const scale = 1.2 + 4 * inside;
  for (let i = 0; i < count; i++) {
    const r = scale * random.exponential();
    spot.draw(random);
    out.add(x + r * spot.cos, y + r * spot.sin, view.spotMips * spot.size);
  }
}

/** One crossing of the sensor by a MIP: Moyal fluctuation about the most likely charge. */
export function minimumIonising(
  random: Random,
  view: View,
  cosTheta: number,
  x: number,
  y: number,
  out: Deposits,
): void {
  const n = random.normal();
  const moyal = Math.min(-Math.log(n * n + 1e-300), 40);
  out.add(x, y, Math.max(0, 1 + view.sensor.landauWidth * moyal) / cosTheta);
}

/** Gamma density at t with this shape and rate. */
export function gammaDensity(t: number, shape: number, rate: number): number {
  if (t <= 0) return 0;
  const bt = rate * t;
  return rate * Math.exp((shape - 1) * Math.log(bt) - bt - logGamma(shape));
}
