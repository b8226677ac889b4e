import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EconError, silent } from '../../src/base/index.js';
import { rows, wafers } from '../../src/dataset/index.js';
import { packWeights } from '../../src/encoder/index.js';
import { reconstruct } from '../../src/model/index.js';
import { emdOfRows } from '../../src/quality/index.js';
import {
  epochsOf,
  refitDecoder,
  type TrainingResult,
  trainEncoder,
  trainingSettings,
} from '../../src/training/index.js';
import { showers } from './examples.js';

const train = showers(600, 1);
const validation = showers(120, 2);
const settings = { epochs: 12, hidden: [64], batch: 64, wafers: 1 };
const mean = (values: Float64Array) => values.reduce((a, b) => a + b) / values.length;

async function failure(work: Promise<unknown>): Promise<EconError> {
  const error = await work.then(
    () => undefined,
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(EconError);
  return error as EconError;
}

describe('training', () => {
  let folder = '';
  let result: TrainingResult;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'econ-train-'));
    result = await trainEncoder({ train, validation, settings });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('learns: the EMD of held-out wafers falls, loss and rate are logged every epoch', () => {
    expect(result.stopped).toBe('finished');
    expect(result.history.map((h) => h.epoch)).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
    expect(result.history[11].trainingLoss).toBeLessThan(result.history[0].trainingLoss * 1.5);
    expect(result.validationEmd).toBeLessThan(1.5);
    expect(result.validationEmd).toBe(Math.min(...result.history.map((h) => h.validationEmd ?? 99)));
    expect(result.history[11].learningRate).toBeLessThan(1e-4);
  });

  it('reports the EMD that the integer chip model has', () => {
    const emd = mean(emdOfRows(validation.charges, reconstruct(result.model, validation), validation.count));
    expect(emd).toBeCloseTo(result.validationEmd, 5);
    expect(result.model.quality).toEqual({ validationEmd: result.validationEmd });
  });

  it('gives the same bytes on one thread and on two', async () => {
    const two = await trainEncoder({ train, validation, settings, threads: 2 });
    expect(two.model).toEqual(result.model);
    expect(two.history).toEqual(result.history);
  });

  it('gives the same bytes for the same seed, others for another', async () => {
    const again = await trainEncoder({ train, validation, settings });
    expect(again.model).toEqual(result.model);
    expect(again.history).toEqual(result.history);
    const other = await trainEncoder({ train, validation, settings: { ...settings, epochs: 1, seed: 2 } });
    expect(packWeights(other.model.encoder)).not.toEqual(packWeights(result.model.encoder));
  });

  it('records the data by content, not by place', () => {
    expect(Object.keys(result.model.provenance.data)).toEqual(['train', 'validation']);
    expect(result.model.provenance.data.train.wafers).toBe(600);
    expect(JSON.stringify(result.model.provenance)).not.toContain('/home');
  });

  it('refits the decoder for fewer links without touching the encoder', async () => {
    const refit = await refitDecoder({
      model: result.model,
      etx: 3,
      train,
      validation,
      settings: { epochs: 4, batch: 64 },
    });
    expect(packWeights(refit.model.encoder)).toEqual(packWeights(result.model.encoder));
    expect(refit.model.latentBits).toEqual(new Array(16).fill(5));
    const cutOnly = { ...result.model, latentBits: refit.model.latentBits };
    const before = mean(emdOfRows(validation.charges, reconstruct(cutOnly, validation), validation.count));
    expect(refit.validationEmd).toBeLessThan(before);
    const emd = mean(emdOfRows(validation.charges, reconstruct(refit.model, validation), validation.count));
    expect(emd).toBeCloseTo(refit.validationEmd, 5);
  });

  it('trains for one link: one bit per latent', async () => {
    const one = await trainEncoder({
      train,
      validation,
      settings: { ...settings, etx: 1, arithmetic: 'exact' },
    });
    expect(one.model.latentBits).toEqual(new Array(16).fill(1));
    expect(one.validationEmd).toBeLessThan(one.history[0].validationEmd ?? 0);
  });

  it('stops at the signal with the best model so far and a checkpoint to go on from', async () => {
    const checkpointPath = join(folder, 'stopped.checkpoint');
    const stop = new AbortController();
    const progress = { ...silent, update: (done: number) => done === 3 && stop.abort() };
    const part = await trainEncoder({
      train,
      validation,
      settings,
      checkpointPath,
      signal: stop.signal,
      progress,
    });
    expect(part.stopped).toBe('aborted');
    expect(part.history).toEqual(result.history.slice(0, 3));
    expect(reconstruct(part.model, validation).every(Number.isFinite)).toBe(true);
    const rest = await trainEncoder({ train, validation, settings, checkpointPath });
    expect(rest.model).toEqual(result.model);
    expect(rest.history).toEqual(result.history);
  });

  it('gives back a model even when stopped before the first step', async () => {
    const signal = AbortSignal.abort();
    const none = await trainEncoder({ train, validation, settings, signal });
    expect(none.stopped).toBe('aborted');
    expect(none.history).toEqual([]);
    expect(reconstruct(none.model, validation).every(Number.isFinite)).toBe(true);
  });

  it('stops early when the validation EMD no longer falls', async () => {
    const constant = { ...settings, epochs: 40, learningRate: 1e-12, patience: 3 };
    const early = await trainEncoder({ train, validation, settings: constant });
    expect(early.stopped).toBe('early');
    expect(early.history.length).toBeLessThan(40);
  });

  it('says so when the training diverges', async () => {
    const wild = { ...settings, learningRate: 1e30, hidden: [32, 32, 32] };
    const error = await failure(trainEncoder({ train, validation, settings: wild }));
    expect(error.code).toBe('training/diverged');
    expect(error.remedy).toContain('learning rate');
  });

  it('refuses too few wafers, counting those with charge', async () => {
    const few = await failure(trainEncoder({ train: rows(train, [1, 2, 3]), validation, settings }));
    expect(few.message).toContain('training wafers: there are 3 wafers');
    const empty = wafers(new Uint32Array(48 * 500));
    expect((await failure(trainEncoder({ train: empty, validation, settings }))).code).toBe(
      'training/too-few-wafers',
    );
    expect((await failure(trainEncoder({ train, validation: empty, settings }))).where).toBe(
      'validation wafers',
    );
  });

  it('refuses wrong settings by name', async () => {
    const error = await failure(trainEncoder({ train, validation, settings: { batch: 0 } }));
    expect(error.where).toBe('training setting batch');
    const unknown = { learningrate: 1 } as object;
    expect((await failure(trainEncoder({ train, validation, settings: unknown }))).what).toContain(
      'learningrate',
    );
  });
});

describe('training settings', () => {
  it('turn a budget of wafers into epochs', () => {
    expect(epochsOf(trainingSettings({ wafers: 1_000_000 }), 10_000)).toBe(100);
    expect(epochsOf(trainingSettings({ wafers: 1_000_000 }), 1_000_000)).toBe(20);
    expect(epochsOf(trainingSettings({ epochs: 3 }), 10_000)).toBe(3);
  });
});
