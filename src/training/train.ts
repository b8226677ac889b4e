import { EconError, type Progress, sha256, silent, version } from '../base/index.js';
import { type EncoderWeights, layerWeights } from '../chip/index.js';
import type { WaferBatch } from '../dataset/index.js';
import { type Model, type Provenance, sentBits } from '../model/index.js';
import type { EpochRecord } from './checkpoint.js';
import type { EngineName, TrainingSession } from './engine.js';
import { engines } from './engines.js';
import { batchHash, plainExamples, usableWafers, withGenerated } from './examples.js';
import { initialise, initialiseDecoder } from './initialise.js';
import { type LoopResult, meanEmd, trainingLoop } from './loop.js';
import { decoderOf, encoderWeights, type Network, parameterLayout, setEncoderWeights } from './network.js';
import {
  networkOf,
  type ResolvedSettings,
  resolveShape,
  type TrainingInput,
  type TrainingSettings,
  trainingSettings,
} from './settings.js';
import { Team } from './team.js';

export interface TrainingTask {
  readonly train: WaferBatch;
  /** Stops the training and chooses the epoch; never trained on. */
  readonly validation: WaferBatch;
  readonly settings?: TrainingInput;
  /** @default 'wasm' */
  readonly engine?: EngineName;
  /** Threads that work on a step, 1 or 2; the result does not depend on it. @default 1 */
  readonly threads?: number;
  readonly progress?: Progress;
  /** Ends the training after the step at hand; the result is the best model so far. */
  readonly signal?: AbortSignal;
  /** File that holds the state after each epoch. When it exists, the training goes on from there. */
  readonly checkpointPath?: string;
}

export interface TrainingResult {
  readonly model: Model;
  readonly settings: TrainingSettings;
  /** One record per epoch. */
  readonly history: readonly EpochRecord[];
  readonly bestEpoch: number;
  /** Mean exact EMD of the model on the validation wafers, integer path. */
  readonly validationEmd: number;
  readonly stopped: LoopResult['stopped'];
}

/**
 * Trains the 8x8 ECON-T encoder with a float decoder. The forward pass of the encoder is the chip's integer arithmetic
 * (checked against chip `encode` at every validation), latents are cut to what the links carry.
 * @throws EconError on wrong settings, too few wafers, a checkpoint of another training, divergence
 */
export async function trainEncoder(task: TrainingTask): Promise<TrainingResult> {
  const settings = resolveShape(trainingSettings(task.settings), task.train);
  const network = networkOf(settings);
  return run(task, settings, network, {}, (session, examples, random) =>
    initialise(network, examples, random, session.parameters),
  );
}

export interface RefitTask extends TrainingTask {
  /** The encoder stays as it is. */
  readonly model: Model;
  /** Links that carry the latents, cut to fewer bits. */
  readonly etx: number;
}

/**
 * Trains a new decoder for latents cut to another number of links; the encoder keeps its weights. Settings of the
 * network (links, bits, arithmetic, layers of the decoder) come from the model.
 */
export async function refitDecoder(task: RefitTask): Promise<TrainingResult> {
  const { model, etx } = task;
  const settings = resolved({
    ...trainingRefit,
    ...task.settings,
    ...networkInput(model),
    etx,
    latentBits: sentBits(model, etx),
  });
  const origin = { refitOf: encoderHash(model) };
  return run(task, settings, networkOf(settings), origin, startFrom(model, networkOf(settings)));
}

export interface FitTask extends TrainingTask {
  /** Stays as it is. */
  readonly encoder: EncoderWeights;
}

/** Trains a decoder from scratch for an encoder that is given, such as one that was trained elsewhere. */
export async function fitDecoder(task: FitTask): Promise<TrainingResult> {
  const { encoder } = task;
  const { shape } = encoder;
  const settings = resolved({ ...trainingFit, ...task.settings, ...(shape ? { shape } : {}) });
  const network = networkOf(settings);
  const origin = { refitOf: encoderHash({ encoder }) };
  return run(task, settings, network, origin, (session, examples, random) => {
    initialiseDecoder(network, examples, random, session.parameters);
    setEncoderWeights(network, encoder, session.parameters);
  });
}

/** The decoder alone learns fast. */
const trainingFit = { wafers: 2_000_000, finishShare: 0, generated: 'auto' } as const satisfies TrainingInput;

export interface TuneTask extends TrainingTask {
  /** Where encoder and decoder start. */
  readonly model: Model;
}

/**
 * Trains on from a model, on wafers that may be others: both halves start where they are and move slowly. Links, bits,
 * arithmetic and the decoder's layers come from the model.
 */
export async function tuneModel(task: TuneTask): Promise<TrainingResult> {
  const { model } = task;
  const settings = resolved({
    ...trainingTune,
    ...task.settings,
    ...networkInput(model),
    etx: model.etx,
    latentBits: [...model.latentBits],
  });
  const origin = { tunedFrom: sha256(JSON.stringify([encoderHash(model), decoderHash(model)])) };
  return run(task, settings, networkOf(settings), origin, startFrom(model, networkOf(settings)));
}

/** Settings whose shape, if any, is that of a model. */
function resolved(input: TrainingInput): ResolvedSettings {
  const { shape, ...rest } = trainingSettings(input);
  return typeof shape === 'object' ? { ...rest, shape } : rest;
}

/** What of the network a model fixes. */
function networkInput({ arithmetic, encoder, decoder }: Model): TrainingInput {
  const { activation, context, levels, skip = false, layers } = decoder;
  return {
    ...(encoder.shape ? { shape: encoder.shape } : {}),
    arithmetic,
    activation,
    context,
    levels: levels !== undefined,
    skip,
    hidden: layers.slice(0, -1).map((layer) => layer.outputs),
  };
}

