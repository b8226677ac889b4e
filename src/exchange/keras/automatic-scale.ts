import { halfEven, scalar, sizeOf, type Tensor } from '../graph/index.js';

/** Keras' epsilon: no scale becomes 0. */
const EPSILON = 1e-7;
const single = Math.fround;

/** How often QKeras goes from codes to a scale and back. */
const STEPS = 5;

/**
 * quantized_bits with alpha 'auto' or 'auto_po2': a scale per output channel (last axis; of a bias one for all) that the
 * weights themselves decide. Steps of single precision as QKeras makes them, because ties of the logarithm hang on them.
 * @returns scale: of one step when the codes are taken; factor: what the last fit of the scale changes after that
 */
export function autoScale(
  x: Tensor,
  bits: number,
  integer: number,
  alpha: 'auto' | 'auto_po2',
): { scale: Tensor; factor: Tensor } {
  const shift = 2 ** integer;
  const scaled = { shape: x.shape, data: x.data.map((v) => v / shift) };
  const most = 2 ** (bits - 1) - 1;
  let scale = perChannel(scaled, (values) => {
    const largest = values.reduce((a, v) => Math.max(a, Math.abs(v)), 0);
    return single(single(largest * 2) / (2 * most));
  });
  if (alpha === 'auto') return { scale: times(scale, shift), factor: scalar(1) };
  scale = { ...scale, data: scale.data.map(powerOfTwo) };
  let before = scale;
  for (let step = 0; step < STEPS; step++) {
    before = scale;
    const codes = along(scaled, scale, (v, s) => {
      const code = Math.min(most, Math.floor(single(single(Math.abs(v) / s) + 0.5)));
      return Math.sign(v) * code;
    });
    scale = leastSquaresScale(scaled, codes, alpha);
  }
  const factor = scale.data.map((v, i) => v / before.data[before.data.length === 1 ? 0 : i]);
  return { scale: times(before, shift), factor: { shape: scale.shape, data: factor } };
}

function times({ shape, data }: Tensor, factor: number): Tensor {
  return { shape, data: data.map((v) => v * factor) };
}

/** The scale with which codes come closest to x in the sum of squares: per last axis, of a list per number. */
export function leastSquaresScale(x: Tensor, codes: Float64Array, alpha: 'auto' | 'auto_po2'): Tensor {
  const channels = x.shape.length > 1 ? x.shape[x.shape.length - 1] : x.data.length;
  const count = x.data.length / channels;
  const data = new Float64Array(channels);
  for (let c = 0; c < channels; c++) {
    let products = 0;
    let squares = 0;
    for (let i = c; i < x.data.length; i += channels) {
      products += single(x.data[i] * codes[i]);
      squares += single(codes[i] * codes[i]);
    }
    const scale = single(single(products / count) / single(single(squares / count) + single(EPSILON)));
    data[c] = alpha === 'auto_po2' ? powerOfTwo(scale) : scale;
  }
  const shape = x.shape.length > 1 ? [...x.shape.slice(0, -1).map(() => 1), channels] : [channels];
  return { shape, data };
}

/**
 * ternary with alpha 'auto' or 'auto_po2' (arXiv:1605.04711): threshold and scale fitted in turn.
 * @returns threshold above which |x| counts, and the scale
 */
export function autoTernary(
  x: Tensor,
  alpha: 'auto' | 'auto_po2',
  unrolls: number,
): { threshold: Tensor; scale: Tensor } {
  let scale = perChannel(x, (values) => {
    const largest = values.reduce((a, v) => Math.max(a, Math.abs(v)), 0);
    const start = single(single(2 * largest) / 3);
    return alpha === 'auto_po2' ? powerOfTwo(start) : start;
  });
  let threshold = scale;
  for (let step = 0; step < unrolls; step++) {
    // |x| / scale rounds to 0 up to its half, that included (half to even).
    threshold = { ...scale, data: scale.data.map((s) => s / 2) };
    const codes = along(x, scale, (v, s) => (Math.abs(halfEven(single(v / s))) > 0 ? Math.sign(v) : 0));
    scale = leastSquaresScale(x, codes, alpha);
  }
  return { threshold, scale };
}

function powerOfTwo(scale: number): number {
  const log = single(Math.log(single(scale + single(EPSILON))));
  return 2 ** halfEven(single(log / single(Math.log(2))));
}

/** A number per last axis, of a list one for all, with sides of 1 before. */
function perChannel(x: Tensor, of: (values: Float64Array) => number): Tensor {
  if (x.shape.length < 2) return { shape: x.shape.map(() => 1), data: Float64Array.of(of(x.data)) };
  const channels = x.shape[x.shape.length - 1];
  const data = Float64Array.from({ length: channels }, (_, c) =>
    of(x.data.filter((_v, i) => i % channels === c)),
  );
  return { shape: [...x.shape.slice(0, -1).map(() => 1), channels], data };
}

/** Combines x with the number of its channel. */
function along(x: Tensor, scale: Tensor, combine: (v: number, s: number) => number): Float64Array {
  const channels = sizeOf(scale.shape);
  return x.data.map((v, i) => combine(v, scale.data[i % channels]));
}
