import { createHash } from 'node:crypto';
import {
  fstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { EconError, Random } from '../../src/base/index.js';
import type { FuzzKind } from './kind.js';
import { listen } from './listen.js';
import { mutate } from './mutate.js';

/** What a case must not do. */
export interface FuzzFinding {
  readonly kind: string;
  readonly seed: number;
  readonly what: string;
}

/** How cases of a kind went. */
export interface Tally {
  cases: number;
  read: number;
  /** Refusals by the code of the error. */
  refused: Record<string, number>;
  slowest: { seed: number; seconds: number };
  findings: FuzzFinding[];
}

export const emptyTally = (): Tally => ({
  cases: 0,
  read: 0,
  refused: {},
  slowest: { seed: 0, seconds: 0 },
  findings: [],
});

export function add(sum: Tally, { cases, read, refused, slowest, findings }: Tally): void {
  sum.cases += cases;
  sum.read += read;
  for (const [code, n] of Object.entries(refused)) sum.refused[code] = (sum.refused[code] ?? 0) + n;
  if (slowest.seconds > sum.slowest.seconds) sum.slowest = slowest;
  sum.findings.push(...findings);
}

/** Seconds that a case may take: of its own, what other processes take does not count. */
export const LONGEST = 5;

/** Names that people's files have, and some that they had better not have. */
const NAMES = [
  'my file',
  "it's",
  '"quoted"',
  'Größe',
  'e\u0301',
  '数据',
  '\u202eabc',
  '😀',
  'a;b',
  'a,b',
  '$(id)',
  '`id`',
  '-x',
  '--help',
  '%2e%2e',
  '%s%n',
  '%',
  '#1',
  'a?b=1',
  'a&b',
  '*',
  '[a]',
  '{0..3}',
  '~',
  'a:b',
  'c:\\d',
  'back\\slash',
  'two\nlines',
  'tab\t',
  '\x1b[31m',
  ' ',
  '..x',
  '...',
  '__proto__',
  'constructor',
  'very'.repeat(40),
  'x'.repeat(230),
];

export interface RunOptions {
  /** Called before each case. */
  readonly begin?: (seed: number, tally: Tally) => void;
  /** File descriptor of what guard.js writes down. */
  readonly touched?: number;
  /** Seconds that a case may take. @default LONGEST */
  readonly longest?: number;
}

/** Runs cases of one kind; case `seed` is the same in every run. Files go into `folder`/case and nowhere else. */
export async function runCases(
  kind: FuzzKind,
  from: number,
  count: number,
  folder: string,
  { begin, touched, longest = LONGEST }: RunOptions = {},
): Promise<Tally> {
  const place = join(folder, 'case');
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place, { recursive: true });
  const files = [...(await kind.seeds(join(folder, 'seeds')))];
  const seeds = files.filter(([name]) => !name.startsWith('+'));
  const beside = files.filter(([name]) => name.startsWith('+'));
  const words = (kind.words ?? []).map((word) => Buffer.from(word));
  const put = (where: string): void => {
    for (const [name, bytes] of files) {
      mkdirSync(dirname(join(where, name.replace('+', ''))), { recursive: true });
      if (name.startsWith('+')) writeFileSync(join(where, name.slice(1)), bytes);
    }
  };
  put(place);
  const before = listing(folder);
  const tally = emptyTally();
  for (let seed = from; seed < from + count; seed++) {
    begin?.(seed, tally);
    tally.cases++;
    const finding = (what: string): void => void tally.findings.push({ kind: kind.name, seed, what });
    const random = new Random(seed);
    const [name, bytes] = seeds[random.below(seeds.length)];
    const [, other] = seeds[random.below(seeds.length)];
    let changed = mutate(bytes, other, random, words);
    if (kind.pack)
      changed = random.below(2) ? kind.pack(changed, name) : mutate(kind.pack(bytes, name), other, random);
    const odd = random.below(4) > 0 ? '' : NAMES[random.below(NAMES.length)];
    const inFolder = odd !== '' && (beside.length > 0 || random.below(2) > 0);
    const at = inFolder ? join(place, odd) : place;
    if (inFolder) {
      mkdirSync(at);
      put(at);
    }
    const path = join(at, inFolder ? name : `${odd}${name}`.slice(-240));
    writeFileSync(path, changed);
    const mark = touched === undefined ? 0 : fstatSync(touched).size;
    const heard = listen();
    const cpu = process.cpuUsage();
    const start = performance.now();
    const told: string[] = [];
    try {
      await kind.read(path, random, (names) => void told.push(...names));
      tally.read++;
    } catch (error) {
      if (error instanceof EconError) {
        tally.refused[error.code] = (tally.refused[error.code] ?? 0) + 1;
        const wrong = badMessage(error, told);
        if (wrong) finding(wrong);
      } else finding(String((error as Error)?.stack ?? error).slice(0, 600));
    }
    const wall = (performance.now() - start) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    const said = heard();
    const seconds = Math.min(wall, (user + system) / 1e6);
    if (seconds > tally.slowest.seconds) tally.slowest = { seed, seconds };
    if (seconds > longest) finding(`${seconds.toFixed(1)} s`);
    if (said) finding(`prints ${said.slice(0, 300)}`);
    if (touched !== undefined) {
      const outside = readFrom(touched, mark).filter((line) => !allowed(line, told));
      if (outside.length > 0) finding(`touches other files: ${outside.slice(0, 5).join(', ')}`);
    }
    rmSync(inFolder ? at : path, { recursive: true, force: true });
  }
  const after = listing(folder);
  if (after !== before)
    tally.findings.push({
      kind: kind.name,
      seed: from,
      what: `files beside the cases ${from} .. ${from + count - 1} changed:\n${before}\n${after}`,
    });
  return tally;
}

/** What lies in files outside of the folder of the case. */
export const SECRET = 'econ-fuzz-secret-content';

/** What is wrong with the message of a refusal, if anything. */
function badMessage({ code, where, what, remedy }: EconError, told: readonly string[]): string | undefined {
  if (told.length === 0 && (where + what).includes(SECRET)) return `${code} tells what is in another file`;
  if (where === '' || what === '' || remedy === '') return `${code} without place, text or remedy`;
  if (where.length + what.length + remedy.length > 6000)
    return `${code}: a message of ${what.length} characters`;
  return /\[object \w+\]/.test(what + remedy) ? `${code}: ${what} ${remedy}` : undefined;
}

function readFrom(fd: number, at: number): string[] {
  const bytes = Buffer.alloc(fstatSync(fd).size - at);
  readSync(fd, bytes, 0, bytes.length, at);
  return bytes.toString().split('\n').filter(Boolean);
}

/** Files that a reader tells that it read are no secret. */
function allowed(line: string, told: readonly string[]): boolean {
  return line.startsWith('read ') && told.includes(JSON.parse(line.slice(5)));
}

/** Names, sizes and contents of all files below a folder. */
export function listing(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => {
      const path = join(folder, name);
      const hash = statSync(path).isFile() ? createHash('sha1').update(readFileSync(path)).digest('hex') : '';
      return `${name} ${hash}`;
    })
    .join('\n');
}
