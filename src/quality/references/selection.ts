import {
  bestChoice,
  bestChoiceSent,
  dropShift,
  REPEATER_BITS,
  repeater,
  thresholdPacketWords,
  thresholdSum,
} from '../../chip/index.js';
import type { WaferBatch } from '../../dataset/index.js';
import { float4E3M, float5E3M } from '../../number/index.js';
import { CELLS } from '../../wafer/index.js';
import { decodeTable, type Reconstruction, type Reference, toCellOrder, toMuxOrder } from './reference.js';

/** What becomes of the sum of the cells that were not sent: dropped, or spread evenly over these cells. */
export type Remainder = 'dropped' | 'spread';

export interface SelectionOptions {
  /** drop_lsb register, 0..4: bits taken off each charge before 4E3M. @default 0 */
  readonly dropLsb?: number;
}

/** Best choice: the n largest charges as 4E3M, and the sum of the others as 5E3M. */
export function bestChoiceReference(remainder: Remainder, { dropLsb = 0 }: SelectionOptions = {}): Reference {
  const drop = dropShift(dropLsb);
  return {
    name: `best choice, remainder ${remainder}`,
    fits: () => true,
    reconstruct(batch, etx) {
      const { sent, codes, sumCode } = bestChoice(
        { etx, dropLsb, useSum: false },
        toMuxOrder(batch),
        batch.count,
      );
      return {
        charges: fromSelection(sent, codes, sumCode, remainder, drop, drop),
        note: `${bestChoiceSent(etx)} cells`,
      };
    },
  };
}

/** The threshold of the public vectors: 1.35 transverse MIP (spec econt-behaviour 14). */
export const STANDARD_THRESHOLD = 47;

/**
 * Threshold sum without its buffer, so that every packet arrives whole however long it is. The note tells the links
 * that the mean packet needs: the budget of N links is kept only when that is not above N.
 *
 * @param threshold CALQ; 'budget' takes for each batch the lowest one whose mean packet fits N links, which is
 *   what an unlimited buffer would make of it
 */
export function thresholdSumReference(
  threshold: number | 'budget',
  remainder: Remainder,
  { dropLsb = 0 }: SelectionOptions = {},
): Reference {
  const label = threshold === 'budget' ? 'lowest threshold that fits' : `threshold ${threshold}`;
  return {
    name: `threshold sum, ${label}, remainder ${remainder}`,
    fits: () => true,
    reconstruct(batch, etx) {
      const charges = toMuxOrder(batch);
      const chosen = threshold === 'budget' ? fittingThreshold(charges, batch, etx) : threshold;
      const { passed, count, codes, sumCode } = thresholdSum(
        { thresholds: new Uint32Array(CELLS).fill(chosen), dropLsb, useSum: false },
        charges,
        batch.count,
      );
      let words = 0;
      for (let row = 0; row < batch.count; row++) words += thresholdPacketWords(count[row]);
      const links = batch.count > 0 ? words / batch.count / 2 : 0;
      return {
        charges: fromSelection(passed, codes, sumCode, remainder, dropShift(dropLsb), 0),
        note: `threshold ${chosen}, mean packet ${links.toFixed(2)} eTx`,
      };
    },
  };
}

/** Repeater: every charge as 4E3M; with fewer than 11 links only the first cells of the packet arrive. */
export function repeaterReference({ dropLsb = 0 }: SelectionOptions = {}): Reference {
  return {
    name: 'repeater, cut to the links',
    fits: () => true,
    reconstruct(batch, etx) {
      const codes = repeater(toMuxOrder(batch), batch.count, dropLsb);
      const header = REPEATER_BITS - 7 * CELLS;
      const whole = Math.min(CELLS, Math.floor((32 * etx - header) / 7));
      const sent = new Uint8Array(codes.length);
      for (let row = 0; row < sent.length; row += CELLS) sent.fill(1, row, row + whole);
      const noSum = new Uint8Array(batch.count);
      return {
        charges: fromSelection(sent, codes, noSum, 'dropped', dropShift(dropLsb), 0),
        note: `${whole} cells`,
      };
    },
  };
}

/** Charges in TC_Number order from what a selecting packet carries, given in mux output order. */
function fromSelection(
  sent: Uint8Array,
  codes: Uint8Array,
  restCode: Uint8Array,
  remainder: Remainder,
  drop: number,
  restDrop: number,
): Reconstruction['charges'] {
  const charge = decodeTable(float4E3M, drop);
  const rest = decodeTable(float5E3M, restDrop);
  const out = new Float32Array(sent.length);
  for (let row = 0; row < out.length; row += CELLS) {
    let others = 0;
    for (let k = row; k < row + CELLS; k++) if (sent[k] === 0) others++;
    const each = remainder === 'spread' && others > 0 ? rest[restCode[row / CELLS]] / others : 0;
    for (let k = row; k < row + CELLS; k++) out[k] = sent[k] === 1 ? charge[codes[k]] : each;
  }
  return toCellOrder(out);
}

/** Lowest threshold at which the mean packet of the batch is not above 2 N words; packets only shrink with it. */
function fittingThreshold(charges: Uint32Array, batch: WaferBatch, etx: number): number {
  const fits = (threshold: number): boolean => {
    let words = 0;
    for (let row = 0; row < batch.count; row++) {
      let count = 0;
      for (let k = row * CELLS; k < (row + 1) * CELLS; k++) if (charges[k] >= threshold) count++;
      words += thresholdPacketWords(count);
    }
    return words <= 2 * etx * batch.count;
  };
  let [low, high] = [0, 2 ** 22 - 1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (fits(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
