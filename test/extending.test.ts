import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { loadModules, packageRoot, registeredThings } from '../src/base/index.js';
import { lowPower65, technologies } from '../src/budget/index.js';
import { readWafers, wafers } from '../src/dataset/index.js';
import { readNetwork } from '../src/exchange/index.js';
import { evaluateReconstruction } from '../src/quality/index.js';

const example = (name: string): string => join(packageRoot, 'docs/examples/extend', `${name}.mjs`);
const folder = mkdtempSync(join(tmpdir(), 'econ-extending-'));
const hits = join(folder, 'hits.txt');
// Cell n % 48 of wafer n has most, three of its neighbours less.
writeFileSync(
  hits,
  `WAFERS 48\n${Array.from({ length: 200 }, (_, n) => [300, 50, 40, 30].map((q, i) => `${(n + i) % 48}:${q + (n % 7)}`).join(' ')).join('\n')}\n`,
);

beforeAll(() =>
  loadModules(
    ['reader', 'metric', 'technology', 'network-reader'].map(example),
    new URL('../src/index.ts', import.meta.url).href,
  ),
);

it('loads the examples of docs/extending.md', () => {
  expect(registeredThings().map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    'reader hit-list',
    'metric same-peak',
    'technology scaled-28',
    'network-reader my-net',
  ]);
});

it('reads wafers with a reader from outside, and refuses what is no wafer', async () => {
  const { charges, count } = await readWafers(hits);
  expect(count).toBe(200);
  expect([...charges.subarray(0, 5)]).toEqual([300, 50, 40, 30, 0]);
  expect(charges[48 * 50 + 2]).toBe(301);
  writeFileSync(join(folder, 'large.txt'), 'WAFERS 48\n0:5\n3:4194304\n');
  await expect(readWafers(join(folder, 'large.txt'))).rejects.toMatchObject({
    code: 'dataset/bad-cell',
    what: expect.stringMatching(/4194304, a charge is at most 4194303/),
    where: expect.stringMatching(/row 1, column 3$/),
  });
});

it('takes a metric from outside into every evaluation', () => {
  const batch = wafers(Uint32Array.from({ length: 96 }, (_, i) => (i === 3 || i === 48 ? 100 : 0)));
  const { added } = evaluateReconstruction(
    batch,
    Uint32Array.from({ length: 96 }, (_, i) => (i === 3 || i === 60 ? 9 : 1)),
  );
  expect(added?.['same-peak']).toMatchObject({ count: 2, mean: 0.5 });
});

it('takes a technology from outside, and refuses one without areas', async () => {
  const { area } = technologies.get('scaled-28', 'test');
  expect(area.$_NAND_).toBeCloseTo((lowPower65.area.$_NAND_ * 28 ** 2) / 65 ** 2, 12);
  expect(() => technologies.add('bare', { ...lowPower65, area: {} })).toThrow(
    /area of \$_NOT_ is no number above 0/,
  );
  expect(() => technologies.add('lp65', lowPower65)).toThrow(/not replaced/);
});

it('reads a network with a reader from outside', async () => {
  const tensor = (...shape: number[]) => ({
    shape,
    data: new Array(shape.reduce((n, s) => n * s, 1)).fill(0.25),
  });
  const file = join(folder, 'encoder.mynet');
  writeFileSync(
    file,
    `mine\n${JSON.stringify({ tensors: { 'latents/kernel': tensor(48, 16), 'latents/bias': tensor(16) } })}`,
  );
  const { nodes } = await readNetwork(file, 'encoder');
  expect(JSON.stringify([...nodes])).toContain('latents');
});

it('does all that on the command line, and says what came from where', () => {
  const args = [
    '--with',
    example('metric'),
    'compare',
    '--data',
    hits,
    '--etx',
    '5',
    '--all',
    '--with',
    example('reader'),
    '-q',
  ];
  const text = execFileSync(process.execPath, [join(packageRoot, 'dist/cli/main.js'), ...args], {
    encoding: 'utf8',
    stdio: 'pipe',
  });
  expect(text).toMatch(/same-peak share/);
  expect(() =>
    execFileSync(
      process.execPath,
      [join(packageRoot, 'dist/cli/main.js'), 'shapes', '--with', join(folder, 'none.mjs'), '--json'],
      { stdio: 'pipe' },
    ),
  ).toThrow(expect.objectContaining({ status: 2, stdout: expect.objectContaining({}) }));
});
