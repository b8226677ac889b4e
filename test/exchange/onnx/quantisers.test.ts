import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Attributes, computed, floats, graphOf, type NodeText, node } from './file.js';

const folder = mkdtempSync(join(tmpdir(), 'econ-quant-'));
const general = 'qonnx.custom_op.general';
const x = [-1.25, -0.75, -0.5, 0.25, 0.75, 9];

function quant(
  attributes: Attributes,
  { scale = [0.5], zero = [0], bits = [4], dims = [] as number[], domain = general, op = 'Quant' } = {},
): number[] {
  return computed(
    folder,
    {
      domains: { [domain]: 1 },
      nodes: [node(op, 'x s z b', 'y', { signed: 1, narrow: 0, ...attributes }, domain)],
      tensors: { s: floats(scale, dims), z: floats(zero, []), b: floats(bits, []) },
    },
    x,
  );
}

describe('Quant', () => {
  // In steps of 0.5 the values are -2.5, -1.5, -1, 0.5, 1.5, 18.
  test.each([
    ['ROUND', [-2, -2, -1, 0, 2, 7]],
    ['HALF_EVEN', [-2, -2, -1, 0, 2, 7]],
    ['ceil', [-2, -1, -1, 1, 2, 7]],
    ['FLOOR', [-3, -2, -1, 0, 1, 7]],
    ['UP', [-3, -2, -1, 1, 2, 7]],
    ['DOWN', [-2, -1, -1, 0, 1, 7]],
    ['ROUND_TO_ZERO', [-2, -1, -1, 0, 1, 7]],
    ['HALF_UP', [-3, -2, -1, 1, 2, 7]],
    ['HALF_DOWN', [-2, -1, -1, 0, 1, 7]],
  ])('rounds by %s', (mode, steps) => {
    expect(quant({ rounding_mode: mode })).toEqual(steps.map((v) => expect.closeTo(v / 2, 9)));
  });

  test('narrow, unsigned, zero point, scale of a channel, one bit', () => {
    expect(quant({ narrow: 1, rounding_mode: 'FLOOR' }, { bits: [2] })).toEqual([
      -0.5, -0.5, -0.5, 0, 0.5, 0.5,
    ]);
    expect(quant({ signed: 0, narrow: 1 })[5]).toBe(7);
    expect(quant({ signed: 0 })).toEqual([0, 0, 0, 0, 1, 7.5].map((v) => expect.closeTo(v, 9)));
    expect(quant({ signed: 0, rounding_mode: 'FLOOR' }, { zero: [2] })).toEqual([-1, -1, -0.5, 0, 0.5, 6.5]);
    expect(quant({}, { scale: [0.5, 0.25], dims: [1, 2, 1] })).toEqual([-1, -1, -0.5, 0.25, 0.75, 1.75]);
    expect(quant({}, { bits: [1] })).toEqual([-0.5, -0.5, -0.5, 0.5, 0.5, 0.5]);
  });

  test('stands in every domain that has held it', () => {
    for (const domain of ['onnx.brevitas', 'finn.custom_op.general', general])
      expect(quant({}, { domain })[5]).toBe(3.5);
    expect(quant({}, { op: 'IntQuant' })[5]).toBe(3.5);
  });

  test('on weights it is a node of the graph, too', () => {
    const graph = graphOf(folder, {
      domains: { [general]: 1 },
      nodes: [
        node('Quant', 'w s z b', 'q', { signed: 1, narrow: 1, rounding_mode: 'ROUND' }, general),
        node('MatMul', 'x q', 'y'),
      ],
      tensors: {
        w: floats([0.3, -9, 0.6], [3, 1]),
        s: floats([0.5], []),
        z: floats([0], []),
        b: floats([4], []),
      },
    });
    expect(graph.kind).toBe('QONNX model');
    expect(graph.nodes.map(({ op, batched }) => [op.kind, batched])).toEqual([
      ['constant', false],
      ['quantise', false],
      ['dense', true],
    ]);
  });
});

