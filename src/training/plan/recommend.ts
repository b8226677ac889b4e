import { slice, type WaferBatch } from '../../dataset/index.js';
import { cellsOf } from '../../detector/index.js';
import { type EncoderShape, encoderShape, fieldLength, INPUT_BITS, largestOf } from '../../encoder/index.js';
import { encoderInput } from '../../model/index.js';

/** Latent counts per input count of the cells that get levels: the largest input, 255, comes to 510 of 511. */
const GAIN = 2;
const INPUTS = 2 ** INPUT_BITS;
/** Wafers that the levels are placed by. */
const SAMPLE = 4096;

/**
 * Thresholds of 2^bits levels of a cell's normalised charge that lose least for these wafers: the mean distance of an
 * input from the mean of its level is smallest. Exact, by dynamic programming over the 256 inputs (as in Fisher, "On
 * grouping for maximum homogeneity", 1958).
 * @returns 2^bits - 1 rising inputs, 1..255
 */
export function bestLevels(inputs: Uint8Array, bits: number): number[] {
  const histogram = new Float64Array(INPUTS);
  for (const x of inputs) histogram[x]++;
  const loss = segmentLoss(histogram);
  const levels = 2 ** bits;
  // best[n][end]: least loss of inputs 0..end-1 in n levels.
  let best = Float64Array.from({ length: INPUTS + 1 }, (_, end) => loss(0, end));
  const cuts: Uint16Array[] = [];
  for (let n = 2; n <= levels; n++) {
    const next = new Float64Array(INPUTS + 1).fill(Number.POSITIVE_INFINITY);
    const cut = new Uint16Array(INPUTS + 1);
    for (let end = n; end <= INPUTS; end++) {
      for (let at = n - 1; at < end; at++) {
        const total = best[at] + loss(at, end);
        if (total < next[end]) {
          next[end] = total;
          cut[end] = at;
        }
      }
    }
    best = next;
    cuts.push(cut);
  }
  const thresholds: number[] = [];
  let end = INPUTS;
  for (const cut of cuts.reverse()) {
    end = cut[end];
    thresholds.unshift(end);
  }
  return thresholds;
}

/** Summed distance of the inputs low..high-1 from their mean, for any segment. */
function segmentLoss(histogram: Float64Array): (low: number, high: number) => number {
  const count = new Float64Array(INPUTS + 1);
  const total = new Float64Array(INPUTS + 1);
  for (let v = 0; v < INPUTS; v++) {
    count[v + 1] = count[v] + histogram[v];
    total[v + 1] = total[v] + histogram[v] * v;
  }
  return (low, high) => {
    const n = count[high] - count[low];
    if (n === 0) return 0;
    const mean = (total[high] - total[low]) / n;
    const middle = Math.min(high, Math.max(low, Math.ceil(mean)));
    const below = mean * (count[middle] - count[low]) - (total[middle] - total[low]);
    const above = total[high] - total[middle] - mean * (count[high] - count[middle]);
    return below + above;
  };
}

/** A latent for each cell, written in levels that are placed by the wafers. */
export function cellLevels(wafers: WaferBatch, bits: number): EncoderShape {
  return levelsOf(bestLevels(sampleInputs(wafers), bits), bits, cellsOf(wafers));
}

/** Cells of which the largest are sent. */
export interface LargestCells {
  readonly shape: EncoderShape;
  /** Share of a wafer's charge that the codes put into wrong cells, in the mean: half of the summed differences. */
  readonly misplaced: number;
  /** Share of a wafer's charge that is in the cells that are sent, in the mean. */
  readonly carried: number;
}

/**
 * A latent for each cell, of which the largest are sent: as many of so many bits as lose least of these wafers when `most`
 * bits may be sent, or all where those lose less; of nearly equal ones the fewer bits. Undefined when `most` holds none.
 */
