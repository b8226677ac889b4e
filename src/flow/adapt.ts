import {
  EconError,
  hashFile,
  type Progress,
  Random,
  readJson,
  sha256,
  silent,
  writeFileAtomic,
} from '../base/index.js';
import { commitWrite, encoderWrites, writesToText } from '../chips/index.js';
import {
  collectWafers,
  concat,
  type DataOptions,
  rows,
  type Split,
  splitWafers,
  type WaferBatch,
} from '../dataset/index.js';
import { type EncoderWeights, encoderLayers, packWeights } from '../encoder/index.js';
import { MODEL_FILE, type Model, reconstruct, saveModel, WEIGHTS_FILE } from '../model/index.js';
import { emdOfRows } from '../quality/index.js';
import { tuneModel } from '../training/index.js';
import { artefactJson, throwIfAborted } from './run/context.js';
import { RunFolder } from './run/run-folder.js';
import { readingKey } from './steps/data.js';

export interface AdaptTask {
  /** Run folder; an unfinished run in it goes on. */
  readonly folder: string;
  readonly model: Model;
  /** Wafers of the new conditions. */
  readonly data: string;
  /** How to read both files. */
  readonly reading?: DataOptions;
  /** Wafers of the old conditions, on which nothing shall be lost. */
  readonly replay?: string;
  /** Share of the replay set among the wafers that are trained on. */
  readonly replayShare: number;
  readonly seed: number;
  /** Wafers shown in all; the settings of a tuning when left out. */
  readonly wafers?: number;
  readonly engine?: string;
  readonly progress?: Progress;
  readonly signal?: AbortSignal;
}

/** Mean EMD on held-out wafers, integer path. */
export interface BeforeAfter {
  readonly wafers: number;
  readonly before: number;
  readonly after: number;
}

export interface AdaptResult {
  readonly modelFolder: string;
  /** I2C transactions that load the new weights into a running chip. */
  readonly reload: string;
  readonly data: BeforeAfter;
  readonly replay?: BeforeAfter;
  /** Integer weights that changed, of all. */
  readonly changed: { readonly conv: number; readonly dense: number; readonly of: number };
}

const RELOAD = 'reload.i2c';
const RESULT = 'adapt.json';

/**
 * Trains a model on for new conditions (noise, dead cells, ageing, pile-up), with a replay set beside so that the old
 * ones are not forgotten, and writes the new weights as a model and as a reload script.
 * @throws EconError flow/few-wafers, and as reading and training do
 */
export async function adaptModel(task: AdaptTask): Promise<AdaptResult> {
  const { model, seed, replayShare, progress = silent, signal } = task;
  const settings = { command: 'adapt', seed, etx: model.etx, replayShare, wafers: task.wafers ?? null };
  const run = RunFolder.open(task.folder, settings);
  const release = run.lock();
  try {
    const reading = { progress, signal, ...task.reading };
    const fresh = await parts(task.data, seed, reading);
    const old = task.replay === undefined ? undefined : await parts(task.replay, seed, reading);
    const inputs = {
      settings,
      model: sha256(JSON.stringify([weightsHash(model.encoder), model.latentBits, model.arithmetic])),
      data: await hashFile(task.data, progress),
      replay: task.replay === undefined ? null : await hashFile(task.replay, progress),
      ...readingKey(reading),
    };
    await run.step('adapt', inputs, async () => {
      const result = await tuneModel({
        model,
        train: mixed(fresh.train, old?.train, replayShare, seed),
        validation: mixed(fresh.validation, old?.validation, replayShare, seed),
        settings: { seed, ...(task.wafers ? { wafers: task.wafers } : {}) },
        engine: task.engine,
        progress,
        signal,
        checkpointPath: run.file('checkpoint.bin'),
      });
      saveModel(run.file('model'), result.model);
      if (result.stopped === 'aborted') throwIfAborted(signal);
      const { encoder } = result.model;
      const writes = [...encoderWrites(encoder), commitWrite()];
      writeFileAtomic(run.file(RELOAD), writesToText(writes, 'production'));
      const record: AdaptResult = {
        modelFolder: 'model',
        reload: RELOAD,
        data: judged(model, result.model, fresh.test),
        ...(old ? { replay: judged(model, result.model, old.test) } : {}),
        changed: changedWeights(model.encoder, encoder),
      };
      writeFileAtomic(run.file(RESULT), artefactJson(record));
      return [`model/${MODEL_FILE}`, `model/${WEIGHTS_FILE}`, RELOAD, RESULT];
    });
    const record = readJson(run.file(RESULT), 'Remove the file and run again.') as AdaptResult;
    return { ...record, modelFolder: run.file(record.modelFolder), reload: run.file(record.reload) };
  } finally {
    release();
  }
}

