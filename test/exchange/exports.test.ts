import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type ExportCheck, renderCheck, writeEncoder } from '../../src/exchange/index.js';
import { type OnnxGraph, onnxSchema } from '../../src/exchange/onnx/schema.js';
import { decodeMessage } from '../../src/exchange/reading/protobuf.js';
import { optionShapes } from '../chips/shapes.js';
import { modelOf } from './models.js';

// What the tools ask of a file, as seen by loading exports in them (npm run campaign:exchange).
const folder = mkdtempSync(join(tmpdir(), 'econ-exports-'));
const shapes = [
  undefined,
  '4x4x3 image, stride 1',
  'dense layer, latents of different bits',
  'latents of neighbouring cells',
] as const;
const modelOfName = (name: (typeof shapes)[number]) =>
  modelOf(name === undefined ? undefined : optionShapes[name], 'exact');

test.each([undefined, ...Object.keys(optionShapes)])(
  '%s: every export is read back and compared',
  async (name) => {
    for (const arithmetic of ['exact', 'econt'] as const) {
      const model = modelOf(name === undefined ? undefined : optionShapes[name], arithmetic);
      for (const end of ['.onnx', '.plain.onnx', '.npz']) {
        const { check, bitExact } = await writeEncoder(join(folder, `any${end}`), model);
        expect(check?.values).toBeGreaterThan(end === '.npz' ? 90 : 1000);
        const same = check?.equal === check?.values;
        if (arithmetic === 'exact' || end === '.npz') expect([end, same]).toEqual([end, true]);
        // A floor of every product is a floor of the sum where each output has one product.
        else if (name === undefined) expect([end, same]).toEqual([end, false]);
        // Which latents are sent is in no graph.
        if (end !== '.npz') expect(bitExact).toBe(same && model.shape?.latents.largest === undefined);
      }
    }
  },
);

test('a Keras export is not called bit-exact, and the difference is told', async () => {
  const { check, bitExact } = await writeEncoder(join(folder, 'model.h5'), modelOf(undefined, 'exact'));
  expect(bitExact).toBe(false);
  expect(check).toMatchObject({ compared: 'latents', wafers: 200, values: 3200 });
  expect(check?.largest).toBeGreaterThan(1);
  expect(renderCheck(check as ExportCheck)).toMatch(
    /of 3200 latents of 200 wafers differ .* steps of 1\/256/,
  );
});

describe.each(shapes)('%s', (name) => {
  test('Keras 3 finds a group for every layer; Keras 2.11 takes no `trainable` for an input', async () => {
    const path = join(folder, 'model.h5');
    await writeEncoder(path, modelOfName(name));
    const h5 = await import('h5wasm/node');
    await h5.ready;
    const file = new h5.File(path, 'r');
    const config = JSON.parse(String(file.attrs.model_config.value)) as {
      config: { layers: { name: string; class_name: string; config: object }[] };
    };
    const weights = file.get('model_weights');
    if (!(weights instanceof h5.Group)) throw new Error('model_weights is no group');
    const { layers } = config.config;
    expect(weights.keys().sort()).toEqual(layers.map((layer) => layer.name).sort());
    expect(layers[0].class_name).toBe('InputLayer');
    expect(layers.map((layer) => 'trainable' in layer.config)).toEqual(layers.map((_, i) => i > 0));
    file.close();
  });

  test('qonnx and hls4ml: nodes named, one wafer a batch, channels last outside, all of a convolution told', async () => {
    const path = join(folder, 'model.onnx');
    await writeEncoder(path, modelOfName(name));
    const { graph } = decodeMessage<{ graph: OnnxGraph }>(onnxSchema, 'ModelProto', readFileSync(path), path);
    const names = graph.node.map((node) => node.name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).not.toContain('');
    // The executor of qonnx takes no value whose sides are not told.
    expect(graph.value_info).toHaveLength(graph.node.length - 1);
    const sides = graph.input[0].type?.tensor_type?.shape?.dim.map((d) => Number(d.dim_value));
    expect(sides).toEqual(
      name === undefined ? [1, 8, 8, 1] : name === '4x4x3 image, stride 1' ? [1, 4, 4, 3] : [1, 48],
    );
    for (const conv of graph.node.filter((node) => node.op_type === 'Conv'))
      expect(conv.attribute.map((a) => a.name).sort()).toEqual([
        'dilations',
        'group',
        'kernel_shape',
        'pads',
        'strides',
      ]);
  });
});
