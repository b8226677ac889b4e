/** Changed inputs for every reader, a million of them. Run it with `npm run campaign:fuzz -- --help`. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Portion } from './child.js';
import { kinds } from './kinds/index.js';
import { add, emptyTally, type Tally } from './run.js';
import { startRunner } from './runner.js';

const { values: options } = parseArgs({
  options: {
    cases: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
    kind: { type: 'string', multiple: true, default: [] },
    jobs: { type: 'string', default: '2' },
    minutes: { type: 'string', default: '1000000' },
    out: { type: 'string', default: 'fuzz-campaign' },
    from: { type: 'string' },
    case: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

/** Portions of a kind: all kinds go on side by side. */
const PORTIONS = 25;
/** Cases of a kind begin at multiples of it, so that each is the same in every campaign of its seed. */
const STEP = 10_000_000;

if (options.help) {
  console.log(`Changed inputs for every reader of files. Each is read, or refused with an error of ours, within 5 s of its own
time; nothing is printed past it, and no file outside its folder is read (unless it is told) or written.
  --cases N       of all kinds together (1000000)     --kind NAME   only this one; may be repeated
  --seed N        (1)                                 --jobs N      processes (2)
  --minutes N     ends after them                     --out FOLDER  for results (fuzz-campaign)
  --from FOLDER   goes on with the campaign whose results are there
  --case N        runs one case of the one --kind and shows what it does
Kinds: ${kinds.map(({ name }) => name).join('; ')}
Exit code 1 when there is a finding.`);
} else process.exitCode = await campaign();

/** A line of the results: a portion that was run to its end. */
interface PortionRecord extends Portion {
  readonly tally: Tally;
  readonly seconds: number;
}

async function campaign(): Promise<number> {
  const wrong = options.kind.find((name) => !kinds.some((k) => k.name === name));
  if (wrong !== undefined) {
    console.error(`There is no kind ${wrong}. Kinds: ${kinds.map(({ name }) => name).join('; ')}`);
    return 2;
  }
  const chosen = kinds.filter(({ name }) => options.kind.length === 0 || options.kind.includes(name));
  const [cases, seed, jobs, minutes] = [options.cases, options.seed, options.jobs, options.minutes].map(
    Number,
  );
  if (options.case !== undefined) return one(chosen[0].name, Number(options.case));
  const out = options.from ?? options.out;
  const log = join(out, 'portions.jsonl');
  if (options.from === undefined && existsSync(log)) {
    console.error(
      `${out} holds results of a campaign: go on with --from ${out}, or name another folder with --out.`,
    );
    return 2;
  }
  mkdirSync(out, { recursive: true });
  const records = existsSync(log)
    ? readFileSync(log, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as PortionRecord)
    : [];
  const done = new Set(records.map(({ kind, from, count }) => `${kind} ${from} ${count}`));
  const shares = chosen.reduce((sum, { share }) => sum + share, 0);
  const all = chosen.flatMap(({ name, share }) =>
    portions(name, Math.ceil((cases * share) / shares), seed * STEP),
  );
  const queue = all
    .sort((a, b) => a.part - b.part)
    .filter(({ kind, from, count }) => !done.has(`${kind} ${from} ${count}`));
  const wanted = queue.length;
  console.log(
    `seed ${seed}: ${all.reduce((n, { count }) => n + count, 0)} cases of ${chosen.length} kinds in ${all.length} portions, ${wanted} to run`,
  );
  const begun = Date.now();
  let finished = 0;
  let told = 0;
  const work = async (): Promise<void> => {
    const runner = startRunner();
    try {
      for (let next = queue.shift(); next && Date.now() - begun < 60_000 * minutes; next = queue.shift()) {
        const { kind, from, count } = next;
        const start = Date.now();
        const tally = await runner.run({ kind, from, count });
        const record: PortionRecord = { kind, from, count, tally, seconds: (Date.now() - start) / 1000 };
        records.push(record);
        appendFileSync(log, `${JSON.stringify(record)}\n`);
        finished++;
        for (const { seed: at, what } of tally.findings.slice(0, 3))
          console.log(`FINDING ${kind}, --case ${at}: ${what.split('\n').slice(0, 4).join('\n    ')}`);
        if (Date.now() - told < 20_000) continue;
        told = Date.now();
        const left = ((told - begun) / finished) * (wanted - finished);
        console.log(`${finished} of ${wanted} portions, ${Math.round(left / 60_000)} min left`);
      }
    } finally {
      runner.end();
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
  return summarise(
    records,
    chosen.map(({ name }) => name),
    out,
    seed,
    (Date.now() - begun) / 1000,
  );
}

function portions(kind: string, count: number, first: number): (Portion & { part: number })[] {
  const size = Math.ceil(count / PORTIONS);
  return Array.from({ length: Math.ceil(count / size) }, (_, i) => ({
    kind,
    from: first + i * size,
    count: Math.min(size, count - i * size),
    part: i,
  }));
}

async function one(kind: string, seed: number): Promise<number> {
  const runner = startRunner();
  const tally = await runner.run({ kind, from: seed, count: 1 });
  runner.end();
  console.log(JSON.stringify(tally, null, 2));
  return tally.findings.length > 0 ? 1 : 0;
}

/** The table and summary.json. */
function summarise(
  records: readonly PortionRecord[],
  names: readonly string[],
  out: string,
  seed: number,
  seconds: number,
): number {
  const byKind = names.map((name) => {
    const sum = emptyTally();
    let spent = 0;
    for (const { tally, seconds: took } of records.filter(({ kind }) => kind === name)) {
      add(sum, tally);
      spent += took;
    }
    return { kind: name, ...sum, seconds: Math.round(spent) };
  });
  const findings = byKind.flatMap((k) => k.findings);
  const total = byKind.reduce((n, k) => n + k.cases, 0);
  const slowest = byKind.reduce((a, b) => (a.slowest.seconds > b.slowest.seconds ? a : b));
  const summary = {
    seed,
    cases: total,
    findings: findings.length,
    seconds: Math.round(seconds),
    kinds: byKind,
  };
  writeFileSync(join(out, 'summary.json'), `${JSON.stringify(summary, null, 2)}\n`);
  for (const { kind, cases, read, refused, slowest: slow, findings: own, seconds: spent } of byKind) {
    const codes = Object.entries(refused).sort((a, b) => b[1] - a[1]);
    const no = codes.reduce((n, [, count]) => n + count, 0);
    console.log(
      `${kind}: ${cases} cases, ${read} read, ${no} refused, ${own.length} findings; slowest ${slow.seconds.toFixed(2)} s (${slow.seed}); ${spent} s`,
    );
    console.log(`    ${codes.map(([code, count]) => `${code} ${count}`).join(', ')}`);
  }
  console.log(
    `${total} cases (seed ${seed}), ${findings.length} findings, slowest ${slowest.slowest.seconds.toFixed(2)} s (${slowest.kind}), ${Math.round(seconds)} s`,
  );
  return findings.length > 0 ? 1 : 0;
}
