import { integerSums } from './integer-sums.js';
import type { OnnxRule, OnnxRules } from './node.js';
import { numberByNumber } from './number-by-number.js';
import { quantisers, quantisersOfQonnx } from './quantisers.js';
import { QONNX_DOMAIN } from './schema.js';
import { shapes } from './shapes.js';
import { batchNormalisation, convolution, pool, sums } from './sums.js';

/** Domain ai.onnx. */
const standard: OnnxRules = { ...sums, ...numberByNumber, ...shapes, ...integerSums, ...quantisers };

const qonnx: OnnxRules = {
  ...quantisersOfQonnx,
  IntQuant: quantisersOfQonnx.Quant,
  MaxPoolNHWC: pool('max', 'channels-last'),
};

const channelsLast: OnnxRules = {
  Conv: convolution('channels-last'),
  MaxPool: pool('max', 'channels-last'),
  BatchNormalization: batchNormalisation(-1),
};

/** Domains of which nodes are read; the others are refused by name. */
const domains: Readonly<Record<string, OnnxRules>> = {
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

export function ruleOfNode(domain: string, op: string): OnnxRule | undefined {
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
