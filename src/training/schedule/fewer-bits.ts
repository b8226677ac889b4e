import type { Model } from '../../model/index.js';
import { narrowingOf, networkOf, type ResolvedSettings } from '../plan/settings.js';
import { initialise, type Start } from '../start/initialise.js';
import { modelHash, startFrom } from '../start/model-network.js';
import type { EpochRecord } from './checkpoint.js';
import { runTraining, type TrainingResult, type TrainingTask } from './fit.js';

/** Parts of the epochs that the first training and each of those between it and the last one take. */
const FIRST = 0.4;
const BETWEEN = 0.08;
/** Learning rate of all but the first, relative to its own: they go on from what was learned. */
const LATER_RATE = 0.75;

/**
 * Trains with all bits that the shape's latents have, then with fewer in stages, down to those of the links. Few levels
 * from the start leave most latents with hardly a slope to learn from; a latent that means something already keeps its
 * meaning when its last bit goes (as in Zhou et al., "Incremental Network Quantization", 2017, for weights).
 * Each training has a checkpoint of its own, so that a killed one goes on.
 */
export async function trainNarrowing(
  task: TrainingTask,
  settings: ResolvedSettings,
): Promise<TrainingResult> {
  const last = networkOf(settings);
  const wider = narrowingOf(settings);
  const { finishShare } = settings;
  const history: EpochRecord[] = [];
  let result: TrainingResult | undefined;
  for (const [stage, latentBits] of [...wider, last.latentBits].entries()) {
    const own: ResolvedSettings = {
      ...settings,
      narrowing: 0,
      latentBits: [...latentBits],
      // Levels of other bits would be other inputs of the decoder: it is told those of the last bits, at the end.
      // What codes stand for is told of those of the shape, however many of their bits are sent.
      levels: last.charges !== undefined || (stage === wider.length && last.levels),
      learningRate: settings.learningRate * (stage === 0 ? 1 : LATER_RATE),
      // With few bits the last loss gains from the start of a training, not only at its end.
      finishShare: stage < wider.length || finishShare === 0 ? finishShare : 1,
      part: partOf(stage, wider.length),
    };
    const network = networkOf(own);
    const anew: Start = (session, examples, random) =>
      initialise(network, examples, random, session.parameters);
    const start = result ? startFrom(result.model, network) : anew;
    const origin = { narrowing: `${stage}`, ...(result ? { narrowedFrom: modelHash(result.model) } : {}) };
    result = await runTraining(atStage(task, stage), own, network, origin, start);
    const before = history.length;
    history.push(...result.history.map((record) => ({ ...record, epoch: before + record.epoch })));
    if (result.stopped === 'aborted') break;
    result = { ...result, bestEpoch: before + result.bestEpoch };
  }
  if (!result) throw new Error('a narrowing has a stage at least');
  return { ...result, settings, history, model: onLinks(result.model, last.latentBits) };
}

/** A model that was stopped on its way sends what the links carry, too; what it was worth with more bits is dropped. */
function onLinks(model: Model, latentBits: readonly number[]): Model {
  if (model.latentBits.every((bits, o) => bits === latentBits[o])) return model;
  return { ...model, latentBits: [...latentBits], quality: {} };
}

function partOf(stage: number, last: number): number {
  if (stage === 0) return FIRST;
  return stage < last ? BETWEEN : 1 - FIRST - BETWEEN * (last - 1);
}

function atStage(task: TrainingTask, stage: number): TrainingTask {
  const { checkpointPath: path } = task;
  return path === undefined || stage === 0 ? task : { ...task, checkpointPath: `${path}.narrow${stage}` };
}
