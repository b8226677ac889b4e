// `npm run campaign:fuzz [-- --cases N] [--seed N] [--kind NAME] [--minutes N]`: changed inputs for every reader. A case
// may be read or refused with an error of ours, within 5 s, and touches no file but its own. Exit code 1 on a finding.
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type FuzzKind, kinds } from './kinds.js';
import { type FuzzFinding, LONGEST } from './run.js';

const option = (name: string, fallback: string): string => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : process.argv[at + 1];
};
const cases = Number(option('cases', '1000000'));
const seed = Number(option('seed', '1'));
const only = option('kind', '');
const end = Date.now() + 60_000 * Number(option('minutes', '1000000'));
const shares = kinds.reduce((sum, { share }) => sum + share, 0);
const here = dirname(fileURLToPath(import.meta.url));
const runner = join(here, '../../node_modules/vite-node/vite-node.mjs');
/** Cases of a process; a new one forgets what the old ones left behind. */
const PORTION = 20_000;
/** Seconds without a new case after which a process is taken to be stuck: more than one case may take. */
const STUCK = LONGEST + 5;

let total = 0;
const findings: FuzzFinding[] = [];
for (const kind of kinds.filter(({ name }) => !only || name === only)) {
  const wanted = Math.ceil((cases * kind.share) / shares);
  const begun = Date.now();
  let done = 0;
  let read = 0;
  while (done < wanted && Date.now() < end) {
    const part = await portion(kind, seed * 10_000_000 + done, Math.min(PORTION, wanted - done));
    done += part.done;
    read += part.read;
    findings.push(...part.findings);
    if (part.findings.length > 200) break;
  }
  total += done;
  const own = findings.filter((f) => f.kind === kind.name);
  const seconds = Math.round((Date.now() - begun) / 1000);
  console.log(
    `${kind.name}: ${done} cases, ${read} read, ${done - read - own.length} refused, ${own.length} findings, ${seconds} s`,
  );
  for (const { seed: number, what } of own.slice(0, 10)) console.log(`  case ${number}: ${what}`);
}
console.log(`${total} cases, ${findings.length} findings (seed ${seed})`);
process.exitCode = findings.length > 0 ? 1 : 0;

/** Runs cases in a process of its own; what stops it (a crash, a case without end) is a finding of the case it was at. */
async function portion(kind: FuzzKind, from: number, count: number) {
  const outer = mkdtempSync(join(tmpdir(), 'econ-fuzz-'));
  const folder = join(outer, 'inside');
  writeFileSync(join(outer, 'sentinel'), 'untouched');
  try {
    return await new Promise<{ done: number; read: number; findings: FuzzFinding[] }>((resolve) => {
      const child = fork(
        runner,
        ['--script', join(here, 'child.ts'), kind.name, `${from}`, `${count}`, folder],
        {
          stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
          cwd: outer,
        },
      );
      let at = from;
      let last = Date.now() + 60_000;
      let stuck = false;
      let said = '';
      let finished = false;
      child.stderr?.on('data', (text) => {
        said = (said + text).slice(-1500);
      });
      child.on(
        'message',
        (message: { seed?: number; result?: { findings: FuzzFinding[]; read: number } }) => {
          if (message.seed !== undefined) {
            at = message.seed;
            last = Date.now();
          } else if (message.result) {
            finished = true;
            resolve({ done: count, ...message.result });
          }
        },
      );
      const watch = setInterval(() => {
        if (Date.now() - last < STUCK * 1000) return;
        stuck = true;
        child.kill('SIGKILL');
      }, 500);
      child.once('close', (code, signal) => {
        clearInterval(watch);
        if (finished) return;
        const what = stuck ? `no end within ${STUCK} s` : `the process ended (${code ?? signal}) ${said}`;
        resolve({ done: at - from + 1, read: 0, findings: [{ kind: kind.name, seed: at, what }] });
      });
    });
  } finally {
    rmSync(outer, { recursive: true, force: true });
  }
}
