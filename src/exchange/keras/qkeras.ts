import { formulas, type GraphBuilder, type Op, relu, scalar, type Tensor } from '../graph/index.js';
import { autoScale, autoTernary, leastSquaresScale } from './automatic-scale.js';
import type { Config } from './config.js';

/**
 * Applies a quantizer of QKeras 0.9 (quantizers.py) to a value. Scales that follow from the numbers (alpha 'auto',
 * 'auto_po2', None on kernels) are computed for weights; on values that change with the wafer they are refused.
 * @param trainable kernels: alpha None becomes 'auto_po2' there, as QKeras does when it makes the layer
 * @returns name of the quantised value
 */
export type QuantizerRule = (use: QuantizerUse) => string;

export interface QuantizerUse {
  readonly builder: GraphBuilder;
  readonly config: Config;
  /** Of the node, for messages. */
  readonly name: string;
  readonly value: string;
  readonly trainable: boolean;
}

export const qkerasQuantizers: Readonly<Record<string, QuantizerRule>> = {
  quantized_bits: quantizedBits,
  quantized_relu: quantizedRelu,
  quantized_linear: quantizedLinear,
  binary,
  ternary,
  quantized_po2: powerOfTwo,
  quantized_relu_po2: reluPowerOfTwo,
  quantized_tanh: quantizedTanh,
  quantized_sigmoid: quantizedSigmoid,
};

/** Entries that matter in training only, and those that must have their default. */
function common(config: Config): void {
  // Stochastic rounding rounds to nearest at inference.
  config.flag('use_stochastic_rounding', false);
  for (const key of ['var_name', 'use_ste', 'use_variables']) config.get(key);
  config.only('qnoise_factor', 1);
}

/** The scale: a number, `auto` or `auto_po2`, or a tensor along the last axis. */
function alphaOf({ config, trainable }: QuantizerUse): number | 'auto' | 'auto_po2' {
  const given = config.get('alpha');
  if (given === undefined) return trainable ? 'auto_po2' : 1;
  if (given === 'auto' || given === 'auto_po2') return given;
  const number = typeof given === 'string' ? Number(given) : given;
  if (typeof number === 'number' && Number.isFinite(number)) return number;
  throw config.odd('alpha', given, "a number, 'auto' or 'auto_po2'");
}

/** The numbers of weights. @throws EconError for a value that changes with the wafer */
function weights({ builder, value, config }: QuantizerUse, alpha: string): Tensor {
  const known = builder.known(value);
  if (known) return known;
  throw config.error(
    `scales by alpha = '${alpha}', which on values that change with the wafer would be another scale for every wafer`,
    'Give the quantizer alpha=1 (or a number) and train it again.',
  );
}

function onto(
  use: QuantizerUse,
  scale: Tensor,
  low: number,
  high: number,
  rounding: 'half-even' | 'half-away' = 'half-even',
): string {
  return use.builder.add(
    use.name,
    { kind: 'quantise', scale, zeroPoint: scalar(0), low: scalar(low), high: scalar(high), rounding },
    [use.value],
  );
}

function times(use: QuantizerUse, value: string, factor: Tensor): string {
  if (factor.data.every((v) => v === 1)) return value;
  return use.builder.add(use.name, { kind: 'multiply' }, [
    value,
    use.builder.constant(`${use.name} scale`, factor),
  ]);
}

/** 1 for 0 and above, else -1; or 0 when a bit has no sign. */
function signOf({ builder, name, value }: QuantizerUse, zeroOne: boolean): string {
  const sign = builder.add(name, { kind: 'binary', scale: scalar(1) }, [value]);
  if (!zeroOne) return sign;
  const half = builder.constant(`${name} half`, scalar(0.5));
  const shifted = builder.add(name, { kind: 'multiply' }, [sign, half]);
  return builder.add(name, { kind: 'add' }, [shifted, half]);
}

/** What quantized_bits and quantized_linear are told, and the codes of their fixed point. */
function fixedPoint({ config }: QuantizerUse, symmetricUnlessTold: boolean) {
  common(config);
  const bits = config.number('bits', 8);
  const integer = config.number('integer', 0);
  const symmetric = config.flag('symmetric', symmetricUnlessTold);
  const negative = config.flag('keep_negative', true);
  config.only('scale_axis');
  const unsigned = bits - Number(negative);
  const low = negative ? -(2 ** unsigned) + Number(symmetric) : 0;
  return { bits, integer, negative, unsigned, low, high: 2 ** unsigned - 1, step: 2 ** (integer - unsigned) };
}

function quantizedBits(use: QuantizerUse): string {
  const { bits, integer, negative, unsigned, low, high, step } = fixedPoint(use, false);
  const alpha = alphaOf(use);
  if (alpha === 'auto' || alpha === 'auto_po2') {
    const { scale, factor } = autoScale(weights(use, alpha), bits, integer, alpha);
    const most = 2 ** (bits - 1) - 1;
    return times(use, onto(use, scale, -most, most, 'half-away'), factor);
  }
  const made = unsigned === 0 ? signOf(use, !negative) : onto(use, scalar(step), low, high);
  return times(use, made, scalar(alpha));
}

/** QKeras' newer name of quantized_bits; its automatic scales differ. */
function quantizedLinear(use: QuantizerUse): string {
  const { low, high, step } = fixedPoint(use, true);
  const alpha = use.config.get('alpha') ?? 1;
  if (typeof alpha !== 'number')
    throw use.config.error(
      `scales by alpha = ${JSON.stringify(alpha)}, which is not read`,
      'Use quantized_bits, or alpha=1.',
    );
  return onto(use, scalar(alpha * step), low, high);
}

