import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { econ, scratch } from './run-cli.js';

it('lists runs with their quality and what tells them apart', { timeout: 300_000 }, async () => {
  const folder = scratch();
  const run = (name: string, ...more: string[]) =>
    econ(
      'train',
      ...['--run', join(folder, name), '--wafers', '600', '--epochs', '2', '--compare-etx', '5', '-q'],
      ...more,
    );
  expect((await run('a')).status).toBe(0);
  expect((await run('b', '--seed', '2')).status).toBe(0);
  mkdirSync(join(folder, 'broken'));
  writeFileSync(join(folder, 'broken', 'run.json'), '{"format": "econ-r');
  mkdirSync(join(folder, 'other'));

  const { status, stdout, stderr } = await econ('runs', folder);
  expect(status).toBe(0);
  expect(stderr).toMatch(/skipped: .*broken/);
  expect(stdout).toMatch(/^ *a +generator, seed 1 \(\d+\) +5 +[12]\/2 +\d\.\d{3} +\d\.\d{3} +data train/m);
  expect(stdout).toMatch(/seed +(1 +2|2 +1)\n?/);
  expect(stdout).not.toMatch(/^ *arithmetic/m);

  const json = JSON.parse((await econ('runs', '--json', join(folder, 'b'))).stdout);
  expect(json).toMatchObject([{ name: 'b', settings: { seed: 2 }, epochs: 2 }]);
  expect(json[0].emd[5]).toBeGreaterThan(0);

  const none = await econ('runs', join(folder, 'other'));
  expect([none.status, none.stderr]).toEqual([2, expect.stringMatching(/flow\/no-runs/)]);
});
