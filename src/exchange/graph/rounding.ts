import type { Rounding } from './operation.js';

export function halfEven(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  if (rest !== 0.5) return rest < 0.5 ? below : below + 1;
  return below % 2 === 0 ? below : below + 1;
}

// x + 0.5 may itself round (0.49999999999999994): compare the rest instead.
const halfUp = (x: number): number => (x - Math.floor(x) >= 0.5 ? Math.floor(x) + 1 : Math.floor(x));
const halfDown = (x: number): number => (Math.ceil(x) - x >= 0.5 ? Math.ceil(x) - 1 : Math.ceil(x));

/** The functions of the roundings; exact for every number, ties included. */
export const roundingFunctions: Readonly<Record<Rounding, (x: number) => number>> = {
  'half-even': halfEven,
  'half-up': halfUp,
  'half-down': halfDown,
  'half-away': (x) => Math.sign(x) * halfUp(Math.abs(x)),
  'half-to-zero': (x) => Math.sign(x) * halfDown(Math.abs(x)),
  floor: Math.floor,
  ceil: Math.ceil,
  'to-zero': Math.trunc,
  away: (x) => Math.sign(x) * Math.ceil(Math.abs(x)),
};

/** To the nearest IEEE 754 half, ties to even; beyond 65504 infinite. */
export function toHalf(x: number): number {
  const size = Math.abs(x);
  if (!Number.isFinite(x) || size === 0) return x;
  const exponent = Math.max(-14, Math.floor(Math.log2(size)));
  const step = 2 ** (exponent - 10);
  const rounded = halfEven(size / step) * step;
  return Math.sign(x) * (rounded > 65504 ? Number.POSITIVE_INFINITY : rounded);
}
