import { Worker } from 'node:worker_threads';

/** A thread that answers questions one by one, and can be ended while it thinks. */
export interface Thread {
  /** @param question posted to the thread; left out: what the thread says by itself is awaited */
  ask(question?: unknown): Promise<unknown>;
  end(): Promise<void>;
}

export interface ThreadOptions {
  readonly data: unknown;
  /**
   * Milliseconds of work without an answer after which the thread is ended: processor time of this process, so that a
   * loaded machine does not make a good file a damaged one.
   */
  readonly patience: number;
  /** Ends the thread; the question that waits fails with the reason. */
  readonly signal?: AbortSignal;
  /** What the question that waits fails with. */
  readonly failed: (failure: ThreadFailure) => Error;
}

export type ThreadFailure =
  /** What the thread gave as `error`. */
  | { readonly kind: 'told'; readonly error: unknown }
  /** It ended by itself, for want of memory say. */
  | { readonly kind: 'broke'; readonly message: string }
  | { readonly kind: 'silent'; readonly seconds: number };

/** The failure in a few words, for the middle of a sentence. */
export function failureText(failure: ThreadFailure): string {
  if (failure.kind === 'told') return String(failure.error);
  return failure.kind === 'broke' ? failure.message : `no answer for ${failure.seconds} s`;
}

type Answer = { ready: true } | { value: unknown } | { error: unknown };

/** Milliseconds for the start of the thread and its libraries: half a second on a quiet machine. */
const START = 60_000;
/** Milliseconds by which an answer may come later than its work takes: other processes, a slow disk. */
const WAITING = 60_000;
/** Milliseconds between two looks at the time. */
const LOOK = 100;
/** A table of some hundred thousand rows fits; what damaged sizes ask for does not bring down the process. */
const MEGABYTES = 1024;

/**
 * Starts a thread for work that damaged input could keep busy for ever. The thread posts `{ ready: true }` when its
 * libraries are there, then `{ value }` or `{ error }` for each question. What it prints is kept from the terminal.
 */
export async function startThread(
  url: URL,
  { data, patience, signal, failed }: ThreadOptions,
): Promise<Thread> {
  signal?.throwIfAborted();
  const worker = new Worker(url, {
    workerData: data,
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: MEGABYTES },
  });
  const answers: Answer[] = [];
  let waiting: { answered(answer: Answer): void; reject(error: unknown): void } | undefined;
  let failure: { reason: unknown } | undefined;
  const fail = (reason: unknown): void => {
    failure ??= { reason };
    void worker.terminate();
    waiting?.reject(failure.reason);
  };
  const aborted = (): void => fail(signal?.reason);
  signal?.addEventListener('abort', aborted, { once: true });
  worker.on('error', ({ message }) => fail(failed({ kind: 'broke', message })));
  worker.on('exit', () => fail(failed({ kind: 'broke', message: 'the thread ended' })));
  worker.on('message', (answer: Answer) => {
    if ('error' in answer) fail(failed({ kind: 'told', error: answer.error }));
    else if (waiting) waiting.answered(answer);
    else answers.push(answer);
  });
  const next = async (limit: number): Promise<unknown> => {
    let answer = answers.shift();
    if (!answer) {
      if (failure) throw failure.reason;
      let timer: NodeJS.Timeout | undefined;
      try {
        answer = await new Promise<Answer>((answered, reject) => {
          waiting = { answered, reject };
          const silent = { kind: 'silent', seconds: Math.round(limit / 1000) } as const;
          const begun = Date.now();
          const before = process.cpuUsage();
          timer = setInterval(() => {
            const { user, system } = process.cpuUsage(before);
            if ((user + system) / 1000 > limit || Date.now() - begun > limit + WAITING) fail(failed(silent));
          }, LOOK);
        });
      } finally {
        waiting = undefined;
        clearInterval(timer);
      }
    }
    return 'value' in answer ? answer.value : undefined;
  };
  const end = async (): Promise<void> => {
    signal?.removeEventListener('abort', aborted);
    failure ??= { reason: new Error('the thread was ended') };
    await worker.terminate();
  };
  try {
    await next(START);
  } catch (error) {
    await end();
    throw error;
  }
  return {
    ask(question) {
      if (question !== undefined) worker.postMessage(question);
      return next(patience);
    },
    end,
  };
}

/** Milliseconds without an answer after which a small file is taken for damaged; reading it takes a few. */
const SMALL = 3_500;
/** Bytes per millisecond that a slow disk and packed data reach anyway. */
const SLOW = 5_000;

/** Milliseconds of work that a thread may take for a file of so many bytes. */
export function patienceFor(bytes: number): number {
  return SMALL + bytes / SLOW;
}
