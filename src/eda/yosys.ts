import { Worker } from 'node:worker_threads';
import { version as yosysVersion } from '@yowasp/yosys';
import { EconError } from '../base/index.js';
import { cacheFolder, cacheKey, cacheRead, cacheWrite } from './cache.js';

export interface YosysOptions {
  /** Files that the script writes and the caller wants back. Large JSON: use `stdout` (see below). */
  readonly outputs?: readonly string[];
  /** Folder of the result cache; default `cacheFolder()`; `false`: neither read nor write. */
  readonly cache?: string | false;
  /** Seconds after which the run is given up, default 900. */
  readonly timeout?: number;
}

export interface YosysResult {
  /** The files named in `outputs`. */
  readonly files: Record<string, string>;
  /**
   * What the script printed: `write_json` without a file name ends here. Writing a large netlist to a file of
   * the virtual file system takes time quadratic in its size, printing it does not.
   */
  readonly stdout: string;
  /** Warnings, one per line. */
  readonly log: string;
  /** Seconds that Yosys took, start of its thread included; 0 when the result came from the cache. */
  readonly seconds: number;
}

interface Answer {
  status: number;
  crash: string;
  stdout: string;
  log: string;
  files: Record<string, string | undefined>;
}

/** Two at a time: each holds several hundred megabytes. */
const SLOTS = 2;
let running = 0;
const waiting: (() => void)[] = [];

/**
 * Runs a Yosys script (quietly, as with `-q`) over files in memory, in a thread of its own, and keeps the
 * result by content.
 *
 * @param script commands separated by `;` or newlines, e.g. `read_verilog a.v; synth -top a; write_json`
 * @param files content by name; names may hold folders (`rtl/mux.v`)
 * @throws EconError `eda/yosys` with `where` = file:line of Yosys' message when it names one;
 *   `eda/yosys-crash`, `eda/yosys-timeout`, `eda/yosys-output` (a requested output was not written)
 */
export async function runYosys(
  script: string,
  files: Record<string, string>,
  options: YosysOptions = {},
): Promise<YosysResult> {
  const outputs = options.outputs ?? [];
  const folder = options.cache === false ? undefined : (options.cache ?? cacheFolder());
  const key = cacheKey('yosys', [yosysVersion, script, JSON.stringify(files), JSON.stringify(outputs)]);
  if (folder !== undefined) {
    const text = cacheRead(folder, key);
    if (text !== undefined) return { ...(JSON.parse(text) as YosysResult), seconds: 0 };
  }
  while (running >= SLOTS) await new Promise<void>((resolve) => waiting.push(resolve));
  running++;
  const start = performance.now();
  let answer: Answer;
  try {
    answer = await inWorker({ script, files, outputs }, options.timeout ?? 900);
  } finally {
    running--;
    waiting.shift()?.();
  }
  if (answer.status !== 0) throw yosysError(answer);
  for (const name of outputs) {
    if (answer.files[name] === undefined) {
      throw new EconError({
        code: 'eda/yosys-output',
        where: name,
        what: 'the Yosys script ended without writing this file.',
        remedy: 'Add the command that writes it, or do not ask for it.',
      });
    }
  }
  const result: YosysResult = {
    files: answer.files as Record<string, string>,
    stdout: answer.stdout,
    log: answer.log,
    seconds: (performance.now() - start) / 1000,
  };
  if (folder !== undefined) cacheWrite(folder, key, JSON.stringify(result));
  return result;
}

/** Threads that have compiled Yosys and wait for work: that takes as long as a small design. */
const idle: Worker[] = [];
/** Seconds of a run whose thread is kept: a long one may hold gigabytes until they are collected. */
const SHORT = 2;

function inWorker(job: object, timeout: number): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const worker =
      idle.pop() ??
      new Worker(new URL('./yosys-worker.js', import.meta.url), {
        // Yosys recurses along expressions: a sum of 128 products needs more than Node's 4 MB.
        resourceLimits: { stackSizeMb: 64 },
      });
    worker.removeAllListeners();
    worker.ref();
    const start = performance.now();
    const timer = setTimeout(() => {
      void worker.terminate();
      reject(
        new EconError({
          code: 'eda/yosys-timeout',
          where: 'yosys',
          what: `not finished after ${timeout} s.`,
          remedy: 'Use a smaller design or a script with fewer passes, or raise the timeout.',
        }),
      );
    }, timeout * 1000);
    worker.once('message', (answer: Answer) => {
      clearTimeout(timer);
      resolve(answer);
      worker.removeAllListeners();
      // Each run has a memory of its own, so nothing of this one is left; after a crash nobody knows.
      if (answer.crash === '' && performance.now() - start < SHORT * 1000) keep(worker);
      else void worker.terminate();
    });
    worker.once('error', (error) => {
      clearTimeout(timer);
      reject(crashed(String(error)));
    });
    worker.once('exit', (code) => {
      clearTimeout(timer);
      reject(crashed(`its thread ended with status ${code}`)); // without effect after a message
    });
    worker.postMessage(job);
  });
}

function keep(worker: Worker): void {
  const forget = (): void => {
    const at = idle.indexOf(worker);
    if (at >= 0) idle.splice(at, 1);
  };
  worker.once('error', forget).once('exit', forget);
  worker.unref();
  idle.push(worker);
}

function crashed(reason: string): EconError {
  return new EconError({
    code: 'eda/yosys-crash',
    where: 'yosys',
    what: `Yosys broke down (${reason}).`,
    remedy: 'The design may need more memory than WebAssembly has (4 GiB), or it met an error inside Yosys.',
  });
}

/** Yosys says `file.v:12: ERROR: text` or `ERROR: text`; the last such line is the reason of the stop. */
function yosysError(answer: Answer): EconError {
  const lines = answer.log.split('\n').filter((line) => line.includes('ERROR:'));
  const line = lines.at(-1);
  if (line === undefined) return crashed(answer.crash || `status ${answer.status}`);
  const match = /^(?:(.*?:\d+(?:\.\d+)?(?:-\d+(?:\.\d+)?)?): )?ERROR: (.*)$/.exec(line.trim());
  const text = match?.[2] ?? line;
  const inside = / (?:at|in) ([\w./-]+\.s?vh?:\d+)/.exec(text)?.[1];
  return new EconError({
    code: 'eda/yosys',
    where: (match?.[1] ?? inside ?? 'yosys').replace(/^\//, ''),
    what: text.endsWith('.') ? text : `${text}.`,
    remedy: 'Correct the Verilog at this place; it must be synthesizable Verilog-2005.',
  });
}
