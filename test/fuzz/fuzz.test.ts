// A slice of `npm run campaign:fuzz`: changed inputs of every reader are read or refused with an error of ours.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Random } from '../../src/base/index.js';
import { kinds } from './kinds.js';
import { mutate } from './mutate.js';
import { runCases } from './run.js';

const folder = mkdtempSync(join(tmpdir(), 'econ-fuzz-'));
afterAll(() => rmSync(folder, { recursive: true }));

test.each(kinds.map((kind) => [kind.name, kind] as const))('%s', async (_, kind) => {
  const { findings } = await runCases(kind, 1, kind.slice, join(folder, kind.name));
  // Durations are the campaign's affair: this machine may be busy.
  expect(findings.filter(({ what }) => !/^[\d.]+ s$/.test(what))).toEqual([]);
});

test('what crashes, and what changes other files, is found', async () => {
  const bad = {
    name: 'bad',
    share: 1,
    slice: 1,
    seeds: async () => new Map([['a.txt', Buffer.from('text')]]),
  };
  const throwing = { ...bad, read: () => JSON.parse('{') };
  expect((await runCases(throwing, 1, 3, join(folder, 'bad'))).findings).toHaveLength(3);
});

test('a case is the same in every run, and most differ from the file they come from', () => {
  const bytes = Buffer.from('0123456789'.repeat(30));
  const made = (seed: number) => Buffer.from(mutate(bytes, bytes, new Random(seed))).toString('latin1');
  expect(made(7)).toBe(made(7));
  const changed = Array.from({ length: 100 }, (_, seed) => made(seed)).filter(
    (text) => text !== bytes.toString(),
  );
  expect(changed.length).toBeGreaterThan(90);
});
