// A slice of `npm run campaign:fuzz`: changed inputs of every reader are read or refused with an error of ours.
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { EconError, Random } from '../../src/base/index.js';
import type { FuzzKind } from './kind.js';
import { kinds } from './kinds/index.js';
import { mutate } from './mutate.js';
import { type RunOptions, runCases } from './run.js';

const folder = mkdtempSync(join(tmpdir(), 'econ-fuzz-'));
afterAll(() => rmSync(folder, { recursive: true }));

test.each(kinds.map((kind) => [kind.name, kind] as const))('%s', async (_, kind) => {
  const tally = await runCases(kind, 1, kind.slice, join(folder, kind.name));
  expect(tally.findings).toEqual([]);
  expect(tally.read + Object.values(tally.refused).reduce((a, b) => a + b, 0)).toBe(kind.slice);
});

// A kind whose files are all refused before they are changed would try little; some are refused for what they hold.
test.each(kinds.map((kind) => [kind.name, kind] as const))('%s: what is changed is read', async (_, kind) => {
  const place = join(folder, 'unchanged', kind.name);
  const files = [...(await kind.seeds(join(place, 'seeds')))].map(([name, bytes]) => ({ name, bytes }));
  for (const { name, bytes } of files) {
    mkdirSync(dirname(join(place, name.replace('+', ''))), { recursive: true });
    if (name.startsWith('+')) writeFileSync(join(place, name.slice(1)), bytes);
  }
  const seeds = files.filter(({ name }) => !name.startsWith('+')).slice(0, 12);
  let read = 0;
  for (const { name, bytes } of seeds) {
    writeFileSync(join(place, name), kind.pack?.(bytes, name) ?? bytes);
    try {
      await kind.read(join(place, name), new Random(1), () => {});
      read++;
    } catch (error) {
      if (!(error instanceof EconError)) throw error;
    }
  }
  expect(read / seeds.length).toBeGreaterThanOrEqual(0.25);
});

const made = (read: FuzzKind['read']): FuzzKind => ({
  name: 'made',
  share: 1,
  slice: 1,
  seeds: async () => new Map([['a.txt', Buffer.from('text')]]),
  read,
});
const findings = async (read: FuzzKind['read'], cases = 3, options: RunOptions = {}): Promise<string[]> =>
  (await runCases(made(read), 1, cases, join(folder, 'made'), options)).findings.map(({ what }) => what);

test('a reader that breaks, prints, spins, leaves or tells what it must not is found', async () => {
  const refused = (what: string) =>
    new EconError({ code: 'base/bad-json', where: 'a.txt', what, remedy: 'Write it again.' });
  expect(await findings(() => JSON.parse('{'))).toHaveLength(3);
  expect(
    await findings(() => {
      throw refused('it is damaged.');
    }),
  ).toEqual([]);
  expect(
    await findings(() => {
      throw refused(`it holds ${{}}.`);
    }, 1),
  ).toEqual(['base/bad-json: it holds [object Object]. Write it again.']);
  expect(await findings(() => process.emitWarning('old'), 1)).toEqual(['prints a warning: old\n']);
  expect(await findings(() => writeFileSync(join(folder, 'made/left'), ''), 1)).toHaveLength(1);
  const spin = (): void => {
    for (const { user, system } = process.cpuUsage(), end = user + system + 3e5; ; ) {
      const now = process.cpuUsage();
      if (now.user + now.system > end) return;
    }
  };
  expect(await findings(spin, 1, { longest: 0.2 })).toEqual([expect.stringMatching(/^0\.\d s$/)]);
});

test('files that are read beside the case are to be told', async () => {
  const list = join(folder, 'touched');
  writeFileSync(list, '');
  const touched = openSync(list, 'r');
  const touch = (): void => writeFileSync(list, `${readFileSync(list)}read "/elsewhere"\n`);
  expect(await findings(touch, 1, { touched })).toEqual(['touches other files: read "/elsewhere"']);
  const telling: FuzzKind['read'] = (_, __, tell) => {
    touch();
    tell(['/elsewhere']);
  };
  expect(await findings(telling, 1, { touched })).toEqual([]);
  closeSync(touched);
});

test('a case is the same in every run, and most differ from the file they come from', () => {
  const bytes = Buffer.from('0123456789'.repeat(30));
  const changed = (seed: number) => Buffer.from(mutate(bytes, bytes, new Random(seed))).toString('latin1');
  expect(changed(7)).toBe(changed(7));
  const differ = Array.from({ length: 100 }, (_, seed) => changed(seed)).filter(
    (text) => text !== bytes.toString(),
  );
  expect(differ.length).toBeGreaterThan(90);
});
