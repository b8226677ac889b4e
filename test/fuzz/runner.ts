import { type ChildProcess, fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Portion, Report } from './child.js';
import { add, emptyTally, LONGEST, listing, SECRET, type Tally } from './run.js';

const here = dirname(fileURLToPath(import.meta.url));
const viteNode = join(here, '../../node_modules/vite-node/vite-node.mjs');
/** Seconds of processor time in one case after which a process is ended: it is stuck. */
const STUCK = 2 * LONGEST;
/** Seconds in one case after which it is ended whether it works or waits. */
const WAITING = 120;
/** A process that holds more is replaced by a new one. */
const MEMORY = 1.5e9;
/** In the file STATUS: no case has begun. */
const NONE = -1;
/** Clock ticks a second in /proc. */
const TICKS = 100;

export interface Runner {
  /** Runs a portion to its end, whatever its cases do to the process. */
  run(portion: Portion): Promise<Tally>;
  end(): void;
}

/** Folders for cases, with files around them that no case may change, and a process that runs them. */
export function startRunner(): Runner {
  const outer = mkdtempSync(join(tmpdir(), 'econ-fuzz-'));
  const file = (name: string): string => join(outer, name);
  for (const name of ['inside', 'cwd', 'tmp', 'home', 'watch']) mkdirSync(file(name));
  for (const name of ['secret', 'cwd/secret', 'inside/secret']) writeFileSync(file(name), `${SECRET}\n`);
  const [status, list] = [file('watch/status'), file('watch/touched')];
  writeFileSync(status, Buffer.alloc(8));
  writeFileSync(list, '');
  const around = (): string => ['secret', 'cwd', 'tmp', 'home'].map((name) => listed(file(name))).join('\n');
  const before = around();
  let child: ChildProcess | undefined;

  const start = (): ChildProcess =>
    fork(viteNode, ['--script', join(here, 'child.ts'), file('inside'), status, list], {
      cwd: file('cwd'),
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      // Threads of the process get it, too.
      execArgv: ['--import', pathToFileURL(join(here, 'guard.js')).href],
      env: {
        ...process.env,
        TMPDIR: file('tmp'),
        HOME: file('home'),
        XDG_CACHE_HOME: file('home/cache'),
        ECON_FUZZ_FOLDER: file('inside/case'),
        ECON_FUZZ_TOUCHED: list,
      },
    });

  /** Runs cases until they are done, or one of them ends the process: then `stopped` says why. */
  const attempt = (portion: Portion): Promise<{ tally: Tally; next: number; stopped?: string }> =>
    new Promise((resolve) => {
      child ??= start();
      const running = child;
      let last = { next: portion.from, tally: emptyTally() };
      let said = '';
      let stuck = '';
      let seen = { at: Number.NaN, since: Date.now(), cpu: 0 };
      const hear = (text: Buffer): void => {
        said = (said + text).slice(-1500);
      };
      const watch = setInterval(() => {
        const at = readFileSync(status).readDoubleLE();
        const cpu = processorTime(running.pid!);
        const now = Date.now();
        if (at !== seen.at) seen = { at, since: now, cpu };
        const waited = (now - seen.since) / 1000;
        if (at !== NONE && cpu - seen.cpu > STUCK) stuck = `no end within ${STUCK} s of processor time`;
        else if (at !== NONE && waited > WAITING) stuck = `no end within ${WAITING} s`;
        if (stuck) running.kill('SIGKILL');
      }, 500);
      const settle = (result: { tally: Tally; next: number; stopped?: string }): void => {
        clearInterval(watch);
        running.removeAllListeners();
        running.stderr?.off('data', hear);
        resolve(result);
      };
      running.stderr?.on('data', hear);
      running.on('message', (report: Report) => {
        last = report;
        if (!report.done) return;
        if (report.memory > MEMORY) {
          running.kill();
          child = undefined;
        }
        settle(report);
      });
      running.once('close', (code, signal) => {
        child = undefined;
        settle({ ...last, stopped: stuck || `the process ended (${code ?? signal}) ${said}` });
      });
      const none = Buffer.alloc(8);
      none.writeDoubleLE(NONE);
      writeFileSync(status, none);
      running.send(portion);
    });

  return {
    async run({ kind, from, count }) {
      const sum = emptyTally();
      /** Cases that end the process. */
      const fatal = new Set<number>();
      let at = from;
      while (at < from + count) {
        if (fatal.has(at)) {
          at++;
          continue;
        }
        const bad = [...fatal].filter((seed) => seed > at).sort((a, b) => a - b)[0];
        const { tally, next, stopped } = await attempt({ kind, from: at, count: (bad ?? from + count) - at });
        add(sum, tally);
        at = next;
        if (stopped === undefined) continue;
        // It could not take away its scratch.
        rmSync(file('tmp'), { recursive: true });
        mkdirSync(file('tmp'));
        const seed = readFileSync(status).readDoubleLE();
        if (seed === NONE) throw new Error(`no case of ${kind} began: ${stopped}`);
        fatal.add(seed);
        sum.cases++;
        sum.findings.push({ kind, seed, what: stopped });
      }
      const after = around();
      if (after !== before)
        sum.findings.push({
          kind,
          seed: from,
          what: `files outside changed in ${from} .. ${from + count - 1}:\n${after}`,
        });
      return sum;
    },
    end() {
      child?.kill();
      rmSync(outer, { recursive: true, force: true });
    },
  };
}

function listed(path: string): string {
  try {
    return `${path}\n${listing(path)}`;
  } catch {
    return `${path} ${readFileSync(path, 'utf8')}`;
  }
}

/** Seconds of processor time that a process has used; 0 where the system does not tell. */
function processorTime(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS;
  } catch {
    return 0;
  }
}
