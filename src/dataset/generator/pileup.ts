import type { Random } from '../../base/index.js';
import { CHARGED, coshEta, depositParticle, NEUTRAL, PHOTON, type Stand } from './particles.js';
import { cornerRadius } from './sensor.js';
import type { GeneratorSettings } from './settings.js';
import type { WaferCharge } from './wafer-charge.js';

/** Showers whose axis passes this far outside of the sensor still reach it, cm. */
const margin = 3;
/** Beam pipe: nothing is simulated closer, cm. */
const innermost = 15;
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
  out: WaferCharge,
): number {
  const { site } = stand;
  const spread = settings.clusterSize > 1 ? settings.clusterRadius * site.r : 0;
  const radius = cornerRadius + margin + 1.5 * spread;
  const nearest = Math.max(site.r - radius, innermost);
  const perEta = settings.photonsPerEta + settings.chargedPerEta + settings.neutralPerEta;
  const density = (settings.interactions * perEta * Math.tanh(site.eta)) / (2 * Math.PI * nearest * nearest);
  const groups = random.poisson((density * Math.PI * radius * radius) / settings.clusterSize);
  let followed = 0;
  for (let g = 0; g < groups; g++) {
    const r = radius * Math.sqrt(random.uniform());
    const phi = 2 * Math.PI * random.uniform();
    const x = r * Math.cos(phi);
    const y = r * Math.sin(phi);
    const rho = Math.hypot(x + stand.beamX, y + stand.beamY);
    // The density falls with the square of the distance; it was drawn for the nearest point.
    if (rho < innermost || random.uniform() > (nearest / rho) ** 2) continue;
    const members = settings.clusterSize > 1 ? geometric(random, settings.clusterSize) : 1;
    for (let m = 0; m < members; m++) {
      const dx = spread > 0 ? spread * random.normal() : 0;
      const dy = spread > 0 ? spread * random.normal() : 0;
      if (addOne(random, settings, perEta, stand, x + dx, y + dy, out)) followed++;
    }
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
  out: WaferCharge,
): boolean {
  if (x * x + y * y > (cornerRadius + margin) ** 2) return false;
  const rho = Math.hypot(x + stand.beamX, y + stand.beamY);
  const which = random.uniform() * perEta;
  let momentum = hadronMomentum(random, settings.slope);
  let kind = NEUTRAL;
  if (which < settings.photonsPerEta) {
    // Decay of a neutral pion: the photon takes an even share.
    momentum *= random.uniform();
    kind = PHOTON;
  } else if (which < settings.photonsPerEta + settings.chargedPerEta) {
    if (reachPerGeV * momentum < rho) return false;
    kind = CHARGED;
  }
  depositParticle(random, stand, kind, momentum * coshEta(rho, stand.site.z), x, y, out);
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

/** 1, 2, .. with this mean. */
function geometric(random: Random, mean: number): number {
  return 1 + Math.floor(random.exponential() / -Math.log(1 - 1 / mean));
}
