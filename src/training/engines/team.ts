import { Worker } from 'node:worker_threads';
import { EconError } from '../../base/index.js';
import { CELLS } from '../../detector/index.js';
import { type LossName, lossNames, type WaferLoss, waferLoss, withSum } from '../objectives/losses.js';
import type { Network } from '../plan/network.js';
import type { EngineName, OutputLoss, TrainingSession } from './engine.js';

/** Parts of a batch, each summed on its own: what is rounded where does not depend on the number of threads. */
export const SHARDS = 2;
/** Longer than any step; then the helper is taken for dead. */
const PATIENCE = 120_000;

/** Words of the control block: what is asked for, what is finished, loss, wafers. */
export const control = { asked: 0, finished: 1, loss: 2, wafers: 3, failed: 4, words: 8 } as const;

/** Memory that a helper shares with the main thread. */
export interface TeamMemory {
  readonly control: Int32Array;
  readonly parameters: Float32Array;
  readonly gradient: Float32Array;
  readonly x: Uint8Array;
  readonly told: Uint32Array;
  readonly target: Float32Array;
  readonly weight: Float32Array;
  /** Sum of the loss; factor of the gradient. */
  readonly numbers: Float64Array;
}

/** Terms of the objective beside the loss of the outputs. */
export interface ObjectiveTerms {
  readonly sumWeight: number;
  readonly klWeight: number;
}

export interface TeamJob {
  readonly engine: EngineName;
  readonly network: Network;
  readonly frozenEncoder: boolean;
  readonly terms: ObjectiveTerms;
  readonly memory: TeamMemory;
}

export interface Shard {
  readonly x: Uint8Array;
  readonly told: Uint32Array;
  readonly target: Float32Array;
  /** What each wafer counts in the loss. */
  readonly weight: Float32Array;
}

/** Loss and gradient of one shard; `scale` is a factor of the gradient. */
export function shardStep(
  session: TrainingSession,
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
      part += own * loss(target, (from + i) * CELLS, outputs, gradient, i * CELLS);
      for (let c = i * CELLS; c < (i + 1) * CELLS; c++) gradient[c] *= own * scale;
    }
    return part;
  };
  return session.step(x, told, count, outputLoss, klWeight * scale);
}

/** Steps of a session, on one thread or with a helper: the same bits either way. */
export class Team {
  /** Of the whole batch. */
  readonly gradient: Float32Array;
  private readonly losses = new Map<LossName, WaferLoss>();

  private constructor(
    private readonly session: TrainingSession,
    private readonly terms: ObjectiveTerms,
    private readonly helper?: { readonly worker: Worker; readonly memory: TeamMemory },
  ) {
    this.gradient = new Float32Array(session.parameters.length);
  }

  /** @param threads 1: no helper; more: one, because there are two shards */
  static async of(
    session: TrainingSession,
    job: Omit<TeamJob, 'memory'>,
    batch: number,
    threads: number,
  ): Promise<Team> {
    if (threads < SHARDS || batch < SHARDS) return new Team(session, job.terms);
    const rows = Math.ceil(batch / SHARDS);
    const size = session.parameters.length;
    const shared = (bytes: number) => new SharedArrayBuffer(bytes);
    const memory: TeamMemory = {
      control: new Int32Array(shared(4 * control.words)),
      parameters: new Float32Array(shared(4 * size)),
      gradient: new Float32Array(shared(4 * size)),
      x: new Uint8Array(shared(rows * CELLS)),
      told: new Uint32Array(shared(4 * rows)),
      target: new Float32Array(shared(4 * rows * CELLS)),
      weight: new Float32Array(shared(4 * rows)),
      numbers: new Float64Array(shared(16)),
    };
    // Compiled code also when this file runs as TypeScript in the tests.
    const worker = new Worker(new URL('../../../dist/training/engines/team-worker.js', import.meta.url), {
      workerData: { ...job, memory } satisfies TeamJob,
    });
    await new Promise<void>((resolve, reject) => {
      worker.once('message', () => resolve());
      worker.once('error', reject);
    });
    worker.unref();
    return new Team(session, job.terms, { worker, memory });
  }

  /** Loss of a batch, its sum over the wafers; the gradient is that of the mean. */
  step(batch: Shard, count: number, name: LossName): number {
    const { session, gradient, helper } = this;
    const first = Math.ceil(count / SHARDS);
    const rest = count - first;
    const scale = 1 / count;
    const loss = this.loss(name);
    const second: Shard = {
      x: batch.x.subarray(first * CELLS, count * CELLS),
      told: batch.told.subarray(first, count),
      target: batch.target.subarray(first * CELLS, count * CELLS),
      weight: batch.weight.subarray(first, count),
    };
    if (helper && rest > 0) ask(helper.memory, session, second, rest, name, scale);
    let total = shardStep(session, batch, first, loss, scale, this.terms.klWeight);
    gradient.set(session.gradient);
    if (rest === 0) return total;
    let other = session.gradient;
    if (helper) {
      finished(helper.memory.control);
      total += helper.memory.numbers[0];
      other = helper.memory.gradient;
    } else total += shardStep(session, second, rest, loss, scale, this.terms.klWeight);
    for (let i = 0; i < gradient.length; i++) gradient[i] += other[i];
    return total;
  }

  dispose(): void {
    void this.helper?.worker.terminate();
  }

  private loss(name: LossName): WaferLoss {
    const known = this.losses.get(name);
    if (known) return known;
    const made = withSum(waferLoss(name), this.terms.sumWeight);
    this.losses.set(name, made);
    return made;
  }
}

function ask(
  memory: TeamMemory,
  session: TrainingSession,
  shard: Shard,
  count: number,
  name: LossName,
  scale: number,
): void {
  memory.parameters.set(session.parameters);
  memory.x.set(shard.x);
  memory.told.set(shard.told);
  memory.target.set(shard.target);
  memory.weight.set(shard.weight);
  memory.numbers[1] = scale;
  Atomics.store(memory.control, control.loss, lossNames.indexOf(name));
  Atomics.store(memory.control, control.wafers, count);
  Atomics.add(memory.control, control.asked, 1);
  Atomics.notify(memory.control, control.asked);
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
