import { type EncoderShape, encoderShape, IMAGE_CELLS, INPUT_BITS, LATENT_LARGEST } from '../chip/index.js';
import type { WaferBatch } from '../dataset/index.js';
import { encoderInput } from '../model/index.js';

/** Latent counts per input count of the cells that get levels: 255 of 511 is the largest input. */
const GAIN = 4;
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
  const count = Math.min(SAMPLE, wafers.count);
  const { x } = encoderInput({ charges: wafers.charges.subarray(0, count * IMAGE_CELLS), count });
  const thresholds = bestLevels(x, bits).map((input) => Math.min(LATENT_LARGEST, input * GAIN));
  return encoderShape({
    latents: {
      bits: new Array<number>(IMAGE_CELLS).fill(bits),
      code: { kind: 'levels', thresholds },
      cells: 1,
      weights: { kind: 'fixed', bits: 4, fraction: 1 },
    },
  });
}
