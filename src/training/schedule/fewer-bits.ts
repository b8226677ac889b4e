import type { Model } from '../../model/index.js';
import { type ResolvedSettings, stagesOf } from '../plan/plan.js';
import { anew } from '../start/initialise.js';
import { modelHash, startFrom } from '../start/model-network.js';
import type { EpochRecord } from './checkpoint.js';
import { partOf, runTraining, type TrainingResult, type TrainingTask } from './fit.js';

/**
 * Trains with all bits that the shape's latents have, then with fewer in stages, down to those of the links. Few levels
 * from the start leave most latents with hardly a slope to learn from; a latent that means something already keeps its
 * meaning when its last bit goes (as in Zhou et al., "Incremental Network Quantization", 2017, for weights).
 * Each training has a checkpoint of its own, so that a killed one goes on.
 */
export async function trainStages(task: TrainingTask, settings: ResolvedSettings): Promise<TrainingResult> {
  const stages = stagesOf(settings);
  const history: EpochRecord[] = [];
  let result: TrainingResult | undefined;
  for (const [number, stage] of stages.entries()) {
    const start = result ? startFrom(result.model, stage.network) : anew(stage.network);
    const before = result ? { startedFrom: modelHash(result.model) } : {};
    const origin = stages.length > 1 ? { stage: `${number}`, ...before } : {};
    result = await runTraining(partOf(task, 'stage', number), stage, origin, start);
    const done = history.length;
    history.push(...result.history.map((record) => ({ ...record, epoch: done + record.epoch })));
    if (result.stopped === 'aborted') break;
    result = { ...result, bestEpoch: done + result.bestEpoch };
  }
  if (!result) throw new Error('a training has a stage at least');
  return { ...result, settings, history, model: onLinks(result.model, settings.latentBits) };
}

/** A model that was stopped on its way sends what the links carry, too; what it was worth with more bits is dropped. */
function onLinks(model: Model, latentBits: readonly number[]): Model {
  if (model.latentBits.every((bits, o) => bits === latentBits[o])) return model;
  return { ...model, latentBits: [...latentBits], quality: {} };
}
