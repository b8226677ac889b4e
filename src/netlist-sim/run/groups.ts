import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { EconError } from '../../base/index.js';

export interface GroupOptions {
  /** Default: as many as there are processors, not more than groups. */
  readonly threads?: number;
  /** Ends all threads when it aborts. */
  readonly signal?: AbortSignal;
}

/**
 * Gives groups of work to threads that were started with a plan. The result does not depend on the number of threads:
 * every group begins in a state of its own, and results are put where their group stands.
 *
 * @param url a thread that answers each group with its index, its result, and whether the design oscillated
 * @param done called with each result as it comes
 */
export async function runGroups<Result>(
  url: URL,
  plan: unknown,
  groups: readonly { readonly index: number }[],
  { threads = availableParallelism(), signal }: GroupOptions,
  done: (index: number, result: Result) => void = () => {},
): Promise<Result[]> {
  const results = new Map<number, Result>();
  let next = 0;
  const workers: Worker[] = [];
  const work = () =>
    new Promise<void>((resolve, reject) => {
      const worker = new Worker(url, { workerData: plan });
      workers.push(worker);
      const give = () => {
        if (next === groups.length) resolve();
        else worker.postMessage(groups[next++]);
      };
      worker.on(
        'message',
        ({ index, result, unstable }: { index: number; result: Result; unstable: boolean }) => {
          if (unstable) reject(oscillates());
          results.set(index, result);
          done(index, result);
          give();
        },
      );
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
  return groups.map(({ index }) => results.get(index) as Result);
}

function oscillates(): EconError {
  return new EconError({
    code: 'simulation/oscillation',
    where: 'batch',
    what: 'asynchronous controls made by the design keep changing without an input changing.',
    remedy: 'Look for a register whose reset depends on itself.',
  });
}
