import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { packageRoot, Random } from '../../src/base/index.js';
import {
  type EncoderWeights,
  encoderLayers,
  encoderShape,
  nearestMultiplier,
  type ShapeInput,
} from '../../src/encoder/index.js';
import {
  chipDifference,
  executeNetwork,
  type LoweredNetwork,
  readEncoder,
  writeEncoder,
} from '../../src/exchange/index.js';
import { onnxSchema } from '../../src/exchange/onnx/schema.js';
import { encodeMessage } from '../../src/exchange/reading/protobuf.js';
import { writeHdf5 } from '../../src/exchange/write-hdf5.js';
import type { Model } from '../../src/model/index.js';
import { optionShapes } from '../chips/shapes.js';
import { randomModel } from '../model/sample.js';

const folder = mkdtempSync(join(tmpdir(), 'econ-formats-'));
const options = { rounding: 'nearest', etx: 5 } as const;
const random = new Random(5);
const n = 40;
const x = Uint8Array.from({ length: 48 * n }, () => (random.below(3) === 0 ? random.below(200) : 0));
const values = (count: number, scale: number): number[] =>
  Array.from({ length: count }, () => Math.fround(scale * random.normal()));

/** A model of a shape with random weights of all sizes. */
function modelOf(input: ShapeInput | undefined, arithmetic: Model['arithmetic']): Model {
  const model = { ...randomModel(3), arithmetic };
  if (!input) return model;
  const shape = encoderShape(input);
  const layers = encoderLayers(shape).map((layer) => ({
    kernel: Int8Array.from({ length: layer.kernelRows * layer.channels }, () =>
      nearestMultiplier(layer.weights, 2 * random.uniform() - 1),
    ),
    bias: Int8Array.from({ length: layer.biases }, () => random.below(64) - 32),
  }));
  return { ...model, shape, encoder: { shape, layers }, latentBits: shape.latents.bits };
}

/** What the network itself makes: of its latents, or of the layer before. */
function networkValues(network: LoweredNetwork, layer: number): number[] {
  const made = executeNetwork(network, x, n);
  const { outputs } = network.layers[layer];
  return Array.from({ length: n * outputs.length }, (_, i) => {
    const { value, index } = outputs[i % outputs.length]!;
    const { data } = made.get(value)!;
    return data[Math.floor(i / outputs.length) * (data.length / n) + index];
  });
}

const integers = (encoder: EncoderWeights) => encoder.layers.map((t) => [[...t.kernel], [...t.bias]]);

describe('QONNX', () => {
  const fixedShapes = [
    'dense layer, latents of different bits',
    'two dense layers behind a 2x2 convolution',
    '4x4x3 image, stride 1',
  ];
  test.each([undefined, ...fixedShapes])('%s: what is written is what the chip computes', async (name) => {
    const model = modelOf(name === undefined ? undefined : optionShapes[name], 'exact');
    const path = join(folder, 'model.onnx');
    expect((await writeEncoder(path, model)).bitExact).toBe(true);
    const read = await readEncoder(path, options);
    expect(read.kind).toBe('QONNX model');
    expect(integers(read.weights)).toEqual(integers(model.encoder));
    expect(chipDifference(read.network!, read.weights, 'exact', x, n).bitExact).toBe(true);
    expect(chipDifference(read.network!, read.weights, 'econt', x, n).bitExact).toBe(false);
  });

  test('weights of all kinds are real numbers that a graph holds exactly', async () => {
    const inexact: string[] = [];
    for (const [name, shape] of Object.entries(optionShapes)) {
      const path = join(folder, 'any.onnx');
      const model = modelOf(shape, 'econt');
      const layers = encoderLayers(encoderShape(shape));
      const { bitExact } = await writeEncoder(path, model);
      if (!bitExact) inexact.push(name);
      // A graph that floors every sum is exact where no product is floored; and it never chooses the largest.
      const floors = layers.some(({ shift }) => shift > 0);
      if (encoderShape(shape).latents.largest !== undefined) expect([name, bitExact]).toEqual([name, false]);
      else if (!floors) expect([name, bitExact]).toEqual([name, true]);
      const { network } = await readEncoder(path, options);
      const largest = Math.max(...model.encoder.layers[0].kernel.map(Math.abs));
      const { fraction } = layers[0].weights;
      expect([name, Math.max(...network!.layers[0].kernel.map(Math.abs))]).toEqual([
        name,
        largest * 2 ** -fraction,
      ]);
    }
    expect(inexact).toEqual(expect.arrayContaining(['binary weights', '4x4x3 image, stride 1']));
  });
});

