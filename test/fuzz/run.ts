import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EconError, Random } from '../../src/base/index.js';
import type { FuzzKind } from './kinds.js';
import { mutate } from './mutate.js';

/** What a case must not do. */
export interface FuzzFinding {
  readonly kind: string;
  readonly seed: number;
  readonly what: string;
}

/** Seconds that a case may take. */
export const LONGEST = 5;
/** Characters of file names that people have, and some that they had better not have. */
const NAMES = [
  'wafers',
  'my file',
  "it's",
  'Größe',
  '数据',
  'a;b',
  '$(id)',
  '-x',
  '%2e%2e',
  'very'.repeat(40),
];

/** Runs cases of one kind; case `seed` is the same in every run. Files go into `folder`/case and nowhere else. */
export async function runCases(
  kind: FuzzKind,
  from: number,
  count: number,
  folder: string,
  begin: (seed: number) => void = () => {},
): Promise<{ findings: FuzzFinding[]; read: number }> {
  const place = join(folder, 'case');
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place, { recursive: true });
  const files = [...(await kind.seeds(join(folder, 'seeds')))];
  const seeds = files.filter(([name]) => !name.startsWith('+'));
  for (const [name, bytes] of files)
    if (name.startsWith('+')) writeFileSync(join(place, name.slice(1)), bytes);
  const beside = files.length > seeds.length;
  const before = listing(folder);
  const findings: FuzzFinding[] = [];
  let read = 0;
  for (let seed = from; seed < from + count; seed++) {
    begin(seed);
    const random = new Random(seed);
    const [name, bytes] = seeds[random.below(seeds.length)];
    const [, other] = seeds[random.below(seeds.length)];
    const odd = beside || random.below(4) > 0 ? '' : NAMES[random.below(NAMES.length)];
    const path = join(place, odd + name);
    writeFileSync(path, mutate(bytes, other, random));
    const start = performance.now();
    try {
      await kind.read(path);
      read++;
    } catch (error) {
      if (!(error instanceof EconError))
        findings.push({
          kind: kind.name,
          seed,
          what: String((error as Error)?.stack ?? error).slice(0, 600),
        });
      else if (/\n/.test(error.message) && error.message.length > 4000)
        findings.push({ kind: kind.name, seed, what: `a message of ${error.message.length} characters` });
    }
    const seconds = (performance.now() - start) / 1000;
    if (seconds > LONGEST) findings.push({ kind: kind.name, seed, what: `${seconds.toFixed(1)} s` });
    rmSync(path, { force: true });
  }
  const after = listing(folder);
  if (after !== before)
    findings.push({
      kind: kind.name,
      seed: from,
      what: `files beside the case changed:\n${before}\n${after}`,
    });
  return { findings, read };
}

/** Names, sizes and contents of all files below a folder. */
function listing(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => {
      const path = join(folder, name);
      const hash = statSync(path).isFile() ? createHash('sha1').update(readFileSync(path)).digest('hex') : '';
      return `${name} ${hash}`;
    })
    .join('\n');
}
