import type { Tensor } from './tensor.js';

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

/** Weights, or any value known from the file. No inputs. */
export interface ConstantOp {
  readonly kind: 'constant';
  readonly value: Tensor;
}

/**
 * 2D convolution (a correlation, as every tool means it). Inputs: x, kernel, bias when there is one.
 * Kernel [rows, columns, channels / groups, filters], whatever the layout of x; a reader of another order puts a transpose
 * before it (OIHW: order [2, 3, 1, 0]). Bias [filters]. TensorFlow's 'same' is told as its pads (samePads).
 */
export interface Conv2dOp {
  readonly kind: 'conv2d';
  /** Rows, columns. */
  readonly strides: readonly [number, number];
  /** Zeros at the top, left, bottom, right. */
  readonly pads: readonly [number, number, number, number];
  readonly dilations: readonly [number, number];
  readonly groups: number;
  readonly layout: Layout;
}

/**
 * Transposed convolution: every input adds its kernel to the output, `strides` apart; the full output of
 * (side - 1) * stride + kernel is cut by `crop`. Kernel [rows, columns, filters, channels] as Keras keeps it (ONNX and torch
 * [channels, filters, rows, columns]: transpose with order [2, 3, 1, 0]); bias [filters].
 */
export interface ConvTransposeOp {
  readonly kind: 'conv-transpose';
  readonly strides: readonly [number, number];
  /** Taken off at the top, left, bottom, right; a negative number adds zeros (output padding) before the bias. */
  readonly crop: readonly [number, number, number, number];
  readonly layout: Layout;
}

/** x [..., inputs] times kernel [inputs, units], plus bias [units] when it is given. Inputs: x, kernel, bias. */
export interface DenseOp {
  readonly kind: 'dense';
}

/**
 * Two inputs, NumPy broadcasting of their shapes WITHOUT the batch: a constant [1, 8, 1, 1] of a file whose values are
 * [n, 8, 4, 4] is [8, 1, 1] here.
 */
export interface ArithmeticOp {
  readonly kind: 'add' | 'subtract' | 'multiply' | 'divide' | 'minimum' | 'maximum' | 'power';
}

/** Two inputs, broadcast as in arithmetic: 1 where it holds, else 0. */
export interface CompareOp {
  readonly kind: 'compare';
  readonly name: 'less' | 'less-equal' | 'greater' | 'greater-equal' | 'equal' | 'not-equal';
}

/** Inputs: condition, a, b, all broadcast: a where the condition is not 0, else b. */
export interface SelectOp {
  readonly kind: 'select';
}

/** One input, number by number. `truncate` drops what is behind the point, `round` is half to even; `sign` of 0 is 0. */
export interface FunctionOp {
  readonly kind: 'function';
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
}

/**
 * Keras' ReLU: x >= max: max; threshold <= x < max: x; below: negativeSlope * (x - threshold). Plain: slope 0, threshold 0,
 * max Infinity.
 */
export interface ReluOp {
  readonly kind: 'relu';
  readonly negativeSlope: number;
  readonly threshold: number;
  readonly max: number;
}

/** A relu whose slope below zero is its second input (PReLU), broadcast as in arithmetic. */
export interface ParametricReluOp {
  readonly kind: 'parametric-relu';
}

/** Limits may be infinite. */
export interface ClipOp {
  readonly kind: 'clip';
  readonly low: number;
  readonly high: number;
}

/** Inputs: x, gamma, beta, mean, variance, each [channels] along `axis`. (x - mean) / sqrt(variance + epsilon) * gamma + beta. */
export interface BatchNormalisationOp {
  readonly kind: 'batch-normalisation';
  readonly epsilon: number;
  /** Of the channels, batch not counted. */
  readonly axis: number;
}

/**
 * Onto steps: q = round(clip(x / scale + zeroPoint, low, high)); value (q - zeroPoint) * scale. Everything is broadcast to x
 * (without the batch), so that scales may be per tensor, per channel or per weight.
 */
export interface QuantiseOp {
  readonly kind: 'quantise';
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
  /**
   * ONNX QuantizeLinear rounds x / scale first and adds an integer zero point then (ties differ for odd ones).
   * @default false
   */
  readonly zeroPointAfterRounding?: boolean;
}

