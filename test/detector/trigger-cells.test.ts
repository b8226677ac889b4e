import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packageRoot } from '../../src/base/index.js';
import {
  CELLS,
  densities,
  emdUnit,
  groundDistance,
  modules,
  neighbourDistance,
  rotation,
  triggerCells,
} from '../../src/detector/index.js';

const range = (n: number) => Array.from({ length: n }, (_, i) => i);
const centimetres = (a: number, b: number) =>
  Math.hypot(triggerCells[a].x - triggerCells[b].x, triggerCells[a].y - triggerCells[b].y);
const pairs = triggerCells.flatMap((cell) =>
  cell.neighbours.filter((other) => other > cell.number).map((other) => [cell.number, other]),
);

describe('trigger cells', () => {
  test('stand at their number, 16 in each rhombus', () => {
    expect(triggerCells.map((cell) => cell.number)).toEqual(range(CELLS));
    for (const cell of triggerCells) expect(cell.rhombus).toBe(cell.number >> 4);
  });

  test('have each their own (u, v), as listed in section 14 of the behaviour specification', () => {
    const listed = [
      '74 64 54 44 75 65 55 45 76 66 56 46 77 67 57 47',
      '10 21 32 43 20 31 42 53 30 41 52 63 40 51 62 73',
      '36 35 34 33 25 24 23 22 14 13 12 11 03 02 01 00',
    ].flatMap((rhombus) => rhombus.split(' '));
    expect(triggerCells.map((cell) => `${cell.u}${cell.v}`)).toEqual(listed);
    expect(new Set(listed).size).toBe(CELLS);
  });

  test('touch those closer than the neighbour distance, and no others', () => {
    for (const cell of triggerCells) {
      const near = range(CELLS).filter(
        (o) => o !== cell.number && centimetres(cell.number, o) < neighbourDistance,
      );
      expect(cell.neighbours).toEqual(near);
      for (const other of near) expect(triggerCells[other].neighbours).toContain(cell.number);
    }
  });

  test('have 3, 4, 5 or 6 neighbours: 9, 12, 15 and 12 of them; 111 pairs', () => {
    const counts = [3, 4, 5, 6].map(
      (n) => triggerCells.filter((cell) => cell.neighbours.length === n).length,
    );
    expect(counts).toEqual([9, 12, 15, 12]);
    expect(pairs.length).toBe(111);
  });

  test('touch across the three seams', () => {
    const seams = [
      [
        [31, 0],
        [27, 1],
        [23, 2],
        [19, 3],
      ],
      [
        [16, 47],
        [17, 43],
        [18, 39],
        [19, 35],
      ],
      [
        [3, 35],
        [7, 34],
        [11, 33],
        [15, 32],
      ],
    ];
    for (const [a, b] of seams.flat()) {
      expect(triggerCells[a].neighbours).toContain(b);
      expect(centimetres(a, b)).toBeCloseTo(2.1785, 3);
    }
    expect(pairs.filter(([a, b]) => a >> 4 !== b >> 4).length).toBe(3 * 4);
  });

  test('are at most 16.62 cm apart, and 2.4168 cm at least within a rhombus', () => {
    const all = range(CELLS).flatMap((a) => range(a).map((b) => [a, b]));
    expect(Math.max(...all.map(([a, b]) => centimetres(a, b)))).toBeCloseTo(16.62, 2);
    const inside = all.filter(([a, b]) => a >> 4 === b >> 4);
    expect(Math.min(...inside.map(([a, b]) => centimetres(a, b)))).toBeCloseTo(2.4168, 4);
  });

  test('are wired to every place of every link once', () => {
    for (const cell of triggerCells) {
      expect(cell.preMux).toBe(4 * cell.erx + cell.slot);
      expect(cell.superCell4).toBe(cell.postMux >> 2);
      expect(cell.superCell16).toBe(cell.postMux >> 4);
    }
    const sorted = (key: 'preMux' | 'postMux') => triggerCells.map((cell) => cell[key]).sort((a, b) => a - b);
    expect(sorted('preMux')).toEqual(range(CELLS));
    expect(sorted('postMux')).toEqual(range(CELLS));
    const roc = triggerCells.map((cell) => `${cell.hgcroc}/${cell.hgcrocLink}/${cell.slot}`);
    expect(new Set(roc).size).toBe(CELLS);
  });

  test('fill both wafers', () => {
    for (const wafer of Object.values(densities)) {
      expect(wafer.sensorCells).toBe(CELLS * wafer.cellsPerTriggerCell);
    }
    expect([densities.low.cellsPerTriggerCell, densities.high.cellsPerTriggerCell]).toEqual([4, 9]);
    expect([densities.low.droppedBits, densities.high.droppedBits]).toEqual([1, 3]);
  });
});

