import type { Operation } from '../operation.js';
import type { OperationRule } from '../value.js';
import { constant } from './constant.js';
import {
  arithmetic,
  batchNormalisation,
  clip,
  compare,
  namedFunction,
  parametricRelu,
  relu,
  select,
} from './number-by-number.js';
import { binary, powerOfTwo, quantise, ternary } from './quantise.js';
import { concatenate, gather, pad, reshape, slice, transpose, upsample } from './rearrange.js';
import { reduce, softmax } from './reductions.js';
import { conv2d, convTranspose, dense, pool } from './sums.js';

type Rules = { readonly [Kind in Operation['kind']]: OperationRule<Extract<Operation, { kind: Kind }>> };

/** Every operation that a graph can hold: a new one is a type in operation.ts and an entry here. */
const rules: Rules = {
  constant,
  conv2d,
  'conv-transpose': convTranspose,
  dense,
  add: arithmetic,
  subtract: arithmetic,
  multiply: arithmetic,
  divide: arithmetic,
  minimum: arithmetic,
  maximum: arithmetic,
  power: arithmetic,
  compare,
  select,
  function: namedFunction,
  relu,
  'parametric-relu': parametricRelu,
  clip,
  'batch-normalisation': batchNormalisation,
  quantise,
  binary,
  ternary,
  'power-of-two': powerOfTwo,
  pad,
  slice,
  gather,
  concatenate,
  transpose,
  reshape,
  softmax,
  reduce,
  pool,
  upsample,
};

export function ruleOf(op: Operation): OperationRule<Operation> {
  return rules[op.kind] as unknown as OperationRule<Operation>;
}