test('a Keras file has the weights of the chip, and comes back as they were', async () => {
  const model = modelOf(undefined, 'econt');
  const path = join(folder, 'model.h5');
  expect((await writeEncoder(path, model)).bitExact).toBe(false);
  const read = await readEncoder(path, options);
  expect(read.kind).toBe('Keras model');
  expect(integers(read.weights)).toEqual(integers(model.encoder));
  // A dense layer with zeros stands for local fields.
  const local = modelOf(optionShapes['latents of neighbouring cells'], 'econt');
  await writeEncoder(path, local);
  const { network } = await readEncoder(path, options);
  expect(network!.layers[0].kernel.filter((v) => v !== 0).length).toBeLessThanOrEqual(16 * 5);
});

test('NumPy arrays hold the integers', async () => {
  const model = modelOf(undefined, 'econt');
  const path = join(folder, 'model.npz');
  await writeEncoder(path, model);
  const bytes = unzipSync(readFileSync(path))['latents_kernel.npy'];
  const start = 10 + bytes[8] + 256 * bytes[9];
  expect(Buffer.from(bytes.subarray(10, start)).toString()).toContain(
    "'|i1', 'fortran_order': False, 'shape': (16, 128,)",
  );
  expect([...new Int8Array(bytes.slice(start).buffer)]).toEqual([...model.encoder.layers[1].kernel]);
});

/** A 4x4x3 encoder as other tools have it. */
const conv = { kernel: values(3 * 3 * 3 * 2, 0.4), bias: values(2, 0.1) };
const dense = { kernel: values(32 * 5, 0.4), bias: values(5, 0.2) };

function kerasLayer(kind: string, name: string, config: object): object {
  return { class_name: kind, name, config: { name, ...config } };
}

/** Weights under the groups where Keras puts those of a model in a model. */
async function weightFile(path: string): Promise<void> {
  await writeHdf5(path, (file) => {
    const group = file.create_group('encoder');
    for (const [name, { kernel, bias }, shape] of [
      ['conv', conv, [3, 3, 3, 2]],
      ['latents', dense, [32, 5]],
    ] as const) {
      const inner = group.create_group(name);
      inner.create_dataset({ name: 'kernel:0', data: Float32Array.from(kernel), shape: [...shape] });
      inner.create_dataset({ name: 'bias:0', data: Float32Array.from(bias), shape: [bias.length] });
    }
  });
}

function architecture(padding = 'same', activation: unknown = 'relu', quantizer?: unknown): string {
  const encoder = {
    class_name: 'Sequential',
    config: {
      name: 'encoder',
      layers: [
        kerasLayer('InputLayer', 'in', { batch_input_shape: [null, 4, 4, 3] }),
        kerasLayer(quantizer ? 'QConv2D' : 'Conv2D', 'conv', {
          filters: 2,
          kernel_size: [3, 3],
          padding,
          strides: [1, 1],
          activation: 'linear',
          ...(quantizer ? { kernel_quantizer: quantizer, bias_quantizer: null } : {}),
        }),
        kerasLayer(quantizer ? 'QActivation' : 'Activation', 'act', { activation }),
        kerasLayer('Flatten', 'flat', {}),
        kerasLayer('Dense', 'latents', { units: 5, activation: 'relu' }),
      ],
    },
  };
  const decoder = { class_name: 'Functional', config: { name: 'decoder', layers: [encoder] } };
  return JSON.stringify({
    class_name: 'Functional',
    config: { name: 'autoencoder', layers: [encoder, decoder] },
  });
}

