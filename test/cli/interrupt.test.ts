import { spawn } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { beforeAll, expect, it } from 'vitest';
import { packageRoot } from '../../src/base/index.js';
import { defaultSettings } from '../../src/blocks/index.js';
import { settingsToYaml } from '../../src/chips/index.js';
import { defaultGenerator, generateWafers, wafers, writeWafers } from '../../src/dataset/index.js';
import { saveModel } from '../../src/model/index.js';
import { randomModel } from '../model/sample.js';
import { scratch } from './run-cli.js';

const main = join(packageRoot, 'dist', 'cli', 'main.js');
const folder = scratch();

const at = (name: string): string => join(folder, name);

/** Says when the command has made its own of the signals; what comes before is the system's. */
const TELL = `data:text/javascript,${encodeURIComponent(
  "process.on('newListener', (name) => name === 'SIGINT' && setImmediate(() => process._rawDebug('armed')));",
)}`;

/** Some commands are at work then, some still read their data or load their rooms: each has to end. */
const WORK_MS = 2500;

beforeAll(async () => {
  const { batch } = generateWafers({ ...defaultGenerator, wafers: 12_000 });
  await writeWafers(at('wafers.npy'), { ...batch, modules: undefined });
  // What is done to a wafer in no time needs many of them to be at work still.
  const many = new Uint32Array(20 * batch.charges.length);
  for (let i = 0; i < many.length; i += batch.charges.length) many.set(batch.charges, i);
  await writeWafers(at('many.npy'), wafers(many));
  writeFileSync(at('init.yaml'), settingsToYaml(defaultSettings('production')));
  writeFileSync(
    at('count.v'),
    'module count(input clk, input rst, output reg [31:0] q);\n' +
      '  always @(posedge clk) if (rst) q <= 0; else q <= q + 1;\nendmodule\n',
  );
  saveModel(at('model'), randomModel(1));
}, 60_000);

const HEADER = `${Array.from({ length: 12 }, (_, i) => `RX_DATA_${i}`).join(',')}\n`;
const ROWS = `${'a0000000,'.repeat(11)}a0000000\n`.repeat(1000);

/** Link words without an end. */
function* words(): Generator<string> {
  yield HEADER;
  for (;;) yield ROWS;
}

const cycles = ['--cycles', '2000000000'];
const data = ['--data', at('wafers.npy')];
const model = ['--model', at('model')];

it.concurrent.each([
  ['sim', at('count.v'), ...cycles],
  ['sim', at('count.v'), ...cycles, '--saif', at('new.saif')],
  ['sim', at('count.v'), ...cycles, '--timeout', '100'],
  ['simulate', ...model, '--bx', '65536'],
  ['emulate', '--config', at('init.yaml'), '--input', '-', '--output', at('new.csv')],
  ['generate', '--wafers', '500000', '-o', at('new.npz')],
  ['profile', ...model, '--data', at('many.npy')],
  ['compare', ...data, '--html', at('new.html'), '--json'],
  ['evaluate', ...model, ...data],
  ['anomaly', ...model, '--usual', at('wafers.npy'), '--data', at('many.npy')],
  ['gap', ...data],
  ['import', at('model'), ...data, '--fine-tune', '--run', at('import')],
  ['train', ...data, '--run', at('train')],
  ['adapt', ...model, ...data, '--run', at('adapt')],
  ['flow', ...data, '--run', at('flow')],
])('%s ends at Ctrl-C with 130 and a line', { timeout: 120_000 }, async (...args) => {
  // A group of its own, as a terminal makes: Ctrl-C reaches all that is in it.
  const child = spawn(process.execPath, ['--import', TELL, main, ...args], {
    detached: true,
    stdio: [args.includes('-') ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1' },
  });
  // The end of the command breaks the pipe.
  if (child.stdin) Readable.from(words()).pipe(child.stdin.on('error', () => {}));
  let stdout = '';
  let stderr = '';
  let armed = false;
  child.stdout?.on('data', (piece) => {
    stdout += piece;
  });
  child.stderr?.on('data', (piece) => {
    stderr += piece;
    if (!armed && stderr.includes('armed')) {
      armed = true;
      setTimeout(() => process.kill(-(child.pid as number), 'SIGINT'), WORK_MS);
    }
  });
  const status = await new Promise((resolve) => child.once('close', resolve));
  expect([status, stderr]).toEqual([130, expect.stringMatching(/^econ( \w+)?: interrupted\.$/m)]);
  expect(stderr.match(/interrupted/g)).toHaveLength(1);
  expect(stdout === '' || JSON.parse(stdout).code === 'cli/interrupted').toBe(true);
});

it('nothing half written is left', () => {
  const made = readdirSync(folder).filter((name) => /^new|tmp$/.test(name));
  expect(made).toEqual([]);
  for (const run of ['flow', 'train', 'adapt', 'import'].filter((name) => existsSync(at(name))))
    expect(readdirSync(at(run)).filter((name) => /lock|tmp/.test(name))).toEqual([]);
});