export function largestCells(wafers: WaferBatch, most: number): LargestCells | undefined {
  const inputs = sampleInputs(wafers);
  const cells = cellsOf(wafers);
  let best: LargestCells | undefined;
  for (let bits = 1; bits <= MOST_LEVEL_BITS; bits++) {
    const all = new Array<number>(cells).fill(bits);
    let largest = cells;
    while (largest > 0 && fieldLength(chosenOf(all, largest)) > most) largest--;
    if (largest === 0) continue;
    const chosen = chosenMap(inputs, cells, largest);
    const thresholds = bestLevels(
      inputs.filter((_, k) => chosen[k] === 1),
      bits,
    );
    const misplaced = codingLoss(inputs, cells, chosen, thresholds);
    if (best === undefined || misplaced < GAIN_OF_A_BIT * best.misplaced)
      best = {
        shape: levelsOf(thresholds, bits, cells, largest),
        misplaced,
        carried: meanShare(inputs, cells, (k) => inputs[k] * chosen[k]),
      };
  }
  return best;
}

/** A shape has at most 63 levels. */
const MOST_LEVEL_BITS = 6;
/** What another bit per code must gain: it doubles the comparators of the levels. */
const GAIN_OF_A_BIT = 0.95;

function chosenOf(bits: number[], largest: number): { bits: number[]; largest?: number } {
  return largest < bits.length ? { bits, largest } : { bits };
}

/** 1 for the largest cells of each wafer. @param inputs rows of normalised cells */
function chosenMap(inputs: Uint8Array, cells: number, largest: number): Uint8Array {
  const map = new Uint8Array(inputs.length);
  for (let at = 0; at < inputs.length; at += cells)
    for (const k of largestOf(inputs.subarray(at, at + cells), largest)) map[at + k] = 1;
  return map;
}

/** Mean share of a wafer that lies elsewhere when each code, and each cell that is not sent, is taken for its mean. */
function codingLoss(
  inputs: Uint8Array,
  cells: number,
  chosen: Uint8Array,
  thresholds: readonly number[],
): number {
  // Class 0: not sent; 1..: the levels.
  const classes = Uint8Array.from(inputs, (x, k) =>
    chosen[k] === 0 ? 0 : 1 + thresholds.filter((threshold) => x >= threshold).length,
  );
  const means = classMeans(inputs, classes, thresholds.length + 2);
  return meanShare(inputs, cells, (k) => Math.abs(inputs[k] - means[classes[k]])) / 2;
}

/** Mean of the values of each of `count` classes; NaN of one that is empty. */
export function classMeans(
  values: ArrayLike<number>,
  classes: ArrayLike<number>,
  count: number,
): Float64Array {
  const total = new Float64Array(count);
  const members = new Uint32Array(count);
  for (let k = 0; k < values.length; k++) {
    total[classes[k]] += values[k];
    members[classes[k]]++;
  }
  return total.map((sum, c) => sum / members[c]);
}

/** Mean over the wafers of what some part of their cells is of the whole. */
function meanShare(inputs: Uint8Array, cells: number, part: (k: number) => number): number {
  let share = 0;
  for (let at = 0; at < inputs.length; at += cells) {
    let sum = 0;
    let parts = 0;
    for (let k = at; k < at + cells; k++) {
      sum += inputs[k];
      parts += part(k);
    }
    share += parts / Math.max(1, sum);
  }
  return (share * cells) / inputs.length;
}

/** Normalised cells of the wafers that levels are placed by, in image order. */
function sampleInputs(batch: WaferBatch): Uint8Array {
  return encoderInput(slice(batch, 0, Math.min(SAMPLE, batch.count))).x;
}

function levelsOf(inputs: readonly number[], bits: number, cells: number, largest = cells): EncoderShape {
  return encoderShape({
    latents: {
      ...chosenOf(new Array<number>(cells).fill(bits), largest),
      code: { kind: 'levels', thresholds: inputs.map((input) => input * GAIN) },
      cells: 1,
      weights: { kind: 'fixed', bits: 4, fraction: 1 },
    },
  });
}
