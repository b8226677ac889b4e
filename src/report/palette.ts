/**
 * Colours, as CSS variables so that one document serves light screen, dark screen and paper. Series colours are
 * told apart with all common colour deficiencies (after Okabe and Ito, "Color universal design", 2008, darkened to
 * reach contrast 4.5 on white, or lightened on black); lines also differ in dash and symbol, for grey print.
 */

export const CHARGE_LEVELS = 16;

interface Series {
  readonly light: string;
  readonly dark: string;
  readonly dash: string;
  readonly symbol: 'circle' | 'square' | 'triangle' | 'diamond' | 'cross' | 'star';
}

export const SERIES: readonly Series[] = [
  { light: '#0a5c9c', dark: '#5cb3ee', dash: 'none', symbol: 'circle' },
  { light: '#b84b00', dark: '#f0985a', dash: '6 3', symbol: 'square' },
  { light: '#00735a', dark: '#3fc39d', dash: '2 2', symbol: 'triangle' },
  { light: '#a03a80', dark: '#e08bc3', dash: '8 3 2 3', symbol: 'diamond' },
  { light: '#766000', dark: '#e0cb55', dash: '10 4', symbol: 'cross' },
  { light: '#555c66', dark: '#a8b0bb', dash: '1 3', symbol: 'star' },
];

/** As many lines as can be told apart in one chart. */
export const MOST_LINES = SERIES.length;

export function seriesColour(index: number): string {
  return `var(--s${index % SERIES.length})`;
}

/** Sequential scale from pale to dark (YlGnBu of Brewer's ColorBrewer); lightness falls all the way. */
const STOPS = [
  '#f4f7c4',
  '#d6efb3',
  '#a4dbb6',
  '#61c1c0',
  '#2f9fc4',
  '#2374b4',
  '#24489c',
  '#182a72',
  '#0a1a4c',
];

function channel(colour: string, index: number): number {
  return Number.parseInt(colour.slice(1 + 2 * index, 3 + 2 * index), 16);
}

/** @param at place on the scale, 0..8 */
function chargeColour(at: number): string {
  const i = Math.min(STOPS.length - 2, Math.floor(at));
  const mix = [0, 1, 2].map((c) => {
    const value = channel(STOPS[i], c) + (at - i) * (channel(STOPS[i + 1], c) - channel(STOPS[i], c));
    return Math.round(value).toString(16).padStart(2, '0');
  });
  return `#${mix.join('')}`;
}

/**
 * Variables of one theme. On dark ground large charges are the bright ones, and the scale starts before its darkest
 * end, so that a small charge still differs from the ground.
 */
export function themeVariables(theme: 'light' | 'dark'): string {
  const series = SERIES.map((s, i) => `--s${i}:${s[theme]}`);
  const charges = Array.from({ length: CHARGE_LEVELS }, (_, k) => {
    const share = k / (CHARGE_LEVELS - 1);
    return `--q${k}:${chargeColour(theme === 'light' ? 8 * share : 6.7 * (1 - share))}`;
  });
  return [...series, ...charges].join(';');
}

/** One rule a level; classes instead of attributes so that the theme can change them. */
export const chargeRules = Array.from({ length: CHARGE_LEVELS }, (_, k) => `.q${k}{fill:var(--q${k})}`).join(
  '',
);

/**
 * Level 0..15 of a value on a square-root scale up to `max`, which shows small charges beside large ones; -1 when
 * there is nothing.
 */
export function chargeLevel(value: number, max: number): number {
  if (!(value > 0) || !(max > 0)) return -1;
  return Math.min(CHARGE_LEVELS - 1, Math.floor(Math.sqrt(value / max) * CHARGE_LEVELS));
}
