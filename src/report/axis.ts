import { fixed, significant } from './format.js';

/** Ticks of an axis; the first and last are its ends, so that nothing is drawn outside the frame. */
export interface Axis {
  readonly domain: readonly [number, number];
  readonly ticks: readonly number[];
  readonly label: (value: number) => string;
}

/** Steps of 1, 2 or 5 times a power of ten, about `wanted` of them, that cover min..max. */
export function linearAxis(min: number, max: number, wanted: number): Axis {
  const span = max > min ? max - min : Math.abs(max) || 1;
  const power = Math.floor(Math.log10(span / wanted));
  const rough = span / wanted / 10 ** power;
  const factor = rough < 1.41 ? 1 : rough < 3.16 ? 2 : rough < 7.07 ? 5 : 10;
  const decimals = Math.max(0, -power - (factor === 10 ? 1 : 0));
  const step = factor * 10 ** power;
  // A hair of tolerance: 0.3 / 0.1 must not round up to 4 steps.
  const first = Math.floor(min / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil((max > min ? max : min + span) / step - 1e-9));
  const ticks = Array.from({ length: last - first + 1 }, (_, i) =>
    Number(((first + i) * step).toFixed(decimals)),
  );
  return { domain: [ticks[0], ticks[ticks.length - 1]], ticks, label: (v) => fixed(v, decimals) };
}

/** 1, 2, 5, 10, ... for up to two decades, powers of ten beyond; min and max must be positive. */
export function logarithmicAxis(min: number, max: number): Axis {
  const [low, high] = [Math.floor(Math.log10(min) + 1e-9), Math.ceil(Math.log10(max) - 1e-9)];
  const factors = Math.log10(max / min) <= 2 ? [1, 2, 5] : [1];
  const all: number[] = [];
  for (let k = low; k <= Math.max(high, low + 1); k++)
    for (const factor of factors) all.push(Number(`${factor}e${k}`));
  const first = all.findLastIndex((t) => t <= min * (1 + 1e-9));
  const last = all.findIndex((t, i) => i > first && t >= max * (1 - 1e-9));
  const ticks = all.slice(first, last + 1);
  return { domain: [ticks[0], ticks[ticks.length - 1]], ticks, label: plain };
}

/** As few digits as the number has: 0.002, 50, 1e-7. */
export function plain(value: number): string {
  if (value !== 0 && Math.abs(value) < 1e-4) return value.toExponential(0).replace('-', '\u2212');
  const text = String(Number(value.toPrecision(6)));
  const decimals = text.split('.')[1]?.length ?? 0;
  return text.includes('e') ? significant(value) : fixed(value, decimals);
}
