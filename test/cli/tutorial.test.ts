import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { packageRoot } from '../../src/base/index.js';
import { econIn, scratch } from './run-cli.js';

const text = readFileSync(join(packageRoot, 'docs/tutorial.md'), 'utf8');
const commands = [...text.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block]) => block.trim().split('\n'));

it('every command of the tutorial does what it says', { timeout: 600_000 }, async () => {
  const folder = scratch();
  expect(commands.length).toBeGreaterThan(10);
  for (const command of commands) {
    const [program, ...args] = command.split(' ');
    expect(program).toBe('econ');
    const run = await econIn(folder, ...args);
    expect([command, run.status, run.status === 0 ? '' : run.stderr]).toEqual([command, 0, '']);
  }
  expect(statSync(join(folder, 'weights.bin')).size).toBe(1608);
  expect(statSync(join(folder, 'runs/aged/reload.i2c')).size).toBeGreaterThan(1000);
  const loaded = readFileSync(join(folder, 'load.i2c'), 'utf8');
  expect(loaded).not.toBe(readFileSync(join(folder, 'runs/aged/reload.i2c'), 'utf8'));
});
