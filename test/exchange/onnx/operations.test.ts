import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { computed, floats, graphOf, integers, type ModelText, node } from './file.js';

const folder = mkdtempSync(join(tmpdir(), 'econ-onnx-'));
const x = [1, -2, 3, -4, 5, -6];
const run = (model: ModelText, values = x): number[] => computed(folder, model, values);

/** One node behind the input [2, 3], with opset and further tensors; the numbers are worked out by hand. */
const single: Readonly<Record<string, readonly [ModelText, readonly number[]]>> = {
  'Clip with attributes, opset 7': [
    { opset: 7, nodes: [node('Clip', 'x', 'y', { min: { float: -2.5 }, max: { float: 3 } })] },
    [1, -2, 3, -2.5, 3, -2.5],
  ],
  'Clip with its lower input left out': [
    { nodes: [node('Clip', 'x  high', 'y')], tensors: { high: floats([0], []) } },
    [0, -2, 0, -4, 0, -6],
  ],
  LeakyRelu: [
    { nodes: [node('LeakyRelu', 'x', 'y', { alpha: { float: 0.25 } })] },
    [1, -0.5, 3, -1, 5, -1.5],
  ],
  'PRelu of rows': [
    { nodes: [node('PRelu', 'x a', 'y')], tensors: { a: floats([1, 2], [2, 1]) } },
    [1, -2, 3, -8, 5, -12],
  ],
  HardSigmoid: [
    { nodes: [node('HardSigmoid', 'x', 'y', { alpha: { float: 0.125 }, beta: { float: 0.5 } })] },
    [0.625, 0.25, 0.875, 0, 1, 0],
  ],
  'Round is half to even': [
    { nodes: [node('Div', 'x two', 'h'), node('Round', 'h', 'y')], tensors: { two: floats([2], []) } },
    [0, -1, 2, -2, 2, -3],
  ],
  'Max of three': [
    { nodes: [node('Max', 'x a b', 'y')], tensors: { a: floats([0], []), b: floats([2, 4, 6]) } },
    [2, 4, 6, 2, 5, 6],
  ],
  'Pad of rows and columns': [
    { nodes: [node('Pad', 'x p v', 'y')], tensors: { p: integers([0, 0, 1, 0, 1, 0]), v: floats([9], []) } },
    [9, 1, -2, 3, 9, -4, 5, -6, 9, 9, 9, 9],
  ],
  'Pad, opset 10, cutting off': [
    { opset: 10, nodes: [node('Pad', 'x', 'y', { pads: [0, 0, -1, 0, 0, 0] })] },
    [-2, 3, 5, -6],
  ],
  'Slice from the end, backwards': [
    {
      nodes: [node('Slice', 'x s e a t', 'y')],
      tensors: { s: integers([-1]), e: integers([-(2 ** 62)]), a: integers([-1]), t: integers([-2]) },
    },
    [3, 1, -6, -4],
  ],
  'Split and Concat': [
    {
      nodes: [node('Split', 'x parts', 'a b', { axis: 2 }), node('Concat', 'b a', 'y', { axis: -1 })],
      tensors: { parts: integers([2, 1]) },
    },
    [3, 1, -2, -6, -4, 5],
  ],
  'Gather takes places of an axis': [
    { nodes: [node('Gather', 'x at', 'y', { axis: 2 })], tensors: { at: integers([2, 0, -1]) } },
    [3, 1, 3, -6, -4, -6],
  ],
  'Gather of one place takes the axis away': [
    { nodes: [node('Gather', 'x at', 'y', { axis: 1 })], tensors: { at: integers([1], []) } },
    [-4, 5, -6],
  ],
  'Transpose without perm turns known values around': [
    {
      nodes: [node('Transpose', 'w', 't'), node('MatMul', 'x t', 'y')],
      tensors: { w: floats([1, 0, 0, 0, 0, 1], [2, 3]) },
    },
    [1, 3, -4, -6],
  ],
  'Gemm with every factor': [
    {
      nodes: [
        node('Flatten', 'x', 'f', { axis: 1 }),
        node('Gemm', 'f w c', 'y', { alpha: { float: 0.5 }, beta: { float: 2 }, transB: 1 }),
      ],
      tensors: { w: floats([1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 2], [2, 6]), c: floats([10, 20], [1, 2]) },
    },
    [18.5, 34],
  ],
  'ReduceSum with axes from an input': [
    { nodes: [node('ReduceSum', 'x a', 'y', { keepdims: 0 })], tensors: { a: integers([2]) } },
    [2, -5],
  ],
  'BatchNormalization of axis 1': [
    {
      nodes: [
        node('BatchNormalization', 'x s b m v', 'y', { epsilon: { float: 0 }, momentum: { float: 0.5 } }),
      ],
      tensors: { s: floats([2, 1]), b: floats([1, 0]), m: floats([1, -4]), v: floats([4, 0.25]) },
    },
    [1, -2, 3, 0, 18, -4],
  ],
  'Where, with the batch in a constant': [
    {
      nodes: [node('Greater', 'x zero', 'p'), node('Where', 'p x c', 'y')],
      tensors: { zero: floats([0], [1, 1, 1]), c: floats([7, 8], [1, 2, 1]) },
    },
    [1, 7, 3, 8, 5, 8],
  ],
  'Mod of whole numbers in a shape': [
    {
      nodes: [
        node('Shape', 'x', 's'),
        node('ReduceProd', 's', 'n', { keepdims: 1 }),
        node('Mod', 'n four', 'two'),
        node('Div', 'n two', 'three'),
        node('Concat', 'one three two', 'to', { axis: 0 }),
        node('Reshape', 'x to', 'r'),
        node('Gather', 'r last', 'y', { axis: -1 }),
      ],
      tensors: { four: integers([4]), one: integers([-1]), last: integers([1], []) },
    },
    [-2, -4, -6],
  ],
};

