import { elementwise } from '../reading/elementwise.js';
import * as activations from './activations.js';
import * as integers from './integer-sums.js';
import type { NodeRule } from './node.js';
import * as numbers from './number-by-number.js';
import * as quantisers from './quantisers.js';
import { QONNX_DOMAIN } from './schema.js';
import * as shapes from './shapes.js';
import * as sums from './sums.js';

/** Domain ai.onnx, by name: what each node is in the graph. */
const standard: Readonly<Record<string, NodeRule>> = {
  Conv: sums.convolution('channels-first'),
  ConvTranspose: sums.convTranspose,
  Gemm: sums.gemm,
  MatMul: sums.matMul,
  BatchNormalization: sums.batchNormalisation(false),
  MaxPool: sums.pool('max', 'channels-first'),
  AveragePool: sums.pool('average', 'channels-first'),
  GlobalAveragePool: sums.globalAverage,
  Add: numbers.arithmetic('add'),
  Sub: numbers.arithmetic('subtract'),
  Mul: numbers.arithmetic('multiply'),
  Div: numbers.arithmetic('divide'),
  Mod: numbers.modulo,
  Pow: numbers.arithmetic('power'),
  Min: numbers.chained('minimum'),
  Max: numbers.chained('maximum'),
  Sum: numbers.chained('add'),
  Mean: numbers.mean,
  Less: numbers.compare('less'),
  LessOrEqual: numbers.compare('less-equal'),
  Greater: numbers.compare('greater'),
  GreaterOrEqual: numbers.compare('greater-equal'),
  Equal: numbers.compare('equal'),
  And: numbers.logic('minimum'),
  Or: numbers.logic('maximum'),
  Not: numbers.not,
  Where: numbers.where,
  ...elementwise(numbers.named),
  Reciprocal: numbers.reciprocal,
  Relu: numbers.relu('none'),
  LeakyRelu: numbers.relu('alpha'),
  ThresholdedRelu: activations.thresholdedRelu,
  Elu: activations.elu,
  Selu: activations.selu,
  Celu: activations.celu,
  Gelu: activations.gelu,
  Swish: activations.swish,
  HardSigmoid: activations.hardSigmoid,
  HardSwish: activations.hardSwish,
  Softsign: activations.softsign,
  Mish: activations.mish,
  PRelu: numbers.parametricRelu,
  Clip: numbers.clip,
  Softmax: numbers.softmax,
  Dropout: numbers.dropout,
  Cast: numbers.cast,
  CastLike: numbers.castLike,
  Constant: shapes.constant,
  ConstantOfShape: shapes.constantOfShape,
  Shape: shapes.shape,
  Size: shapes.size,
  Reshape: shapes.reshape,
  Flatten: shapes.flatten,
  Squeeze: shapes.squeeze,
  Unsqueeze: shapes.unsqueeze,
  Transpose: shapes.transpose,
  Concat: shapes.concatenate,
  Slice: shapes.slice,
  Split: shapes.split,
  Gather: shapes.gather,
  Pad: shapes.pad,
  Expand: shapes.expand,
  Range: shapes.range,
  ReduceSum: shapes.reduce('sum', 13),
  ReduceMean: shapes.reduce('mean', 18),
  ReduceMax: shapes.reduce('max', 18),
  ReduceMin: shapes.reduce('min', 18),
  ReduceProd: shapes.reduce('product', 18),
  Upsample: shapes.resize,
  Resize: shapes.resize,
  QLinearConv: integers.convolution,
  QLinearMatMul: integers.matMul,
  QuantizeLinear: quantisers.quantizeLinear,
  DequantizeLinear: quantisers.dequantizeLinear,
};

const qonnx: Readonly<Record<string, NodeRule>> = {
  Quant: quantisers.quant,
  IntQuant: quantisers.quant,
  BipolarQuant: quantisers.bipolarQuant,
  Trunc: quantisers.trunc,
  MaxPoolNHWC: sums.pool('max', 'channels-last'),
};

const channelsLast: Readonly<Record<string, NodeRule>> = {
  Conv: sums.convolution('channels-last'),
  MaxPool: sums.pool('max', 'channels-last'),
  BatchNormalization: sums.batchNormalisation(true),
};

/** Domains of which nodes are read; the others are refused by name. */
const domains: Readonly<Record<string, Readonly<Record<string, NodeRule>>>> = {
  '': standard,
  'ai.onnx': standard,
  [QONNX_DOMAIN]: qonnx,
  'onnx.brevitas': qonnx,
  finn: qonnx,
  'finn.custom_op.general': qonnx,
  'qonnx.custom_op.channels_last': channelsLast,
};

export function isKnownDomain(domain: string): boolean {
  return Object.hasOwn(domains, domain);
}

export function ruleOfNode(domain: string, op: string): NodeRule | undefined {
  const rules = domains[domain];
  return rules && Object.hasOwn(rules, op) ? rules[op] : undefined;
}

/** What to do about nodes that are often met and cannot be read. */
export const REMEDIES: Readonly<Record<string, string>> = {
  If: 'Export the network for inference, without branches (torch.onnx.export of a model in eval mode, or onnxsim).',
  Loop: 'Export the network without loops: unroll them, or run onnxsim on the file.',
  Scan: 'Export the network without loops: unroll them, or run onnxsim on the file.',
  ConvInteger: 'Export the quantised network as QDQ (QuantizeLinear, DequantizeLinear).',
  MatMulInteger: 'Export the quantised network as QDQ (QuantizeLinear, DequantizeLinear).',
  DynamicQuantizeLinear: 'Quantise with static scales: the chip has no scale that depends on the wafer.',
  FloatQuant: 'Quantise to integers (IntQuant): the chip computes with fixed-point numbers.',
  MultiThreshold:
    'Export from QONNX before its conversion to thresholds (Quant nodes instead of MultiThreshold).',
};
