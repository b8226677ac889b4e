import { spawn } from 'node:child_process';
import { EconError } from '../base/index.js';
import { interruptSignal } from './interrupt.js';
import { exitCode } from './terminal.js';

/** Milliseconds for the process to remove what it has begun to write. */
const GRACE = 2000;

/** Set in the process that works under a limit. */
const LIMITED = 'ECON_TIME_LIMITED';

/**
 * Does the work of this command, or ends it after some seconds, whatever it is busy with: the same command runs in a
 * process of its own, which can be ended also where it looks at no signal.
 *
 * @param seconds undefined: no limit
 * @throws EconError `cli/timeout`
 */
export async function withinTime(seconds: number | undefined, work: () => Promise<void>): Promise<void> {
  if (seconds === undefined || process.env[LIMITED] !== undefined) return work();
  const child = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
    stdio: ['inherit', 'pipe', 'inherit'],
    env: { ...process.env, [LIMITED]: '1' },
  });
  const interrupt = interruptSignal();
  interrupt.addEventListener('abort', () => child.kill('SIGINT'));
  const printed: Buffer[] = [];
  child.stdout.on('data', (piece: Buffer) => void printed.push(piece));
  let late = false;
  let timer = setTimeout(() => {
    late = true;
    child.kill('SIGTERM');
    timer = setTimeout(() => child.kill('SIGKILL'), GRACE);
  }, seconds * 1000);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  clearTimeout(timer);
  if (late) {
    throw new EconError({
      code: 'cli/timeout',
      where: `--timeout ${seconds}`,
      what: `not finished after ${seconds} s.`,
      remedy: 'Give it more seconds, fewer cycles, or a smaller part of the design (--top).',
    });
  }
  process.stdout.write(Buffer.concat(printed));
  // A process that was ended before it could say so leaves that to this one.
  if (code === null) interrupt.throwIfAborted();
  process.exitCode = code ?? exitCode.interrupted;
}
