import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { describeChip } from '../../src/chips/index.js';
import { encoderShape } from '../../src/encoder/index.js';
import { renderUpsets, type UpsetTask, upsetCampaign } from '../../src/flow/index.js';
import { optionShapes } from '../chips/shapes.js';
import { randomJob } from '../verify/chip-job.js';

const shape = encoderShape(optionShapes['4x4x3 image, stride 1']);
const job = { description: describeChip({ tmr: 'registers', shape }), ...randomJob(7, 64, shape) };
const task: UpsetTask = { count: 12_000, seed: 5, scene: 'stream', watch: 64 };
const folder = mkdtempSync(join(tmpdir(), 'econ-upset-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('an interrupted campaign goes on, and gives what one at a stretch gives', async () => {
  const whole = await upsetCampaign(job, { ...task, threads: 2 });
  const { classes } = whole.tables.all;
  expect(whole).toMatchObject({ upsets: 12_000, stopped: 'finished', bits: whole.flipFlops });
  expect(classes.corrected + classes.tally).toBe(12_000);
  expect(renderUpsets(whole)).toMatch(
    /No upset was masked, wrong, bus, silent, persistent: less than 2.5e-4/,
  );

  // The first group ends, then the user stops it.
  const stop = new AbortController();
  const progress = {
    start: () => {},
    update: (n: number) => {
      if (n > 0) stop.abort(new Error('interrupted'));
    },
    stop: () => {},
  };
  const kept = { ...task, folder, threads: 1 };
  const part = await upsetCampaign(job, { ...kept, progress, signal: stop.signal });
  expect(part.stopped).toBe('aborted');
  expect(part.upsets).toBeLessThan(12_000);
  const groups = () => readdirSync(folder).filter((name) => name.startsWith('group-'));
  expect(groups().length).toBe(part.upsets / 5000);
  const rest = await upsetCampaign(job, kept);
  expect(rest.ran).toBe(12_000 - part.upsets);
  expect(rest.tables).toEqual(whole.tables);

  await expect(upsetCampaign(job, { ...kept, seed: 6 })).rejects.toThrow(/another chip, scene, seed/);
  writeFileSync(join(folder, groups()[0]), '{"all":1}');
  await expect(upsetCampaign(job, kept)).rejects.toThrow(/no table of upsets/);
}, 300_000);