/** The same as ONNX, flattened channels first, the dense layer as Gemm with its kernel turned. */
function onnxFile(path: string, change: (node: Record<string, unknown>) => object = (node) => node): void {
  const turned = new Float32Array(32 * 5);
  for (let p = 0; p < 16; p++)
    for (let f = 0; f < 2; f++)
      for (let o = 0; o < 5; o++) turned[o * 32 + f * 16 + p] = dense.kernel[(p * 2 + f) * 5 + o];
  const filters = new Float32Array(54);
  for (let k = 0; k < 9; k++)
    for (let c = 0; c < 3; c++)
      for (let f = 0; f < 2; f++) filters[(f * 3 + c) * 9 + k] = conv.kernel[(k * 3 + c) * 2 + f];
  const tensor = (name: string, dims: number[], data: ArrayLike<number>) => ({
    name,
    dims,
    data_type: 1,
    float_data: Array.from(data),
  });
  const floats = (name: string, sides: (string | number)[]) => ({
    name,
    type: {
      tensor_type: {
        elem_type: 1,
        shape: { dim: sides.map((d) => (typeof d === 'string' ? { dim_param: d } : { dim_value: d })) },
      },
    },
  });
  const node = (op: string, input: string[], output: string, attribute: object[] = []) =>
    change({ op_type: op, name: output, input, output: [output], attribute });
  const graph = {
    node: [
      node('Conv', ['wafer', 'w', 'b'], 'sum', [
        { name: 'pads', type: 7, ints: [1, 1, 1, 1] },
        { name: 'strides', type: 7, ints: [1, 1] },
      ]),
      node('Relu', ['sum'], 'relu'),
      node('Flatten', ['relu'], 'flat'),
      node('Gemm', ['flat', 'dw', 'db'], 'dense', [{ name: 'transB', type: 2, i: 1 }]),
      node('Relu', ['dense'], 'latents'),
    ],
    input: [floats('wafer', ['n', 3, 4, 4])],
    output: [floats('latents', ['n', 5])],
    initializer: [
      tensor('w', [2, 3, 3, 3], filters),
      tensor('b', [2], conv.bias),
      tensor('dw', [5, 32], turned),
      tensor('db', [5], dense.bias),
    ],
  };
  writeFileSync(
    path,
    encodeMessage(onnxSchema, 'ModelProto', { ir_version: 8, opset_import: [{ version: 16 }], graph }),
  );
}

const graphSchema = `syntax = "proto3";
message GraphDef { repeated NodeDef node = 1; }
message NodeDef { string name = 1; string op = 2; repeated string input = 3; map<string, AttrValue> attr = 5; }
message AttrValue { ListValue list = 1; bytes s = 2; int32 type = 6; Shape shape = 7; TensorProto tensor = 8; }
message ListValue { repeated int64 i = 3; }
message TensorProto { int32 dtype = 1; Shape tensor_shape = 2; bytes tensor_content = 4; repeated float float_val = 5; repeated int32 int_val = 7; }
message Shape { repeated Dim dim = 2; }
message Dim { int64 size = 1; }`;

function graphFile(path: string, padding = 'SAME', last = 'Relu'): void {
  const constant = (name: string, shape: number[], data: number[]) => {
    const equal = data.every((v) => v === data[0]);
    const content = equal
      ? { float_val: [data[0]] }
      : { tensor_content: Buffer.from(Float32Array.from(data).buffer) };
    return constantOf(name, { dtype: 1, ...content }, shape);
  };
  const constantOf = (name: string, content: object, shape: number[]) => {
    const tensor = { tensor_shape: { dim: shape.map((size) => ({ size })) }, ...content };
    return { name, op: 'Const', attr: { value: { tensor } } };
  };
  const node = [
    {
      name: 'in',
      op: 'Placeholder',
      attr: { dtype: { type: 1 }, shape: { shape: { dim: [-1, 4, 4, 3].map((size) => ({ size })) } } },
    },
    constant('w', [3, 3, 3, 2], conv.kernel),
    constant('b', [2], conv.bias),
    { name: 'w/read', op: 'Identity', input: ['w'] },
    {
      name: 'conv',
      op: 'Conv2D',
      input: ['in', 'w/read'],
      attr: { padding: { s: Buffer.from(padding) }, strides: { list: { i: [1, 1, 1, 1] } } },
    },
    { name: 'biased', op: 'BiasAdd', input: ['conv', 'b'] },
    { name: 'relu', op: 'Relu', input: ['biased'] },
    constant('dw', [32, 5], dense.kernel),
    constant('db', [5], dense.bias),
    constantOf('flat/shape', { dtype: 3, int_val: [-1, 32] }, [2]),
    { name: 'flat', op: 'Reshape', input: ['relu', 'flat/shape'] },
    { name: 'dense', op: 'MatMul', input: ['flat', 'dw'] },
    { name: 'dense/biased', op: 'BiasAdd', input: ['dense', 'db'] },
    { name: 'out', op: last, input: ['dense/biased'] },
  ];
  writeFileSync(path, encodeMessage(graphSchema, 'GraphDef', { node }));
}

