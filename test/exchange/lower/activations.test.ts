import { expect, test } from 'vitest';
import { Random } from '../../../src/base/index.js';
import {
  type ActivationFormula,
  formulas,
  GraphBuilder,
  type Operation,
} from '../../../src/exchange/graph/index.js';
import { lowerGraph } from '../../../src/exchange/lower/index.js';
import type { LoweredNetwork } from '../../../src/exchange/lower/lowered.js';

const weight = new Random(4);
const tensor = (...shape: number[]) => ({
  shape,
  data: Float64Array.from({ length: shape.reduce((n, side) => n * side, 1) }, () =>
    Math.fround((weight.uniform() - 0.5) / 2),
  ),
});
const kernels = [tensor(3, 3, 1, 8), tensor(128, 16)];
const relu: ActivationFormula = (b, name, x) =>
  b.add(name, { kind: 'relu', negativeSlope: 0, threshold: 0, max: Number.POSITIVE_INFINITY }, [x]);
const unary =
  (name: Extract<Operation, { kind: 'function' }>['name']): ActivationFormula =>
  (b, node, x) =>
    b.add(node, { kind: 'function', name }, [x]);

/** ECON-T's encoder with another activation behind its convolution. @param before on the wafer */
function encoder(activation: ActivationFormula, before?: ActivationFormula): LoweredNetwork {
  const b = new GraphBuilder('test', 'test.pb');
  const wafer = b.input('wafer', [8, 8, 1]);
  const [kernel, dense] = kernels.map((value, i) => b.constant(`kernel${i}`, value));
  const sums = b.add(
    'conv',
    {
      kind: 'conv2d',
      strides: [2, 2],
      pads: [0, 0, 1, 1],
      dilations: [1, 1],
      groups: 1,
      layout: 'channels-last',
    },
    [before ? before(b, 'before', wafer) : wafer, kernel],
  );
  const flat = b.add('flat', { kind: 'reshape', shape: [128] }, [activation(b, 'act', sums)]);
  const latents = b.add('latents', { kind: 'dense' }, [flat, dense]);
  return lowerGraph(b.finish([relu(b, 'act2', latents)]), 5, 'test.pb');
}

const plain = encoder(relu);

test.each<[string, ActivationFormula, RegExp[]]>([
  ['elu', formulas.elu(), [/makes -0.632\d* of -1/]],
  ['elu of alpha 0.25', formulas.elu(0.25), [/makes -0.158\d* of -1/]],
  ['gelu by erf', formulas.gelu('erf'), [/makes -0.158\d* of -1/, /moves sums by up to 0.1\d* *;/]],
  ['gelu by tanh', formulas.gelu('tanh'), [/makes -0.158\d* of -1/, /moves sums by up to 0.1\d* *;/]],
  ['silu', formulas.silu(), [/makes -0.268\d* of -1/, /moves sums by up to 0.27\d*;/]],
  ['mish', formulas.mish, [/makes -0.303\d* of -1/]],
  ['hard swish', formulas.hardSwish, [/makes -0.333\d* of -1/]],
  ['softplus', unary('softplus'), [/makes 0.313\d* of -1/, /moves sums by up to 0.69\d*;/]],
  ['hard tanh', formulas.hardTanh, [/makes -1 of -1/, /goes up to 1,/]],
])('%s is taken as a ReLU, with what it does otherwise', (_, activation, notes) => {
  const lowered = encoder(activation);
  for (const note of notes) expect(lowered.notes.join('\n')).toMatch(note);
  // Weights behind it are those behind a ReLU.
  expect(lowered.layers[1].kernel).toEqual(plain.layers[1].kernel);
});

test('what an activation multiplies or adds goes into weights', () => {
  const scaled = encoder(formulas.selu);
  scaled.layers[1].kernel.forEach((v, i) => {
    expect(v).toBeCloseTo(1.0507009873554805 * plain.layers[1].kernel[i], 6);
  });
  // A hard sigmoid is a ReLU up to 1 of other sums.
  const hard = encoder(formulas.hardSigmoid(0.25));
  const [conv] = hard.layers;
  conv.kernel.forEach((v, i) => {
    expect(v).toBeCloseTo(plain.layers[0].kernel[i] / 4, 9);
  });
  expect([...conv.bias]).toEqual(new Array(8).fill(0.5));
  expect(conv.activationBits).toBe(7);
});

test.each<[string, ActivationFormula, RegExp]>([
  ['tanh', unary('tanh'), /node act \(function tanh\) has no place/],
  ['sigmoid', unary('sigmoid'), /node act \(function sigmoid\) has no place/],
  ['exp', unary('exp'), /node act \(function exp\) has no place/],
  ['softsign', formulas.softsign, /node act\/divide \(divide\) has no place/],
  [
    'a square',
    (b, name, x) => b.add(name, { kind: 'multiply' }, [x, x]),
    /act \(multiply\) behind its sums makes .* nothing like the chip's ReLU/,
  ],
])('%s is refused', (_, activation, message) => {
  expect(() => encoder(activation)).toThrow(message);
  expect(() => encoder(relu, activation)).toThrow(/before|has no place|takes/);
});
