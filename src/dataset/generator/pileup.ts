import type { Random } from '../../base/index.js';
import { CHARGED, coshEta, depositParticle, ELECTRON, NEUTRAL, PHOTON, type Stand } from './particles.js';
import { cornerRadius, insideHexagon } from './sensor.js';
import type { GeneratorSettings } from './settings.js';
import type { Deposits } from './wafer-charge.js';

/** Showers whose axis passes this far outside of the sensor still reach it, cm. */
const margin = 2;
/** The absorber ends here; what is closer to the beam goes through the hole. */
const largestEta = 3;
/** A track of transverse momentum pT (GeV) cannot get further from the beam than this times pT, cm: 3.8 T. */
const reachPerGeV = 175;

/**
 * Particles of one crossing over the wafer, as a Poisson field with the density of a flat dN/deta:
 * N tanh(eta) / (2 pi r^2) per cm2.
 * @returns how many particles were followed
 */
export function addPileup(
  random: Random,
  settings: GeneratorSettings['pileup'],
  stand: Stand,
  out: Deposits,
): number {
  const { site } = stand;
  const radius = cornerRadius + margin * (2 / Math.sqrt(3));
  const innermost = site.z / Math.sinh(largestEta);
  const nearest = Math.max(site.r - radius, innermost);
  // A converted photon is two electrons, which the field takes far apart: two points of the field instead of one.
  const perEta =
    settings.photonsPerEta * (1 + settings.conversions) + settings.chargedPerEta + settings.neutralPerEta;
  const density = (settings.interactions * perEta * Math.tanh(site.eta)) / (2 * Math.PI * nearest * nearest);
  const candidates = random.poisson(density * 4 * radius * radius);
  let followed = 0;
  for (let i = 0; i < candidates; i++) {
    const x = radius * (2 * random.uniform() - 1);
    const y = radius * (2 * random.uniform() - 1);
    if (!insideHexagon(x, y, margin)) continue;
    const square = (x + stand.beamX) ** 2 + (y + stand.beamY) ** 2;
    // The density falls with the square of the distance; it was drawn for the nearest point.
    if (square < innermost * innermost || random.uniform() * square > nearest * nearest) continue;
    if (addOne(random, settings, perEta, stand, x, y, Math.sqrt(square), out)) followed++;
  }
  return followed;
}

function addOne(
  random: Random,
  settings: GeneratorSettings['pileup'],
  perEta: number,
  stand: Stand,
  x: number,
  y: number,
  rho: number,
  out: Deposits,
): boolean {
  const which = random.uniform() * perEta;
  let momentum = hadronMomentum(random, settings.slope);
  let kind = NEUTRAL;
  const electrons = 2 * settings.conversions * settings.photonsPerEta;
  const electromagnetic = electrons + (1 - settings.conversions) * settings.photonsPerEta;
  if (which < electromagnetic) {
    // A photon of a neutral pion takes an even share of its momentum, an electron an even share of the photon's.
    momentum *= random.uniform();
    if (which < electrons) momentum *= random.uniform();
    kind = which < electrons ? ELECTRON : PHOTON;
  } else if (which < electromagnetic + settings.chargedPerEta) {
    if (reachPerGeV * momentum < rho) return false;
    kind = CHARGED;
  }
  depositParticle(random, stand, kind, momentum * coshEta(rho, stand.site.z), x, y, rho, out);
  return true;
}

/**
 * Transverse momentum (GeV) from pT (1 + pT/p0)^-6, Hagedorn's form with the power of LHC data: pT/p0 is a ratio
 * of gamma variates of order 2 and 4, each a sum of exponentials.
 */
export function hadronMomentum(random: Random, p0: number): number {
  const upper = -Math.log((1 - random.uniform()) * (1 - random.uniform()));
  const u = (1 - random.uniform()) * (1 - random.uniform()) * (1 - random.uniform()) * (1 - random.uniform());
  return (p0 * upper) / -Math.log(u);
}