test('one network in four formats is one network', async () => {
  const tensors = {
    'conv/kernel': { shape: [3, 3, 3, 2], data: conv.kernel },
    'conv/bias': { shape: [2], data: conv.bias },
    'latents/kernel': { shape: [32, 5], data: dense.kernel },
    'latents/bias': { shape: [5], data: dense.bias },
  };
  writeFileSync(join(folder, 'tensors.json'), JSON.stringify({ tensors }));
  writeFileSync(join(folder, 'keras.json'), architecture());
  await weightFile(join(folder, 'keras.h5'));
  onnxFile(join(folder, 'net.onnx'));
  graphFile(join(folder, 'net.pb'));
  const files = ['tensors.json', 'keras.json', 'keras.h5', 'net.onnx', 'net.pb'];
  const read = await Promise.all(files.map((file) => readEncoder(join(folder, file), options)));
  const [first] = read;
  expect(first.weights.shape).toMatchObject({ image: '4x4x3', conv: { filters: 2, kernel: 3, stride: 1 } });
  expect(read.map(({ kind }) => kind)).toEqual([
    'Keras tensors',
    'Keras model',
    'Keras model',
    'ONNX model',
    'frozen TensorFlow graph',
  ]);
  const latents = networkValues(first.network!, 1);
  expect(latents.some((v) => v > 0)).toBe(true);
  for (const { network, weights } of read.slice(1)) {
    expect(integers(weights)).toEqual(integers(first.weights));
    const own = networkValues(network!, 1);
    // Single precision, other orders of additions.
    expect(Math.max(...own.map((v, i) => Math.abs(v - latents[i])))).toBeLessThan(1e-6);
  }
});

