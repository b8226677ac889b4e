import { hashFile, Random, sha256, silent, writeFileAtomic } from '../base/index.js';
import { concat, rows, type WaferBatch } from '../dataset/index.js';
import { encoderLayers, packWeights } from '../encoder/index.js';
import type { Model } from '../model/index.js';
import { meanEmd } from '../quality/index.js';
import { tuneModel } from '../training/index.js';
import { weightDifference } from './modules/library.js';
import type { RunTask } from './run/context.js';
import { RunFolder } from './run/run-folder.js';
import { readingKey, splitFile } from './steps/data.js';
import { loadScript } from './steps/model-on-chip.js';

export interface AdaptTask extends RunTask {
  readonly model: Model;
  /** Wafers of the new conditions. */
  readonly data: string;
  /** Wafers of the old conditions, on which nothing shall be lost. */
  readonly replay?: string;
  /** Share of the replay set among the wafers that are trained on. */
  readonly replayShare: number;
  readonly seed: number;
  /** Wafers shown in all; the settings of a tuning when left out. */
  readonly wafers?: number;
  readonly engine?: string;
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
  return run.locked(async () => {
    const reading = { progress, signal, ...task.reading };
    const fresh = await splitFile(task.data, seed, reading);
    const old = task.replay === undefined ? undefined : await splitFile(task.replay, seed, reading);
    const inputs = {
      settings,
      model: sha256(JSON.stringify([sha256(packWeights(model.encoder)), model.latentBits, model.arithmetic])),
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
        threads: task.threads,
        progress,
        signal,
        checkpointPath: run.file('checkpoint.bin'),
      });
      const files = run.writeModel('model', result, signal);
      writeFileAtomic(run.file(RELOAD), loadScript(result.model.encoder));
      const record: AdaptResult = {
        modelFolder: 'model',
        reload: RELOAD,
        data: judged(model, result.model, fresh.test),
        replay: old && judged(model, result.model, old.test),
        changed: changedWeights(model, result.model),
      };
      return [...files, RELOAD, run.writeRecord(RESULT, record)];
    });
    const record = run.outputRecord<AdaptResult>(RESULT)!;
    return { ...record, modelFolder: run.file(record.modelFolder), reload: run.file(record.reload) };
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

function changedWeights(before: Model, after: Model): AdaptResult['changed'] {
  const kinds = encoderLayers(before.encoder.shape).map(({ kind }) => kind);
  const changed = { conv: 0, dense: 0, of: 0 };
  for (const layer of weightDifference(before, after).layers) {
    changed[kinds[layer.layer] === 'conv' ? 'conv' : 'dense'] += layer.changed;
    changed.of += layer.of;
  }
  return changed;
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
