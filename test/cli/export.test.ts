import { existsSync } from 'node:fs';
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
  expect(readSettings(join(folder, 'a.yaml')).weights.denseKernel).toEqual(model.encoder.denseKernel);
  const bad = await write('a.txt');
  expect([bad.status, bad.stderr]).toEqual([2, expect.stringMatching(/a\.txt.*\.onnx, \.h5, \.npz/s)]);
});