test('quantisers of QKeras give weights and formats', async () => {
  const quantised = (bits: number) => ({
    class_name: 'quantized_bits',
    config: { bits, integer: 0, alpha: 1 },
  });
  writeFileSync(join(folder, 'q.json'), architecture('same', 'quantized_relu(6,2)', quantised(4)));
  await weightFile(join(folder, 'q.h5'));
  const { kind, network, weights } = await readEncoder(join(folder, 'q.json'), options);
  expect(kind).toBe('QKeras model');
  expect(weights.shape?.conv?.weights).toEqual({ kind: 'fixed', bits: 4, fraction: 3 });
  expect(weights.layers[0].kernel).toEqual(
    Int8Array.from(conv.kernel, (v) => Math.max(-8, Math.min(7, Math.round(8 * v)))),
  );
  expect(network!.layers[0].activationBits).toBe(9);
  expect(network!.notes.join()).toMatch(/goes up to 3.9375, the chip's outputs up to 3.99219/);
  const activations = networkValues(network!, 0);
  expect(activations.every((v) => Number.isInteger(16 * v) && v <= 63 / 16)).toBe(true);
});

describe('says what does not fit', () => {
  const refused = async (file: string, message: RegExp) =>
    expect(readEncoder(join(folder, file), options)).rejects.toThrow(message);

  test('Keras', async () => {
    writeFileSync(join(folder, 'lonely.json'), architecture());
    await refused('lonely.json', /architecture of a Keras model without weights.*lonely\.weights\.h5/);
    writeFileSync(join(folder, 'valid.json'), architecture('valid'));
    await weightFile(join(folder, 'valid.h5'));
    await refused('valid.json', /node latents \(dense\): a kernel of 32x5 stands behind a value of 8/);
    writeFileSync(join(folder, 'tanh.json'), architecture('same', 'tanh'));
    await weightFile(join(folder, 'tanh.h5'));
    await refused('tanh.json', /tanh\) has no place on the chip/);
    await weightFile(join(folder, 'weights.h5'));
    await refused('weights.h5', /weights without an architecture.*weights\.json/);
    const bytes = readFileSync(join(folder, 'weights.h5'));
    writeFileSync(join(folder, 'cut.h5'), bytes.subarray(0, bytes.length >> 1));
    await refused('cut.h5', /cut\.h5.*HDF5/);
    writeFileSync(join(folder, 'text.h5'), 'hello');
    await refused('text.h5', /this is no HDF5 file/);
  });

  test('ONNX', async () => {
    const path = join(folder, 'bad.onnx');
    onnxFile(path, (node) => (node.name === 'relu' ? { ...node, op_type: 'Sigmoid' } : node));
    await refused('bad.onnx', /node relu .*sigmoid\) has no place on the chip/);
    onnxFile(path, (node) => (node.name === 'relu' ? { ...node, op_type: 'Identity' } : node));
    const { network } = await readEncoder(path, options);
    // Without an activation between them both are one matrix.
    expect(network!.layers.map(({ kind, shape }) => [kind, ...shape])).toEqual([['dense', 48, 5]]);
    onnxFile(path, (node) =>
      node.name === 'sum' ? { ...node, attribute: [{ name: 'pads', type: 7, ints: [0, 0, 0, 0] }] } : node,
    );
    await refused('bad.onnx', /32|pads/);
    writeFileSync(path, Buffer.from('ffffffffffffffffffff', 'hex'));
    await refused('bad.onnx', /bad\.onnx.*ModelProto|no graph/);
  });

  test('TensorFlow graphs', async () => {
    graphFile(join(folder, 'valid.pb'), 'VALID');
    await refused('valid.pb', /32/);
    graphFile(join(folder, 'sigmoid.pb'), 'SAME', 'Sigmoid');
    await refused('sigmoid.pb', /sigmoid\) has no place on the chip/);
  });

  test('what no weight memory holds', async () => {
    const tensors = {
      'conv/kernel': { shape: [3, 3, 1, 32], data: values(288, 0.2) },
      'conv/bias': { shape: [32], data: values(32, 0.2) },
      'latents/kernel': { shape: [2048, 16], data: values(32768, 0.2) },
      'latents/bias': { shape: [16], data: values(16, 0.2) },
    };
    writeFileSync(join(folder, 'large.json'), JSON.stringify({ tensors }));
    await refused('large.json', /33056 weights do not fit the weight memory even with 2 bits each|24 bits/);
  });
});

const models = join(packageRoot, '..', 'shared', 'data', 'models');
if (!existsSync(models)) console.log('skipped: shared data not found');
test.skipIf(!existsSync(models))(
  'public networks: graph and tensors are the same, sizes are those published',
  async () => {
    const read = (file: string) => readEncoder(join(models, file), options);
    const graph = await read('encoder_5eLinks_PUdriven_constantgraph.pb');
    const tensors = await read('cmssw_ae_5eLinks_PUdriven.json');
    expect(integers(graph.weights)).toEqual(integers(tensors.weights));
    expect(graph.weights.shape).toMatchObject({ image: '4x4x3', conv: { filters: 8, kernel: 3, stride: 1 } });
    // 2288 parameters (domain facts 3.2), at 6 bits more than the weight memory has.
    expect(graph.network!.layers.reduce((sum, l) => sum + l.kernel.length + l.bias.length, 0)).toBe(2288);
    const whole = await read('ecoder_denseCNN_2.json');
    const encoder = await read('ecoder_encoder_denseCNN_2.hdf5');
    expect(integers(whole.weights)).toEqual(integers(encoder.weights));
    expect(whole.weights.shape?.latents.bits).toHaveLength(12);
  },
);
