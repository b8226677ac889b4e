import { spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { packageRoot } from '../../src/base/index.js';
import { defaultSettings } from '../../src/blocks/index.js';
import { settingsToYaml } from '../../src/chips/index.js';
import { scratch } from './run-cli.js';

const main = join(packageRoot, 'dist', 'cli', 'main.js');
const folder = scratch();
const settings = settingsToYaml(defaultSettings('production'));
writeFileSync(join(folder, 'init.yaml'), settings);
const words = `${Array.from({ length: 12 }, (_, i) => `RX_DATA_${i}`).join(',')}\n${'90000000,'.repeat(11)}90000000\n`;
writeFileSync(join(folder, 'words.csv'), words);

function run(input: string, ...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    cwd: folder,
    input,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });
  return { status, stdout, stderr };
}

const emulated = ['emulate', '--output', 'out.csv', '--json'];

it.each([
  [['registers', 'check', '-'], settings],
  [['registers', 'diff', '-', 'init.yaml'], settings],
  [['registers', 'print', '-'], settings],
  [[...emulated, '--config', '-', '--input', 'words.csv'], settings],
  [[...emulated, '--config', 'init.yaml', '--input', '-'], words],
])('%j reads standard input as it reads the file', (args, input) => {
  const name = input === words ? 'words.csv' : 'init.yaml';
  const piped = run(input, ...args);
  const named = run('', ...args.map((arg) => (arg === '-' ? name : arg)));
  expect([piped.status, piped.stderr]).toEqual([0, expect.not.stringContaining('error')]);
  const text = (s: string): string => s.replaceAll(name, '-').replace(/"seconds": [\d.e-]+/, '');
  expect(text(piped.stdout)).toBe(text(named.stdout));
});

it.each([
  [['registers', 'check', '-'], 'this file is empty'],
  [['emulate', '--config', '-', '--input', '-', '--output', 'x.csv'], 'given for two files', settings],
  [['export', '--model', '-', '-o', 'x.bin'], 'a model is a folder'],
  [['import', '-', '--data', 'words.csv'], 'the name of a file tells'],
  [['sim', '-'], 'Standard input is not taken'],
  [['conform', '-'], 'standard input is not taken here'],
  [['train', '--data', '-', '--run', 'run'], 'read more than once'],
  [['registers', 'convert', 'init.yaml', '--to', 'P1', '-o', '-'], 'standard output is not written here'],
])('%j is refused by name', (args, reason, input = '') => {
  const { status, stdout, stderr } = run(input, ...args);
  expect([status, stdout + stderr]).toEqual([2, expect.stringContaining(reason)]);
  expect(readdirSync(folder)).not.toContain('-');
});
