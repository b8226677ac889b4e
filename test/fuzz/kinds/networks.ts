import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync, zipSync } from 'fflate';
import type { Random } from '../../../src/base/index.js';
import { readEncoder, readNetwork, writeEncoder } from '../../../src/exchange/index.js';
import { randomModel } from '../../model/sample.js';
import type { FuzzKind } from '../kind.js';
import { networks, texts } from './texts.js';

/** Either half of what may be an autoencoder. */
async function read(path: string, random: Random): Promise<void> {
  if (random.below(8) === 0) await readNetwork(path, 'decoder');
  else await readEncoder(path, { rounding: 'nearest', etx: 1 + random.below(5) });
}

async function exported(folder: string, name: string): Promise<[string, Uint8Array]> {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, name);
  await writeEncoder(path, { ...randomModel(3), arithmetic: 'exact' });
  return [name, readFileSync(path)];
}

/** One of two files that belong together is changed. */
const pair = (
  archive: string,
  changed: string,
  kept: string,
): (() => Promise<ReadonlyMap<string, Uint8Array>>) => {
  return async () => {
    const files = networks(archive, /_weights\.|json_hdf5\./);
    return new Map([
      [changed, files.get(changed)!],
      [`+${kept}`, files.get(kept)!],
    ]);
  };
};
const K2 = 'kf_plain_json_hdf5';
const K3 = 'k3_plain_weights';
const keras = [
  '"QDense"',
  '"quantized_bits"',
  '"Lambda"',
  '"Conv2D"',
  '"relu"',
  'null',
  '[null, 48]',
  '"softmax"',
  '"Functional"',
  '-1',
  '1e300',
];

export const networkKinds: readonly FuzzKind[] = [
  {
    name: 'ONNX',
    share: 12_000,
    slice: 40,
    seeds: async () => networks('onnx.zip', /\.onnx$/),
    words: ['Gemm', 'Conv', 'MatMul', 'Relu', 'Quant', 'auto_pad', 'axis'],
    read,
  },
  {
    name: 'QONNX and Brevitas',
    share: 12_000,
    slice: 30,
    seeds: async (folder) =>
      new Map([
        ...networks('torch.zip', /^(bv|pt).*\.onnx$/),
        await exported(folder, 'ours.onnx'),
        await exported(folder, 'ours.plain.onnx'),
      ]),
    words: ['Quant', 'QuantizeLinear', 'qonnx.custom_op.general', 'ROUND', 'FLOOR'],
    read,
  },
  {
    name: 'ONNX, external data',
    share: 6_000,
    slice: 20,
    seeds: async () => {
      const files = networks('torch.zip', /^pd_.*\.(onnx|data)$/);
      return new Map([...files].map(([name, bytes]) => [name.endsWith('.data') ? `+${name}` : name, bytes]));
    },
    words: [
      '../secret',
      '/etc/passwd',
      '..\\secret',
      './',
      'location',
      'offset',
      'length',
      '18446744073709551615',
      '.',
    ],
    read,
  },
  {
    name: 'frozen graph',
    share: 10_000,
    slice: 30,
    seeds: async () => networks('keras2.zip', /\.(pb|pbtxt)$/),
    words: [
      'Const',
      'Placeholder',
      'Conv2D',
      'MatMul',
      'Identity',
      'FusedBatchNormV3',
      'SAME',
      'NHWC',
      'T',
      'value',
    ],
    read,
  },
  {
    name: 'Keras HDF5',
    share: 5_000,
    slice: 6,
    seeds: async (folder) =>
      new Map([...networks('keras2.zip', /^k(2_act|f).*\.(h5|hdf5)$/), await exported(folder, 'ours.h5')]),
    words: keras,
    read,
  },
  {
    name: 'Keras JSON beside HDF5',
    share: 4_000,
    slice: 4,
    seeds: pair('keras2.zip', `${K2}.json`, `${K2}.hdf5`),
    words: keras,
    read,
  },
  {
    name: 'Keras HDF5 beside JSON',
    share: 2_000,
    slice: 2,
    seeds: pair('keras2.zip', `${K2}.hdf5`, `${K2}.json`),
    read,
  },
  {
    name: 'Keras 3 JSON beside weights',
    share: 2_000,
    slice: 2,
    seeds: pair('keras3.zip', `${K3}.json`, `${K3}.weights.h5`),
    words: keras,
    read,
  },
  {
    name: 'Keras 3 weights beside JSON',
    share: 1_000,
    slice: 2,
    seeds: pair('keras3.zip', `${K3}.weights.h5`, `${K3}.json`),
    read,
  },
  {
    name: '.keras',
    share: 2_000,
    slice: 4,
    seeds: async () => networks('keras3.zip', /\.keras$/),
    read,
  },
  {
    name: '.keras, its config.json',
    share: 4_000,
    slice: 4,
    seeds: async () => {
      const inner = unzipSync(
        networks('keras3.zip', /^k3_plain.*\.keras$/)
          .values()
          .next().value!,
      );
      return new Map([['plain.keras', inner['config.json']]]);
    },
    words: keras,
    pack: (bytes) => {
      const whole = unzipSync(
        networks('keras3.zip', /^k3_plain.*\.keras$/)
          .values()
          .next().value!,
      );
      return zipSync(
        { ...whole, 'config.json': bytes, '../outside.txt': bytes.subarray(0, 4) },
        { level: 0 },
      );
    },
    read,
  },
  {
    name: 'tensors and Keras JSON',
    share: 30_000,
    slice: 80,
    seeds: async () =>
      texts({
        'tensors.json': JSON.stringify({
          tensors: {
            'encoder/dense/kernel': { shape: [48, 2], data: new Array(96).fill(0.25) },
            'encoder/dense/bias': { shape: [2], data: [0.5, 0] },
          },
        }),
        'keras.json': JSON.stringify({
          class_name: 'Sequential',
          config: {
            name: 'encoder',
            layers: [
              { class_name: 'InputLayer', config: { name: 'i', batch_input_shape: [null, 48] } },
              { class_name: 'Dense', config: { name: 'd', units: 4, activation: 'relu', use_bias: true } },
            ],
          },
        }),
      }),
    words: keras,
    read,
  },
  {
    name: 'NPZ of a network',
    share: 10_000,
    slice: 30,
    seeds: async (folder) => new Map([await exported(folder, 'encoder.npz')]),
    read,
  },
];
