import { combine, mustBroadcastTo, shapeOfAll } from '../broadcast.js';
import type { Arithmetic, Op } from '../operation.js';
import { halfEven } from '../rounding.js';
import { Misfit, needAxis, type OperationRule, type OperationRules, text } from '../value.js';

const binary: Record<Arithmetic, (a: number, b: number) => number> = {
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
  divide: (a, b) => a / b,
  minimum: Math.min,
  maximum: Math.max,
  power: (a, b) => a ** b,
};

const comparisons: Record<Op<'compare'>['name'], (a: number, b: number) => boolean> = {
  less: (a, b) => a < b,
  'less-equal': (a, b) => a <= b,
  greater: (a, b) => a > b,
  'greater-equal': (a, b) => a >= b,
  equal: (a, b) => a === b,
  'not-equal': (a, b) => a !== b,
};

const unary: Record<Op<'function'>['name'], (x: number) => number> = {
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

/** A function of inputs that are broadcast together. */
function together<Kind extends Arithmetic | 'compare' | 'select'>(
  inputs: 2 | 3,
  numbers: (op: Op<Kind>) => (...numbers: number[]) => number,
): OperationRule<Op<Kind>> {
  return {
    inputs: [inputs, inputs],
    shape: (_, values) => shapeOfAll(values),
    compute: (op, values, samples, shape) => combine(values, samples, shape, numbers(op)),
  };
}

/** A function of one input. */
function each<Kind extends 'function' | 'relu' | 'clip'>(
  number: (op: Op<Kind>) => (x: number) => number,
): OperationRule<Op<Kind>> {
  return { shape: (_, [x]) => x.shape, compute: (op, [x]) => x.data.map(number(op)) };
}

const arithmetic = together<Arithmetic>(2, ({ kind }) => binary[kind]);

export const numberByNumber: OperationRules<
  Arithmetic | 'compare' | 'select' | 'function' | 'relu' | 'parametric-relu' | 'clip' | 'batch-normalisation'
> = {
  add: arithmetic,
  subtract: arithmetic,
  multiply: arithmetic,
  divide: arithmetic,
  minimum: arithmetic,
  maximum: arithmetic,
  power: arithmetic,
  compare: together<'compare'>(2, ({ name }) => {
    const holds = comparisons[name];
    return (a, b) => (holds(a, b) ? 1 : 0);
  }),
  select: together<'select'>(3, () => (condition, a, b) => (condition === 0 ? b : a)),
  function: each<'function'>(({ name }) => unary[name]),
  relu: each<'relu'>(({ negativeSlope, threshold, max }) => (v) => {
    if (v >= threshold || v >= max) return Math.min(v, max);
    // A slope of 0 gives +0, not the -0 of a product.
    return negativeSlope === 0 ? 0 : negativeSlope * (v - threshold);
  }),
  clip: each<'clip'>(
    ({ low, high }) =>
      (v) =>
        Math.min(high, Math.max(low, v)),
  ),

  'parametric-relu': {
    inputs: [2, 2],
    shape: (_, [x, slope]) => {
      mustBroadcastTo(slope.shape, x.shape, 'the slope');
      return x.shape;
    },
    compute: (_, inputs, samples, shape) =>
      combine(inputs, samples, shape, (x, slope) => (x >= 0 ? x : slope * x)),
  },

  'batch-normalisation': {
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
