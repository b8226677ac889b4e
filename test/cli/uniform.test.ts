import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandUnknownOpts as Command } from '@commander-js/extra-typings';
import { describe, expect, it, test } from 'vitest';
import { packageRoot } from '../../src/base/index.js';
import { defaultSettings } from '../../src/blocks/index.js';
import { settingsToYaml } from '../../src/chips/index.js';
import { commands } from '../../src/cli/commands.js';
import { type Failure, failureOf } from '../../src/cli/failure.js';
import { commandLine } from '../../src/cli/program.js';
import { econ, scratch } from './run-cli.js';

const main = join(packageRoot, 'dist', 'cli', 'main.js');

/** Every command, with the names that lead to it; groups and their commands alike. */
const all: { path: string[]; command: Command }[] = [];
for (const name of Object.keys(commands)) {
  const { program } = await commandLine([name]);
  const visit = (command: Command, path: string[]): void => {
    all.push({ path, command });
    for (const below of command.commands) visit(below, [...path, below.name()]);
  };
  visit(program.commands.find((c) => c.name() === name) as Command, [name]);
}
const working = all.filter(({ command }) => command.commands.length === 0);
const named = <T extends { path: string[] }>(list: readonly T[]) =>
  list.map((entry) => [entry.path.join(' '), entry] as const);

/** What help prints, with the texts behind it, for which commander has no function. */
function helpText(command: Command): string {
  let text = '';
  command.configureOutput({ writeOut: (piece) => (text += piece) });
  command.outputHelp();
  return text;
}

/** How this command line fails, in this process. */
async function failure(...line: string[]): Promise<Failure> {
  const { program, args, called } = await commandLine(line);
  const silent = (command: Command): void => {
    command.configureOutput({ writeErr: () => {} });
    command.commands.forEach(silent);
  };
  silent(program);
  const error = await program.parseAsync(args, { from: 'user' }).catch((e: unknown) => e);
  return failureOf(error, called);
}

describe('every command is like the others', () => {
  it('there are as many as the documentation says', () => {
    expect(Object.keys(commands).length).toBeGreaterThan(24);
    expect(working.length).toBeGreaterThan(30);
  });

  test.each(named(all))('%s: a purpose, and examples of itself in the help', (name, { command }) => {
    expect(command.description()).not.toBe('');
    const text = helpText(command);
    expect(text).toContain('\nExamples:\n');
    expect(text.slice(text.indexOf('\nExamples:\n'))).toContain(`  econ ${name}`);
  });

  test.each(named(working))('%s: --json', (_, { command }) => {
    expect(command.options.map((option) => option.long)).toContain('--json');
    for (const option of command.options) expect([option.flags, option.description]).not.toContain('');
  });

  test.each(named(working))(
    '%s: an unknown option is an error of usage, in JSON too',
    async (name, { path }) => {
      const { diagnostic, exitCode } = await failure(...path, '--nonsense', '--json');
      expect(exitCode).toBe(2);
      expect(diagnostic).toEqual({
        code: 'cli/usage',
        where: `econ ${name}`,
        what: expect.stringMatching(/unknown option '--nonsense'|missing required|required option/),
        remedy: `See econ ${name} --help.`,
      });
    },
  );
});

describe('with --json standard output is one JSON value', () => {
  it.each([
    [['evaluate', '--model', '/no/such', '--data', 'x.csv'], 'base/cannot-read'],
    [['registers', 'rdl', '--generation', 'P9'], 'cli/usage'],
    [['registers', 'nonsense'], 'cli/usage'],
    [['nonsense'], 'cli/usage'],
  ])('%j', async (args, code) => {
    const { status, stdout, stderr } = await econ(...args, '--json');
    expect(status).toBe(2);
    expect(Object.keys(JSON.parse(stdout))).toEqual(['code', 'where', 'what', 'remedy']);
    expect(JSON.parse(stdout).code).toBe(code);
    // People read the same on standard error.
    expect(stderr).toContain(JSON.parse(stdout).what.split('\n')[0]);
  });

  it('of text too', async () => {
    const { stdout, status } = await econ('registers', 'rdl', '--json');
    expect([status, JSON.parse(stdout).generation]).toEqual([0, 'production']);
    expect(JSON.parse(stdout).text).toContain('addrmap');
  });
});

