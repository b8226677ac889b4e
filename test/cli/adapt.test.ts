import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { sha256 } from '../../src/base/index.js';
import { layers } from '../../src/chips/index.js';
import { defaultGenerator, generateWafers, wafers, writeWafers } from '../../src/dataset/index.js';
import { unpackWeights } from '../../src/encoder/index.js';
import { loadModel } from '../../src/model/index.js';
import { econ, scratch, startEcon } from './run-cli.js';

it('adapts to dead cells, keeps the old conditions, and goes on after a kill', {
  timeout: 300_000,
}, async () => {
  const folder = scratch();
  const file = (name: string): string => join(folder, name);
  const old = generateWafers({ ...defaultGenerator, seed: 3, wafers: 900 }).batch;
  // Every third cell is dead.
  const dead = wafers(
    generateWafers({ ...defaultGenerator, seed: 4, wafers: 900 }).batch.charges.map((q, i) =>
      i % 3 === 0 ? 0 : q,
    ),
  );
  await writeWafers(file('old.npz'), old);
  await writeWafers(file('dead.npz'), dead);
  const trained = await econ(
    'train',
    '--run',
    file('first'),
    '--data',
    file('old.npz'),
    '--epochs',
    '30',
    '--compare-etx',
    '5',
    '-q',
  );
  expect(trained.status).toBe(0);

  const model = file('first/model');
  const args = [
    '--model',
    model,
    '--data',
    file('dead.npz'),
    '--replay',
    file('old.npz'),
    '--wafers',
    '400000',
    '-q',
  ];
  const whole = await econ('adapt', ...args, '--run', file('whole'));
  expect(whole.status).toBe(0);
  const json = JSON.parse((await econ('adapt', ...args, '--run', file('whole'), '--json')).stdout);
  expect(json.data.after).toBeLessThan(json.data.before - 0.02);
  expect(json.replay.after).toBeLessThan(json.replay.before + 0.05);
  expect(json.changed.conv + json.changed.dense).toBeGreaterThan(10);
  expect(whole.stdout).toContain(
    `new data       ${json.data.before.toFixed(3)}  ${json.data.after.toFixed(3)}`,
  );

  // The script holds the weights of the new model.
  const text = readFileSync(file('whole/reload.i2c'), 'utf8');
  const { bytes } = layers([{ text, name: 'reload.i2c' }]).image;
  expect(unpackWeights(bytes.subarray(0x600, 0x600 + 1608))).toEqual(loadModel(file('whole/model')).encoder);

  const child = startEcon('adapt', ...args, '--run', file('killed'));
  await new Promise((resolve) => setTimeout(resolve, 2500));
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('close', resolve));
  expect((await econ('adapt', ...args, '--run', file('killed'))).status).toBe(0);
  for (const name of ['model/weights.bin', 'reload.i2c', 'adapt.json'])
    expect(sha256(readFileSync(file(`killed/${name}`))), name).toBe(
      sha256(readFileSync(file(`whole/${name}`))),
    );

  const other = await econ('adapt', ...args, '--run', file('whole'), '--seed', '2');
  expect([other.status, other.stderr]).toEqual([2, expect.stringMatching(/flow\/other-settings/)]);
});
