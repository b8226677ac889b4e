import { EconError, type Progress, Random } from '../../base/index.js';
import { slice, type WaferBatch } from '../../dataset/index.js';
import { encodeLatents } from '../../encoder/index.js';
import { cutToSent } from '../../model/index.js';
import { waferEmd } from '../../quality/index.js';
import type { TrainingSession } from '../engines/engine.js';
import type { Team } from '../engines/team.js';
import type { Optimiser, OptimiserState } from '../objectives/optimiser.js';
import { optimisers } from '../objectives/optimisers.js';
import { encoderWeights, type Network, parameterLayout } from '../plan/network.js';
import { epochsOf, type Stage } from '../plan/plan.js';
import type { TrainingSettings } from '../plan/settings.js';
import { type Examples, plainExamples, TrainingDeck } from '../start/examples.js';
import { type EpochRecord, type OutsideThing, readCheckpoint, writeCheckpoint } from './checkpoint.js';
import type { EncoderConstraints } from './constraints.js';
import { eventsBefore } from './events.js';

/** Validations in a whole training, about; and the wafers that they look at. */
const VALIDATIONS = 120;
const VALIDATION_WAFERS = 2000;

export interface LoopTask extends Stage {
  readonly session: TrainingSession;
  /** Makes the steps of the session. */
  readonly team: Team;
  readonly train: WaferBatch;
  readonly validation: WaferBatch;
  /** Puts starting values into the parameters; not called when a checkpoint is there. */
  readonly start: (examples: Examples, random: Random) => void;
  readonly frozenEncoder: boolean;
  readonly constraints: EncoderConstraints;
  /** Changes the targets of the cards that were dealt, for a student of another network. */
  readonly teach?: (deck: TrainingDeck, count: number) => void;
  /** Hash of all that determines the result. */
  readonly key: string;
  /** What came from modules and determines it, too. */
  readonly outside: readonly OutsideThing[];
  readonly checkpointPath?: string;
  readonly progress: Progress;
  readonly signal?: AbortSignal;
}

export interface LoopResult {
  /** Of the epoch with the best validation EMD. */
  readonly parameters: Float32Array;
  readonly history: readonly EpochRecord[];
  readonly bestEpoch: number;
  readonly validationEmd: number;
  /** All epochs done, no better for `patience` epochs, or told to stop by the signal. */
  readonly stopped: 'finished' | 'early' | 'aborted';
}

/**
 * The training loop: epochs of steps, exact EMD of the validation wafers on the integer path, a checkpoint after every
 * epoch. Everything that a later epoch depends on is in the checkpoint, so a killed training goes on to the same bits.
 */
export async function trainingLoop(task: LoopTask): Promise<LoopResult> {
  const { network, settings, session, progress, signal, checkpointPath, key, outside } = task;
  const layout = parameterLayout(network);
  const random = new Random(settings.seed);
  const deck = new TrainingDeck(task.train, settings, random);
  const epochs = epochsOf(settings, deck.size);
  const every = Math.max(1, Math.round(epochs / VALIDATIONS));
  const validation = plainExamples(
    slice(task.validation, 0, Math.min(task.validation.count, VALIDATION_WAFERS)),
  );
  const finishFrom = settings.finishShare > 0 ? Math.round(epochs * (1 - settings.finishShare)) : epochs;
  const stepsPerEpoch = Math.ceil(deck.size / settings.batch);

  const optimiser = optimisers.get(settings.optimiser, 'training setting optimiser');
  const state = optimiser.begin(layout.size);
  const saved = checkpointPath
    ? readCheckpoint(checkpointPath, { key, outside, size: layout.size, state })
    : undefined;
  const history: EpochRecord[] = [...(saved?.history ?? [])];
  let best = saved?.best ?? {
    epoch: 0,
    emd: Number.POSITIVE_INFINITY,
    parameters: session.parameters.slice(),
  };
  if (saved) {
    random.restore(saved.random);
    session.parameters.set(saved.parameters);
  } else {
    task.start(plainExamples(task.train), random);
    task.constraints.prune(session.parameters);
  }

  const validate = (epoch: number): number => {
    checkLatents(network, session, validation);
    const emd = meanEmd(session, validation);
    if (emd < best.emd) best = { epoch, emd, parameters: session.parameters.slice() };
    return emd;
  };
  // Whatever happens next, there is a model to give back.
  if (!saved) validate(0);

  const running = { ...task, random, deck, epochs, stepsPerEpoch, optimiser, state };
  let done = saved?.epoch ?? 0;
  let stopped: LoopResult['stopped'] = 'finished';
  progress.start(task.frozenEncoder ? 'train decoder' : 'train', epochs, 'epoch');
  for (; done < epochs; done++) {
    if (done - best.epoch >= settings.patience) {
      stopped = 'early';
      break;
    }
    const loss = done < finishFrom ? settings.loss : settings.finishLoss;
    if (!task.frozenEncoder) task.constraints.startEpoch(session.parameters, done, epochs);
    const mean = await runEpoch(running, done, loss);
    if (mean === undefined) {
      stopped = 'aborted';
      break;
    }
    const epoch = done + 1;
    const emd = epoch % every === 0 || epoch === epochs ? validate(epoch) : null;
    const learningRate = rateAt(settings, epoch * stepsPerEpoch, stepsPerEpoch * epochs);
    history.push({ epoch, loss, trainingLoss: mean, validationEmd: emd, learningRate });
    if (checkpointPath) {
      const parameters = session.parameters;
      const saving = { key, outside, epoch, random: random.save(), parameters, state, best, history };
      writeCheckpoint(checkpointPath, saving);
    }
    progress.update(epoch, `${loss} ${mean.toFixed(4)}, best EMD ${best.emd.toFixed(3)}`);
  }
  const reached = `best EMD ${best.emd.toFixed(3)} on validation wafers (epoch ${best.epoch})`;
  progress.stop(reached, done < epochs);
  if (signal?.aborted) stopped = 'aborted';
  return { parameters: best.parameters, history, bestEpoch: best.epoch, validationEmd: best.emd, stopped };
}

