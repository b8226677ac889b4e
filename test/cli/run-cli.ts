import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../src/base/index.js';

const main = join(packageRoot, 'dist', 'cli', 'main.js');

export interface CliResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built command line, as a user would. */
export function econ(...args: string[]): Promise<CliResult> {
  return econIn(process.cwd(), ...args);
}

/** As econ, in a folder. */
export function econIn(cwd: string, ...args: string[]): Promise<CliResult> {
  const child = spawn(process.execPath, [main, ...args], { cwd, env: { ...process.env, NO_COLOR: '1' } });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data) => {
    stdout += data;
  });
  child.stderr.on('data', (data) => {
    stderr += data;
  });
  return new Promise((resolve) => child.once('close', (status) => resolve({ status, stdout, stderr })));
}

export function startEcon(...args: string[]): ChildProcess {
  return spawn(process.execPath, [main, ...args], { stdio: 'ignore' });
}

export function scratch(): string {
  return mkdtempSync(join(tmpdir(), 'econ-test-'));
}