/** scale * (x < 0 ? -1 : 1), and 0 for 0 when `zeroIsZero`. Scale broadcast to x. */
export interface BinaryOp {
  readonly kind: 'binary';
  readonly scale: Tensor;
  readonly zeroIsZero: boolean;
}

/** scale * sign(x) where |x| > threshold (>= when `inclusive`), else 0. Broadcast to x. */
export interface TernaryOp {
  readonly kind: 'ternary';
  readonly scale: Tensor;
  readonly threshold: Tensor;
  readonly inclusive: boolean;
}

/**
 * sign(x) * 2^(step * e), e the rounded logarithm of |x| to the base 2^step within least..most; |x| < `leastBelow` becomes
 * 2^least. 0 gives the sign of 0 as +. Rounding of the logarithm: 'half-even' as QKeras, 'floor'.
 */
export interface PowerOfTwoOp {
  readonly kind: 'power-of-two';
  readonly least: number;
  readonly most: number;
  /** 2: exponents are even (QKeras' quadratic approximation). */
  readonly step: 1 | 2;
  readonly rounding: 'half-even' | 'floor';
  /** Negative inputs are 0 (quantized_relu_po2) instead of keeping their sign. */
  readonly rectified: boolean;
  readonly leastBelow: number;
}

/** One number per axis of x. */
export interface PadOp {
  readonly kind: 'pad';
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly value: number;
}

/** One range per axis of x: from, from + step, .. below `to` (above for a negative step; -1 there means to the start). */
export interface SliceOp {
  readonly kind: 'slice';
  readonly ranges: readonly { readonly from: number; readonly to: number; readonly step: number }[];
}

/** Picks places of one axis, in the order of `indices`; a place may come several times or never. */
export interface GatherOp {
  readonly kind: 'gather';
  readonly axis: number;
  readonly indices: readonly number[];
}

/** Any number of inputs of the same other sides. */
export interface ConcatenateOp {
  readonly kind: 'concatenate';
  readonly axis: number;
}

/** Axis i of the result is axis order[i] of x. */
export interface TransposeOp {
  readonly kind: 'transpose';
  readonly order: readonly number[];
}

/** Row-major; as many numbers. Flatten is a reshape to [n]; a flatten of other order has a transpose before it. */
export interface ReshapeOp {
  readonly kind: 'reshape';
  readonly shape: readonly number[];
}

export interface SoftmaxOp {
  readonly kind: 'softmax';
  readonly axis: number;
}

/** Over some axes, which stay with side 1 when `keep`. */
export interface ReduceOp {
  readonly kind: 'reduce';
  readonly name: 'sum' | 'mean' | 'product' | 'max' | 'min';
  readonly axes: readonly number[];
  readonly keep: boolean;
}

/** Pooling over windows; `average` counts padded zeros only when `countPads`. Pads of `max` never win. */
export interface PoolOp {
  readonly kind: 'pool';
  readonly name: 'max' | 'average';
  readonly size: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly pads: readonly [number, number, number, number];
  readonly countPads: boolean;
  readonly layout: Layout;
}

/** Repeats rows and columns (nearest). */
export interface UpsampleOp {
  readonly kind: 'upsample';
  readonly factors: readonly [number, number];
  readonly layout: Layout;
}

/** What a node does. Dropout and everything else that is nothing at inference is the function `identity`. */
export type Operation =
  | ConstantOp
  | Conv2dOp
  | ConvTransposeOp
  | DenseOp
  | ArithmeticOp
  | CompareOp
  | SelectOp
  | FunctionOp
  | ReluOp
  | ParametricReluOp
  | ClipOp
  | BatchNormalisationOp
  | QuantiseOp
  | BinaryOp
  | TernaryOp
  | PowerOfTwoOp
  | PadOp
  | SliceOp
  | GatherOp
  | ConcatenateOp
  | TransposeOp
  | ReshapeOp
  | SoftmaxOp
  | ReduceOp
  | PoolOp
  | UpsampleOp;
