import { encodeSmallFloat, float5E4M } from '../../number/index.js';
import { LARGEST_LEADING_BIT, UNSHIFTED_LEADING_BIT } from './parameters.js';

/** Results of normalise(), and a place for them when it is called again and again. */
export interface Normalised {
  readonly cells: number;
  /** n * cells, 0..255, in units of 1/128: charge divided by the power of two at or below the sum. */
  readonly x: Uint8Array;
  /** n sums of the charges, 28 bits. */
  readonly sum: Uint32Array;
  /** n codes of the sum, 5E4M, 9 bits. */
  readonly sumCode: Uint16Array;
}

export function normalisedBuffers(n: number, cells: number): Normalised {
  return { cells, x: new Uint8Array(n * cells), sum: new Uint32Array(n), sumCode: new Uint16Array(n) };
}

/**
 * Module sum and normalisation (spec econt-behaviour 9.1): L = min(bit length of S - 1, 21), x = charge >> (L-7),
 * or << (7-L). An empty wafer gives x = 0, sum 0, code 0.
 * @param charges n * cells, calibrated charges below 2^22, in any fixed order (image order, to feed encode)
 * @param out buffers of at least n wafers, allocated when left out
 */
export function normalise(
  charges: Uint32Array,
  n: number,
  out: Normalised = normalisedBuffers(n, charges.length / n),
): Normalised {
  const { cells, x, sum, sumCode } = out;
  for (let i = 0; i < n; i++) {
    const from = i * cells;
    // 255 charges of 22 bits fit in 30 bits: no overflow of a 32-bit integer.
    let s = 0;
    for (let k = from; k < from + cells; k++) s = (s + charges[k]) | 0;
    const leading = s === 0 ? 0 : 31 - Math.clz32(s);
    const shift = Math.min(leading, LARGEST_LEADING_BIT) - UNSHIFTED_LEADING_BIT;
    if (shift >= 0) for (let k = from; k < from + cells; k++) x[k] = charges[k] >>> shift;
    else for (let k = from; k < from + cells; k++) x[k] = charges[k] << -shift;
    sum[i] = s;
    sumCode[i] = encodeSmallFloat(float5E4M, s);
  }
  return out;
}