test('BipolarQuant takes 0 as positive', () => {
  const nodes = [node('BipolarQuant', 'x s', 'y', {}, general)];
  expect(
    computed(
      folder,
      { domains: { [general]: 1 }, nodes, tensors: { s: floats([0.25], []) } },
      [-1, 0, 1, 2, -3, 4],
    ),
  ).toEqual([-0.25, 0.25, 0.25, 0.25, -0.25, 0.25]);
});

test('Trunc keeps the scale in version 1, and takes another in version 2', () => {
  const trunc = (version: number, inputs: string, attributes: Attributes): number[] =>
    computed(
      folder,
      {
        domains: { [general]: version },
        nodes: [node('Trunc', inputs, 'y', attributes, general)],
        tensors: {
          s: floats([0.5], []),
          z: floats([0], []),
          in: floats([8], []),
          to: floats([2], []),
          out: floats([6], []),
          few: floats([3], []),
        },
      },
      [1, 3, 7.5, -1, -3.5, 40],
    );
  // Steps 2, 6, 15, -2, -7, 80; of four of them each, downwards.
  expect(trunc(1, 'x s z in out', { rounding_mode: 'FLOOR' })).toEqual([0, 0.5, 1.5, -0.5, -1, 10]);
  expect(trunc(2, 'x s z in to few', { rounding_mode: 'FLOOR', signed: 1 })).toEqual([0, 2, 6, -2, -4, 6]);
});

describe('QuantizeLinear and DequantizeLinear', () => {
  const qdq = (
    zero: object,
    scale = floats([0.5], []),
    attributes: Attributes = {},
    between: NodeText[] = [],
  ) =>
    computed(
      folder,
      {
        opset: 21,
        nodes: [
          node('QuantizeLinear', 'x s z', 'q', attributes),
          ...between,
          node('DequantizeLinear', `${between.length > 0 ? 'c' : 'q'} s z`, 'y', attributes),
        ],
        tensors: {
          s: scale,
          z: zero as never,
          low: { dims: [], data_type: 3, int32_data: [-2] },
          high: { dims: [], data_type: 3, int32_data: [2] },
        },
      },
      x,
    );

  test('every integer type saturates at its own limits', () => {
    const type = (data_type: number, zero: number): object => ({ dims: [], data_type, int32_data: [zero] });
    expect(qdq(type(3, 0))).toEqual([-1, -1, -0.5, 0, 1, 9].map((v) => expect.closeTo(v, 9)));
    expect(qdq(type(2, 1))).toEqual([-0.5, -0.5, -0.5, 0, 1, 9].map((v) => expect.closeTo(v, 9)));
    expect(qdq(type(22, 0))[5]).toBe(3.5);
    expect(qdq(type(21, 3))[5]).toBe(6);
    expect(qdq(type(4, 65530))[5]).toBe(2.5);
  });

  test('a tie is rounded before the zero point is added', () => {
    // 0.25 / 0.5 is 0.5: 0, and then the odd zero point.
    expect(qdq({ dims: [], data_type: 3, int32_data: [1] })[3]).toBe(0);
  });

  test('scales lie along an axis, and Clip narrows the range between', () => {
    const scales = floats([0.5, 0.25]);
    const zeros = { dims: [2], data_type: 3, int32_data: [0, 0] };
    expect(qdq(zeros, scales, { axis: 1 })).toEqual([-1, -1, -0.5, 0.25, 0.75, 9]);
    const clip = [node('Clip', 'q low high', 'c')];
    const zero = { dims: [], data_type: 3, int32_data: [0] };
    expect(qdq(zero, floats([0.5], []), {}, clip)).toEqual(
      [-1, -1, -0.5, 0, 1, 1].map((v) => expect.closeTo(v, 9)),
    );
  });
});