describe('one node', () => {
  test.each(Object.entries(single))('%s', (_, [model, y]) => {
    expect(run(model)).toEqual(y.map((v) => expect.closeTo(v, 6)));
  });
});

describe('convolutions', () => {
  const image = [1, 2, 3, 4, 5, 6, 7, 8, 9];
  const on = (attributes: Parameters<typeof node>[3], op = 'Conv'): number[] =>
    run(
      {
        input: [0, 1, 3, 3],
        nodes: [node(op, 'x w', 'y', attributes)],
        tensors: { w: floats([1, 10, 100, 1000], [1, 1, 2, 2]) },
      },
      image,
    );

  test('auto_pad puts the odd zero behind or before', () => {
    expect(on({ strides: [2, 2], auto_pad: 'SAME_UPPER' })).toEqual([5421, 603, 87, 9]);
    expect(on({ strides: [2, 2], auto_pad: 'SAME_LOWER' })).toEqual([1000, 3200, 7040, 9865]);
    expect(on({ auto_pad: 'VALID', kernel_shape: [2, 2] })).toEqual([5421, 6532, 8754, 9865]);
  });

  test('pads are top, left, bottom, right', () => {
    expect(on({ pads: [0, 1, 0, 0], strides: [2, 2] })).toEqual([4010, 6532]);
  });

  test('dilation, and groups', () => {
    expect(on({ dilations: [2, 2] })).toEqual([9731]);
    const grouped = run(
      {
        input: [0, 2, 1, 2],
        nodes: [node('Conv', 'x w b', 'y', { group: 2 })],
        tensors: { w: floats([1, 2], [2, 1, 1, 1]), b: floats([100, 200]) },
      },
      [1, 2, 3, 4],
    );
    expect(grouped).toEqual([101, 102, 206, 208]);
  });

  test('a transposed one, with output padding', () => {
    expect(
      run(
        {
          input: [0, 1, 1, 2],
          nodes: [node('ConvTranspose', 'x w', 'y', { strides: [2, 2], output_padding: [0, 1] })],
          tensors: { w: floats([1, 10, 100, 1000], [1, 1, 2, 2]) },
        },
        [1, 2],
      ),
    ).toEqual([1, 10, 2, 20, 0, 100, 1000, 200, 2000, 0]);
  });

  test('channels last, as QONNX writes them', () => {
    const y = run(
      {
        input: [0, 1, 2, 2],
        domains: { 'qonnx.custom_op.channels_last': 1 },
        nodes: [node('Conv', 'x w', 'y', { kernel_shape: [1, 2] }, 'qonnx.custom_op.channels_last')],
        tensors: { w: floats([1, 10, 100, 1000], [1, 1, 2, 2]) },
      },
      [1, 2, 3, 4],
    );
    expect(y).toEqual([4321]);
  });
});

