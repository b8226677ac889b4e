// Wafers in the forms in which other tools keep them; the files are written by those tools (test/data/wafers/make.py).
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { EconError, packageRoot } from '../../../src/base/index.js';
import { type ReadOptions, readWafers, selectWafers, type WaferBatch } from '../../../src/dataset/index.js';
import { moduleOfNumber } from '../../../src/detector/index.js';

const folder = join(packageRoot, 'test/data/wafers');
const charges = Uint32Array.from({ length: 240 }, (_, i) => 100 * Math.floor(i / 48) + (i % 48));

async function read(
  name: string,
  options: ReadOptions = {},
): Promise<{ batch: WaferBatch; notes: string[] }> {
  const notes: string[] = [];
  const batch = await readWafers(join(folder, name), { ...options, note: (text) => notes.push(text) });
  return { batch, notes };
}

async function refusal(name: string, options: ReadOptions = {}): Promise<string> {
  const error = await readWafers(join(folder, name), options).then(
    () => new Error('no error'),
    (e: unknown) => e,
  );
  if (!(error instanceof EconError)) throw error;
  return [error.code, error.where.slice(folder.length + 1), error.what, error.remedy].join(' | ');
}

test.each([
  ['plain.parquet', ['columns that are not read: event']],
  ['nullable.parquet', []],
  ['lists.parquet', ['columns that are not read: id']],
  ['columns.h5', ['tc_0 .. tc_47 are read as CALQ in TC_Number order']],
  ['fixed.h5', ['columns that are not read: df/axis0, df/axis1, df/block0_items']],
  ['scalars.root', ['columns that are not read: t/event']],
  ['arrays.root', ['columns that are not read: other/x']],
  ['lists.root', ['columns that are not read: t/nq']],
] as const)('%s', async (name, told) => {
  const { batch, notes } = await read(name);
  expect(batch.charges).toEqual(charges);
  expect(notes).toEqual(told);
});

test('columns of modules come with them', async () => {
  const { batch } = await read('columns.h5');
  const places = [...batch.modules!].map((number) => moduleOfNumber(number));
  expect(places.map((m) => m && [m.layer, m.u, m.v].join())).toEqual([
    '9,-3,2',
    '13,1,4',
    '9,3,0',
    undefined,
    '9,1,2',
  ]);
});

test('where several data could be the wafers, --dataset-path says which; fractions need a scale', async () => {
  expect(await refusal('nested.h5')).toBe(
    'dataset/which-data | nested.h5 | events/CALQ, noise/CALQ could all be the wafers. | Say which: --dataset-path events/CALQ.',
  );
  expect((await read('nested.h5', { dataset: '/events/CALQ' })).batch.charges).toEqual(charges);
  expect(await refusal('nested.h5', { dataset: 'noise' })).toMatch(
    /^dataset\/bad-cell \| nested.h5, row 0, column noise\/CALQ\[0\] \| 0.5 is a fraction. \| .*--scale S/,
  );
  const { batch, notes } = await read('nested.h5', { dataset: 'noise', scale: 2 });
  expect(batch.charges).toEqual(charges.map((c) => 2 * c + 1));
  expect(notes).not.toContain(expect.stringMatching(/rounded/));
  const third = await read('nested.h5', { dataset: 'noise', scale: 1 / 3 });
  expect(third.batch.charges).toEqual(charges.map((c) => Math.round((c + 0.5) / 3)));
  expect(third.notes.at(-1)).toMatch(
    /^240 numbers times 0.333.* were rounded to integer charges, by 0.50 at most$/,
  );
  expect(await refusal('nested.h5', { dataset: 'here' })).toMatch(/there is no here; there are events\/CALQ/);
});

test('what is missing or of another shape is named with its row and column', async () => {
  expect(await refusal('missing.parquet')).toMatch(
    /^dataset\/bad-cell \| missing.parquet, row 2, column CALQ_7 \| there is no number \(null or NaN\)\./,
  );
  expect(await refusal('short.parquet')).toMatch(
    /^dataset\/bad-shape \| short.parquet, row 3, column tc \| this list has 47 numbers, not 48\./,
  );
  expect(await refusal('table.h5')).toMatch(
    /^dataset\/which-data \| table.h5 \| df\/table is a table of records \(compound of index, values_block_0\), .* \| .*format='fixed'/,
  );
});

test('a file that was cut is an error with one sentence', async () => {
  const cut = mkdtempSync(join(tmpdir(), 'econ-tables-'));
  for (const [name, code] of [
    ['plain.parquet', 'dataset/bad-parquet'],
    ['scalars.root', 'dataset/bad-root'],
    ['nested.h5', 'base/hdf5'],
  ]) {
    const bytes = readFileSync(join(folder, name));
    writeFileSync(join(cut, name), bytes.subarray(0, bytes.length * 0.6));
    const error = (await readWafers(join(cut, name)).catch((e: unknown) => e)) as EconError;
    expect([name, error.code]).toEqual([name, code]);
    expect(error.message).not.toMatch(/\n/);
  }
});

test('sizes that are damaged end neither the process nor the sentence', async () => {
  const bytes = readFileSync(join(folder, 'lists.root'));
  // The number of dimensions of an array: 67 million.
  for (const at of [5189, 9862]) bytes[at] = 4;
  const path = join(mkdtempSync(join(tmpdir(), 'econ-sizes-')), 'lists.root');
  writeFileSync(path, bytes);
  const error = (await readWafers(path).catch((e: unknown) => e)) as EconError;
  expect(error.code).toBe('dataset/bad-root');
  expect(error.what).toMatch(/an array of 67108864 places/);
});

const cases = join(packageRoot, '../shared/cases/data');
test('files that people really have: 277 usable wafers in each', async (context) => {
  if (!existsSync(cases)) return context.skip('skipped: shared cases not found');
  const counts: Record<string, number> = {};
  for (const name of readdirSync(cases)) {
    const scale = name.includes('normed') ? 2011 : undefined;
    const batch = await readWafers(join(cases, name), { scale });
    counts[name] = selectWafers(batch).count;
    expect([name, batch.count]).toEqual([name, 300]);
  }
  const { '15_normed.csv': _, ...exact } = counts;
  expect(new Set(Object.values(exact))).toEqual(new Set([277]));
});
