import { describe, expect, test } from 'vitest';
import { compareDistributions, kolmogorovSmirnov, observables, wafers } from '../../src/dataset/index.js';
import { CELLS, triggerCells } from '../../src/detector/index.js';
import { randomWafers } from './helpers.js';

const sorted = (...values: number[]) => Float64Array.from(values).sort();

describe('distributions', () => {
  test('distance of Kolmogorov and Smirnov', () => {
    expect(kolmogorovSmirnov(sorted(1, 2, 3), sorted(1, 2, 3))).toBe(0);
    expect(kolmogorovSmirnov(sorted(1, 2), sorted(3, 4))).toBe(1);
    expect(kolmogorovSmirnov(sorted(1, 1, 1, 5), sorted(1, 5, 5, 5))).toBe(0.5);
    expect(kolmogorovSmirnov(sorted(1, 2, 3, 4), sorted(2.5))).toBe(0.5);
    expect(kolmogorovSmirnov(sorted(), sorted(1))).toBeNaN();
  });

  test('of a wafer worked out by hand', () => {
    const row = new Uint32Array(2 * CELLS);
    row[0] = 30;
    row[1] = 10;
    const seen = observables(wafers(row));
    expect([...seen.occupancy]).toEqual([2]);
    expect([...seen.sum]).toEqual([40]);
    expect([...seen.cellCharge]).toEqual([10, 30]);
    expect([...seen.maxFraction]).toEqual([0.75]);
    // Two points at distance d with weights 3/4 and 1/4: sqrt(3)/4 d.
    const d = Math.hypot(triggerCells[0].x - triggerCells[1].x, triggerCells[0].y - triggerCells[1].y);
    expect(seen.rmsWidth[0]).toBeCloseTo((Math.sqrt(3) / 4) * d, 9);
  });

  test('neighbours: a split wafer correlates, an even one has no correlation to give', () => {
    const half = Uint32Array.from({ length: CELLS }, (_, cell) =>
      triggerCells[cell].rhombus === 0 ? 50 : 0,
    );
    expect(observables(wafers(half)).neighbourCorrelation[0]).toBeGreaterThan(0.6);
    expect(observables(wafers(new Uint32Array(CELLS).fill(9))).neighbourCorrelation.length).toBe(0);
  });

  test('compare a batch with itself and with another', () => {
    const batch = randomWafers(200, 3);
    for (const pair of compareDistributions(batch, batch)) {
      expect(pair.ks, pair.name).toBe(0);
      expect(pair.a).toEqual(pair.b);
      expect(pair.edges.length).toBe(pair.a.histogram.length + 1);
      expect(pair.a.histogram.reduce((a, b) => a + b)).toBeCloseTo(1, 9);
    }
    const louder = wafers(batch.charges.map((charge) => Math.min(4194303, charge * 8)));
    const pairs = Object.fromEntries(compareDistributions(batch, louder).map((pair) => [pair.name, pair]));
    expect(pairs.sum.ks).toBeGreaterThan(0);
    expect(pairs.sum.b.mean).toBeGreaterThan(pairs.sum.a.mean);
    expect(pairs.occupancy.ks).toBe(0);
  });

  test('of nothing are empty, not zero', () => {
    const [occupancy] = compareDistributions(wafers(new Uint32Array(0)), wafers(new Uint32Array(CELLS)));
    expect(occupancy.ks).toBeNaN();
    expect(occupancy.a).toMatchObject({ count: 0, mean: Number.NaN });
  });
});
