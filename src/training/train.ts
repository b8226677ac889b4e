import { EconError } from '../base/index.js';
import type { WaferBatch } from '../dataset/index.js';
import type { EncoderWeights } from '../encoder/index.js';
import { type Model, sentBits } from '../model/index.js';
import { setEncoderWeights } from './plan/network.js';
import { isEcont, planTraining, type ResolvedSettings, stageOf } from './plan/plan.js';
import type { TrainingInput } from './plan/settings.js';
import { trainStages } from './schedule/fewer-bits.js';
import { fitNetwork, runTraining, type TrainingResult, type TrainingTask } from './schedule/fit.js';
import { learnFormats } from './schedule/learned-formats.js';
import { meanEmd } from './schedule/loop.js';
import { trainPruned } from './schedule/pruned-training.js';
import { plainExamples, usableWafers } from './start/examples.js';
import { anew, initialiseDecoder } from './start/initialise.js';
import { encoderHash, modelHash, networkInput, resolved, startFrom } from './start/model-network.js';

/**
 * Trains the 8x8 ECON-T encoder with a float decoder. The forward pass of the encoder is the chip's integer arithmetic
 * (checked against chip `encode` at every validation), latents are cut to what the links carry.
 * @throws EconError on wrong settings, too few wafers, a checkpoint of another training, divergence
 */
export async function trainEncoder(task: TrainingTask): Promise<TrainingResult> {
  const settings = await withScales(task, planTraining(task.settings, task.train));
  return settings.prune > 0 ? trainPruned(task, settings) : trainStages(task, settings);
}

/** Share of a training, beside it, in which scales are learned; and the most wafers that it takes. */
const SCALES_SHARE = 0.1;
const SCALES_WAFERS = 800_000;

/** The settings with the shape whose scales were learned, when that is asked for. */
async function withScales(
  { train, threads }: TrainingTask,
  settings: ResolvedSettings,
): Promise<ResolvedSettings> {
  const { shape, scales, encoderRate, fewerBits } = settings;
  if (scales === 'given') return settings;
  const own = isEcont(shape);
  if (own || encoderRate === 0)
    throw new EconError({
      code: 'training/settings',
      where: 'training setting scales',
      what: own
        ? "ECON-T's own encoder has the chip's formats: there is nothing to learn."
        : 'the weights of this encoder keep what they start with: no scale is learned with them.',
      remedy: 'Take another shape, e.g. --shape latents24, or leave scales out.',
    });
  const wafers = Math.min(SCALES_WAFERS, Math.round(SCALES_SHARE * settings.wafers));
  // Stages begin with all bits of the latents, too.
  const whole = fewerBits > 0 ? { latentBits: [...shape.latents.bits] } : {};
  const { shape: _, ...rest } = { ...settings, ...whole, wafers };
  const found = await learnFormats({ train, shape, ranges: true, threads, settings: rest });
  return { ...settings, shape: found.shape };
}

export interface TuneTask extends TrainingTask {
  /** Where encoder and decoder start. */
  readonly model: Model;
}

/** The encoder stays as it is. */
export interface RefitTask extends TuneTask {
  /** Links that carry the latents, cut to fewer bits. */
  readonly etx: number;
}

/**
 * Trains a new decoder for latents cut to another number of links; the encoder keeps its weights. Settings of the
 * network (links, bits, arithmetic, layers of the decoder) come from the model.
 */
export async function refitDecoder(task: RefitTask): Promise<TrainingResult> {
  const { model, etx } = task;
  const base = { ...trainingRefit, ...task.settings, encoderRate: 0 };
  return trainOn(task, base, etx, { refitOf: encoderHash(model) });
}

export interface FitTask extends TrainingTask {
  /** Stays as it is. */
  readonly encoder: EncoderWeights;
}

/** Trains a decoder from scratch for an encoder that is given, such as one that was trained elsewhere. */
export async function fitDecoder(task: FitTask): Promise<TrainingResult> {
  const { encoder } = task;
  const stage = stageOf(resolved({ ...trainingFit, ...task.settings, shape: encoder.shape, encoderRate: 0 }));
  const { network } = stage;
  const origin = { refitOf: encoderHash({ encoder }) };
  return runTraining(task, stage, origin, (session, examples, random) => {
    initialiseDecoder(network, examples, random, session.parameters);
    setEncoderWeights(network, encoder, session.parameters);
  });
}

/** The decoder alone learns fast. */
const trainingFit = {
  wafers: 2_000_000,
  finishShare: 0,
  generated: 'auto',
} as const satisfies TrainingInput;

/**
 * Trains on from a model, on wafers that may be others: both halves start where they are and move slowly. Links, bits,
 * arithmetic and the decoder's layers come from the model.
 */
export async function tuneModel(task: TuneTask): Promise<TrainingResult> {
  const { model } = task;
  const base = { ...trainingTune, ...task.settings };
  return trainOn(task, base, model.etx, { tunedFrom: modelHash(model) });
}

/** Trains on from a model whose latents so many links carry: the network is the model's. */
function trainOn(
  task: TuneTask,
  settings: TrainingInput,
  etx: number,
  origin: Record<string, string>,
): Promise<TrainingResult> {
  const { model } = task;
  const latentBits = sentBits(model, etx);
  const stage = stageOf(resolved({ ...settings, ...networkInput(model), etx, latentBits }));
  return runTraining(task, stage, origin, startFrom(model, stage.network));
}

/** A quarter of a training: small steps, so that what was learned is not lost at once. */
const trainingTune = {
  wafers: 1_500_000,
  learningRate: 1e-3,
  encoderRate: 2,
  // What is left to gain from a good start is in the exact distance: more of it than in a training.
  finishShare: 0.1,
} as const satisfies TrainingInput;

/** Half a minute or less: only the decoder moves, from a good start. */
const trainingRefit = {
  wafers: 800_000,
  learningRate: 2e-3,
  finishShare: 0,
} as const satisfies TrainingInput;

/**
 * Trains the same network with the same settings and data without the chip's arithmetic: float weights and sums, latents
 * still cut to the bits that the links carry. What it reaches is what the integer arithmetic is compared with.
 * @returns mean exact EMD on `test`
 */
export async function trainFloatTwin(task: TrainingTask & { readonly test: WaferBatch }): Promise<number> {
  const settings = await withScales(task, planTraining(task.settings, task.train));
  const { network } = stageOf(settings);
  const stage = { settings, network: { ...network, arithmetic: 'float' as const } };
  const test = plainExamples(usableWafers(task.test, 'validation'));
  let emd = Number.NaN;
  await fitNetwork(task, stage, { arithmetic: 'float' }, anew(stage.network), {
    after: (session) => {
      emd = meanEmd(session, test);
    },
  });
  return emd;
}
