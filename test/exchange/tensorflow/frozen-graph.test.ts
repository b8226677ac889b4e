import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { EconError } from '../../../src/base/index.js';
import { executeGraph } from '../../../src/exchange/graph/index.js';
import { readEncoder } from '../../../src/exchange/index.js';
import { encodeMessage } from '../../../src/exchange/reading/protobuf.js';
import { readFrozenGraph } from '../../../src/exchange/tensorflow/read.js';
import { graphDefSchema } from '../../../src/exchange/tensorflow/schema.js';

const folder = mkdtempSync(join(tmpdir(), 'econ-frozen-'));

type Attributes = Readonly<Record<string, object>>;
interface Node {
  readonly name: string;
  readonly op: string;
  readonly input: readonly string[];
  readonly attr: Attributes;
}

const node = (op: string, name: string, inputs: string, attr: Attributes = {}): Node => ({
  name,
  op,
  input: inputs === '' ? [] : inputs.split(' '),
  attr,
});
const placeholder = (...sides: number[]): Node =>
  node('Placeholder', 'x', '', {
    dtype: { type: 1 },
    shape: { shape: { dim: sides.map((size) => ({ size })) } },
  });
const tensor = (dtype: number, sides: readonly number[], values: object): object => ({
  dtype,
  tensor_shape: { dim: sides.map((size) => ({ size })) },
  ...values,
});
const constant = (name: string, value: object): Node =>
  node('Const', name, '', { dtype: { type: (value as { dtype: number }).dtype }, value: { tensor: value } });
const floats = (name: string, sides: readonly number[], values: readonly number[]): Node =>
  constant(name, tensor(1, sides, { float_val: values }));
const integers = (name: string, values: readonly number[]): Node =>
  constant(name, tensor(3, [values.length], { int_val: values }));
const text = (s: string): object => ({ s: Buffer.from(s) });
const list = (...i: number[]): object => ({ list: { i } });

function file(nodes: readonly Node[], name = 'graph.pb'): string {
  const path = join(folder, name);
  writeFileSync(path, encodeMessage(graphDefSchema, 'GraphDef', { node: nodes }));
  return path;
}

function computed(nodes: readonly Node[], x: readonly number[]): number[] {
  const graph = readFrozenGraph(file(nodes));
  return [
    ...(executeGraph(graph, new Map([['x', Float64Array.from(x)]]), 1).get(graph.outputs[0])?.data ?? []),
  ];
}

