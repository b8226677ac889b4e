import { EconError } from '../base/index.js';
import { cellsOf } from '../detector/index.js';
import { rows, type WaferBatch } from './row/batch.js';
import { compareRows, hashRows } from './row/row-hash.js';

export interface SplitSettings {
  readonly seed: number;
  /** Fraction of the rows. @default 0.1 */
  readonly validation?: number;
  /** Fraction of the rows. @default 0.2 */
  readonly test?: number;
}

export interface Split {
  readonly train: WaferBatch;
  readonly validation: WaferBatch;
  readonly test: WaferBatch;
}

/**
 * Deals the wafers into three sets in the order of a seeded hash of their contents: the same wafers and seed give
 * the same sets, in whatever order the file holds them. Equal wafers never part, so that no test wafer was
 * seen in training; the sets may be larger or smaller than asked for by that.
 * @throws EconError dataset/bad-split when the fractions leave nothing to train on
 */
export function splitWafers(batch: WaferBatch, { seed, validation = 0.1, test = 0.2 }: SplitSettings): Split {
  if (!(validation >= 0 && test >= 0 && validation + test < 1)) {
    throw new EconError({
      code: 'dataset/bad-split',
      where: 'split of the wafers',
      what: `validation ${validation} and test ${test} leave nothing to train on.`,
      remedy: 'Give two fractions of 0 or more with a sum below 1.',
    });
  }
  const { charges, count } = batch;
  const cells = cellsOf(batch);
  const hashes = hashRows(charges, cells, seed);
  const order = Uint32Array.from(hashes, (_, row) => row).sort(
    (a, b) => hashes[a] - hashes[b] || compareRows(charges, cells, a, b),
  );
  const afterEqual = (at: number): number => {
    let end = at;
    while (end > 0 && end < count && compareRows(charges, cells, order[end - 1], order[end]) === 0) end++;
    return end;
  };
  const testEnd = afterEqual(Math.round(count * test));
  const validationEnd = afterEqual(Math.max(testEnd, Math.round(count * (test + validation))));
  return {
    test: rows(batch, order.subarray(0, testEnd)),
    validation: rows(batch, order.subarray(testEnd, validationEnd)),
    train: rows(batch, order.subarray(validationEnd)),
  };
}
