import type { Random } from '../../base/index.js';

/**
 * Fast random numbers for showers. A wafer of pile-up is a thousand spots, and sine, cosine and logarithm for each were half
 * of the time; directions and exponentials come from tables of 4096 even steps instead.
 */
const STEPS = 4096;
const cosine = Float64Array.from({ length: STEPS }, (_, i) => Math.cos((2 * Math.PI * (i + 0.5)) / STEPS));
const sine = Float64Array.from({ length: STEPS }, (_, i) => Math.sin((2 * Math.PI * (i + 0.5)) / STEPS));
/** Quantiles of the exponential, scaled to mean 1 (the last step stands for the tail). */
const exponentials = exponentialQuantiles();

function exponentialQuantiles(): Float64Array {
  const table = Float64Array.from({ length: STEPS }, (_, i) => -Math.log(1 - (i + 0.5) / STEPS));
  const mean = table.reduce((sum, value) => sum + value, 0) / STEPS;
  return table.map((value) => value / mean);
}

/** Where a spot is put: direction and size come from one 32-bit number. */
export class Spot {
  cos = 1;
  sin = 0;
  /** Exponential, mean 1. */
  size = 0;

  draw(random: Random): void {
    const bits = random.uint32();
    const direction = bits >>> 20;
    this.cos = cosine[direction];
    this.sin = sine[direction];
    this.size = exponentials[(bits >>> 8) & (STEPS - 1)];
  }
}

const GAMMA_STEPS = 64;
const GAMMA_END = 40;
const logGammas = Float64Array.from({ length: GAMMA_STEPS * (GAMMA_END - 1) + 2 }, (_, i) =>
  stirling(1 + i / GAMMA_STEPS),
);

/** ln Gamma(x), x >= 1: straight lines between 64 points per unit, error below 6e-5. */
export function logGamma(x: number): number {
  if (x >= GAMMA_END) return stirling(x);
  const at = (x - 1) * GAMMA_STEPS;
  const i = Math.floor(at);
  return logGammas[i] + (at - i) * (logGammas[i + 1] - logGammas[i]);
}

/** Stirling's series after two steps of the recurrence; error below 1e-6. */
function stirling(x: number): number {
  const z = x + 2;
  const s = 1 / (z * z);
  const series = (1 / 12 - s * (1 / 360 - s / 1260)) / z;
  return (z - 0.5) * Math.log(z) - z + 0.9189385332046727 + series - Math.log(x * (x + 1));
}