describe('help', () => {
  it.each([
    [['nonsense', '--help'], 2],
    [['registers', 'nonsense', '--help'], 2],
    [['help', 'nonsense'], 2],
    [[], 2],
    [['registers'], 2],
    [['help', 'registers', 'diff'], 0],
    [['--help'], 0],
    [['--version'], 0],
  ])('%j ends with %i', async (args, status) => {
    expect((await econ(...args)).status).toBe(status);
  });

  it('reads none of the rooms: the program starts without them', () => {
    const trace = [
      '--import',
      'data:text/javascript,import{register}from"node:module";register("data:text/javascript,"+encodeURIComponent("export async function load(u,c,n){if(u.includes(`/dist/`))process._rawDebug(u);return n(u,c)}"))',
    ];
    const { stderr } = spawnSync(process.execPath, [...trace, main, '--help'], { encoding: 'utf8' });
    const rooms = [...stderr.matchAll(/\/dist\/(\w+)\//g)].map(([, room]) => room);
    expect(rooms.length).toBeGreaterThan(5);
    expect([...new Set(rooms)].sort()).toEqual(['base', 'cli']);
  });
});

describe('an output is tried before its inputs are read', () => {
  const folder = scratch();
  const config = join(folder, 'init.yaml');
  writeFileSync(config, settingsToYaml(defaultSettings('production')));
  // A folder that is a file takes no files.
  const out = join(config, 'out');
  const none = join(folder, 'nothing');
  it.each([
    ['generate', '--out', `${out}.npz`],
    ['generate', '--out', join(folder, 'wafers.txt')],
    ['generate', '--modules', '--out', join(folder, 'wafers.npy')],
    ['rtl', '--model', none, '--out', out],
    ['simulate', '--model', none, '--vcd', out],
    ['sim', none, '--vcd', out],
    ['sim', none, '--saif', out],
    ['export', '--model', none, '--out', `${out}.onnx`],
    ['anomaly', '--model', none, '--usual', none, '--data', none, '--out', out],
    ['compare', '--data', none, '--html', out],
    ['conform', none, '--junit', out],
    ['emulate', '--config', config, '--input', none, '--output', out],
    ['decode', '--config', config, '--input', none, '--output', `${out}.csv`],
    ['decode', '--config', config, '--input', none, '--output', join(folder, 'd.csv'), '--packets', out],
    ['registers', 'convert', none, '--to', 'P1', '--output', out],
    ['train', '--data', none, '--run', out],
    ['flow', '--data', none, '--run', out],
    ['explore', '--data', none, '--run', out],
  ])('%s %s %s', async (...args) => {
    const { exitCode, diagnostic } = await failure(...args);
    expect([exitCode, diagnostic.code]).toEqual([
      2,
      expect.stringMatching(/^(base\/cannot-write|dataset\/(unknown-format|no-modules))$/),
    ]);
    expect(diagnostic.where).toContain(args[args.length - 1]);
    expect(readdirSync(folder).sort()).toEqual(['init.yaml']);
  });
});

/** Commands whose input has charges of trigger cells: `--data`, or a file to set beside. */
const readers = working.filter(({ command }) =>
  command.options.some(({ long }) => long === '--compare-with' || long === '--data'),
);

it.each(named([...readers, ...working.filter(({ path }) => path.join(' ') === 'modules train')]))(
  '%s: reads wafers as all commands do',
  (_, { command }) => {
    const options = command.options.map(({ flags }) => flags);
    expect(options).toEqual(
      expect.arrayContaining([
        '--columns <names>',
        '--dataset-path <name>',
        '--scale <factor>',
        '--max-wafers <n>',
      ]),
    );
  },
);

describe('standard output', () => {
  it.skipIf(!existsSync('/dev/full'))('that cannot be written is an error', () => {
    const full = openSync('/dev/full', 'w');
    const { status, stderr } = spawnSync(process.execPath, [main, 'registers', 'rdl'], {
      stdio: ['ignore', full, 'pipe'],
      encoding: 'utf8',
    });
    closeSync(full);
    expect(status).toBe(2);
    expect(stderr).toContain('no space left');
    expect(stderr).toContain('standard output');
  });

  it('that is open for reading only is an error', () => {
    const file = openSync(main, 'r');
    const { status, stderr } = spawnSync(process.execPath, [main, 'registers', 'rdl'], {
      stdio: ['ignore', file, 'pipe'],
      encoding: 'utf8',
    });
    closeSync(file);
    expect(status).toBe(2);
    expect(stderr).toContain('EBADF');
  });

  it('that nobody reads to the end is none', () => {
    const { status, stdout, stderr } = spawnSync(
      'bash',
      ['-c', `set -o pipefail; "${process.execPath}" "${main}" registers print | head -1`],
      { encoding: 'utf8' },
    );
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout.trim().split('\n')).toHaveLength(1);
  });
});

describe('the links of an encoder are 1 to 5', () => {
  it.each([
    ['train', '--etx', '6'],
    ['flow', '--etx', '0'],
    ['flow', '--compare-etx', '2,6'],
    ['shapes', '--etx', '13'],
    ['gap', '--data', 'x.csv', '--etx', '6'],
    ['explore', '--data', 'x.csv', '--etx', '6'],
    ['import', 'x.h5', '--etx', '6'],
    ['evaluate', '--model', 'm', '--data', 'x.csv', '--etx', '1..6'],
    ['compare', '--model', 'm', '--data', 'x.csv', '--etx', '6'],
    ['compare', '--data', 'x.csv', '--etx', '14'],
  ])('%s %s %s', async (...args) => {
    const { exitCode, diagnostic } = await failure(...args);
    expect(exitCode).toBe(2);
    expect(diagnostic.what + diagnostic.where).toMatch(/--(compare-)?etx/);
  });
});

it('Ctrl-C ends a search with 130 and keeps what it has', { timeout: 120_000 }, async () => {
  const folder = scratch();
  const data = join(folder, 'wafers.csv');
  const run = join(folder, 'e');
  expect((await econ('generate', '-q', '--wafers', '300', '-o', data)).status).toBe(0);
  const args = ['explore', '-q', '--data', data, '--run', run, '--wafers', '3000', '--json'];
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let stdout = '';
  child.stdout.on('data', (data) => {
    stdout += data;
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const trials = join(run, 'explore.json');
  while (child.exitCode === null && !existsSync(trials))
    await new Promise((resolve) => setTimeout(resolve, 50));
  child.kill('SIGINT');
  expect(await ended).toBe(130);
  const result = JSON.parse(stdout);
  expect([result.stopped, result.trials.length > 0]).toEqual(['aborted', true]);
  expect(JSON.parse(readFileSync(trials, 'utf8')).trials).toEqual(result.trials);
});
