import { combine, mustBroadcastTo, shapeOfAll } from '../broadcast.js';
import type {
  ArithmeticOp,
  BatchNormalisationOp,
  ClipOp,
  CompareOp,
  FunctionOp,
  ParametricReluOp,
  ReluOp,
  SelectOp,
} from '../operation.js';
import { halfEven } from '../rounding.js';
import { Misfit, needAxis, type OperationRule, text } from '../value.js';

const binary: Record<ArithmeticOp['kind'], (a: number, b: number) => number> = {
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
  divide: (a, b) => a / b,
  minimum: Math.min,
  maximum: Math.max,
  power: (a, b) => a ** b,
};

export const arithmetic: OperationRule<ArithmeticOp> = {
  inputs: [2, 2],
  shape: (_, inputs) => shapeOfAll(inputs),
  compute: ({ kind }, inputs, samples, shape) => combine(inputs, samples, shape, binary[kind]),
};

const comparisons: Record<CompareOp['name'], (a: number, b: number) => boolean> = {
  less: (a, b) => a < b,
  'less-equal': (a, b) => a <= b,
  greater: (a, b) => a > b,
  'greater-equal': (a, b) => a >= b,
  equal: (a, b) => a === b,
  'not-equal': (a, b) => a !== b,
};

export const compare: OperationRule<CompareOp> = {
  inputs: [2, 2],
  shape: (_, inputs) => shapeOfAll(inputs),
  compute: ({ name }, inputs, samples, shape) => {
    const holds = comparisons[name];
    return combine(inputs, samples, shape, (a, b) => (holds(a, b) ? 1 : 0));
  },
};

export const select: OperationRule<SelectOp> = {
  inputs: [3, 3],
  shape: (_, inputs) => shapeOfAll(inputs),
  compute: (_, inputs, samples, shape) =>
    combine(inputs, samples, shape, (condition, a, b) => (condition === 0 ? b : a)),
};

const unary: Record<FunctionOp['name'], (x: number) => number> = {
  identity: (x) => x,
  negate: (x) => -x,
  abs: Math.abs,
  sign: Math.sign,
  floor: Math.floor,
  ceil: Math.ceil,
  truncate: Math.trunc,
  round: halfEven,
  sqrt: Math.sqrt,
  exp: Math.exp,
  log: Math.log,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  tanh: Math.tanh,
  softplus: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  erf,
};

export const namedFunction: OperationRule<FunctionOp> = {
  inputs: [1, 1],
  shape: (_, [x]) => x.shape,
  compute: ({ name }, [x]) => x.data.map(unary[name]),
};

export const relu: OperationRule<ReluOp> = {
  inputs: [1, 1],
  shape: (_, [x]) => x.shape,
  compute: ({ negativeSlope, threshold, max }, [x]) =>
    // A slope of 0 gives +0, not the -0 of a product.
    x.data.map((v) =>
      v >= max ? max : v >= threshold ? v : negativeSlope === 0 ? 0 : negativeSlope * (v - threshold),
    ),
};

export const parametricRelu: OperationRule<ParametricReluOp> = {
  inputs: [2, 2],
  shape: (_, [x, slope]) => {
    mustBroadcastTo(slope.shape, x.shape, 'the slope');
    return x.shape;
  },
  compute: (_, inputs, samples, shape) =>
    combine(inputs, samples, shape, (x, slope) => (x >= 0 ? x : slope * x)),
};

export const clip: OperationRule<ClipOp> = {
  inputs: [1, 1],
  shape: (_, [x]) => x.shape,
  compute: ({ low, high }, [x]) => x.data.map((v) => Math.min(high, Math.max(low, v))),
};

export const batchNormalisation: OperationRule<BatchNormalisationOp> = {
  inputs: [5, 5],
  shape: ({ axis }, [x, ...tables]) => {
    const channels = needAxis(x.shape, axis);
    for (const { shape } of tables)
      if (shape.length !== 1 || shape[0] !== channels)
        throw new Misfit(
          `a table of ${text(shape)} stands beside ${channels} channels`,
          `Give gamma, beta, mean and variance ${channels} numbers each, or another axis.`,
        );
    return x.shape;
  },
  compute: ({ epsilon, axis }, [x, ...tables], samples, shape) => {
    // The tables get sides of 1 behind them, so that they lie along the channels.
    const sides = [shape[axis], ...new Array<number>(shape.length - axis - 1).fill(1)];
    const along = tables.map((table) => ({ ...table, shape: sides }));
    return combine([x, ...along], samples, shape, (v, gamma, beta, mean, variance) => {
      const scale = gamma / Math.sqrt(variance + epsilon);
      return v * scale + (beta - mean * scale);
    });
  },
};

/** Abramowitz and Stegun 7.1.26 is too coarse here: a series near 0, a continued fraction beyond. */
function erf(x: number): number {
  const a = Math.abs(x);
  if (a < 2.5) {
    let term = a;
    let sum = a;
    for (let k = 1; k < 60; k++) {
      term *= (-a * a) / k;
      sum += term / (2 * k + 1);
    }
    return (Math.sign(x) * 2 * sum) / Math.sqrt(Math.PI);
  }
  let fraction = 0;
  for (let k = 60; k > 0; k--) fraction = k / 2 / (a + fraction);
  return Math.sign(x) * (1 - Math.exp(-a * a) / (Math.sqrt(Math.PI) * (a + fraction)));
}
