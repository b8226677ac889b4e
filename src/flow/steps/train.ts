import { loadModel, MODEL_FILE, type Model } from '../../model/index.js';
import {
  type EpochRecord,
  refitDecoder,
  trainEncoder,
  trainingPresets,
  modelHash as weightsHash,
} from '../../training/index.js';
import type { FlowContext } from '../run/context.js';
import type { StepState } from '../run/run-folder.js';
import { dataHash, readSplit } from './data.js';

export const HISTORY = 'train/history.json';

export interface HistoryRecord {
  readonly engine: string;
  readonly wafers: number;
  readonly bestEpoch: number;
  readonly validationEmd: number;
  readonly history: readonly EpochRecord[];
}

/** Folder of the model, relative to the run folder; the model of fewer links has the same encoder. */
function modelFolder(context: FlowContext, etx: number): string {
  return etx === context.settings.etx ? 'model' : `model-${etx}etx`;
}

export function runModel(context: FlowContext, etx = context.settings.etx): Model {
  return loadModel(context.run.file(modelFolder(context, etx)));
}

/** Hash of the weights and of the description that names them. */
export function modelHash(context: FlowContext): string | undefined {
  return context.run.outputHash(`model/${MODEL_FILE}`);
}

/**
 * Trains the encoder with its decoder. Each epoch leaves a checkpoint, from which a killed run goes on; Ctrl-C leaves
 * the best model so far.
 */
export async function trainStep(context: FlowContext): Promise<StepState> {
  const { run, settings, progress, signal, threads } = context;
  const { seed, etx, preset, engine, arithmetic, epochs, training } = settings;
  const own = { ...(epochs ? { epochs } : {}), ...training };
  const input = { ...trainingPresets[preset], seed, etx, arithmetic, ...own };
  const teacher = context.teacher === undefined ? undefined : loadModel(context.teacher);
  const taught = teacher ? { teacher: weightsHash(teacher) } : {};
  return run.step('train', { data: dataHash(context), input, engine, ...taught }, async () => {
    const { train, validation } = await readSplit(context);
    const result = await trainEncoder({
      train,
      validation,
      settings: input,
      engine,
      teacher,
      threads,
      progress,
      signal,
      checkpointPath: run.file('train', 'checkpoint.bin'),
    });
    const files = run.writeModel('model', result, signal);
    const record: HistoryRecord = {
      engine,
      wafers: train.count,
      bestEpoch: result.bestEpoch,
      validationEmd: result.validationEmd,
      history: result.history,
    };
    return [...files, run.writeRecord(HISTORY, record)];
  });
}

/**
 * Decoders for the other numbers of links that the tables compare: the encoder's weights stay, its latents are cut
 * to what those links carry. More links than the model's own carry nothing more.
 */
export async function refitStep(context: FlowContext): Promise<StepState> {
  const { run, settings, progress, signal, threads } = context;
  const others = fewerLinks(context);
  return run.step('refit', { model: modelHash(context), data: dataHash(context), others }, async () => {
    const { train, validation } = await readSplit(context);
    const model = runModel(context);
    const files: string[] = [];
    for (const etx of others) {
      const result = await refitDecoder({
        model,
        etx,
        train,
        validation,
        settings: { seed: settings.seed, ...refitLength(settings.preset) },
        engine: settings.engine,
        threads,
        progress,
        signal,
      });
      signal?.throwIfAborted();
      files.push(...run.writeModel(modelFolder(context, etx), result));
    }
    return files;
  });
}

export function fewerLinks({ settings }: FlowContext): number[] {
  return settings.compareEtx.filter((etx) => etx < Math.min(settings.etx, 5));
}

/** A quick run shall not spend more on the comparison than on its own model. */
function refitLength(preset: string): { wafers?: number } {
  return preset === 'quick' ? { wafers: 200_000 } : {};
}
