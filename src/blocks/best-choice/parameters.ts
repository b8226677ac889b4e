import { econtInput } from '../link-input/parameters.js';

/** Bits of a sorted key: charges after the drop are clamped to this. */
export const KEY_BITS = 18;
export const KEY_LARGEST = 2 ** KEY_BITS - 1;

/** Cells sent on N = 1..13 links (spec econt-behaviour 7.3). */
const sent: readonly number[] = [1, 4, 6, 9, 14, 18, 23, 28, 32, 37, 41, 46, econtInput.cells];

export function bestChoiceSent(etx: number): number {
  return sent[etx - 1];
}

/** With fewer cells than this, addresses are a list of 6-bit numbers; from here on a 48-bit map. */
export const MAP_FROM = 8;

/** One row of parallel comparators: key i against key i + distance for each i of `lower`. */
export interface SortStage {
  readonly distance: number;
  readonly lower: readonly number[];
}

/**
 * Batcher's merge exchange for 48 keys (Knuth, The Art of Computer Programming 3, 5.2.2, algorithm M): 367
 * comparators in 21 stages, the same as in spec econt-behaviour 7.4. Which of equal keys wins depends on this
 * network; an ordinary sort picks other cells.
 */
export const sortStages: readonly SortStage[] = mergeExchange(econtInput.cells);

function mergeExchange(n: number): SortStage[] {
  const stages: SortStage[] = [];
  const top = 2 ** Math.floor(Math.log2(n - 1));
  for (let p = top; p > 0; p >>= 1) {
    for (let q = top, r = 0, d = p; ; d = q - p, q >>= 1, r = p) {
      const lower: number[] = [];
      for (let i = 0; i < n - d; i++) if ((i & p) === r) lower.push(i);
      stages.push({ distance: d, lower });
      if (q === p) break;
    }
  }
  return stages;
}
