import { expect, it } from 'vitest';
import { groundDistance, reflection, triggerCells } from '../../src/detector/index.js';

it('the mirror image keeps neighbours, and distances to half a pitch', () => {
  const mirror = reflection();
  expect(Array.from(mirror, (cell) => mirror[cell])).toEqual(triggerCells.map((cell) => cell.number));
  expect(mirror.some((cell, i) => cell !== i)).toBe(true);
  for (const { number, neighbours } of triggerCells) {
    expect(neighbours.map((n) => mirror[n]).sort((a, b) => a - b)).toEqual(
      triggerCells[mirror[number]].neighbours,
    );
    for (let other = 0; other < 48; other++) {
      const change =
        groundDistance[48 * number + other] - groundDistance[48 * mirror[number] + mirror[other]];
      expect(Math.abs(change)).toBeLessThan(1);
    }
  }
});