describe('ground distance', () => {
  test('is a metric: 0 to itself only, symmetric, triangle inequality', () => {
    for (let a = 0; a < CELLS; a++) {
      expect(groundDistance[a * CELLS + a]).toBe(0);
      for (let b = 0; b < CELLS; b++) {
        expect(groundDistance[a * CELLS + b]).toBe(groundDistance[b * CELLS + a]);
        if (a !== b) expect(groundDistance[a * CELLS + b]).toBeGreaterThan(1.8);
        for (let c = 0; c < CELLS; c++) {
          const detour = groundDistance[a * CELLS + c] + groundDistance[c * CELLS + b];
          expect(groundDistance[a * CELLS + b] <= detour + 1e-12).toBe(true);
        }
      }
    }
  });

  test('counts the pitch of trigger cells as 2', () => {
    expect(emdUnit).toBe(1.20840075);
    expect(groundDistance[1]).toBeCloseTo(2, 5);
  });
});

describe('rotation', () => {
  test('is of order 3 and leaves no cell where it was', () => {
    expect([...rotation(0)]).toEqual(range(CELLS));
    const [one, two] = [rotation(1), rotation(2)];
    for (let cell = 0; cell < CELLS; cell++) {
      expect(one[cell]).not.toBe(cell);
      expect(one[one[cell]]).toBe(two[cell]);
      expect(one[two[cell]]).toBe(cell);
    }
  });

  // The published centres carry 7 digits: 1.3e-5 cm is what their rounding leaves.
  test('keeps distances to 2e-5 cm, and neighbours exactly', () => {
    const perm = rotation(1);
    for (let a = 0; a < CELLS; a++) {
      for (let b = 0; b < a; b++)
        expect(Math.abs(centimetres(a, b) - centimetres(perm[a], perm[b]))).toBeLessThan(2e-5);
      const turned = triggerCells[perm[a]].neighbours;
      expect(triggerCells[a].neighbours.map((other) => perm[other]).sort((p, q) => p - q)).toEqual(turned);
    }
  });

  test('turns by 120 degrees counter-clockwise about the middle of the wafer', () => {
    const cx = triggerCells.reduce((sum, cell) => sum + cell.x, 0) / CELLS;
    const cy = triggerCells.reduce((sum, cell) => sum + cell.y, 0) / CELLS;
    const perm = rotation(1);
    for (let cell = 0; cell < CELLS; cell++) {
      // What stood at perm[cell] has moved to cell.
      const [from, to] = [triggerCells[perm[cell]], triggerCells[cell]];
      const [dx, dy] = [from.x - cx, from.y - cy];
      expect(to.x - cx).toBeCloseTo(-0.5 * dx - (Math.sqrt(3) / 2) * dy, 4);
      expect(to.y - cy).toBeCloseTo((Math.sqrt(3) / 2) * dx - 0.5 * dy, 4);
    }
  });
});

describe('modules', () => {
  test('10,392 in trigger layers, each place once, 1,590 of high density', () => {
    const all = modules();
    expect(modules()).toBe(all);
    expect(all.length).toBe(10392);
    expect(new Set(all.map((m) => `${m.layer},${m.u},${m.v}`)).size).toBe(all.length);
    expect(all.filter((m) => m.density === 'high').length).toBe(1590);
    const full = all.filter((m) => /^F[IMO]$/.test(m.type));
    expect(full.length).toBe(8445);
    for (const m of all) expect(m.layer >= 29 || m.layer % 2 === 1).toBe(true);
  });

  test('link counts of the PU-driven map', () => {
    const counts: Record<number, number> = {};
    for (const m of modules()) counts[m.etx] = (counts[m.etx] ?? 0) + 1;
    expect(counts).toEqual({
      0: 510,
      1: 696,
      2: 7878,
      3: 564,
      4: 240,
      5: 186,
      6: 114,
      7: 90,
      8: 30,
      9: 24,
      10: 48,
      11: 12,
    });
  });

  test('directions lie within the calorimeter; both angles are there or none', () => {
    const known = modules().filter((m) => m.eta !== null);
    expect(known.length).toBe(9423);
    for (const m of modules()) expect(m.phi === null).toBe(m.eta === null);
    for (const m of known) {
      expect(m.eta).toBeGreaterThan(1.49);
      expect(m.eta).toBeLessThan(3.12);
      expect(Math.abs(m.phi ?? 0)).toBeLessThanOrEqual(Math.PI);
    }
  });
});

const table = join(packageRoot, '../shared/data/maps/tc_table.json');
if (!existsSync(table)) console.log('skipped: shared data not found');
test.skipIf(!existsSync(table))(
  'trigger cells agree with the table that others derived from the same sources',
  () => {
    interface Row {
      tc: number;
      u: number;
      v: number;
      x_cm: number;
      y_cm: number;
      econ_erx: number;
      premux: number;
      postmux: number;
      neighbours: number[];
    }
    const published = (JSON.parse(readFileSync(table, 'utf8')) as { tcs: Row[] }).tcs;
    expect(published.length).toBe(CELLS);
    for (const row of published) {
      const cell = triggerCells[row.tc];
      expect([cell.u, cell.v, cell.erx, cell.preMux, cell.postMux]).toEqual([
        row.u,
        row.v,
        row.econ_erx,
        row.premux,
        row.postmux,
      ]);
      expect(cell.neighbours).toEqual([...row.neighbours].sort((a, b) => a - b));
      // 7 digits there, lattice vectors here.
      expect(Math.abs(cell.x - row.x_cm) + Math.abs(cell.y - row.y_cm)).toBeLessThan(4e-5);
    }
  },
);
