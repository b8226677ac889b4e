import type { Tensor } from './tensor.js';

/** Of rows and columns. */
export type Two = readonly [number, number];
/** At the top, left, bottom, right. */
export type Four = readonly [number, number, number, number];

/** Of a value [rows, columns, channels] or [channels, rows, columns] (batch not counted). */
export type Layout = 'channels-last' | 'channels-first';

/**
 * How a real number becomes an integer:
 * - `half-even`, `half-up` (towards +inf), `half-down` (towards -inf), `half-away` (from zero), `half-to-zero`: to the
 *   nearest, ties as the name says;
 * - `floor`, `ceil`, `to-zero`, `away`: always that way.
 *
 * QONNX: ROUND and HALF_EVEN are half-even, HALF_UP half-away, HALF_DOWN half-to-zero, UP away, DOWN to-zero (its modes
 * are about magnitudes), FLOOR and CEIL as here.
 */
export type Rounding =
  | 'half-even'
  | 'half-up'
  | 'half-down'
  | 'half-away'
  | 'half-to-zero'
  | 'floor'
  | 'ceil'
  | 'to-zero'
  | 'away';

/**
 * Two inputs, NumPy broadcasting of their shapes WITHOUT the batch: a constant [1, 8, 1, 1] of a file whose values are
 * [n, 8, 4, 4] is [8, 1, 1] here.
 */
export type Arithmetic = 'add' | 'subtract' | 'multiply' | 'divide' | 'minimum' | 'maximum' | 'power';

/** Places from, from + step, .. below `to` (above for a negative step; -1 there means to the start). */
export interface Range {
  readonly from: number;
  readonly to: number;
  readonly step: number;
}