type RunningTask = LoopTask & {
  readonly random: Random;
  readonly deck: TrainingDeck;
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  readonly optimiser: Optimiser;
  readonly state: OptimiserState;
};

/** @returns the mean loss, or undefined when the signal said stop */
async function runEpoch(task: RunningTask, epochsDone: number, loss: string): Promise<number | undefined> {
  const { settings, session, team, deck, constraints, epochs, stepsPerEpoch } = task;
  const { network, signal, frozenEncoder, teach, random } = task;
  const { encoderSize } = parameterLayout(network);
  let total = 0;
  deck.shuffle();
  for (let step = 0; step < stepsPerEpoch; step++) {
    await eventsBefore(step);
    if (signal?.aborted) return undefined;
    const stepsDone = epochsDone * stepsPerEpoch + step;
    const first = step * settings.batch;
    const count = Math.min(settings.batch, deck.size - first);
    deck.deal(first, count);
    teach?.(deck, count);
    constraints.beforeStep(session.parameters, random);
    const sum = team.step(deck, count, loss);
    constraints.afterBackward(session.parameters, team.gradient);
    if (!Number.isFinite(sum))
      throw new EconError({
        code: 'training/diverged',
        where: `training step ${stepsDone + 1}`,
        what: 'the loss is not a finite number: the training diverged.',
        remedy: `Use a smaller learning rate (it is ${settings.learningRate}); the last checkpoint, if any, is untouched.`,
      });
    total += sum;
    const rate = rateAt(settings, stepsDone + 1, stepsPerEpoch * epochs);
    const encoder = frozenEncoder ? 0 : rate * settings.encoderRate;
    const decoder = rate * settings.decoderRate;
    task.optimiser.step(session.parameters, team.gradient, encoderSize, task.state, {
      encoder,
      decoder,
      weightDecay: settings.weightDecay,
    });
    if (!frozenEncoder) constraints.afterUpdate(session.parameters);
  }
  return total / deck.size;
}

/** Linear warm-up, then a half cosine down to 0 (Loshchilov and Hutter, "SGDR", 2017, without restarts). */
function rateAt({ learningRate, warmup }: TrainingSettings, step: number, steps: number): number {
  return learningRate * Math.min(1, step / warmup) * 0.5 * (1 + Math.cos((Math.PI * step) / steps));
}

/** Mean exact EMD of wafers through the engine. */
export function meanEmd(session: TrainingSession, examples: Examples): number {
  const { x, told, target, count, detector } = examples;
  const { cells } = detector;
  const outputs = new Float32Array(count * cells);
  session.forward(x, told, count, outputs);
  const emd = waferEmd(detector);
  let sum = 0;
  for (let at = 0; at < count * cells; at += cells) sum += emd.distance(target, outputs, at, at);
  return sum / count;
}

/**
 * Latents of the engine must be those of the chip's reference, bit by bit.
 * @throws EconError training/not-the-chip when they are not: then no number of this training would be true
 */
function checkLatents(network: Network, session: TrainingSession, { x, count }: Examples): void {
  const { arithmetic, latentBits } = network;
  if (arithmetic === 'float') return; // no chip computes it
  const mine = new Uint16Array(count * latentBits.length);
  session.encode(x, count, mine);
  const chip = encodeLatents(encoderWeights(network, session.parameters), arithmetic, x, count);
  cutToSent(chip, latentBits);
  const i = mine.findIndex((latent, k) => latent !== chip[k]);
  if (i < 0) return;
  throw new EconError({
    code: 'training/not-the-chip',
    where: `validation wafer ${Math.floor(i / latentBits.length)}, latent ${i % latentBits.length}`,
    what: `the training engine computed ${mine[i]}, the chip's integer reference ${chip[i]}.`,
    remedy: 'This is an error of econ: report it, and train with --engine js.',
  });
}
