import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { packageRoot } from '../../src/base/index.js';
import { conform, describeChip, emitChip } from '../../src/chips/index.js';
import { rtlConformRunner } from '../../src/flow/index.js';
import { simulateChip } from '../../src/verify/index.js';
import { testJob } from './test-job.js';

const vectors = join(packageRoot, '..', 'shared', 'data', 'econt-vectors');

it('the emitted Verilog sends the published words, weights loaded over I2C', async (context) => {
  if (!existsSync(vectors)) {
    console.log('skipped: shared data not found');
    return context.skip();
  }
  const rows = await conform(vectors, { filter: 'mcDataset/AE', runner: rtlConformRunner({}) });
  expect(rows).toMatchObject([{ name: 'mcDataset/AE', status: 'equal', rows: 3564, equal: 3564 }]);
});

it('measures latency, and names the layer and channel of a defect in the Verilog', async () => {
  const job = testJob(24);
  const right = await simulateChip(job);
  expect(right).toMatchObject({ equalRows: 24, mismatches: 0, commitAccepted: true, divergence: undefined });
  expect(right).toMatchObject({ chipLatency: job.description.latency, encoderLatency: 2, waferInterval: 1 });

  const files = new Map(emitChip(describeChip()).files);
  const path = 'rtl/econ_encoder.v';
  const broken = files.get(path)!.replace(/(latents_06,\s+)latents_05/, "$1(latents_05 ^ 9'd16)");
  expect(broken).not.toBe(files.get(path));
  const wrong = await simulateChip({ ...job, files: files.set(path, broken) });
  expect(wrong.mismatches).toBeGreaterThan(0);
  expect(wrong.divergence).toMatchObject({ layer: 'dense', name: 'latent[5]' });
});
