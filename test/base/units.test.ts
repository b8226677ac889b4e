import { expect, it } from 'vitest';
import { type In, mm2, nJ } from '../../src/base/index.js';
import { hgcal, nsOf } from '../../src/detector/index.js';

it('converts units', () => {
  expect([mm2(2.88e6), nJ(1200), nsOf(4, hgcal())]).toEqual([2.88, 1.2, 100]);
});

// The compiler is the judge: a line below that it took would be an error of the test.
it('takes a figure of one unit for none of another', () => {
  const latency: In<'BX'> = 4;
  const area: In<'um2'> = 2e6;
  // @ts-expect-error BX are no ns
  const time: In<'ns'> = latency;
  // @ts-expect-error um2 are no mm2
  const chip: In<'mm2'> = area;
  // @ts-expect-error MHz are no BX
  expect(nsOf(hgcal().clockMHz, hgcal())).toBe(1000);
  expect([time, chip]).toEqual([4, 2e6]);
});
