import { sha256 } from '../../base/index.js';
import { parameterLayout } from '../plan/network.js';
import { type ResolvedSettings, type Stage, stageOf } from '../plan/plan.js';
import { anew, initialise, placeLatents, type Start } from '../start/initialise.js';
import { partOf, runTraining, type TrainingResult, type TrainingTask } from './fit.js';
import { fewerFilters, magnitudeMask, roundShare, zeroShare } from './pruning.js';

/**
 * Trains, takes the smallest weights away and trains what is left from its first values again, in rounds (Frankle and
 * Carbin, "The lottery ticket hypothesis", 2019). Filters go in one round: then the shape is a smaller one.
 * Each training has a checkpoint of its own beside the first, so that a killed one goes on.
 */
export async function trainPruned(task: TrainingTask, settings: ResolvedSettings): Promise<TrainingResult> {
  const stage = stageOf(settings);
  const { network } = stage;
  let result = await runTraining(partOf(task, 'prune', 0), stage, { pruned: '0' }, anew(network));
  if (result.stopped === 'aborted') return result;
  const { prune, pruneKind, pruneRounds } = settings;
  if (pruneKind === 'filters') return trainFewerFilters(task, stage, result.parameters);
  for (let r = 1; r <= pruneRounds; r++) {
    const mask = magnitudeMask(network, result.parameters, roundShare(prune, r, pruneRounds));
    const rewound: Start = (session, examples, random) => {
      initialise(network, examples, random, session.parameters);
      mask.forEach((held, i) => {
        if (held) session.parameters[i] = 0;
      });
      placeLatents(network, parameterLayout(network), examples, session.parameters);
    };
    result = await runTraining(partOf(task, 'prune', r), stage, { pruned: sha256(mask) }, rewound, mask);
    if (result.stopped === 'aborted') break;
  }
  return withZeroShare(result);
}

async function trainFewerFilters(
  task: TrainingTask,
  { settings, network }: Stage,
  trained: Float32Array,
): Promise<TrainingResult> {
  const { shape, kept } = fewerFilters(network, trained, settings.prune);
  // Links, decoder inputs and arithmetic stay as they were.
  const smaller = stageOf({ ...settings, shape });
  const from = parameterLayout(network);
  const to = parameterLayout(smaller.network);
  const start: Start = (session, examples, random) => {
    const whole = new Float32Array(from.size);
    initialise(network, examples, random, whole);
    kept.forEach((source, i) => {
      session.parameters[i] = whole[source];
    });
    session.parameters.set(whole.subarray(from.encoderSize), to.encoderSize);
    placeLatents(smaller.network, to, examples, session.parameters);
  };
  return runTraining(partOf(task, 'prune', 1), smaller, { pruned: JSON.stringify(kept) }, start);
}

/** The share of weights that are 0 is part of what is known of a pruned model. */
function withZeroShare(result: TrainingResult): TrainingResult {
  const { model } = result;
  const zeroWeights = zeroShare(model.encoder.layers.map(({ kernel }) => kernel));
  return { ...result, model: { ...model, quality: { ...model.quality, zeroWeights } } };
}
