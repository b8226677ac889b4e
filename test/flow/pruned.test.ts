import { expect, test } from 'vitest';
import { defaultGenerator, generateWafers, selectWafers, splitWafers } from '../../src/dataset/index.js';
import { encoderLayers } from '../../src/encoder/index.js';
import { chipJob } from '../../src/flow/index.js';
import { type TrainingInput, trainEncoder } from '../../src/training/index.js';
import { simulateChip } from '../../src/verify/index.js';

const wafers = selectWafers(generateWafers({ ...defaultGenerator, seed: 22, wafers: 700 }).batch);
const { train, validation, test: held } = splitWafers(wafers, { seed: 1 });
const quick = { epochs: 2, hidden: [16] };

const options: Record<string, TrainingInput> = {
  'weights pruned, the ticket trained again': { prune: 0.75, pruneRounds: 2 },
  'filters and units pruned': {
    prune: 0.5,
    pruneKind: 'filters',
    shape: {
      conv: { filters: 6, stride: 3 },
      dense: [{ units: 12 }],
      latents: { bits: new Array(8).fill(9) },
    },
  },
  'latents of fewer bits in stages, down to the links': {
    shape: { conv: { filters: 3, stride: 3 }, latents: { bits: new Array(20).fill(6) } },
    etx: 2,
    fewerBits: 1,
  },
  'variational, stochastic rounding, frozen at the end': {
    klWeight: 0.05,
    weightRounding: 'stochastic',
    freezeFrom: 0.5,
    l1: 1e-4,
    shape: { conv: { filters: 2 }, latents: { bits: new Array(6).fill(9) } },
  },
};

test.each(Object.entries(options))(
  '%s: the Verilog computes what was trained, to the last bit',
  async (name, input) => {
    const { model } = await trainEncoder({ train, validation, settings: { ...quick, ...input } });
    if (name.startsWith('weights')) {
      const { kernel } = model.encoder.layers[1];
      expect(kernel.filter((v) => v === 0).length).toBeGreaterThanOrEqual(0.75 * kernel.length);
    }
    if (name.startsWith('filters') && model.shape)
      expect(encoderLayers(model.shape).map((l) => l.channels)).toEqual([3, 6, 8]);
    if (name.startsWith('latents')) expect(model.latentBits.reduce((a, b) => a + b)).toBe(48);
    const job = chipJob(model, 'none', held);
    const run = await simulateChip(job);
    expect([run.equalRows, run.mismatches, run.readBack.wrong]).toEqual([run.rows, 0, 0]);
    expect(new Set(job.vectors.expected).size).toBeGreaterThan(100);
  },
);
