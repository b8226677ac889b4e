import { describe, expect, test } from 'vitest';
import {
  CELLS,
  IMAGE_SIDE,
  image4x4x3,
  image8x8,
  imageOrder,
  imagePixel,
  imagePosition,
  rotation,
  superCells,
  triggerCells,
} from '../../src/detector/index.js';

const range = (n: number) => Array.from({ length: n }, (_, i) => i);
const sorted = (a: Iterable<number>) => [...a].sort((p, q) => p - q);

describe('images', () => {
  test('8x8: every cell once, the lower right quarter masked', () => {
    expect(sorted(image8x8.filter((cell) => cell >= 0))).toEqual(range(CELLS));
    for (let pixel = 0; pixel < 64; pixel++) {
      expect(image8x8[pixel] < 0).toBe(pixel >> 3 >= 4 && (pixel & 7) >= 4);
    }
  });

  test('8x8: the inverse map of the domain facts', () => {
    const published = [
      4, 12, 20, 28, 5, 13, 21, 29, 6, 14, 22, 30, 7, 15, 23, 31, 24, 25, 26, 27, 16, 17, 18, 19, 8, 9, 10,
      11, 0, 1, 2, 3, 59, 51, 43, 35, 58, 50, 42, 34, 57, 49, 41, 33, 56, 48, 40, 32,
    ];
    expect(range(CELLS).map((cell) => image8x8.indexOf(cell))).toEqual(published);
  });

  test('8x8: pixels that touch within a quarter, and across its two inner edges, are cells that touch', () => {
    for (let row = 0; row < IMAGE_SIDE; row++) {
      for (let col = 0; col < IMAGE_SIDE; col++) {
        const cell = image8x8[8 * row + col];
        if (cell < 0) continue;
        const right = col < 7 ? image8x8[8 * row + col + 1] : -1;
        const below = row < 7 ? image8x8[8 * (row + 1) + col] : -1;
        for (const other of [right, below])
          if (other >= 0) expect(triggerCells[cell].neighbours).toContain(other);
      }
    }
  });

  test('compact order: k = 8 row + col, then 32 + 4 (row - 4) + col', () => {
    for (let row = 0; row < 8; row++) {
      for (let col = 0; col < (row < 4 ? 8 : 4); col++) {
        const k = row < 4 ? 8 * row + col : 32 + 4 * (row - 4) + col;
        expect(imageOrder[k]).toBe(image8x8[8 * row + col]);
        expect(imagePixel[k]).toBe(8 * row + col);
      }
    }
    for (let cell = 0; cell < CELLS; cell++) expect(imageOrder[imagePosition[cell]]).toBe(cell);
    expect(sorted(imagePosition)).toEqual(range(CELLS));
  });

  test('4x4x3: every cell once, channel c holds rhombus c, pixels that touch are cells that touch', () => {
    expect(sorted(image4x4x3)).toEqual(range(CELLS));
    for (let i = 0; i < CELLS; i++) {
      expect(triggerCells[image4x4x3[i]].rhombus).toBe(i % 3);
      const [row, col] = [Math.floor(i / 12), Math.floor(i / 3) % 4];
      const { neighbours } = triggerCells[image4x4x3[i]];
      if (col < 3) expect(neighbours).toContain(image4x4x3[i + 3]);
      if (row < 3) expect(neighbours).toContain(image4x4x3[i + 12]);
    }
  });
});

describe('super cells of the telescope loss', () => {
  const { quads, tiles: rhombi } = superCells;

  test('36 groups: 9 in each rhombus, 3 across each seam, no two alike', () => {
    expect(quads.length).toBe(36);
    expect(new Set(quads.map((quad) => sorted(quad.cells).join())).size).toBe(36);
    const inside = [0, 0, 0];
    const across: Record<string, number> = {};
    for (const { cells } of quads) {
      const parts = sorted(new Set(cells.map((cell) => cell >> 4)));
      if (parts.length === 1) inside[parts[0]]++;
      else across[parts.join()] = (across[parts.join()] ?? 0) + 1;
    }
    expect(inside).toEqual([9, 9, 9]);
    expect(across).toEqual({ '0,1': 3, '0,2': 3, '1,2': 3 });
  });

  test('holds the nine groups across seams that the domain facts list', () => {
    const listed = [
      [0, 1, 27, 31],
      [1, 2, 23, 27],
      [2, 3, 19, 23],
      [3, 7, 34, 35],
      [7, 11, 33, 34],
      [11, 15, 32, 33],
      [16, 17, 43, 47],
      [17, 18, 39, 43],
      [18, 19, 35, 39],
    ];
    const groups = quads.map((quad) => sorted(quad.cells).join());
    for (const cells of listed) expect(groups).toContain(cells.join());
  });

  test('each group is four cells in a ring of neighbours', () => {
    for (const { cells } of quads) {
      for (const cell of cells) {
        const touching = cells.filter((other) => triggerCells[cell].neighbours.includes(other));
        expect(touching.length).toBeGreaterThanOrEqual(2);
      }
    }
  });

  test('weights: 1/4 of the shares, the published values at the triple point', () => {
    const memberships = new Array(CELLS).fill(0);
    for (const cell of quads.flatMap((quad) => quad.cells)) memberships[cell]++;
    expect(sorted(new Set(memberships))).toEqual([1, 2, 3, 4]);
    expect(range(CELLS).filter((cell) => memberships[cell] === 3)).toEqual([3, 19, 35]);
    for (const { cells, weight } of quads) {
      const triple = cells.filter((cell) => memberships[cell] === 3).length;
      const plain = cells.reduce((sum, cell) => sum + 0.25 / memberships[cell], 0);
      // Cells 3, 19 and 35 count 1/4 + 1/3 in the published loss where the rule would say 1/3.
      expect(weight).toBeCloseTo(plain + triple / 16, 10);
    }
    const values = quads.map((quad) => quad.weight.toFixed(4));
    const count = (value: number) => values.filter((text) => text === value.toFixed(4)).length;
    expect([0.25, 0.375, 0.5625, 0.25 + 1 / 12, 0.25 + 1 / 6].map(count)).toEqual([12, 15, 3, 3, 3]);
  });

  test('the three sums of 16 are the rhombi', () => {
    expect(rhombi.map((cells) => new Set(cells.map((cell) => triggerCells[cell].rhombus)))).toEqual([
      new Set([0]),
      new Set([1]),
      new Set([2]),
    ]);
    expect(sorted(rhombi.flat())).toEqual(range(CELLS));
  });

  test('a turned wafer has the same super cells with the same weights', () => {
    const perm = rotation(1);
    const weights = new Map(quads.map((quad) => [sorted(quad.cells).join(), quad.weight]));
    for (const { cells, weight } of quads) {
      expect(weights.get(sorted(cells.map((cell) => perm[cell])).join())).toBe(weight);
    }
  });
});
