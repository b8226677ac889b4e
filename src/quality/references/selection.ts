import { bestChoiceSent, type Remainder, repeaterCells, thresholdPacketWords } from '../../blocks/index.js';
import { createEmulator } from '../../chips/index.js';
import type { WaferBatch } from '../../dataset/index.js';
import { CELLS } from '../../detector/index.js';
import { chipSettings, throughPackets } from './chip-packets.js';
import { type Reference, toMuxOrder } from './reference.js';

export interface SelectionOptions {
  /** drop_lsb register, 0..4: bits taken off each charge before 4E3M. @default 0 */
  readonly dropLsb?: number;
}

/** Best choice: the n largest charges as 4E3M, and the sum of the others as 5E3M. */
export function bestChoiceReference(remainder: Remainder, { dropLsb = 0 }: SelectionOptions = {}): Reference {
  return {
    name: `best choice, remainder ${remainder}`,
    fits: () => true,
    reconstruct: (batch, etx) => ({
      charges: throughPackets(batch, { algorithm: 'best-choice', etx, dropLsb }, remainder).charges,
      note: `${bestChoiceSent(etx)} cells`,
    }),
  };
}

/** The threshold of the public vectors: 1.35 transverse MIP (spec econt-behaviour 14). */
export const STANDARD_THRESHOLD = 47;

/** BX that a packet of the threshold sum may wait: T1 is what the links carry in that time. */
export const BUFFER_BX = 12;
/** Part of the wafers that may arrive as truncated words at the lowest threshold that fits. */
export const TRUNCATED_LIMIT = 0.01;

/**
 * Threshold sum through its buffer, the wafers as consecutive BX: T1 = 24 N words, so that no word waits longer than
 * 12 BX, and no T2. A packet that does not fit goes as a truncated word, with the sum of all cells and none of them.
 *
 * @param threshold CALQ; 'budget' takes for each batch the lowest one at which at most 1 % of its wafers are truncated
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
      const chosen = threshold === 'budget' ? fittingThreshold(batch, etx) : threshold;
      const { charges, packets } = throughPackets(batch, { ...registers(chosen, etx), dropLsb }, remainder);
      let words = 0;
      let truncated = 0;
      for (let row = 0; row < batch.count; row++) {
        let cells = 0;
        for (let k = row * CELLS; k < (row + 1) * CELLS; k++) cells += packets.sent[k];
        words += thresholdPacketWords(cells);
        if (packets.flags[row] !== 0) truncated++;
      }
      const perWafer = (n: number): number => (batch.count > 0 ? n / batch.count : 0);
      return {
        charges,
        note: `threshold ${chosen}, mean packet ${perWafer(words / 2).toFixed(2)} eTx, ${(100 * perWafer(truncated)).toFixed(1)} % truncated`,
      };
    },
  };
}

function registers(threshold: number, etx: number) {
  return {
    algorithm: 'threshold-sum',
    etx,
    thresholds: new Uint32Array(CELLS).fill(threshold),
    bufferT1: BUFFER_BX * 2 * etx,
    bufferT2: 511,
    bufferT3: 0,
  } as const;
}

/** Repeater: every charge as 4E3M; with fewer than 11 links only the first cells of the packet arrive. */
export function repeaterReference({ dropLsb = 0 }: SelectionOptions = {}): Reference {
  return {
    name: 'repeater, cut to the links',
    fits: () => true,
    reconstruct: (batch, etx) => ({
      charges: throughPackets(batch, { algorithm: 'repeater', etx, dropLsb }, 'dropped').charges,
      note: `${repeaterCells(etx)} cells`,
    }),
  };
}

/** Lowest threshold at which the buffer truncates no more than the limit: fewer and shorter packets only help. */
function fittingThreshold(batch: WaferBatch, etx: number): number {
  const charges = toMuxOrder(batch);
  const fits = (threshold: number): boolean => {
    const emulator = createEmulator(chipSettings(registers(threshold, etx)));
    emulator.runCharges(charges);
    const { conditions } = emulator.buffer;
    return conditions[1] + conditions[2] <= TRUNCATED_LIMIT * batch.count;
  };
  let [low, high] = [0, 2 ** 22 - 1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (fits(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
