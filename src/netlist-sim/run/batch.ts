import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { EconError } from '../../base/index.js';
import type { InputPort } from './ports.js';

/** What a thread needs to run a design: code, state and addresses, no names. Addresses count 32-bit words. */
export interface BatchPlan {
  readonly code: Uint8Array<ArrayBuffer>;
  readonly pages: number;
  /** Memory from which every stimulus starts. */
  readonly state: Uint8Array;
  readonly marks: number;
  readonly markWords: number;
  /** Word that is set when asynchronous controls do not come to rest. */
  readonly unstable: number;
  readonly inputs: readonly (InputPort & { readonly words: number })[];
  /** Words of all inputs in one cycle. */
  readonly inputWords: number;
  /** Where each word of an output lies, or its constant value. */
  readonly outputs: readonly { readonly address: number; readonly constant: number }[];
}

/** At most four stimuli, one per lane. */
export interface BatchGroup {
  readonly index: number;
  readonly stimuli: readonly Uint32Array[];
  readonly upsets: readonly { readonly cycle: number; readonly address: number; readonly mask: number }[];
}

interface Answer {
  readonly index: number;
  readonly outputs: readonly Uint32Array[];
  readonly unstable: boolean;
}

/**
 * Runs groups of stimuli on a pool of threads. The result does not depend on the number of threads: every group
 * starts from the same state, and results are put where their group stands.
 *
 * @param threads default: as many as there are processors, not more than groups
 * @param signal ends all threads when it aborts
 */
export async function runGroups(
  plan: BatchPlan,
  groups: readonly BatchGroup[],
  threads = availableParallelism(),
  signal?: AbortSignal,
): Promise<Uint32Array[]> {
  const results: (readonly Uint32Array[])[] = new Array(groups.length);
  let next = 0;
  const workers: Worker[] = [];
  const work = () =>
    new Promise<void>((resolve, reject) => {
      const worker = new Worker(new URL('./batch-worker.js', import.meta.url), { workerData: plan });
      workers.push(worker);
      const give = () => {
        if (next === groups.length) resolve();
        else worker.postMessage(groups[next++]);
      };
      worker.on('message', ({ index, outputs, unstable }: Answer) => {
        if (unstable) reject(oscillates());
        results[index] = outputs;
        give();
      });
      worker.once('error', reject);
      worker.once('exit', () => reject(signal?.reason ?? new Error('a simulation thread ended')));
      give();
    });
  const end = () => {
    for (const worker of workers) void worker.terminate();
  };
  signal?.throwIfAborted();
  signal?.addEventListener('abort', end);
  try {
    const count = Math.max(1, Math.min(threads, groups.length));
    await Promise.all(Array.from({ length: count }, work));
  } finally {
    signal?.removeEventListener('abort', end);
    end();
  }
  return results.flat() as Uint32Array[];
}

function oscillates(): EconError {
  return new EconError({
    code: 'simulation/oscillation',
    where: 'batch',
    what: 'asynchronous controls made by the design keep changing without an input changing.',
    remedy: 'Look for a register whose reset depends on itself.',
  });
}
