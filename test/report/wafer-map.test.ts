import { describe, expect, it } from 'vitest';
import { CELLS, triggerCells } from '../../src/detector/index.js';
import { CHARGE_LEVELS, chargeLevel } from '../../src/report/palette.js';
import { cellOutlines, chargeLegend, waferMap } from '../../src/report/wafer-map.js';

type Point = readonly [number, number];

function inside([x, y]: Point, polygon: readonly Point[]): boolean {
  // All outlines are convex and run counter-clockwise.
  return polygon.every(([x0, y0], i) => {
    const [x1, y1] = polygon[(i + 1) % polygon.length];
    return (x1 - x0) * (y - y0) - (y1 - y0) * (x - x0) > -1e-9;
  });
}

describe('outlines of trigger cells', () => {
  const outlines = cellOutlines();

  it('hold their own centre and no other', () => {
    for (const a of triggerCells)
      expect(triggerCells.filter((b) => inside([b.x, b.y], outlines[a.number])).map((b) => b.number)).toEqual(
        [a.number],
      );
  });

  it('do not overlap: no corner lies deep in another cell', () => {
    for (const a of triggerCells)
      for (const b of triggerCells) {
        if (a === b) continue;
        for (const [x, y] of outlines[a.number]) {
          // Drawn slightly towards its own centre, a corner must be outside all the others.
          const p: Point = [x + 1e-4 * (a.x - x), y + 1e-4 * (a.y - y)];
          expect(inside(p, outlines[b.number]), `corner of ${a.number} in ${b.number}`).toBe(false);
        }
      }
  });

  it('are whole hexagons away from the seams and smaller at them', () => {
    const pitch = Math.hypot(triggerCells[0].x - triggerCells[1].x, triggerCells[0].y - triggerCells[1].y);
    const whole = (Math.sqrt(3) / 2) * pitch * pitch;
    const areas = outlines.map((polygon) =>
      Math.abs(
        polygon.reduce((sum, [x, y], i) => {
          const [x1, y1] = polygon[(i + 1) % polygon.length];
          return sum + (x * y1 - x1 * y) / 2;
        }, 0),
      ),
    );
    for (const cell of triggerCells) {
      const atSeam = cell.neighbours.some((n) => triggerCells[n].rhombus !== cell.rhombus);
      if (atSeam) expect(areas[cell.number]).toBeLessThan(0.99 * whole);
      // The published centres have seven digits.
      else expect(areas[cell.number]).toBeCloseTo(whole, 4);
    }
  });
});

describe('wafer map', () => {
  const charges = Array.from({ length: CELLS }, (_, tc) => (tc === 5 ? 400 : tc === 6 ? 100 : 0));

  it('draws 48 cells with their value, empty ones as such', () => {
    const { text } = waferMap('one & two', charges, 400);
    expect(text.match(/<polygon /g)).toHaveLength(CELLS);
    expect(text.match(/class="q-none"/g)).toHaveLength(CELLS - 2);
    expect(text).toContain('<title>one &amp; two</title>');
    expect(text.split('\n').filter((line) => /TC [56]:/.test(line))).toMatchInlineSnapshot(`
      [
        "<polygon class="q15" points="125.6,42.3 111.6,42.3 104.7,54.4 111.6,66.5 125.6,66.5 132.6,54.4"><title>TC 5: 400</title></polygon>",
        "<polygon class="q8" points="125.6,66.5 111.6,66.5 104.7,78.5 111.6,90.6 125.6,90.6 132.6,78.5"><title>TC 6: 100</title></polygon>",
      ]
    `);
  });

  it('colours by the square root', () => {
    expect([0, -1, Number.NaN].map((v) => chargeLevel(v, 100))).toEqual([-1, -1, -1]);
    expect([1e-9, 25, 99.99, 100, 101].map((v) => chargeLevel(v, 100))).toEqual([0, 8, 15, 15, 15]);
    expect(chargeLevel(1, 0)).toBe(-1);
  });

  it('has a legend of all colours', () => {
    const { text } = chargeLegend(1600);
    expect(text.match(/<rect /g)).toHaveLength(CHARGE_LEVELS);
    expect([...text.matchAll(/>([^<]+)<\/text>/g)].map((m) => m[1])).toEqual([
      '0',
      '100',
      '400',
      '1\u202f600',
    ]);
  });
});