function refusal(read: () => unknown): EconError {
  try {
    read();
  } catch (error) {
    if (error instanceof EconError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

test('a chain with control inputs, a NoOp and outputs by number', () => {
  const nodes = [
    placeholder(-1, 2),
    floats('w', [2, 2], [1, 2, 3, 4]),
    node('Identity', 'read', 'w', { T: { type: 1 }, _class: list() }),
    node('MatMul', 'dense', 'x read:0', { transpose_b: { b: true } }),
    floats('b', [2], [0.5, -20]),
    node('BiasAdd', 'sum', 'dense b', { data_format: text('NHWC') }),
    node('Relu', 'relu', 'sum'),
    node('NoOp', 'NoOp', '^read'),
    node('Identity', 'out', 'relu ^NoOp'),
  ];
  expect(computed(nodes, [1, 2])).toEqual([5.5, 0]);
  // The order of the file does not matter.
  expect(computed([...nodes].reverse(), [1, 2])).toEqual([5.5, 0]);
});

describe('constants', () => {
  test.each([
    ['a float that fills', tensor(1, [3], { float_val: [2.5] }), [2.5, 2.5, 2.5]],
    ['zeros that are left out', tensor(1, [3], {}), [0, 0, 0]],
    ['the last one repeated', tensor(1, [3], { float_val: [1, 2] }), [1, 2, 2]],
    ['half', tensor(19, [3], { half_val: [0x3c00, 0xc100, 0] }), [1, -2.5, 0]],
    [
      'bfloat16',
      tensor(14, [3], { tensor_content: Uint8Array.of(0x80, 0x3f, 0x20, 0xc0, 0, 0) }),
      [1, -2.5, 0],
    ],
    ['double', tensor(2, [3], { double_val: [1, 2, 3] }), [1, 2, 3]],
    ['int64', tensor(9, [3], { int64_val: [1, -2, 3] }), [1, -2, 3]],
  ])('%s', (_, value, numbers) => {
    const nodes = [
      placeholder(1, 3),
      constant('c', value),
      node('Cast', 'float', 'c', { DstT: { type: 1 }, SrcT: { type: 1 }, Truncate: {} }),
      node('Add', 'y', 'x float'),
    ];
    expect(computed(nodes, [0, 0, 0])).toEqual(numbers);
  });
});

describe('StridedSlice', () => {
  const slice = (
    begin: number[],
    end: number[],
    strides: number[],
    masks: Record<string, number>,
  ): Node[] => [
    placeholder(-1, 2, 3),
    integers('b', begin),
    integers('e', end),
    integers('s', strides),
    node(
      'StridedSlice',
      'y',
      'x b e s',
      Object.fromEntries(Object.entries(masks).map(([name, i]) => [`${name}_mask`, { i }])),
    ),
  ];
  const x = [1, 2, 3, 4, 5, 6];
  test.each([
    ['x[:, 1]', slice([0, 1], [0, 2], [1, 1], { begin: 1, end: 1, shrink_axis: 2 }), [4, 5, 6]],
    ['x[:, :, ::-1]', slice([0, 0, 0], [0, 0, 0], [1, 1, -1], { begin: 7, end: 7 }), [3, 2, 1, 6, 5, 4]],
    ['x[..., -1]', slice([0, -1], [0, 0], [1, 1], { ellipsis: 1, shrink_axis: 2 }), [3, 6]],
    ['x[:, :1, 1:]', slice([0, 0, 1], [0, 1, 0], [1, 1, 1], { begin: 3, end: 5 }), [2, 3]],
    [
      'x[:, None, 1]',
      slice([0, 0, 1], [0, 0, 2], [1, 1, 1], { begin: 1, end: 1, new_axis: 2, shrink_axis: 4 }),
      [4, 5, 6],
    ],
  ])('%s', (_, nodes, y) => {
    expect(computed(nodes, x)).toEqual(y);
  });

  test('of the batch is refused', () => {
    const error = refusal(() => readFrozenGraph(file(slice([0], [1], [1], { shrink_axis: 1 }))));
    // With a batch of one that takes the batch away.
    expect(error.message).toMatch(/node y \(StridedSlice\)/);
  });
});

describe('convolutions', () => {
  const kernel = floats('w', [2, 2, 1, 1], [1, 10, 100, 1000]);
  const image = [1, 2, 3, 4, 5, 6, 7, 8, 9];
  const conv = (attr: Attributes, ...sides: number[]): number[] =>
    computed([placeholder(...sides), kernel, node('Conv2D', 'y', 'x w', attr)], image);

  test('paddings, layouts and strides', () => {
    expect(conv({ padding: text('VALID'), strides: list(1, 2, 2, 1) }, -1, 3, 3, 1)).toEqual([5421]);
    expect(conv({ padding: text('SAME'), strides: list(1, 2, 2, 1) }, -1, 3, 3, 1)).toEqual([
      5421, 603, 87, 9,
    ]);
    const first = { padding: text('SAME'), strides: list(1, 1, 2, 2), data_format: text('NCHW') };
    expect(conv(first, -1, 1, 3, 3)).toEqual([5421, 603, 87, 9]);
    const explicit = {
      padding: text('EXPLICIT'),
      explicit_paddings: list(0, 0, 0, 0, 1, 0, 0, 0),
      strides: list(1, 2, 2, 1),
    };
    expect(conv(explicit, -1, 3, 3, 1)).toEqual([4010, 6532]);
  });

  test('a transposed one, to the size that the file computes from the batch', () => {
    const nodes = [
      placeholder(-1, 1, 2, 1),
      kernel,
      node('Shape', 'shape', 'x', { out_type: { type: 3 } }),
      integers('from', [0]),
      integers('to', [1]),
      node('StridedSlice', 'batch', 'shape from to to', { shrink_axis_mask: { i: 1 } }),
      constant('rows', tensor(3, [], { int_val: [3] })),
      constant('columns', tensor(3, [], { int_val: [5] })),
      constant('one', tensor(3, [], { int_val: [1] })),
      node('Pack', 'size', 'batch rows columns one', { N: { i: 4 } }),
      node('Conv2DBackpropInput', 'y', 'size w x', { padding: text('VALID'), strides: list(1, 2, 2, 1) }),
    ];
    expect(computed(nodes, [1, 2])).toEqual([1, 10, 2, 20, 0, 100, 1000, 200, 2000, 0, 0, 0, 0, 0, 0]);
  });

  test('batch normalisation, and a bias by channels first', () => {
    const nodes = [
      placeholder(-1, 2, 1, 1),
      floats('g', [2], [2, 1]),
      floats('o', [2], [1, 0]),
      floats('m', [2], [1, -4]),
      floats('v', [2], [4, 0.25]),
      node('FusedBatchNormV3', 'n', 'x g o m v', {
        epsilon: { f: 0 },
        is_training: { b: false },
        data_format: text('NCHW'),
        exponential_avg_factor: { f: 1 },
      }),
      floats('b', [2], [100, 200]),
      node('BiasAdd', 'y', 'n b', { data_format: text('NCHW') }),
    ];
    expect(computed(nodes, [5, -4])).toEqual([105, 200]);
  });
});

test('a quantiser written out in single precision', () => {
  // x + (-x + clip(round(x * 32), -32, 31) / 32), as QKeras writes a weight or value of 6 bits.
  const nodes = [
    placeholder(-1, 4),
    floats('steps', [], [32]),
    floats('high', [], [31]),
    floats('low', [], [-32]),
    node('Neg', 'minus', 'x'),
    node('Mul', 'scaled', 'x steps'),
    node('Round', 'round', 'scaled'),
    node('Minimum', 'below', 'round high'),
    node('Maximum', 'clipped', 'below low'),
    node('RealDiv', 'value', 'clipped steps'),
    node('AddV2', 'error', 'minus value'),
    node('StopGradient', 'stopped', 'error'),
    node('AddV2', 'y', 'x stopped'),
  ];
  expect(computed(nodes, [0.703125, 0.734375, -3, 0.1])).toEqual([0.6875, 0.75, -1, 0.09375]);
});

describe('refused by name', () => {
  const chain =
    (more: Node, ...before: Node[]): (() => unknown) =>
    () =>
      readFrozenGraph(file([placeholder(-1, 2), ...before, more]));
  test.each<[string, () => unknown, RegExp, RegExp]>([
    ['a node that nobody knows', chain(node('Mystery', 'm', 'x')), /node m \(Mystery\)/, /freeze it again/],
    ['variables', chain(node('VarHandleOp', 'v', '')), /node v \(VarHandleOp\)/, /convert_variables/],
    ['branches', chain(node('Switch', 's', 'x x')), /node s \(Switch\)/, /training=False/],
    [
      'an unknown attribute',
      chain(node('Relu', 'r', 'x', { slope: { f: 0.1 } })),
      /node r \(Relu\) has the attribute slope/,
      /./,
    ],
    ['an input too many', chain(node('Relu', 'r', 'x x')), /node r \(Relu\) has the input x/, /./],
    ['a missing node', chain(node('Relu', 'r', 'nowhere')), /node r \(Relu\) takes nowhere/, /./],
    [
      'a circle',
      chain(node('Relu', 'r', 's'), node('Relu', 's', 'r')),
      /takes [rs], which is made of what it makes/,
      /no loops/,
    ],
    [
      'two heads',
      chain(node('Relu', 'second', 'x'), node('Tanh', 'first', 'x')),
      /2 ends: first, second/,
      /extract_sub_graph/,
    ],
    [
      'training',
      chain(node('FusedBatchNorm', 'n', 'x w w w w', {}), floats('w', [2], [1])),
      /node n .* training mode/,
      /inference/,
    ],
    [
      'a huge fill',
      chain(node('Fill', 'f', 'sides one'), integers('sides', [2 ** 30, 2 ** 30]), floats('one', [], [1])),
      /node f \(Fill\) has .* numbers/,
      /Check the file/,
    ],
    [
      'too many numbers',
      chain(node('Add', 'y', 'x w'), floats('w', [1], [1, 2])),
      /node w \(Const\) has 2 numbers instead of 1/,
      /./,
    ],
  ])('%s', (_, read, what, remedy) => {
    const { code, message, remedy: told } = refusal(read);
    expect(code).toBe('exchange/network');
    expect(message).toMatch(what);
    expect(told).toMatch(remedy);
  });

  test('a SavedModel, a graph as text, another message', async () => {
    const write = (name: string, bytes: Uint8Array | string): (() => unknown) => {
      writeFileSync(join(folder, name), bytes);
      return () => readFrozenGraph(join(folder, name));
    };
    expect(refusal(write('saved_model.pb', Uint8Array.of(8, 1, 18, 0))).message).toMatch(
      /SavedModel.*frozen\.pb/,
    );
    const whole = join(folder, 'whole');
    mkdirSync(whole);
    write('whole/saved_model.pb', Uint8Array.of(8, 1, 18, 0));
    await expect(readEncoder(whole, { rounding: 'nearest', etx: 5 })).rejects.toThrow(
      /SavedModel.*Freeze it/,
    );
    write('net.pth', 'PK');
    await expect(readEncoder(join(folder, 'net.pth'), { rounding: 'nearest', etx: 5 })).rejects.toThrow(
      /torch\.onnx/,
    );
    expect(refusal(write('text.pb', 'node {\n  name: "x"\n}')).message).toMatch(/as text.*as_text=False/);
    expect(refusal(write('other.pb', Uint8Array.of(0xfa, 0xff, 0xff))).code).toBe('exchange/protobuf');
    expect(refusal(write('empty.pb', new Uint8Array())).message).toMatch(/no nodes/);
  });
});
