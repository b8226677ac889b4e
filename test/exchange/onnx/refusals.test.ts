import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { EconError, Random } from '../../../src/base/index.js';
import { readOnnx } from '../../../src/exchange/onnx/read.js';
import { floats, graphOf, integers, type ModelText, node, onnxBytes, outputOf } from './file.js';

const folder = mkdtempSync(join(tmpdir(), 'econ-refused-'));
const w = { w: floats([1, 2, 3], [3, 1]) };

function refusal(read: () => unknown): EconError {
  try {
    read();
  } catch (error) {
    if (error instanceof EconError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('refused by name, with a remedy', () => {
  const chain = [node('MatMul', 'x w', 'y')];
  test.each<[string, ModelText, RegExp, RegExp]>([
    [
      'another domain',
      { nodes: [node('Relu', 'x', 'y', {}, 'com.microsoft')] },
      /node y .*com\.microsoft/,
      /inline/,
    ],
    ['an unknown operation', { nodes: [node('LSTM', 'x', 'y')] }, /node y \(LSTM\)/, /export it again/],
    ['a branch', { nodes: [node('If', 'x', 'y')] }, /node y \(If\)/, /without branches/],
    [
      'an unknown attribute',
      { nodes: [node('Relu', 'x', 'y', { slope: 1 })] },
      /has the attribute slope/,
      /./,
    ],
    ['an unknown input', { nodes: [node('Relu', 'x w', 'y')], tensors: w }, /has the input w/, /./],
    ['a value that nothing makes', { nodes: [node('Relu', 'z', 'y')] }, /takes z, which nothing makes/, /./],
    [
      'a circle',
      { nodes: [node('Add', 'x b', 'a'), node('Relu', 'a', 'b')] },
      /takes [ab], which is made of what it makes/,
      /no loops/,
    ],
    ['two makers', { nodes: [...chain, node('Relu', 'x', 'y')], tensors: w }, /makes y, which another/, /./],
    [
      'a node that leads nowhere',
      { nodes: [...chain, node('Tanh', 'x', 'lost')], output: 'y', tensors: w },
      /node lost \(tanh\) computes from the wafer and leads to no output/,
      /without it/,
    ],
    [
      'two heads',
      { nodes: [...chain, node('Tanh', 'x', 'z')], outputs: ['y', 'z'], tensors: w },
      /2 outputs: y, z/,
      /extract_model/,
    ],
    [
      'training',
      {
        nodes: [node('Dropout', 'x r t', 'y')],
        tensors: { r: floats([0.5], []), t: { dims: [], data_type: 9, int32_data: [1] } },
      },
      /node y \(Dropout\) is in training mode/,
      /model\.eval/,
    ],
    [
      'an open shape',
      { nodes: chain, input: [0, 0, 3], tensors: w },
      /input x leaves side 1/,
      /fixed shape of x/,
    ],
    [
      'other pads',
      { nodes: [node('Pad', 'x p', 'y', { mode: 'reflect' })], tensors: { p: integers([0, 0, 0, 0, 0, 1]) } },
      /mode reflect/,
      /zeros/,
    ],
    [
      'a mixed batch',
      { nodes: [node('Transpose', 'x', 'y', { perm: [1, 0, 2] })] },
      /across the wafers/,
      /axis 0/,
    ],
    ['an old opset', { nodes: chain, opset: 6, tensors: w }, /opset 6/, /opset_version/],
    [
      'a rounding mode',
      {
        domains: { 'qonnx.custom_op.general': 1 },
        nodes: [
          node(
            'Quant',
            'x s z b',
            'y',
            { signed: 1, narrow: 0, rounding_mode: 'ODD' },
            'qonnx.custom_op.general',
          ),
        ],
        tensors: { s: floats([1], []), z: floats([0], []), b: floats([4], []) },
      },
      /rounding_mode ODD/,
      /./,
    ],
    [
      'sides without end',
      {
        nodes: [node('ConstantOfShape', 's', 'c'), node('Add', 'x c', 'y')],
        tensors: { s: integers([2 ** 40, 2 ** 40]) },
      },
      /node c \(ConstantOfShape\) has .* numbers/,
      /Check the file/,
    ],
    [
      'a negative side',
      { nodes: chain, tensors: { w: floats([1], [-1, 1]) } },
      /tensor w has a side of -1/,
      /./,
    ],
    [
      'too few numbers',
      { nodes: chain, tensors: { w: floats([1], [3, 1]) } },
      /tensor w has 1 numbers .* instead of 3/,
      /./,
    ],
    [
      'numbers of 8-bit floats',
      { nodes: chain, tensors: { w: { dims: [3, 1], data_type: 17 } } },
      /tensor w .*FLOAT8E4M3FN/,
      /./,
    ],
  ])('%s', (_, model, what, remedy) => {
    const error = refusal(() => graphOf(folder, model));
    expect(error.message).toMatch(what);
    expect(error.remedy).toMatch(remedy);
  });
});

describe('weights beside the file', () => {
  const bytes = Buffer.alloc(16);
  [9, 1, 2, 3].forEach((v, i) => {
    bytes.writeFloatLE(v, 4 * i);
  });
  const place = join(folder, 'inside');
  mkdirSync(place);
  writeFileSync(join(place, 'w.data'), bytes);
  writeFileSync(join(folder, 'outside.data'), bytes);
  symlinkSync(join(folder, 'outside.data'), join(place, 'link.data'));
  const read = (entries: Record<string, string>): number[] => {
    const data = Object.entries(entries).map(([key, value]) => ({ key, value }));
    const tensor = { dims: [3, 1], data_type: 1, data_location: 1, external_data: data };
    const graph = graphOf(place, { nodes: [node('MatMul', 'x w', 'y')], tensors: { w: tensor } });
    return outputOf(graph, [1, 0, 0, 1, 1, 1]);
  };

  test('are read from their offset', () => {
    expect(read({ location: 'w.data', offset: '4', length: '12' })).toEqual([1, 6]);
    expect(read({ location: './w.data', offset: '4' })).toEqual([1, 6]);
  });

  test.each<[string, Record<string, string>, RegExp]>([
    ['a file that is not there', { location: 'gone.data' }, /gone\.data.*not beside.*external_data=False/],
    ['a way out', { location: '../outside.data' }, /outside the folder/],
    ['a way out by its whole name', { location: join(folder, 'outside.data') }, /outside the folder/],
    ['a link that leads out', { location: 'link.data', length: '12' }, /outside the folder/],
    ['another length', { location: 'w.data', length: '999999999999' }, /999999999999 bytes .* instead of 12/],
    ['beyond the end', { location: 'w.data', offset: '8', length: '12' }, /bytes 8 to 20 of .* has 16/],
    ['no number', { location: 'w.data', offset: '-4' }, /offset -4/],
    ['a wrong checksum', { location: 'w.data', offset: '4', checksum: '00' }, /checksum/],
    ['a folder', { location: '.', length: '12' }, /no plain file/],
  ])('%s is refused', (_, entries, what) => {
    expect(refusal(() => read(entries)).message).toMatch(what);
  });
});

test('whatever is cut off or changed is read or refused, never more', () => {
  const random = new Random(15);
  const good = onnxBytes({
    nodes: [
      node('Shape', 'x', 's'),
      node('Gather', 's zero', 'n', { axis: 0 }),
      node('Concat', 'n open', 'to', { axis: 0 }),
      node('Reshape', 'x to', 'flat'),
      node('Gemm', 'flat w', 'sum', { transB: 1 }),
      node('Clip', 'sum low', 'y'),
    ],
    tensors: {
      zero: integers([0]),
      open: integers([-1]),
      w: floats(new Array(12).fill(0.5), [2, 6]),
      low: floats([0], []),
    },
  });
  const path = join(folder, 'changed.onnx');
  let read = 0;
  for (let i = 0; i < 500; i++) {
    const bytes = Uint8Array.from(i < good.length ? good.subarray(0, i) : good);
    for (let k = random.below(4); k > 0 && bytes.length > 0; k--)
      bytes[random.below(bytes.length)] = random.below(256);
    writeFileSync(path, bytes);
    try {
      readOnnx(path);
      read++;
    } catch (error) {
      if (!(error instanceof EconError)) throw error;
    }
  }
  expect(read).toBeGreaterThan(0);
  // Messages in messages in messages.
  let deep = Uint8Array.of();
  for (let i = 0; i < 300 && deep.length < 120; i++) deep = Uint8Array.of(0x3a, deep.length, ...deep);
  writeFileSync(path, deep);
  expect(refusal(() => readOnnx(path)).code).toMatch(/^exchange/);
});
