import type { Random } from '../../base/index.js';
import { densities, triggerCells } from '../../detector/index.js';
import { decodeSmallFloatMid, encodeSmallFloat, float4E3M } from '../../number/index.js';
import { MAX_CHARGE } from '../row/batch.js';
import type { Stand } from './particles.js';
import { centre, type Sensor } from './sensor.js';
import type { GeneratorSettings } from './settings.js';
import type { WaferCharge } from './wafer-charge.js';

/**
 * Counts of a MIP, for every thickness: the front-end's gain follows the sensor. In a 200 um sensor (3.43 fC) that is the
 * 10-bit step of 100/1024 fC.
 */
const countsPerMip = 35;
/** From here the charge is measured as time over threshold, in coarser steps, up to the end of its range; fC. */
const totOnset = 60;
const totStep = 10_000 / 4096;
const totEnd = 10_000;

/** Decoded value of each of the 128 link codes; the middle of the code's interval, as in the chip. */
const linear = new Map(
  Object.values(densities).map(({ droppedBits }) => [
    droppedBits,
    Uint32Array.from({ length: 128 }, (_, code) => decodeSmallFloatMid(float4E3M, code) * 2 ** droppedBits),
  ]),
);

/** Trigger cells from the wafer's centre, cm. */
const offsetX = Float64Array.from(triggerCells, ({ x }) => x - centre.x);
const offsetY = Float64Array.from(triggerCells, ({ y }) => y - centre.y);

/**
 * From charge in cells to CALQ: noise, threshold and digitisation of each cell, sum over the trigger cell, link code if
 * asked for, calibration by 1/cosh(eta) in steps of 2^-11 (behaviour specification, sections 4 and 5).
 * @param keep 1 for the trigger cells that this wafer has
 * @param out 48 CALQ in TC_Number order
 * @returns whether any charge is left
 */
export function readOut(
  random: Random,
  settings: GeneratorSettings['electronics'],
  stand: Stand,
  charge: WaferCharge,
  keep: Uint8Array,
  out: Uint32Array,
): boolean {
  const { sensor } = stand.site;
  const threshold = settings.thresholds[`um${sensor.micrometres}`] * sensor.mipCharge;
  const noise = settings.noise * sensor.noise;
  const gain = countsPerMip / sensor.mipCharge;
  addNoiseHits(random, sensor, noise, threshold, charge);
  const dropped = densities[sensor.density].droppedBits;
  const table = linear.get(dropped)!;
  const perCell = sensor.side * sensor.side;
  let any = 0;
  for (let t = 0; t < triggerCells.length; t++) {
    let sum = 0;
    for (let k = t * perCell; k < (t + 1) * perCell; k++) {
      const mips = charge.mips[k];
      if (mips === 0) continue;
      // A hit of noise alone (negative) stands for itself; everything else gets its own noise.
      const q = mips < 0 ? -mips : mips * sensor.mipCharge + noise * random.normal();
      if (q >= threshold) sum += counts(q, gain);
    }
    if (!keep[t]) sum = 0;
    if (settings.compression === '4E3M') sum = table[encodeSmallFloat(float4E3M, sum >> dropped)];
    // A cell that is not there sends code 0, but its calibration register is 0.
    const calibration = keep[t] ? calibrationOf(t, stand.beamX, stand.beamY, stand.site.z) : 0;
    out[t] = Math.min(MAX_CHARGE, Math.floor((sum * calibration) / 2048));
    any |= out[t];
  }
  return any !== 0;
}

/**
 * Calibration register of a trigger cell: 2048 / cosh(eta) of its centre, rounded.
 * @param beamX from the beam to the wafer's centre in the frame of the trigger cells, cm
 */
export function calibrationOf(cell: number, beamX: number, beamY: number, z: number): number {
  const x = offsetX[cell] + beamX;
  const y = offsetY[cell] + beamY;
  const square = x * x + y * y;
  return Math.round(2048 * Math.sqrt(square / (square + z * z)));
}

/** Charge in fC to counts: fine steps up to the onset of time over threshold, coarse ones above. */
function counts(charge: number, gain: number): number {
  if (charge < totOnset) return Math.max(0, Math.floor(charge * gain));
  return Math.floor(Math.floor(Math.min(charge, totEnd) / totStep) * totStep * gain);
}

/**
 * Cells without a deposit that noise alone lifts over the threshold. Where that is rare, only as many as there are get
 * drawn, from the tail of the normal distribution: 400 normal deviates for each wafer would cost more than the showers.
 */
function addNoiseHits(
  random: Random,
  sensor: Sensor,
  noise: number,
  threshold: number,
  charge: WaferCharge,
): void {
  if (noise === 0) return;
  const cells = triggerCells.length * sensor.side * sensor.side;
  const cut = threshold / noise;
  if (cut < 2) {
    for (let k = 0; k < cells; k++) {
      if (charge.mips[k] !== 0) continue;
      const q = noise * random.normal();
      if (q > 0 && q >= threshold) charge.mips[k] = -q;
    }
    return;
  }
  const hits = random.poisson(cells * normalTail(cut));
  for (let i = 0; i < hits; i++) {
    const k = random.below(cells);
    if (charge.mips[k] === 0) charge.mips[k] = -noise * drawTail(random, cut);
  }
}

/** Probability that a normal deviate exceeds x >= 2: continued fraction of Mills' ratio, error below 1e-3 of it. */
export function normalTail(x: number): number {
  let fraction = x;
  for (let k = 12; k >= 1; k--) fraction = x + k / fraction;
  return Math.exp((-x * x) / 2) / (Math.sqrt(2 * Math.PI) * fraction);
}

/** Normal deviate above `cut` (Marsaglia 1964). */
function drawTail(random: Random, cut: number): number {
  for (;;) {
    const x = Math.sqrt(cut * cut + 2 * random.exponential());
    if (random.uniform() * x < cut) return x;
  }
}
