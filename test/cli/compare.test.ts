import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { chipLinks, linkList } from '../../src/cli/options.js';
import type { Comparison } from '../../src/quality/index.js';
import { econ, scratch } from './run-cli.js';

it('compares the algorithms on the same wafers at each number of links', async () => {
  const folder = scratch();
  const data = join(folder, 'wafers.csv');
  await econ('generate', '-q', '--wafers', '60', '--seed', '4', '-o', data);
  const html = join(folder, 'page.html');
  const run = await econ('compare', '-q', '--data', data, '--etx', '2..3,13', '--html', html, '--json');
  expect(run.status).toBe(0);
  const { rows } = JSON.parse(run.stdout) as Comparison;
  expect([...new Set(rows.map((row) => row.etx))]).toEqual([2, 3, 13]);
  const mean = (etx: number, name: string): number =>
    rows.find((row) => row.etx === etx && row.name.startsWith(name))?.evaluation.metrics.emd.mean ??
    Number.NaN;
  // 13 links carry every cell: three algorithms send the same, but for the last bits of nothing.
  const all = ['best choice', 'threshold sum, lowest', 'repeater'].map((name) => mean(13, name));
  expect(all[0]).toBeLessThan(0.1);
  expect(all[1]).toBeCloseTo(all[0], 6);
  expect(all[2]).toBeCloseTo(all[0], 6);
  expect(mean(3, 'best choice, remainder spread')).toBeLessThan(mean(2, 'best choice, remainder spread'));
  expect(mean(2, 'best choice, remainder spread')).toBeLessThan(mean(2, 'best choice, remainder dropped'));
  expect(readFileSync(html, 'utf8')).toContain('threshold sum, lowest threshold that fits');
});

it('reads lists and ranges of links', () => {
  const etxList = linkList(chipLinks);
  expect(etxList('1..3,7,12..13')).toEqual([1, 2, 3, 7, 12, 13]);
  for (const bad of ['0..3', '3..2', '1..2..3', '14', '', '2,,3']) expect(() => etxList(bad), bad).toThrow();
});
