import { describe, expect, test } from 'vitest';
import { Random } from '../../../src/base/index.js';
import {
  concat,
  dedupe,
  rotateAugment,
  rows,
  selectWafers,
  splitWafers,
  type WaferBatch,
  wafers,
} from '../../../src/dataset/index.js';
import { triggerCells } from '../../../src/detector/index.js';
import { lines, randomWafers } from '../helpers.js';

const shuffled = (batch: WaferBatch, seed: number) =>
  rows(batch, new Random(seed).shuffle(Array.from({ length: batch.count }, (_, row) => row)));

describe('batches', () => {
  const batch = randomWafers(20, 1);

  test('rows picks, repeats and orders', () => {
    const picked = rows(batch, [3, 0, 3]);
    expect(picked.count).toBe(3);
    expect(lines(picked)).toEqual([lines(batch)[3], lines(batch)[0], lines(batch)[3]]);
    expect(rows(batch, []).count).toBe(0);
    for (const no of [-1, 20, Number.NaN]) expect(() => rows(batch, [0, no])).toThrow('there is no row');
  });

  test('concat puts batches behind each other', () => {
    expect(concat([rows(batch, [0, 1]), rows(batch, []), rows(batch, [2])])).toEqual(rows(batch, [0, 1, 2]));
    expect(concat([]).count).toBe(0);
  });

  test('wafers refuses half a wafer', () => {
    expect(() => wafers(new Uint32Array(47))).toThrow('47 charges are no whole number of wafers');
  });

  test('dedupe keeps the first of equal wafers, in order', () => {
    const repeated = concat([batch, shuffled(batch, 2), rows(batch, [5, 5])]);
    expect(dedupe(repeated)).toEqual(batch);
    expect(dedupe(wafers(new Uint32Array(48 * 1000))).count).toBe(1);
    expect(dedupe(wafers(new Uint32Array(0))).count).toBe(0);
  });

  test('dedupe agrees with a set of strings on wafers that differ little', () => {
    const random = new Random(3);
    const charges = new Uint32Array(48 * 5000);
    for (let row = 0; row < 5000; row++) charges[48 * row + random.below(48)] = random.below(60);
    const sparse = wafers(charges);
    expect(lines(dedupe(sparse))).toEqual([...new Set(lines(sparse))]);
  });

  test('selectWafers: at least 3 cells and 35 charge units, both edges kept', () => {
    const row = (...charges: number[]) => charges.concat(new Array(48 - charges.length).fill(0));
    const edge = wafers(
      Uint32Array.from(
        [row(11, 12, 12), row(11, 12, 11), row(17, 18), row(1, 0, 0, 1, 4194303), row()].flat(),
      ),
    );
    expect(selectWafers(edge)).toEqual(rows(edge, [0, 3]));
    expect(selectWafers(edge, { minCells: 2, minSum: 34 })).toEqual(rows(edge, [0, 1, 2, 3]));
    expect(selectWafers(edge, { minCells: 0, minSum: 0 })).toEqual(edge);
  });
});

describe('rotateAugment', () => {
  test('gives the wafers, then two turns of them: of the same charges, of the same neighbourhoods', () => {
    const batch = randomWafers(6, 4);
    const augmented = rotateAugment(batch);
    expect(augmented.count).toBe(18);
    expect(rows(augmented, [0, 1, 2, 3, 4, 5])).toEqual(batch);
    const link = (b: WaferBatch, row: number) =>
      triggerCells.reduce((sum, cell) => {
        const at = (other: number) => b.charges[48 * row + other];
        return sum + cell.neighbours.reduce((part, other) => part + Math.abs(at(cell.number) - at(other)), 0);
      }, 0);
    for (let row = 0; row < 18; row++) {
      const turned = augmented.charges.slice(48 * row, 48 * row + 48).sort();
      expect(turned).toEqual(batch.charges.slice(48 * (row % 6), 48 * (row % 6) + 48).sort());
      expect(link(augmented, row)).toBe(link(batch, row % 6));
      if (row >= 6) expect(lines(augmented)[row]).not.toBe(lines(batch)[row % 6]);
    }
    // Three turns lead back.
    const thrice = rotateAugment(rows(augmented, [12]));
    expect(lines(thrice)[1]).toBe(lines(batch)[0]);
  });
});

describe('splitWafers', () => {
  const batch = randomWafers(1000, 5);
  const split = splitWafers(batch, { seed: 1 });

  test('deals every wafer once: 700, 100, 200', () => {
    expect([split.train.count, split.validation.count, split.test.count]).toEqual([700, 100, 200]);
    expect(lines(concat([split.train, split.validation, split.test])).sort()).toEqual(lines(batch).sort());
  });

  test('does not depend on the order of the file', () => {
    expect(splitWafers(shuffled(batch, 9), { seed: 1 })).toEqual(split);
  });

  test('depends on the seed', () => {
    const other = splitWafers(batch, { seed: 2 });
    const common = new Set(lines(split.test));
    const overlap = lines(other.test).filter((line) => common.has(line)).length;
    // 200 of 1000 twice: 40 expected, standard deviation 5.
    expect(overlap).toBeGreaterThan(15);
    expect(overlap).toBeLessThan(65);
  });

  test('never parts equal wafers', () => {
    const repeated = concat([batch, batch, batch, rows(batch, new Array(500).fill(17))]);
    for (let seed = 0; seed < 5; seed++) {
      const parts = splitWafers(repeated, { seed });
      const [train, validation, held] = [parts.train, parts.validation, parts.test].map(
        (part) => new Set(lines(part)),
      );
      expect(train.size + validation.size + held.size).toBe(1000);
      expect(parts.train.count + parts.validation.count + parts.test.count).toBe(3500);
    }
  });

  test('has no part of its own in charge: the sets look alike', () => {
    const mean = (b: WaferBatch) => b.charges.reduce((sum, charge) => sum + charge, 0) / b.count;
    const large = randomWafers(20_000, 6);
    const parts = splitWafers(large, { seed: 3 });
    for (const part of [parts.train, parts.validation, parts.test]) {
      expect(mean(part) / mean(large)).toBeGreaterThan(0.97);
      expect(mean(part) / mean(large)).toBeLessThan(1.03);
    }
  });

  test('takes other fractions, and refuses those that leave nothing to train on', () => {
    const parts = splitWafers(batch, { seed: 1, validation: 0, test: 0.5 });
    expect([parts.train.count, parts.validation.count, parts.test.count]).toEqual([500, 0, 500]);
    expect(splitWafers(wafers(new Uint32Array(0)), { seed: 1 }).train.count).toBe(0);
    expect(() => splitWafers(batch, { seed: 1, validation: 0.5, test: 0.5 })).toThrow(
      'leave nothing to train on',
    );
    expect(() => splitWafers(batch, { seed: 1, test: -0.1 })).toThrow('leave nothing to train on');
    expect(() => splitWafers(batch, { seed: 1, test: Number.NaN })).toThrow('leave nothing to train on');
  });
});