function quantizedRelu(use: QuantizerUse): string {
  const { builder, config, name, value } = use;
  common(config);
  const bits = config.number('bits', 8);
  const integer = config.number('integer', 0);
  config.only('use_sigmoid', 0, false);
  const slope = config.number('negative_slope', 0);
  const bound = config.get('relu_upper_bound');
  // The bound acts only on quantizers that do not clip to their own range; they do unless they are told otherwise.
  const clips = config.flag('is_quantized_clip', true);
  const unsigned = bits - Number(slope !== 0);
  const rectified = slope === 0 ? value : builder.add(name, relu(slope), [value]);
  const low = slope === 0 ? 0 : -slope * 2 ** unsigned;
  const made = onto({ ...use, value: rectified }, scalar(2 ** (integer - unsigned)), low, 2 ** unsigned - 1);
  if (typeof bound !== 'number' || clips) return made;
  return builder.add(name, { kind: 'clip', low: Number.NEGATIVE_INFINITY, high: bound }, [made]);
}

function binary(use: QuantizerUse): string {
  const { builder, config } = use;
  common(config);
  const alpha = alphaOf(use);
  const zeroOne = config.flag('use_01', false);
  const code = signOf(use, zeroOne);
  if (typeof alpha === 'number') return times(use, code, scalar(alpha));
  const x = weights(use, alpha);
  return times(use, code, leastSquaresScale(x, (builder.known(code) as Tensor).data, alpha));
}

function ternary(use: QuantizerUse): string {
  const { builder, config, name, value } = use;
  common(config);
  const alpha = alphaOf(use);
  const threshold = config.get('threshold');
  const unrolls = config.number('number_of_unrolls', 5);
  if (alpha === 'auto' || alpha === 'auto_po2') {
    if (threshold !== undefined) throw config.odd('threshold', threshold, 'left to alpha');
    const { threshold: from, scale } = autoTernary(weights(use, alpha), alpha, unrolls);
    return builder.add(name, { kind: 'ternary', scale, threshold: from, inclusive: false }, [value]);
  }
  const from = config.number('threshold', 0.33);
  return builder.add(
    name,
    { kind: 'ternary', scale: scalar(alpha), threshold: scalar(Math.fround(from)), inclusive: true },
    [value],
  );
}

function exponents(
  config: Config,
  signBits: number,
): Pick<Op<'power-of-two'>, 'least' | 'most' | 'step' | 'rounding' | 'leastBelow'> {
  const bits = config.number('bits', 8) - signBits;
  const max = config.get('max_value');
  const step = config.flag('quadratic_approximation', false) ? 2 : 1;
  const rounding = config.text('log2_rounding', 'rnd');
  if (max !== undefined && typeof max !== 'number') throw config.odd('max_value', max, 'a number');
  const signed = max === undefined || max > 1 ? 1 : 0;
  const range = 2 ** (bits - signed);
  const largest = step * Math.floor((range - 1) / step);
  const most = max === undefined ? largest : Math.min(largest, Math.round(Math.log2(max) / step));
  return {
    least: -range,
    most,
    step,
    rounding: rounding === 'floor' ? 'floor' : 'half-even',
    leastBelow: Math.fround(1e-7), // Keras' epsilon
  };
}

function powerOfTwo(use: QuantizerUse): string {
  common(use.config);
  const op = { kind: 'power-of-two', ...exponents(use.config, 1), rectified: false } as const;
  return use.builder.add(use.name, op, [use.value]);
}

function reluPowerOfTwo(use: QuantizerUse): string {
  common(use.config);
  use.config.only('negative_slope', 0);
  const op = { kind: 'power-of-two', ...exponents(use.config, 0), rectified: true } as const;
  return use.builder.add(use.name, op, [use.value]);
}

/** As QKeras computes sigmoids unless told otherwise. */
function hardSigmoid({ builder, name, value }: QuantizerUse): string {
  return formulas.hardSigmoid(0.5)(builder, name, value);
}

function quantizedTanh(use: QuantizerUse): string {
  const { builder, config, name, value } = use;
  common(config);
  const scale = 2 ** (config.number('bits', 8) - 1);
  const symmetric = config.flag('symmetric', false);
  let line = value;
  if (config.flag('use_real_tanh', false))
    line = builder.add(name, { kind: 'function', name: 'tanh' }, [value]);
  else {
    const doubled = builder.add(name, { kind: 'multiply' }, [
      hardSigmoid(use),
      builder.constant(`${name} two`, scalar(2)),
    ]);
    line = builder.add(name, { kind: 'subtract' }, [doubled, builder.constant(`${name} one`, scalar(1))]);
  }
  return onto({ ...use, value: line }, scalar(1 / scale), -scale + Number(symmetric), scale - 1);
}

function quantizedSigmoid(use: QuantizerUse): string {
  const { builder, config, name, value } = use;
  common(config);
  const scale = 2 ** config.number('bits', 8);
  const symmetric = config.flag('symmetric', false);
  const line = config.flag('use_real_sigmoid', false)
    ? builder.add(name, { kind: 'function', name: 'sigmoid' }, [value])
    : hardSigmoid(use);
  return onto({ ...use, value: line }, scalar(1 / scale), Number(symmetric), scale - 1);
}
