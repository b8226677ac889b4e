import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readSettings } from '../../src/chips/index.js';
import { saveModel } from '../../src/model/index.js';
import { randomModel } from '../model/sample.js';
import { econ, scratch } from './run-cli.js';

it('exports a model, and says whether it is bit-exact', { timeout: 60_000 }, async () => {
  const folder = scratch();
  const model = randomModel(4);
  saveModel(join(folder, 'model'), model);
  const write = (name: string, ...more: string[]) =>
    econ('export', '--model', join(folder, 'model'), '-o', join(folder, name), ...more);
  const onnx = await write('a.onnx');
  expect([onnx.status, onnx.stderr, onnx.stdout]).toEqual([
    0,
    '',
    expect.stringMatching(/QONNX\. Not bit-exact/),
  ]);
  expect(existsSync(join(folder, 'a.onnx'))).toBe(true);
  const yaml = await write('a.yaml', '--json');
  expect(JSON.parse(yaml.stdout)).toMatchObject({ format: 'ECON-T settings', bitExact: true });
  expect(readSettings(join(folder, 'a.yaml')).weights.layers[1].kernel).toEqual(
    model.encoder.layers[1].kernel,
  );
  const bad = await write('a.txt');
  expect([bad.status, bad.stderr]).toEqual([2, expect.stringMatching(/a\.txt.*\.onnx, \.h5, \.npz/s)]);
});

it('reads the I2C script of an export back, in every command and as i2ctransfer', {
  timeout: 60_000,
}, async () => {
  const folder = scratch();
  const path = (name: string): string => join(folder, name);
  const model = randomModel(4);
  saveModel(path('model'), model);
  const exported = await econ('export', '--model', path('model'), '-o', path('a.i2c'));
  expect(exported.stdout).toContain('Bit-exact (read back: all 2144 weights are equal');
  expect(readSettings(path('a.i2c')).weights).toEqual(model.encoder);
  const check = await econ('registers', 'check', path('a.i2c'));
  expect([check.status, check.stdout]).toEqual([0, expect.stringContaining('a.i2c: good')]);

  const text = readFileSync(path('a.i2c'), 'utf8');
  const transfers = text.replace(
    /^write (..) (..)(..)((?: [0-9a-f]{2})+)/gm,
    (_, device, high, low, bytes: string) => {
      const words = [high, low, ...bytes.trim().split(' ')].map((byte) => `0x${byte}`);
      return `i2ctransfer -y 1 w${words.length}@0x${device} ${words.join(' ')}`;
    },
  );
  expect(transfers).not.toContain('\nwrite');
  writeFileSync(path('transfers.sh'), transfers);
  for (const [to, name] of [
    ['script', 'b.i2c'],
    ['production', 'b.yaml'],
    ['P1', 'p1.yaml'],
    ['bytes', 'b.txt'],
  ]) {
    const made = await econ('registers', 'convert', path('a.i2c'), '--to', to, '-o', path(name));
    expect([to, made.status]).toEqual([to, 0]);
  }
  for (const other of ['transfers.sh', 'b.i2c', 'b.yaml', 'p1.yaml', 'b.txt']) {
    const { status, stdout } = await econ('registers', 'diff', path('a.i2c'), path(other));
    expect([other, status, stdout]).toEqual([other, 0, 'equal\n']);
  }
  const printed = await econ('registers', 'print', path('transfers.sh'), '--block', 'Encoder');
  expect(printed.stdout).toBe((await econ('registers', 'print', path('a.i2c'), '--block', 'Encoder')).stdout);
  writeFileSync(
    path('c.i2c'),
    text.replace(/^write 20 0600 ../m, (head) => head.replace(/..$/, (b) => (b === '00' ? '01' : '00'))),
  );
  expect((await econ('registers', 'diff', path('a.i2c'), path('c.i2c'))).status).toBe(1);
});
