import { Worker } from 'node:worker_threads';

/** A thread that reads one file: it answers questions one by one, and can be ended while it thinks. */
export interface Thread {
  /** What the thread says of the file at first. */
  readonly contents: unknown;
  /** @param question posted to the thread */
  ask(question: unknown): Promise<unknown>;
  /** The thread is no longer needed: it is ended, or kept for the next file. */
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
  // A library that expected a number names a list or an object like this; the words before it say what is wrong.
  if (failure.kind === 'told') return String(failure.error).replace(/:? \[object \w+\]/g, '');
  return failure.kind === 'broke' ? failure.message : `no answer for ${failure.seconds} s`;
}

type Answer = { ready: true } | { value: unknown } | { error: unknown } | { free: boolean };

/** Milliseconds for the start of the thread and its libraries: half a second on a quiet machine. */
const START = 60_000;
/** Milliseconds by which an answer may come later than its work takes: other processes, a slow disk. */
const WAITING = 60_000;
/** Milliseconds between two looks at the time. */
const LOOK = 100;
/** Milliseconds in which a thread closes its file, or is ended. */
const CLOSING = 1_000;
/** A table of some hundred thousand rows fits; what damaged sizes ask for does not bring down the process. */
const MEGABYTES = 1024;

/** Threads that wait for another file, one at most of each kind: to start one takes longer than to read a small file. */
const idle = new Map<string, Worker>();

/**
 * A thread for work that damaged input could keep busy for ever. What it prints is kept from the terminal. The thread
 * posts `{ ready: true }` when it has started; is told `{ begin: data }`; posts `{ value }` or `{ error }` then and for
 * each question. After `{ done: true }` it closes its file and posts `{ free }`: true when nothing of this file is left in
 * it, so that it can be given another.
 */
export async function startThread(
  url: URL,
  { data, patience, signal, failed }: ThreadOptions,
): Promise<Thread> {
  signal?.throwIfAborted();
  const waits = idle.get(url.href);
  idle.delete(url.href);
  const worker =
    waits ??
    new Worker(url, { stdout: true, stderr: true, resourceLimits: { maxOldGenerationSizeMb: MEGABYTES } });
  worker.removeAllListeners();
  // Nobody reads what it prints: a stream that flows would keep the process alive when the thread waits.
  worker.ref();
  let waiting: { answered(answer: Answer): void; reject(error: unknown): void } | undefined;
  let failure: { reason: unknown } | undefined;
  let dead = false;
  const fail = (reason: unknown): void => {
    failure ??= { reason };
    waiting?.reject(failure.reason);
  };
  const stop = (reason: unknown): void => {
    dead = true;
    void worker.terminate();
    fail(reason);
  };
  const aborted = (): void => stop(signal?.reason);
  signal?.addEventListener('abort', aborted, { once: true });
  worker.on('error', ({ message }) => stop(failed({ kind: 'broke', message })));
  worker.on('exit', () => stop(failed({ kind: 'broke', message: 'the thread ended' })));
  worker.on('message', (answer: Answer) => {
    if ('error' in answer) fail(failed({ kind: 'told', error: answer.error }));
    else waiting?.answered(answer);
  });
  const next = async (limit: number): Promise<unknown> => {
    if (failure) throw failure.reason;
    let timer: NodeJS.Timeout | undefined;
    try {
      const answer = await new Promise<Answer>((answered, reject) => {
        waiting = { answered, reject };
        const silent = { kind: 'silent', seconds: Math.round(limit / 1000) } as const;
        const begun = Date.now();
        const before = process.cpuUsage();
        timer = setInterval(() => {
          const { user, system } = process.cpuUsage(before);
          if ((user + system) / 1000 > limit || Date.now() - begun > limit + WAITING) stop(failed(silent));
        }, LOOK);
      });
      return 'value' in answer ? answer.value : undefined;
    } finally {
      waiting = undefined;
      clearInterval(timer);
    }
  };
  let ended: Promise<void> | undefined;
  const end = async (): Promise<void> => {
    signal?.removeEventListener('abort', aborted);
    const reusable = !dead && !idle.has(url.href) && (await isFree(worker));
    worker.removeAllListeners();
    if (!reusable || dead || idle.has(url.href)) {
      await worker.terminate();
      return;
    }
    idle.set(url.href, worker);
    // What happens to a thread that waits concerns nobody: it is not given another file.
    const forget = (): void => {
      if (idle.get(url.href) === worker) idle.delete(url.href);
    };
    worker.on('error', forget).on('exit', forget);
    worker.unref();
  };
  const endOnce = (): Promise<void> => {
    ended ??= end();
    return ended;
  };
  try {
    if (!waits) await next(START);
    const ask = (question: unknown): Promise<unknown> => {
      worker.postMessage(question);
      return next(patience);
    };
    return { contents: await ask({ begin: data }), ask, end: endOnce };
  } catch (error) {
    await endOnce();
    throw error;
  }
}

/** Asks a thread to close its file. False when it cannot be given another one, or is busy. */
async function isFree(worker: Worker): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), CLOSING);
    const say = (free: boolean): void => {
      clearTimeout(timer);
      resolve(free);
    };
    worker.on('exit', () => say(false));
    worker.on('error', () => say(false));
    worker.on('message', (answer: Answer) => {
      if ('free' in answer) say(answer.free);
    });
    worker.postMessage({ done: true });
  });
}

/** Milliseconds without an answer after which a small file is taken for damaged; reading it takes a few. */
const SMALL = 3_500;
/** Bytes per millisecond that a slow disk and packed data reach anyway. */
const SLOW = 5_000;

/** Milliseconds of work that a thread may take for a file of so many bytes. */
export function patienceFor(bytes: number): number {
  return SMALL + bytes / SLOW;
}
