import { Worker } from 'node:worker_threads';
import { type Diagnostic, EconError, type LoadedModule, loadedModules } from '../../base/index.js';
import { type DetectorDescription, detectorOf } from '../../detector/index.js';
import { imageCells } from '../../encoder/index.js';
import { waferLoss, withSum } from '../objectives/losses.js';
import type { WaferLoss } from '../objectives/wafer-loss.js';
import type { Network } from '../plan/network.js';
import type { OutputLoss, TrainingSession } from './engine.js';

/** Parts of a batch, each summed on its own: what is rounded where does not depend on the number of threads. */
export const SHARDS = 2;
/** Longer than any step; then the helper is taken for dead. */
const PATIENCE = 120_000;

/** Words of the control block: what is asked for, what is finished, loss, wafers. */
export const control = { asked: 0, finished: 1, loss: 2, wafers: 3, failed: 4, words: 8 } as const;

/** Memory that a helper shares with the main thread. */
export interface TeamMemory extends Shard {
  readonly control: Int32Array;
  readonly parameters: Float32Array;
  readonly gradient: Float32Array;
  /** Sum of the loss; factor of the gradient. */
  readonly numbers: Float64Array;
}

/** Terms of the objective beside the loss of the outputs. */
export interface ObjectiveTerms {
  readonly sumWeight: number;
  readonly klWeight: number;
}

export interface TeamJob {
  readonly engine: string;
  readonly network: Network;
  /** What the wafers are of; left out: HGCAL. */
  readonly detector?: DetectorDescription;
  readonly frozenEncoder: boolean;
  /** Names of those that steps will be made with. */
  readonly losses: readonly string[];
  readonly terms: ObjectiveTerms;
  /** From outside, with what the names may stand for. */
  readonly modules: readonly LoadedModule[];
  readonly memory: TeamMemory;
}

export interface Shard {
  readonly x: Uint8Array;
  readonly told: Uint32Array;
  readonly target: Float32Array;
  /** What each wafer counts in the loss. */
  readonly weight: Float32Array;
}

/** The losses of a job, with what is added to them. */
export function lossesOf({ losses, detector, terms }: Omit<TeamJob, 'memory' | 'modules'>): WaferLoss[] {
  const of = detectorOf(detector);
  return losses.map((name) => withSum(waferLoss(name, of), terms.sumWeight, of));
}

/** Loss and gradient of one shard; `scale` is a factor of the gradient. */
export function shardStep(
  session: TrainingSession,
  cells: number,
  { x, told, target, weight }: Shard,
  count: number,
  loss: WaferLoss,
  scale: number,
  klWeight: number,
): number {
  const outputLoss: OutputLoss = (outputs, from, n, gradient) => {
    let part = 0;
    for (let i = 0; i < n; i++) {
      const own = weight[from + i];
      part += own * loss(target, (from + i) * cells, outputs, gradient, i * cells);
      for (let c = i * cells; c < (i + 1) * cells; c++) gradient[c] *= own * scale;
    }
    return part;
  };
  return session.step(x, told, count, outputLoss, klWeight * scale);
}

/** Steps of a session, on one thread or with a helper: the same bits either way. */
export class Team {
  /** Of the whole batch. */
  readonly gradient: Float32Array;
  private readonly losses: readonly WaferLoss[];
  private readonly cells: number;

  private constructor(
    private readonly session: TrainingSession,
    private readonly job: Omit<TeamJob, 'memory' | 'modules'>,
    private readonly helper?: { readonly worker: Worker; readonly memory: TeamMemory },
  ) {
    this.gradient = new Float32Array(session.parameters.length);
    this.losses = lossesOf(job);
    this.cells = imageCells(job.network.shape);
  }

  /** @param threads 1: no helper; more: one, because there are two shards */
  static async of(
    session: TrainingSession,
    job: Omit<TeamJob, 'memory' | 'modules'>,
    batch: number,
    threads: number,
  ): Promise<Team> {
    if (threads < SHARDS || batch < SHARDS) return new Team(session, job);
    const rows = Math.ceil(batch / SHARDS);
    const size = session.parameters.length;
    const cells = imageCells(job.network.shape);
    const shared = (bytes: number) => new SharedArrayBuffer(bytes);
    const memory: TeamMemory = {
      control: new Int32Array(shared(4 * control.words)),
      parameters: new Float32Array(shared(4 * size)),
      gradient: new Float32Array(shared(4 * size)),
      x: new Uint8Array(shared(rows * cells)),
      told: new Uint32Array(shared(4 * rows)),
      target: new Float32Array(shared(4 * rows * cells)),
      weight: new Float32Array(shared(4 * rows)),
      numbers: new Float64Array(shared(16)),
    };
    // Compiled code also when this file runs as TypeScript in the tests.
    const worker = new Worker(new URL('../../../dist/training/engines/team-worker.js', import.meta.url), {
      workerData: { ...job, modules: loadedModules(), memory } satisfies TeamJob,
    });
    await new Promise<void>((resolve, reject) => {
      worker.once('message', (said: 'ready' | Diagnostic) =>
        said === 'ready' ? resolve() : reject(new EconError(said)),
      );
      worker.once('error', reject);
    });
    worker.unref();
    return new Team(session, job, { worker, memory });
  }

  /** Loss of a batch, its sum over the wafers; the gradient is that of the mean. */
  step(batch: Shard, count: number, name: string): number {
    const { session, cells, gradient, helper } = this;
    const { losses, terms } = this.job;
    const which = losses.indexOf(name);
    const first = Math.ceil(count / SHARDS);
    const rest = count - first;
    const scale = 1 / count;
    const loss = this.losses[which];
    const [at, end] = [first * cells, count * cells];
    const second: Shard = {
      x: batch.x.subarray(at, end),
      told: batch.told.subarray(first, count),
      target: batch.target.subarray(at, end),
      weight: batch.weight.subarray(first, count),
    };
    if (helper && rest > 0) {
      const { control: words, numbers, ...memory } = helper.memory;
      memory.parameters.set(session.parameters);
      memory.x.set(second.x);
      memory.told.set(second.told);
      memory.target.set(second.target);
      memory.weight.set(second.weight);
      numbers[1] = scale;
      Atomics.store(words, control.loss, which);
      Atomics.store(words, control.wafers, rest);
      Atomics.add(words, control.asked, 1);
      Atomics.notify(words, control.asked);
    }
    let total = shardStep(session, cells, batch, first, loss, scale, terms.klWeight);
    gradient.set(session.gradient);
    if (rest === 0) return total;
    let other = session.gradient;
    if (helper) {
      finished(helper.memory.control);
      total += helper.memory.numbers[0];
      other = helper.memory.gradient;
    } else total += shardStep(session, cells, second, rest, loss, scale, terms.klWeight);
    for (let i = 0; i < gradient.length; i++) gradient[i] += other[i];
    return total;
  }

  dispose(): void {
    void this.helper?.worker.terminate();
  }
}

/** Blocks until the helper has finished what was asked for. */
function finished(words: Int32Array): void {
  const goal = Atomics.load(words, control.asked);
  for (;;) {
    const at = Atomics.load(words, control.finished);
    if (at === goal) break;
    if (Atomics.wait(words, control.finished, at, PATIENCE) === 'timed-out') throw helperLost();
  }
  if (Atomics.load(words, control.failed) !== 0) throw helperLost();
}

function helperLost(): EconError {
  return new EconError({
    code: 'training/helper-lost',
    where: 'second training thread',
    what: 'it stopped answering.',
    remedy: 'Train with --threads 1; the last checkpoint is untouched, and the result is the same.',
  });
}
