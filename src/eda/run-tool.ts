import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EconError } from '../base/index.js';

export interface ToolOptions {
  /** Working folder. */
  readonly cwd?: string;
  /** Seconds, default 600. */
  readonly timeout?: number;
}

export interface ToolResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

const children = new Set<ChildProcess>();
const folders = new Set<string>();
let armed = false;

/** Ctrl-C must leave neither processes nor temporary folders behind. */
function arm(): void {
  if (armed) return;
  armed = true;
  const clean = () => {
    for (const child of children) killGroup(child);
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', clean);
  for (const [signal, number] of [
    ['SIGINT', 2],
    ['SIGTERM', 15],
    ['SIGHUP', 1],
  ] as const) {
    const handler = () => {
      clean();
      // Only when nobody else decides about the signal is it ours to end the process.
      if (process.listenerCount(signal) === 0) process.exit(128 + number);
    };
    process.once(signal, handler);
  }
}

/** A tool such as Verilator starts make and compilers: the whole process group has to go. */
function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    child.kill('SIGKILL');
  }
}

/**
 * Runs a program and collects its output. A status other than 0 is a result, not an error.
 * @throws EconError `eda/tool-missing` when it cannot be started, `eda/tool-timeout`
 */
export function runTool(
  path: string,
  args: readonly string[],
  options: ToolOptions = {},
): Promise<ToolResult> {
  arm();
  const start = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(path, args, {
      cwd: options.cwd,
      detached: true, // its own process group, see killGroup
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.add(child);
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    let late = false;
    const timeout = options.timeout ?? 600;
    const timer = setTimeout(() => {
      late = true;
      killGroup(child);
    }, timeout * 1000);
    child.stdout.on('data', (data: Buffer) => out.push(data));
    child.stderr.on('data', (data: Buffer) => err.push(data));
    child.once('error', (error) => {
      clearTimeout(timer);
      children.delete(child);
      reject(
        new EconError(
          {
            code: 'eda/tool-missing',
            where: path,
            what: `cannot be started (${(error as NodeJS.ErrnoException).code ?? error.message}).`,
            remedy: 'Install it, or run without it: it is never needed.',
          },
          { cause: error },
        ),
      );
    });
    child.once('close', (code) => {
      clearTimeout(timer);
      children.delete(child);
      if (late) {
        reject(
          new EconError({
            code: 'eda/tool-timeout',
            where: path,
            what: `not finished after ${timeout} s and was ended.`,
            remedy: 'Run it on fewer cycles, or raise the timeout.',
          }),
        );
        return;
      }
      resolve({
        status: code ?? -1,
        stdout: Buffer.concat(out).toString('utf8'),
        stderr: Buffer.concat(err).toString('utf8'),
        seconds: (performance.now() - start) / 1000,
      });
    });
  });
}

/** Runs `work` with a temporary folder that is gone afterwards, also after Ctrl-C. */
export async function withTemporaryFolder<T>(work: (folder: string) => Promise<T> | T): Promise<T> {
  arm();
  const folder = mkdtempSync(join(tmpdir(), 'econ-'));
  folders.add(folder);
  try {
    return await work(folder);
  } finally {
    folders.delete(folder);
    rmSync(folder, { recursive: true, force: true });
  }
}