describe('numbers of every type', () => {
  const bytes = (...list: number[]): Uint8Array => Uint8Array.from(list);
  test.each([
    [
      'float, raw',
      { dims: [2], data_type: 1, raw_data: bytes(0, 0, 0x80, 0x3f, 0, 0, 0x20, 0xc0) },
      [1, -2.5],
    ],
    ['double, raw', { dims: [1], data_type: 11, raw_data: bytes(0, 0, 0, 0, 0, 0, 4, 0x40) }, [2.5]],
    ['half, listed', { dims: [3], data_type: 10, int32_data: [0x3c00, 0xc100, 1] }, [1, -2.5, 2 ** -24]],
    ['half, raw', { dims: [1], data_type: 10, raw_data: bytes(0, 0xc1) }, [-2.5]],
    ['bfloat16, raw', { dims: [1], data_type: 16, raw_data: bytes(0x20, 0xc0) }, [-2.5]],
    ['int8, raw', { dims: [2], data_type: 3, raw_data: bytes(255, 127) }, [-1, 127]],
    ['uint16, listed', { dims: [1], data_type: 4, int32_data: [65535] }, [65535]],
    ['int4, two in a byte', { dims: [3], data_type: 22, raw_data: bytes(0x8f, 0x07) }, [-1, -8, 7]],
    ['uint4, listed', { dims: [2], data_type: 21, int32_data: [0x8f] }, [15, 8]],
    ['uint32', { dims: [1], data_type: 12, uint64_data: [4_000_000_000] }, [4_000_000_000]],
  ])('%s', (_, tensor, values) => {
    const y = run({
      nodes: [
        node('Cast', 'w', 'float', { to: 1 }),
        node('Reshape', 'float to', 'row'),
        node('ReduceSum', 'x axes', 'sum'),
        node('Mul', 'sum zero', 'nothing'),
        node('Add', 'nothing row', 'y'),
      ],
      tensors: { w: tensor, to: integers([1, 1, -1]), axes: integers([1, 2]), zero: floats([0], []) },
    });
    expect(y).toEqual(values.map(Math.fround));
  });
});

test('a double model computes in double, a half one in half', () => {
  const third = (type: number): number[] =>
    computed(
      folder,
      {
        inputType: type,
        nodes: [node('Div', 'x three', 'y')],
        tensors: { three: { dims: [], data_type: 11, double_data: [3] } },
      },
      [1, 1, 1, 1, 1, 1],
    );
  expect(third(11)[0]).toBe(1 / 3);
  expect(third(10)[0]).toBe(0.333251953125);
});

test('only what leads to the output is in the graph, weights aside', () => {
  const graph = graphOf(folder, {
    nodes: [node('Shape', 'x', 's'), node('Gather', 's zero', 'n'), node('Relu', 'x', 'y')],
    tensors: { zero: integers([0], []), unused: floats([1]) },
  });
  expect(graph.nodes.map(({ op }) => op.kind)).toEqual(['relu']);
});
