import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { econ, scratch } from './run-cli.js';

/** A wafer, and no header: 0 to 47 would be taken for the numbers of the columns, and that told. */
const good = Array.from({ length: 48 }, (_, i) => i + 2).join(',');

function csv(...rows: string[]): string {
  const path = join(scratch(), 'wafers.csv');
  writeFileSync(path, `${rows.join('\n')}\n`);
  return path;
}

/** One paragraph that names the place and the remedy, and exit code 2. */
function expectError(result: { status: number | null; stderr: string }, ...parts: string[]): void {
  expect(result.status).toBe(2);
  for (const part of parts) expect(result.stderr).toContain(part);
  expect(result.stderr.trim().split('\n')).toHaveLength(1);
}

describe('bad input ends with one paragraph and exit code 2', () => {
  it.each([
    ['short row', '1,2,3', 'line 2'],
    ['text', good.replace('7,', 'seven,'), 'seven'],
    ['NaN', good.replace('7,', 'NaN,'), 'NaN'],
    ['negative', good.replace('7,', '-7,'), '-7'],
    ['more than 22 bits', good.replace('7,', '4194304,'), '4194304'],
  ])('CSV: %s', async (_, row, named) => {
    const path = csv(good, row);
    expectError(await econ('train', '-q', '--run', join(scratch(), 'r'), '--data', path), path, named);
  });

  it('missing data, too few wafers', async () => {
    expectError(
      await econ('train', '-q', '--run', join(scratch(), 'r'), '--data', '/no/such.csv'),
      '/no/such.csv',
    );
    expectError(await econ('train', '-q', '--run', join(scratch(), 'r'), '--data', csv(good)), 'wafers');
  });

  it('a training setting that does not exist, or out of range', async () => {
    const run = join(scratch(), 'r');
    expectError(
      await econ('train', '-q', '--run', run, '--set', 'smearing=1'),
      'smearing',
      'docs/training.md',
    );
    expectError(
      await econ('train', '-q', '--run', run, '--set', 'hidden=64,30'),
      'hidden.1',
      'docs/training.md',
    );
  });

  it('corrupt model, foreign folder', async () => {
    const folder = scratch();
    writeFileSync(join(folder, 'model.json'), '{"format":"econ-model"');
    expectError(await econ('simulate', '-q', '--model', folder), 'model.json');
    expectError(await econ('evaluate', '-q', '--model', scratch(), '--data', csv(good)), 'model.json');
  });

  it('wrong vector folder', async () => {
    const folder = scratch();
    expectError(await econ('conform', '-q', folder), folder, 'init.yaml');
    expectError(await econ('conform', '-q', '/no/such/folder'), '/no/such/folder');
  });

  it('output that cannot be written, a run folder that is something else', async () => {
    const folder = scratch();
    writeFileSync(join(folder, 'file'), '');
    expectError(
      await econ('generate', '-q', '--wafers', '5', '-o', join(folder, 'file', 'x.csv')),
      join(folder, 'file'),
    );
    mkdirSync(join(folder, 'run'));
    writeFileSync(join(folder, 'run', 'run.json'), '[]');
    expectError(await econ('train', '-q', '--run', join(folder, 'run')), 'run.json');
  });

  it('usage: unknown option, value out of range', async () => {
    for (const args of [['--etx', '14'], ['--nonsense'], ['--preset', 'huge']]) {
      expect((await econ('train', ...args)).status).toBe(2);
    }
  });
});

it('generates the same wafers twice', async () => {
  const paths = [join(scratch(), 'a.csv'), join(scratch(), 'b.csv')];
  for (const path of paths)
    expect((await econ('generate', '-q', '--wafers', '50', '-o', path)).status).toBe(0);
  expect(readFileSync(paths[0])).toEqual(readFileSync(paths[1]));
});

it('generates columns with the modules when asked, the same charges without', async () => {
  const [bare, told] = ['a.csv', 'b.csv'].map((name) => join(scratch(), name));
  const args = ['generate', '-q', '--wafers', '50', '--layers', '13,33', '-o'];
  expect((await econ(...args, bare)).status).toBe(0);
  expect((await econ(...args, told, '--modules')).status).toBe(0);
  const rows = readFileSync(told, 'utf8').trimEnd().split('\n');
  expect(readFileSync(bare, 'utf8')).toBe(
    `${rows.map((row) => row.split(',').slice(0, 48).join(',')).join('\n')}\n`,
  );
  expect(rows[0].split(',').slice(48)).toEqual(['layer', 'waferu', 'waferv']);
  expect(new Set(rows.slice(1).map((row) => row.split(',')[48]))).toEqual(new Set(['13', '33']));
});