/** The other kinds, and what an operation of each tells beside its kind. */
interface Contents {
  /** Weights, or any value known from the file. No inputs. */
  readonly constant: { readonly value: Tensor };
  /**
   * 2D convolution (a correlation, as every tool means it). Inputs: x, kernel, bias when there is one.
   * Kernel [rows, columns, channels / groups, filters], whatever the layout of x; a reader of another order puts a transpose
   * before it (OIHW: order [2, 3, 1, 0]). Bias [filters]. TensorFlow's 'same' is told as its pads (samePads).
   */
  readonly conv2d: {
    /** Rows, columns. */
    readonly strides: Two;
    /** Zeros at the top, left, bottom, right. */
    readonly pads: Four;
    readonly dilations: Two;
    readonly groups: number;
    readonly layout: Layout;
  };
  /**
   * Transposed convolution: every input adds its kernel to the output, `strides` apart; the full output of
   * (side - 1) * stride + kernel is cut by `crop`. Kernel [rows, columns, filters, channels] as Keras keeps it (ONNX and torch
   * [channels, filters, rows, columns]: transpose with order [2, 3, 1, 0]); bias [filters].
   */
  readonly 'conv-transpose': {
    readonly strides: Two;
    /** Taken off at the top, left, bottom, right; a negative number adds zeros (output padding) before the bias. */
    readonly crop: Four;
    readonly layout: Layout;
  };
  /** x [..., inputs] times kernel [inputs, units], plus bias [units] when it is given. Inputs: x, kernel, bias. */
  readonly dense: object;
  /** Two inputs, broadcast as in arithmetic: 1 where it holds, else 0. */
  readonly compare: {
    readonly name: 'less' | 'less-equal' | 'greater' | 'greater-equal' | 'equal' | 'not-equal';
  };
  /** Inputs: condition, a, b, all broadcast: a where the condition is not 0, else b. */
  readonly select: object;
  /** One input, number by number. `truncate` drops what is behind the point, `round` is half to even; `sign` of 0 is 0. */
  readonly function: {
    readonly name:
      | 'identity'
      | 'negate'
      | 'abs'
      | 'sign'
      | 'floor'
      | 'ceil'
      | 'truncate'
      | 'round'
      | 'sqrt'
      | 'exp'
      | 'log'
      | 'sigmoid'
      | 'tanh'
      | 'softplus'
      | 'erf';
  };
  /**
   * Keras' ReLU: x >= max: max; threshold <= x < max: x; below: negativeSlope * (x - threshold). Plain: slope 0, threshold 0,
   * max Infinity.
   */
  readonly relu: {
    readonly negativeSlope: number;
    readonly threshold: number;
    readonly max: number;
  };
  /** A relu whose slope below zero is its second input (PReLU), broadcast as in arithmetic. */
  readonly 'parametric-relu': object;
  /** Limits may be infinite. */
  readonly clip: {
    readonly low: number;
    readonly high: number;
  };
  /** Inputs: x, gamma, beta, mean, variance, each [channels] along `axis`. (x - mean) / sqrt(variance + epsilon) * gamma + beta. */
  readonly 'batch-normalisation': {
    readonly epsilon: number;
    /** Of the channels, batch not counted. */
    readonly axis: number;
  };
  /**
   * Onto steps: q = round(clip(x / scale + zeroPoint, low, high)); value (q - zeroPoint) * scale. Everything is broadcast to x
   * (without the batch), so that scales may be per tensor, per channel or per weight.
   */
  readonly quantise: {
    readonly scale: Tensor;
    readonly zeroPoint: Tensor;
    /** Smallest and largest q, in steps; infinite where nothing limits. */
    readonly low: Tensor;
    readonly high: Tensor;
    readonly rounding: Rounding;
    /**
     * What happens above `high` and below `low`: `saturate`, or `wrap` modulo high - low + 1 (fixed-point types of HLS).
     * @default 'saturate'
     */
    readonly overflow?: 'saturate' | 'wrap';
  };
  /** scale * (x < 0 ? -1 : 1). Scale broadcast to x. */
  readonly binary: { readonly scale: Tensor };
  /** scale * sign(x) where |x| > threshold (>= when `inclusive`), else 0. Broadcast to x. */
  readonly ternary: {
    readonly scale: Tensor;
    readonly threshold: Tensor;
    readonly inclusive: boolean;
  };
  /**
   * sign(x) * 2^(step * e), e the rounded logarithm of |x| to the base 2^step within least..most; |x| < `leastBelow` becomes
   * 2^least. 0 gives the sign of 0 as +. Rounding of the logarithm: 'half-even' as QKeras, 'floor'.
   */
  readonly 'power-of-two': {
    readonly least: number;
    readonly most: number;
    /** 2: exponents are even (QKeras' quadratic approximation). */
    readonly step: 1 | 2;
    readonly rounding: 'half-even' | 'floor';
    /** Negative inputs are 0 (quantized_relu_po2) instead of keeping their sign. */
    readonly rectified: boolean;
    readonly leastBelow: number;
  };
  /** One number per axis of x. */
  readonly pad: {
    readonly before: readonly number[];
    readonly after: readonly number[];
    readonly value: number;
  };
  /** One range per axis of x. */
  readonly slice: {
    readonly ranges: readonly Range[];
  };
  /** Picks places of one axis, in the order of `indices`; a place may come several times or never. */
  readonly gather: {
    readonly axis: number;
    readonly indices: readonly number[];
  };
  /** Any number of inputs of the same other sides. */
  readonly concatenate: { readonly axis: number };
  /** Axis i of the result is axis order[i] of x. */
  readonly transpose: { readonly order: readonly number[] };
  /** Row-major; as many numbers. Flatten is a reshape to [n]; a flatten of other order has a transpose before it. */
  readonly reshape: { readonly shape: readonly number[] };
  readonly softmax: { readonly axis: number };
  /** Over some axes, which stay with side 1 when `keep`. */
  readonly reduce: {
    readonly name: 'sum' | 'mean' | 'product' | 'max' | 'min';
    readonly axes: readonly number[];
    readonly keep: boolean;
  };
  /** Pooling over windows; `average` counts padded zeros only when `countPads`. Pads of `max` never win. */
  readonly pool: {
    readonly name: 'max' | 'average';
    readonly size: Two;
    readonly strides: Two;
    readonly pads: Four;
    readonly countPads: boolean;
    readonly layout: Layout;
  };
  /** Repeats rows and columns (nearest). */
  readonly upsample: {
    readonly factors: Two;
    readonly layout: Layout;
  };
}

/** The operation of a kind. */
export type Op<Kind extends Arithmetic | keyof Contents> = Kind extends keyof Contents
  ? { readonly kind: Kind } & Contents[Kind]
  : { readonly kind: Kind };

/** What a node does. Dropout and everything else that is nothing at inference is the function `identity`. */
export type Operation =
  | { readonly kind: Arithmetic }
  | { [Kind in keyof Contents]: Op<Kind> }[keyof Contents];

/** A ReLU without a threshold. */
export function relu(negativeSlope = 0, max = Number.POSITIVE_INFINITY): Op<'relu'> {
  return { kind: 'relu', negativeSlope, threshold: 0, max };
}

/** As Python counts: negative bounds from the end, those beyond the ends are the ends; one that is left out is its end. */
export function pythonRange(
  side: number,
  start: number | undefined,
  stop: number | undefined,
  step: number,
): Range {
  const [low, high] = step > 0 ? [0, side] : [-1, side - 1];
  const [first, last] = step > 0 ? [low, high] : [high, low];
  const bound = (at: number): number => Math.max(low, Math.min(high, at < 0 ? at + side : at));
  return {
    from: start === undefined ? first : bound(start),
    to: stop === undefined ? last : bound(stop),
    step,
  };
}
