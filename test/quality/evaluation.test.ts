import { describe, expect, test } from 'vitest';
import { Random } from '../../src/base/index.js';
import { wafers } from '../../src/dataset/index.js';
import { triggerCells } from '../../src/detector/index.js';
import {
  evaluateReconstruction,
  measureWafers,
  percentile,
  statistics,
  waferEmd,
} from '../../src/quality/index.js';
import { pattern } from './oracles.js';

/** Wafer with the given charges at the given cells. */
function wafer(cells: Readonly<Record<number, number>>): number[] {
  return Array.from({ length: 48 }, (_, cell) => cells[cell] ?? 0);
}

describe('statistics', () => {
  test('by hand', () => {
    const s = statistics([4, 1, Number.NaN, 3, 2]);
    expect(s).toEqual({
      count: 4,
      mean: 2.5,
      deviation: Math.sqrt(1.25),
      median: 2.5,
      p16: 1 + 3 * 0.16,
      p84: expect.closeTo(1 + 3 * 0.84, 12),
      p95: expect.closeTo(1 + 3 * 0.95, 12),
    });
    expect(statistics([Number.NaN]).mean).toBeNull();
    expect(statistics([5, 6, 7], [0, 2]).mean).toBe(6);
    expect(percentile([1, 2], 100)).toBe(2);
  });
});

describe('measures of one wafer', () => {
  const measure = (input: number[], output: number[]) =>
    measureWafers(wafers(Uint32Array.from(input)), Float32Array.from(output));

  test('a perfect reconstruction', () => {
    const charges = Array.from(pattern('shower', new Random(5)));
    const m = measure(charges, charges);
    expect([m.emd[0], m.position[0], m.width[0], m.sum[0]]).toEqual([0, 0, 0, 0]);
    expect(m.pearson[0]).toBeCloseTo(1, 12);
    expect(m.occupancy[0]).toBe(charges.filter((c) => c > 0).length);
  });

  test('all charge moved to another cell, doubled', () => {
    const [a, b] = [triggerCells[0], triggerCells[15]];
    const m = measure(wafer({ 0: 100 }), wafer({ 15: 200 }));
    const way = Math.hypot(a.x - b.x, a.y - b.y);
    expect(m.position[0]).toBeCloseTo(way, 9);
    expect(m.emd[0]).toBeCloseTo(way / 1.20840075, 6);
    expect(m.sum[0]).toBe(1);
    expect(m.width[0]).toBeCloseTo(0, 12);
    // 48 values, one of them not 0, at different places: -1/47.
    expect(m.pearson[0]).toBeCloseTo(-1 / 47, 12);
  });

  test('the width of two equal charges is half of their distance', () => {
    const [a, b] = [triggerCells[0], triggerCells[40]];
    const m = measure(wafer({ 0: 7, 40: 7 }), wafer({ 0: 7 }));
    expect(m.width[0]).toBeCloseTo(-Math.hypot(a.x - b.x, a.y - b.y) / 2, 9);
    expect(m.sum[0]).toBe(-0.5);
  });

  test('a flat reconstruction tells nothing: correlation 0; a scaled one everything', () => {
    const charges = Array.from(pattern('shower', new Random(6)));
    expect(
      measure(
        charges,
        charges.map(() => 3),
      ).pearson[0],
    ).toBe(0);
    expect(
      measure(
        charges,
        charges.map((c) => 0.5 * c),
      ).pearson[0],
    ).toBeCloseTo(1, 12);
  });

  test('a lost wafer has no position, and the guess of an even spread as distance', () => {
    const charges = wafer({ 3: 90, 4: 10 });
    const m = measure(charges, wafer({}));
    expect([m.emd[0], m.position[0], m.width[0]]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    expect([m.sum[0], m.pearson[0], m.lost[0]]).toEqual([-1, 0, 1]);
    expect(m.emdWithGuess[0]).toBe(
      waferEmd().distance(Uint32Array.from(charges), new Uint8Array(48).fill(1)),
    );
  });

  test('refuses a reconstruction of another length, and charges that are none', () => {
    expect(() => measureWafers(wafers(new Uint32Array(96)), new Float32Array(48))).toThrow(
      /48 charges.*2 wafers/,
    );
    expect(() => measure(wafer({ 1: 1 }), wafer({ 7: -2 }))).toThrow(/cell 7.*-2/);
  });
});

describe('evaluation', () => {
  const random = new Random(9);
  const input = new Uint32Array(300 * 48);
  const output = new Float32Array(300 * 48);
  for (let row = 0; row < 300; row++) {
    if (row % 50 !== 0) input.set(pattern(row % 3 ? 'shower' : 'one cell', random), row * 48);
    if (row % 7 !== 1) output.set(pattern('shower', random), row * 48);
  }
  const batch = wafers(input);
  const evaluation = evaluateReconstruction(batch, output);

  test('counts every wafer: with charge, lost and empty ones', () => {
    let [empty, lost] = [0, 0];
    for (let row = 0; row < 300; row++) {
      if (row % 50 === 0) empty++;
      else if (row % 7 === 1) lost++;
    }
    expect(evaluation.emptyInputs).toBe(empty);
    expect(evaluation.wafers).toBe(300 - empty);
    expect(evaluation.lost).toBe(lost);
    expect(evaluation.zeroFraction).toBe(lost / (300 - empty));
    expect(evaluation.metrics.emd.count).toBe(300 - empty - lost);
    expect(evaluation.metrics.sum.count).toBe(300 - empty);
    expect(evaluation.emdWithGuess.count).toBe(300 - empty);
  });

  test.each(['byOccupancy', 'byCharge'] as const)('%s: the classes hold every wafer once', (by) => {
    const classes = evaluation[by];
    expect(classes.reduce((sum, c) => sum + c.wafers, 0)).toBe(evaluation.wafers);
    expect(classes.reduce((sum, c) => sum + c.lost, 0)).toBe(evaluation.lost);
    const mean = classes.reduce((sum, c) => sum + (c.metrics.emd.mean ?? 0) * c.metrics.emd.count, 0);
    expect(mean / evaluation.metrics.emd.count).toBeCloseTo(evaluation.metrics.emd.mean ?? Number.NaN, 9);
    expect(classes.at(-1)?.below).toBeNull();
  });

  test('is plain data and the same again', () => {
    const text = JSON.stringify(evaluation);
    expect(JSON.parse(text)).toEqual(evaluation);
    expect(JSON.stringify(evaluateReconstruction(batch, output))).toBe(text);
  });
});
