import { hashFile, silent, writeFileAtomic } from '../../base/index.js';
import { concat, type Split, type WaferBatch } from '../../dataset/index.js';
import { loadModel } from '../../model/index.js';
import { meanEmd } from '../../quality/index.js';
import {
  modelHash,
  type TrainingInput,
  trainEncoder,
  trainingSettings,
  tuneModel,
} from '../../training/index.js';
import type { RunTask } from '../run/context.js';
import { RunFolder } from '../run/run-folder.js';
import { readingKey, splitFile } from '../steps/data.js';
import { assignModules, modulesCsv } from './assign.js';
import type { ModulesConfig } from './config.js';
import { LIBRARY, type Library, type LibraryEntry, saveClass, weightDifference } from './library.js';

export interface ModulesTask extends RunTask {
  readonly config: ModulesConfig;
  readonly seed: number;
  /** Wafers shown to the shared start, and to each class. */
  readonly wafers: number;
}

const LEAST_WAFERS = 100;
/** Only the encoder moves, and not far: the decoder is that of all. */
const classTuning = { learningRate: 1e-3, encoderRate: 2, decoderRate: 0 } as const satisfies TrainingInput;

/**
 * One decoder, many encoders: per number of links a shared start is trained on the wafers of all its classes, alike many of
 * each; then the encoder of each class is trained on its own wafers, while the decoder stays. The receiver needs one decoder
 * per number of links, each module the weights of its class.
 * @throws EconError flow/modules, and as reading and training do
 */
export async function trainModules(task: ModulesTask): Promise<Library> {
  const { folder, config, seed, wafers, threads, progress = silent, signal } = task;
  const reading = { progress, signal, ...task.reading };
  const training = config.training as TrainingInput;
  trainingSettings(training);
  const run = RunFolder.open(folder, { command: 'modules', seed, wafers, training: config.training });
  return run.locked(async () => {
    const assigned = config.modules === undefined ? undefined : assignModules(config.modules, config.classes);
    if (assigned) writeFileAtomic(run.file('modules.csv'), modulesCsv(assigned));
    const entries: LibraryEntry[] = [];
    for (const etx of [...new Set(config.classes.map((c) => c.etx))].sort((a, b) => a - b)) {
      const members = config.classes.filter((c) => c.etx === etx);
      const splits: Split[] = [];
      for (const member of members) splits.push(await splitFile(member.data, seed, reading, LEAST_WAFERS));
      const start = `start-${etx}`;
      const data = await Promise.all(members.map(async (c) => [c.name, await hashFile(c.data)]));
      const common = { threads, progress, signal };
      await run.step(start, { data, ...readingKey(reading), training, seed, wafers }, async () => {
        const result = await trainEncoder({
          ...common,
          train: alike(splits.map((s) => s.train)),
          validation: alike(splits.map((s) => s.validation)),
          settings: { generated: 0, ...training, etx, seed, wafers },
          checkpointPath: run.file(`${start}.checkpoint`),
        });
        return run.writeModel(start, result, signal);
      });
      const shared = loadModel(run.file(start));
      for (const [i, member] of members.entries()) {
        signal?.throwIfAborted();
        const { name } = member;
        const inputs = { data: data[i], ...readingKey(reading), start: modelHash(shared), seed, wafers };
        await run.step(name, inputs, async () => {
          const result = await tuneModel({
            ...common,
            model: shared,
            train: splits[i].train,
            validation: splits[i].validation,
            settings: { ...classTuning, seed, wafers },
            checkpointPath: run.file(`${name}.checkpoint`),
          });
          if (result.stopped === 'aborted') signal?.throwIfAborted();
          return saveClass(run, name, result.model);
        });
        const own = loadModel(run.file('library', name));
        const { layers } = weightDifference(shared, own);
        const { test } = splits[i];
        entries.push({
          name,
          etx,
          modules: assigned?.filter((m) => m.className === name).length,
          wafers: test.count,
          shared: meanEmd(shared, test),
          own: meanEmd(own, test),
          changed: layers.reduce((n, l) => n + l.changed, 0),
          of: layers.reduce((n, l) => n + l.of, 0),
        });
      }
    }
    const unassigned = assigned?.filter((m) => m.className === undefined).length;
    const library: Library = { classes: entries, unassigned };
    run.writeRecord(LIBRARY, library);
    return library;
  });
}

/** As many wafers of each batch as the largest has, repeated in turn: no class is a minority. */
function alike(batches: readonly WaferBatch[]): WaferBatch {
  const most = Math.max(...batches.map((b) => b.count));
  return concat(
    batches.flatMap((batch) => new Array<WaferBatch>(Math.round(most / batch.count)).fill(batch)),
  );
}