/** Starts with the weights of a model. */
function startFrom({ encoder, decoder }: Model, network: Network): Start {
  const layout = parameterLayout(network);
  return (session, examples, random) => {
    initialiseDecoder(network, examples, random, session.parameters);
    setEncoderWeights(network, encoder, session.parameters);
    layout.decoder.forEach(({ kernel, bias }, i) => {
      // A layer that is told the levels of other bits starts anew.
      if (decoder.layers[i].kernel.length !== kernel.rows * kernel.columns) return;
      session.parameters.set(decoder.layers[i].kernel, kernel.offset);
      session.parameters.set(decoder.layers[i].bias, bias.offset);
    });
  };
}

/** A quarter of a training: small steps, so that what was learned is not lost at once. */
const trainingTune = {
  wafers: 1_500_000,
  learningRate: 1e-3,
  encoderRate: 2,
} as const satisfies TrainingInput;

/** Half a minute or less: only the decoder moves, from a good start. */
const trainingRefit = {
  wafers: 800_000,
  learningRate: 2e-3,
  finishShare: 0,
} as const satisfies TrainingInput;

type Start = (
  session: { readonly parameters: Float32Array },
  ...rest: Parameters<Parameters<typeof trainingLoop>[0]['start']>
) => void;

async function run(
  task: TrainingTask,
  settings: ResolvedSettings,
  network: Network,
  origin: Record<string, string>,
  start: Start,
): Promise<TrainingResult> {
  const { arithmetic, shape } = network;
  if (arithmetic === 'float') throw new Error('a float network is no model: use trainFloatTwin');
  const { result, data, engine } = await fitNetwork(task, settings, network, origin, start);
  const { history, bestEpoch, validationEmd, stopped } = result;
  const model: Model = {
    format: 'econ-model',
    version: 1,
    preset: shape ? 'free' : 'econt-8x8',
    ...(shape ? { shape } : {}),
    arithmetic,
    etx: settings.etx,
    latentBits: network.latentBits,
    provenance: { tool: `econ ${version}`, settings: { ...settings, engine, ...origin }, data },
    quality: { validationEmd },
    encoder: encoderWeights(network, result.parameters),
    decoder: decoderOf(network, result.parameters),
  };
  return { model, settings, history, bestEpoch, validationEmd, stopped };
}

/**
 * Trains the same network with the same settings and data without the chip's arithmetic: float weights and sums, latents
 * still cut to the bits that the links carry. What it reaches is what the integer arithmetic is compared with.
 * @returns mean exact EMD on `test`
 */
export async function trainFloatTwin(task: TrainingTask & { readonly test: WaferBatch }): Promise<number> {
  const settings = resolveShape(trainingSettings(task.settings), task.train);
  const network: Network = { ...networkOf(settings), arithmetic: 'float' };
  const start: Start = (session, examples, random) =>
    initialise(network, examples, random, session.parameters);
  const test = plainExamples(usableWafers(task.test, 'validation'));
  let emd = Number.NaN;
  await fitNetwork(task, settings, network, { arithmetic: 'float' }, start, (session) => {
    emd = meanEmd(session, test);
  });
  return emd;
}

/** @param after sees the session with the best parameters */
async function fitNetwork(
  task: TrainingTask,
  settings: ResolvedSettings,
  network: Network,
  origin: Record<string, string>,
  start: Start,
  after?: (session: TrainingSession) => void,
): Promise<{ result: LoopResult; data: Provenance['data']; engine: EngineName }> {
  const frozenEncoder = 'refitOf' in origin;
  const given = usableWafers(task.train, 'training');
  const train = withGenerated(given, settings);
  const validation = usableWafers(task.validation, 'validation');
  const engine = engines[task.engine ?? 'wasm'];
  const data = {
    train: { wafers: given.count, sha256: batchHash(given) },
    validation: { wafers: validation.count, sha256: batchHash(validation) },
  };
  const key = sha256(JSON.stringify({ version, engine: engine.name, settings, data, ...origin }));
  const session = await engine.open(network, { frozenEncoder });
  const job = { engine: engine.name, network, frozenEncoder };
  const team = await Team.of(session, job, settings.batch, task.threads ?? 1);
  try {
    const result = await trainingLoop({
      network,
      settings,
      session,
      team,
      train,
      validation,
      frozenEncoder,
      key,
      start: (examples, random) => start(session, examples, random),
      checkpointPath: task.checkpointPath,
      progress: task.progress ?? silent,
      signal: task.signal,
    });
    if (!Number.isFinite(result.validationEmd)) throw noModel();
    session.parameters.set(result.parameters);
    after?.(session);
    return { result, data, engine: engine.name };
  } finally {
    team.dispose();
    session.dispose();
  }
}

function encoderHash({ encoder }: { readonly encoder: EncoderWeights }): string {
  const values = layerWeights(encoder).flatMap(({ kernel, bias }) => [...kernel, ...bias]);
  return sha256(Uint8Array.from(values));
}

function decoderHash({ decoder }: Model): string {
  return sha256(
    Buffer.concat(
      decoder.layers.flatMap(({ kernel, bias }) =>
        [kernel, bias].map((a) => Buffer.from(a.buffer, a.byteOffset, a.byteLength)),
      ),
    ),
  );
}

function noModel(): EconError {
  return new EconError({
    code: 'training/no-model',
    where: 'validation wafers',
    what: 'the EMD is not a number for any epoch.',
    remedy: 'Look for empty or damaged wafers in the validation part.',
  });
}