/** Fewer held-out wafers than this say nothing about a mean EMD. */
const LEAST_WAFERS = 50;

async function parts(file: string, seed: number, reading: DataOptions): Promise<Split> {
  const { batch: selected } = await collectWafers(file, { ...reading, distinct: true });
  if (selected.count >= LEAST_WAFERS) return splitWafers(selected, { seed });
  throw new EconError({
    code: 'flow/few-wafers',
    where: file,
    what: `only ${selected.count} wafers are distinct, have 3 cells or more and one MIP (35 CALQ) or more.`,
    remedy: `Give at least ${LEAST_WAFERS} such wafers.`,
  });
}

/** The new wafers, and as many of the replay set as make up its share; drawn with the seed, again when it is small. */
function mixed(fresh: WaferBatch, old: WaferBatch | undefined, share: number, seed: number): WaferBatch {
  if (old === undefined || old.count === 0) return fresh;
  const wanted = Math.round((fresh.count * share) / (1 - share));
  const order = new Random(seed).shuffle(Uint32Array.from({ length: old.count }, (_, i) => i));
  return concat([
    fresh,
    rows(
      old,
      Uint32Array.from({ length: wanted }, (_, i) => order[i % old.count]),
    ),
  ]);
}

function judged(before: Model, after: Model, test: WaferBatch): BeforeAfter {
  return { wafers: test.count, before: meanEmd(before, test), after: meanEmd(after, test) };
}

/** Mean EMD of a model on wafers, integer path; wafers whose reconstruction is empty are left out. */
export function meanEmd(model: Model, test: WaferBatch): number {
  const emd = emdOfRows(test.charges, reconstruct(model, test), test.count, test).filter(
    (v) => !Number.isNaN(v),
  );
  return emd.reduce((sum, v) => sum + v, 0) / emd.length;
}

function changedWeights(a: EncoderWeights, b: EncoderWeights): AdaptResult['changed'] {
  const changed = { conv: 0, dense: 0, of: 0 };
  encoderLayers(a.shape).forEach(({ kind }, i) => {
    for (const part of ['kernel', 'bias'] as const) {
      const other = b.layers[i][part];
      const differ = a.layers[i][part].reduce((n, v, k) => n + (v === other[k] ? 0 : 1), 0);
      changed[kind === 'conv' ? 'conv' : 'dense'] += differ;
      changed.of += other.length;
    }
  });
  return changed;
}

function weightsHash(weights: EncoderWeights): string {
  return sha256(packWeights(weights));
}

export function renderAdapt({ data, replay, changed, modelFolder, reload }: AdaptResult): string {
  const line = (name: string, { before, after, wafers }: BeforeAfter): string =>
    `${name.padEnd(14)} ${before.toFixed(3)}  ${after.toFixed(3)}   ${wafers} held-out wafers`;
  return [
    'mean EMD       before after   integer path',
    line('new data', data),
    ...(replay ? [line('replay set', replay)] : []),
    `${changed.conv + changed.dense} of ${changed.of} weights changed (${changed.conv} conv, ${changed.dense} dense).`,
    `Model in ${modelFolder}; I2C transactions that reload a running chip in ${reload}.`,
  ].join('\n');
}
