import type { WeightFormat } from '../../encoder/index.js';

const MOST_FRACTION = 9;
const MOST_BITS = 8;
/** In steps: what a tool's own rounding may add to a quantised weight. */
const NEAR = 1e-4;

/** The smallest fixed format (or one of powers of two) of the chip that holds all of these; undefined when none does. */
export function exactFormat(weights: Float64Array): WeightFormat | undefined {
  for (let fraction = 0; fraction <= MOST_FRACTION; fraction++) {
    const scale = 2 ** fraction;
    if (!weights.every((w) => Math.abs(w * scale - Math.round(w * scale)) < NEAR)) continue;
    let bits = 2;
    for (const w of weights) {
      const code = Math.round(w * scale);
      while (code < -(2 ** (bits - 1)) || code > 2 ** (bits - 1) - 1) bits++;
    }
    return bits <= MOST_BITS ? { kind: 'fixed', bits, fraction } : powersOfTwo(weights, fraction);
  }
  return undefined;
}

/** Multipliers 0 and 1, 2, .. 2^(2^(bits-1) - 2), with signs. */
function powersOfTwo(weights: Float64Array, fraction: number): WeightFormat | undefined {
  const powers = [...weights].filter((w) => w !== 0).map((w) => Math.log2(Math.abs(w)) + fraction);
  if (!powers.every((p) => Math.abs(p - Math.round(p)) < NEAR && p > -0.5)) return undefined;
  const most = Math.round(Math.max(0, ...powers));
  const bits = [2, 3, 4].find((b) => most <= 2 ** (b - 1) - 2);
  return bits === undefined ? undefined : { kind: 'power-of-two', bits, fraction };
}

/** The fixed format of so many bits in which the weights have the least squared error. */
export function nearestFormat(weights: Float64Array, bits: number): WeightFormat {
  let best = { error: Number.POSITIVE_INFINITY, fraction: 0 };
  const half = 2 ** (bits - 1);
  for (let fraction = 0; fraction <= MOST_FRACTION; fraction++) {
    let error = 0;
    for (const weight of weights) {
      const code = Math.max(-half, Math.min(half - 1, Math.round(weight * 2 ** fraction)));
      error += (code * 2 ** -fraction - weight) ** 2;
    }
    if (error < best.error) best = { error, fraction };
  }
  return { kind: 'fixed', bits, fraction: best.fraction };
}
