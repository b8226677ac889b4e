import { EconError, type Progress, registeredThings, sha256, silent, version } from '../../base/index.js';
import type { WaferBatch } from '../../dataset/index.js';
import { UNKNOWN_MODULE } from '../../detector/index.js';
import type { Model, Provenance } from '../../model/index.js';
import { checkEngine } from '../engines/check-engine.js';
import type { TrainingSession } from '../engines/engine.js';
import { engines } from '../engines/engines.js';
import { Team } from '../engines/team.js';
import { decoderOf, encoderWeights } from '../plan/network.js';
import { isEcont, type Stage } from '../plan/plan.js';
import type { TrainingInput, TrainingSettings } from '../plan/settings.js';
import { batchHash, usableWafers, withGenerated } from '../start/examples.js';
import type { Start } from '../start/initialise.js';
import { modelHash } from '../start/model-network.js';
import type { EpochRecord } from './checkpoint.js';
import { EncoderConstraints } from './constraints.js';
import { type LoopResult, trainingLoop } from './loop.js';
import { Teacher } from './teacher.js';

export interface TrainingTask {
  readonly train: WaferBatch;
  /** Stops the training and chooses the epoch; never trained on. */
  readonly validation: WaferBatch;
  readonly settings?: TrainingInput;
  /** @default 'wasm' */
  readonly engine?: string;
  /** Threads that work on a step, 1 or 2; the result does not depend on it. @default 1 */
  readonly threads?: number;
  readonly progress?: Progress;
  /** Ends the training after the step at hand; the result is the best model so far. */
  readonly signal?: AbortSignal;
  /** Larger network whose reconstruction is part of what the outputs are compared with (`teacherShare`). */
  readonly teacher?: Model;
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
  /** Behind the model: the float parameters of the best epoch. */
  readonly parameters: Float32Array;
}

/** The task of one training of several: all but the first have a checkpoint of their own beside that of the first. */
export function partOf(task: TrainingTask, name: string, number: number): TrainingTask {
  const { checkpointPath: path } = task;
  return path === undefined || number === 0 ? task : { ...task, checkpointPath: `${path}.${name}${number}` };
}

/** Trains the network of a stage and makes a model of the result. @param origin what beside settings and data determines it */
export async function runTraining(
  task: TrainingTask,
  stage: Stage,
  origin: Record<string, string>,
  start: Start,
  pruned?: Uint8Array,
): Promise<TrainingResult> {
  const { settings, network } = stage;
  const { arithmetic, shape } = network;
  if (arithmetic === 'float') throw new Error('a float network is no model: use trainFloatTwin');
  const { result, data, engine } = await fitNetwork(task, stage, origin, start, { pruned });
  const { history, bestEpoch, validationEmd, stopped } = result;
  const own = isEcont(shape);
  const model: Model = {
    format: 'econ-model',
    version: 1,
    preset: own ? 'econt-8x8' : 'free',
    shape,
    arithmetic,
    ...(task.train.detector?.description ? { detector: task.train.detector.description } : {}),
    etx: settings.etx,
    latentBits: network.latentBits,
    provenance: { tool: `econ ${version}`, settings: { ...settings, engine, ...origin }, data },
    quality: { validationEmd },
    encoder: encoderWeights(network, result.parameters),
    decoder: decoderOf(network, result.parameters),
  };
  return { model, settings, history, bestEpoch, validationEmd, stopped, parameters: result.parameters };
}

export interface FitOptions {
  /** Sees the session with the best parameters. */
  readonly after?: (session: TrainingSession) => void;
  /** 1 for each encoder parameter that is held at 0. */
  readonly pruned?: Uint8Array;
}

export async function fitNetwork(
  task: TrainingTask,
  { settings, network }: Stage,
  origin: Record<string, string>,
  start: Start,
  { after, pruned }: FitOptions = {},
): Promise<{ result: LoopResult; data: Provenance['data']; engine: string }> {
  const frozenEncoder = settings.encoderRate === 0;
  const given = usableWafers(task.train, 'training');
  if (network.context === 'module') checkModules(given);
  const train = withGenerated(given, settings);
  const validation = usableWafers(task.validation, 'validation');
  const engine = engines.get(task.engine ?? 'wasm', '--engine');
  const data = {
    train: { wafers: given.count, sha256: batchHash(given) },
    validation: { wafers: validation.count, sha256: batchHash(validation) },
  };
  const taught = task.teacher ? { teacher: modelHash(task.teacher) } : {};
  const key = sha256(JSON.stringify({ version, engine: engine.name, settings, data, ...taught, ...origin }));
  const { loss, finishLoss, optimiser, sumWeight, klWeight } = settings;
  const job = {
    engine: engine.name,
    network,
    frozenEncoder,
    detector: task.train.detector?.description,
    losses: [loss, finishLoss],
    terms: { sumWeight, klWeight },
  };
  const used = { engine: [engine.name], loss: job.losses, optimiser: [optimiser] };
  const outside = registeredThings()
    .filter(({ kind, name }) => used[kind as keyof typeof used]?.includes(name))
    .map(({ kind, name, module }) => ({ kind, name, sha256: module.sha256 }));
  if (outside.some(({ kind }) => kind === 'engine')) await checkEngine(engine, network, frozenEncoder);
  const session = await engine.open(network, { frozenEncoder });
  const teacher = task.teacher && (await Teacher.of(task.teacher, settings.teacherShare));
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
      constraints: new EncoderConstraints(network, settings, pruned),
      teach: teacher && ((deck, count) => teacher.teach(deck, count)),
      key,
      outside,
      start: (examples, random) => start(session, examples, random),
      checkpointPath: task.checkpointPath,
      progress: task.progress ?? silent,
      signal: task.signal,
    });
    if (!Number.isFinite(result.validationEmd))
      throw new EconError({
        code: 'training/no-model',
        where: 'validation wafers',
        what: 'the EMD is not a number for any epoch.',
        remedy: 'Look for empty or damaged wafers in the validation part.',
      });
    session.parameters.set(result.parameters);
    after?.(session);
    return { result, data, engine: engine.name };
  } finally {
    team.dispose();
    teacher?.dispose();
    session.dispose();
  }
}

/** @throws EconError training/unknown-modules when no wafer says where it comes from */
function checkModules({ modules, count }: WaferBatch): void {
  if (modules?.some((number) => number !== UNKNOWN_MODULE)) return;
  throw new EconError({
    code: 'training/unknown-modules',
    where: 'training wafers',
    what: modules
      ? `the geometry has a module at the layer and coordinates of none of the ${count} wafers.`
      : 'the file does not say which modules the wafers are of.',
    remedy: 'Give columns layer, waferu and waferv of the V11 geometry, or leave context module out.',
  });
}
