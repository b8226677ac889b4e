import type { Random } from '../../base/index.js';
import { CHARGED, coshEta, depositParticle, ELECTRON, NEUTRAL, PHOTON, type Stand } from './particles.js';
import { insideWafer } from './sensor.js';
import { type GeneratorSettings, type SignalKind, signalKinds } from './settings.js';
import type { TruthWriter } from './truth.js';
import type { Deposits } from './wafer-charge.js';

/** Share of a jet's momentum carried by one particle, on average: sets how many there are. */
const meanShare = 0.08;
/** Width of a jet in eta and phi; soft particles lie further out. */
const jetWidth = 0.08;

/**
 * Draws what the settings ask for, lets its axis cross the sensor evenly, and sends its particles through.
 * @returns code of the kind (index of `signalKinds`)
 */
export function addSignal(
  random: Random,
  settings: GeneratorSettings['signal'],
  stand: Stand,
  out: Deposits,
  truth: TruthWriter,
): number {
  const code = drawKind(random, settings.weights);
  const kind = signalKinds[code];
  if (kind === 'none') return code;
  const [low, high] = settings.transverseMomentum;
  const momentum = low * (high / low) ** random.uniform();
  const [x, y] = insideWafer(random);
  if (kind === 'jet') {
    addJet(random, stand, momentum, x, y, out, truth);
  } else {
    const particle = kind === 'electron' ? ELECTRON : kind === 'photon' ? PHOTON : CHARGED;
    send(random, stand, particle, momentum, x, y, out, truth);
  }
  return code;
}

function drawKind(random: Random, weights: Readonly<Record<SignalKind, number>>): number {
  const total = signalKinds.reduce((sum, kind) => sum + weights[kind], 0);
  let at = random.uniform() * total;
  for (let code = 0; code < signalKinds.length; code++) {
    at -= weights[signalKinds[code]];
    if (at < 0) return code;
  }
  return signalKinds.findLastIndex((kind) => weights[kind] > 0);
}

/**
 * A jet as a shower of momentum shares drawn until nothing is left: a third photons, the rest charged and neutral
 * hadrons, spread in the plane by the jet's width times the distance from the beam.
 */
function addJet(
  random: Random,
  stand: Stand,
  momentum: number,
  x: number,
  y: number,
  out: Deposits,
  truth: TruthWriter,
): void {
  const rho = Math.hypot(x + stand.beamX, y + stand.beamY);
  let left = momentum;
  while (left > 0.2) {
    const share = Math.min(left, Math.max(0.2, momentum * meanShare * random.exponential()));
    left -= share;
    const width = jetWidth * Math.sqrt((momentum * meanShare) / share) * rho;
    const kind = random.uniform();
    const code = kind < 0.35 ? PHOTON : kind < 0.87 ? CHARGED : NEUTRAL;
    send(random, stand, code, share, x + width * random.normal(), y + width * random.normal(), out, truth);
  }
}

function send(
  random: Random,
  stand: Stand,
  kind: number,
  momentum: number,
  x: number,
  y: number,
  out: Deposits,
  truth: TruthWriter,
): void {
  const rho = Math.max(Math.hypot(x + stand.beamX, y + stand.beamY), 1);
  const energy = momentum * coshEta(rho, stand.site.z);
  depositParticle(random, stand, kind, energy, x, y, rho, out);
  truth.particle(kind, energy, x, y);
}
