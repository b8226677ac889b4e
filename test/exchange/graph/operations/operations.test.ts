import { expect, test } from 'vitest';
import {
  executeGraph,
  GraphBuilder,
  type Operation,
  type Rounding,
  roundingFunctions,
  samePads,
  scalar,
  toHalf,
} from '../../../../src/exchange/graph/index.js';

/** Result of one operation on one sample. */
function run(
  op: Operation,
  shape: number[],
  x: number[],
  ...more: { shape: number[]; data: number[] }[]
): number[] {
  const graph = new GraphBuilder('test', 'test.json', 'double');
  const inputs = more.map(({ shape: sides, data }, i) =>
    graph.constant(`c${i}`, { shape: sides, data: Float64Array.from(data) }),
  );
  const out = graph.add('op', op, [graph.input('x', shape), ...inputs]);
  // Two samples, the second doubled: a batch must not mix.
  const data = Float64Array.from([...x, ...x.map((v) => 2 * v)]);
  const value = executeGraph(graph.finish([out]), new Map([['x', data]]), 2).get(out);
  return [...(value?.data ?? [])].slice(0, (value?.data.length ?? 0) / 2);
}

const ramp = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);

test('rounding: every mode on both sides of zero', () => {
  const at = [-2.5, -1.5, -0.7, -0.5, 0.3, 0.5, 1.5, 2.5];
  const rows: Record<Rounding, number[]> = {
    'half-even': [-2, -2, -1, 0, 0, 0, 2, 2],
    'half-up': [-2, -1, -1, 0, 0, 1, 2, 3],
    'half-down': [-3, -2, -1, -1, 0, 0, 1, 2],
    'half-away': [-3, -2, -1, -1, 0, 1, 2, 3],
    'half-to-zero': [-2, -1, -1, 0, 0, 0, 1, 2],
    floor: [-3, -2, -1, -1, 0, 0, 1, 2],
    ceil: [-2, -1, 0, 0, 1, 1, 2, 3],
    'to-zero': [-2, -1, 0, 0, 0, 0, 1, 2],
    away: [-3, -2, -1, -1, 1, 1, 2, 3],
  };
  for (const [mode, expected] of Object.entries(rows))
    expect(
      at.map((v) => roundingFunctions[mode as Rounding](v) + 0),
      mode,
    ).toEqual(expected);
  expect(roundingFunctions['half-up'](0.49999999999999994)).toBe(0);
});

test('half precision: ties to even, subnormals, overflow', () => {
  expect([1 + 2 ** -11, 1 + 3 * 2 ** -11, 2 ** -25, 3 * 2 ** -25, 65519, 65520, -0.1].map(toHalf)).toEqual([
    1,
    1 + 2 ** -9,
    0,
    2 ** -23,
    65504,
    Number.POSITIVE_INFINITY,
    -0.0999755859375,
  ]);
});

test('convolution: pads, strides, groups and both layouts', () => {
  const same: Operation = {
    kind: 'conv2d',
    strides: [2, 2],
    pads: [0, 0, 1, 1],
    dilations: [1, 1],
    groups: 1,
    layout: 'channels-last',
  };
  expect(samePads([4, 4], [3, 3], [2, 2])).toEqual([0, 0, 1, 1]);
  const ones = { shape: [3, 3, 1, 1], data: new Array<number>(9).fill(1) };
  expect(run(same, [4, 4, 1], ramp(16), ones)).toEqual([54, 45, 72, 54]);
  const first: Operation = { ...same, pads: [0, 0, 0, 0], groups: 2, layout: 'channels-first' };
  // Two channels of 3x3, each with its own filter.
  const each = { shape: [3, 3, 1, 2], data: ramp(18).map((v) => (v % 2 === 1 ? 1 : 10)) };
  expect(run(first, [2, 3, 3], ramp(18), each)).toEqual([45, 1260]);
});

test('transposed convolution is the transpose of the convolution', () => {
  const kernel = [1, 2, 3, 4, 5, 6, 7, 8, 9];
  const graph = (op: Operation, x: number, w: number[]): number[] =>
    run(op, [x, x, 1], w, { shape: [3, 3, 1, 1], data: kernel });
  const shared = { strides: [2, 2], layout: 'channels-last' } as const;
  const down: Operation = { kind: 'conv2d', ...shared, pads: [0, 0, 1, 1], dilations: [1, 1], groups: 1 };
  const up: Operation = { kind: 'conv-transpose', ...shared, crop: [0, 0, 1, 1] };
  const a = ramp(16).map((v) => (v * 7) % 5);
  const b = [3, 1, 4, 2];
  const dot = (u: number[], v: number[]): number => u.reduce((sum, x, i) => sum + x * v[i], 0);
  expect(dot(graph(down, 4, a), b)).toBe(dot(a, graph(up, 2, b)));
});

