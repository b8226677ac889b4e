import { ETX } from '../blocks/index.js';

/** Words that should be, as a file gives them: some links of some bunch crossings. */
export interface Expected {
  readonly words: Uint32Array;
  readonly rows: number;
  /** Link of each column, ascending. */
  readonly links: readonly number[];
}

/** Where a capture lies in the words of the chip. */
export interface Alignment {
  /** Row `latency` of the capture is row 0 of the chip. */
  readonly latency: number;
  /** The input ran round and round long before: earlier rows hold its end. */
  readonly cyclic: boolean;
}

export interface Comparison {
  /** Rows compared, and those with all links equal. */
  readonly rows: number;
  readonly equal: number;
  /** The first row that differs; empty when none does. */
  readonly detail: string;
}

/** Rows of a capture that a latency is judged by. */
const SAMPLE = 400;

/**
 * Compares row by row.
 * @param actual rows * 13 words: with `cyclic` two runs of `period` rows, the second as it goes on for ever
 */
export function compareWords(
  actual: Uint32Array,
  expected: Expected,
  place: Alignment,
  period: number,
): Comparison {
  let rows = 0;
  let equal = 0;
  let detail = '';
  for (let i = firstRow(place); i < expected.rows; i++) {
    rows++;
    const row = rowOf(place, period, i);
    const k = firstDifference(actual, row, expected, i);
    if (k < 0) equal++;
    else if (detail === '')
      detail = divergence(i, expected.links[k], actual[row * ETX + expected.links[k]], at(expected, i, k));
  }
  return { rows, equal, detail };
}

/**
 * The latency with the most equal rows; of equal ones the smallest, and a chip that began with the input before one
 * that went round. @param period rows of the input
 */
export function findLatency(actual: Uint32Array, expected: Expected, period: number): Alignment {
  let best: Alignment = { latency: 0, cyclic: false };
  let most = -1;
  const part = { ...expected, rows: Math.min(expected.rows, period) };
  for (const cyclic of [false, true]) {
    for (let latency = 0; latency < part.rows || (cyclic && latency < period); latency++) {
      const equal = sampled(actual, part, { latency, cyclic }, period);
      if (equal > most) [most, best] = [equal, { latency, cyclic }];
    }
  }
  return best;
}

/** First row of a capture that has a row of the chip, and that row. */
function firstRow({ latency, cyclic }: Alignment): number {
  return cyclic ? 0 : latency;
}

function rowOf({ latency, cyclic }: Alignment, period: number, i: number): number {
  return cyclic ? period + ((((i - latency) % period) + period) % period) : i - latency;
}

/** Equal rows among up to SAMPLE ones. */
function sampled(actual: Uint32Array, expected: Expected, place: Alignment, period: number): number {
  const from = firstRow(place);
  const step = Math.max(1, Math.floor((expected.rows - from) / SAMPLE));
  let equal = 0;
  for (let i = from; i < expected.rows; i += step)
    if (firstDifference(actual, rowOf(place, period, i), expected, i) < 0) equal += step;
  return equal;
}

/** Column of the first word that differs, -1 for none. */
function firstDifference(actual: Uint32Array, row: number, expected: Expected, i: number): number {
  const { links } = expected;
  for (let k = 0; k < links.length; k++) {
    if (actual[row * ETX + links[k]] !== at(expected, i, k)) return k;
  }
  return -1;
}

function at({ words, links }: Expected, row: number, column: number): number {
  return words[row * links.length + column];
}

function divergence(row: number, link: number, actual: number | undefined, expected: number): string {
  const hex = (v: number): string => v.toString(16).padStart(8, '0');
  if (actual === undefined) return `row ${row} (BX), eTx ${link}: nothing instead of ${hex(expected)}`;
  const top = 31 - Math.clz32(actual ^ expected);
  return `first difference in row ${row}, eTx ${link}: ${hex(actual)} instead of ${hex(expected)} (bit ${top})`;
}