test('broadcast, concatenate, slice, transpose, pad, reduce, softmax', () => {
  expect(run({ kind: 'subtract' }, [2, 2], [1, 2, 3, 4], { shape: [2, 1], data: [10, 20] })).toEqual([
    -9, -8, -17, -16,
  ]);
  expect(run({ kind: 'concatenate', axis: 0 }, [2], [1, 2], { shape: [1], data: [9] })).toEqual([1, 2, 9]);
  const ranges = [
    { from: 1, to: -1, step: -1 },
    { from: 0, to: 3, step: 2 },
  ];
  expect(run({ kind: 'slice', ranges }, [2, 3], ramp(6))).toEqual([4, 6, 1, 3]);
  expect(run({ kind: 'transpose', order: [1, 0] }, [2, 3], ramp(6))).toEqual([1, 4, 2, 5, 3, 6]);
  expect(run({ kind: 'pad', before: [1], after: [0], value: 7 }, [2], [1, 2])).toEqual([7, 1, 2]);
  expect(run({ kind: 'reduce', name: 'mean', axes: [0], keep: false }, [2, 2], [1, 2, 3, 4])).toEqual([2, 3]);
  expect(run({ kind: 'softmax', axis: 0 }, [2], [0, Math.log(3)])).toEqual(
    [0.25, 0.75].map((v) => expect.closeTo(v, 12)),
  );
});

test('quantise: clip before rounding, wrap, zero point before the rounding', () => {
  const op = (more: Partial<Extract<Operation, { kind: 'quantise' }>>): Operation => ({
    kind: 'quantise',
    scale: scalar(0.5),
    zeroPoint: scalar(0),
    low: scalar(-4),
    high: scalar(3),
    rounding: 'half-even',
    ...more,
  });
  const x = [-9, -0.75, 0.25, 0.75, 2];
  expect(run(op({}), [5], x).map((v) => v + 0)).toEqual([-2, -1, 0, 1, 1.5]);
  expect(run(op({ overflow: 'wrap' }), [5], x).map((v) => v + 0)).toEqual([-1, -1, 0, 1, -2]);
  const odd = { zeroPoint: scalar(1) };
  expect(run(op(odd), [5], x).map((v) => v + 0)).toEqual([-2.5, -0.5, 0.5, 0.5, 1]);
  const perChannel = { scale: { shape: [2, 1], data: Float64Array.of(1, 0.25) } };
  expect(run(op(perChannel), [2, 2], [0.6, 0.4, 0.6, 0.4])).toEqual([1, 0, 0.5, 0.5]);
});

test('a node that does not fit is named with the shapes', () => {
  const graph = new GraphBuilder('test', 'net.onnx');
  const x = graph.input('x', [3]);
  const kernel = graph.constant('k', { shape: [4, 2], data: new Float64Array(8) });
  expect(() => graph.add('fc', { kind: 'dense' }, [x, kernel])).toThrow(
    'net.onnx: node fc (dense): a kernel of 4x2 stands behind a value of 3',
  );
  expect(() => graph.add('sum', { kind: 'add' }, [x, 'y'])).toThrow(
    'node sum (add) takes y, which no node before it makes',
  );
  expect(() => graph.add('sum', { kind: 'add' }, [x])).toThrow('node sum (add) has 1 inputs, not 2');
  expect(graph.known(graph.add('double', { kind: 'add' }, [kernel, kernel]))?.shape).toEqual([4, 2]);
});

test('what does not fit is told with what would', () => {
  const add = (op: Operation, ...shapes: number[][]) => {
    const graph = new GraphBuilder('test', 'test.json');
    const [x, ...more] = shapes.map((shape, i) =>
      i === 0
        ? graph.input('x', shape)
        : graph.constant(`c${i}`, { shape, data: new Float64Array(shape.reduce((n, side) => n * side, 1)) }),
    );
    return () => graph.add('op', op, [x, ...more]);
  };
  const remedy = (text: string) => expect.objectContaining({ remedy: expect.stringContaining(text) });
  expect(add({ kind: 'dense' }, [128], [16, 128])).toThrow(remedy('transposed'));
  expect(add({ kind: 'dense' }, [4, 4, 8], [128, 16])).toThrow(remedy('Flatten the value to 128 numbers'));
  expect(add({ kind: 'reshape', shape: [3] }, [4])).toThrow(remedy('product is 4'));
  expect(add({ kind: 'add' }, [4], [3])).toThrow(remedy('sides of 1'));
  expect(add({ kind: 'softmax', axis: 2 }, [4, 4])).toThrow(remedy('from 0 to 1'));
});
