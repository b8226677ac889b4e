import { imageInput } from './image.js';
import {
  ACTIVATIONS,
  type Arithmetic,
  CONV_BIAS_SHIFT,
  CONV_FILTERS,
  CONV_KERNEL_SIDE,
  CONV_SHIFT,
  CONV_SIDE,
  CONV_STRIDE,
  DENSE_BIAS_SHIFT,
  DENSE_SHIFT,
  type EncoderOutput,
  type EncoderWeights,
  IMAGE_CELLS,
  LATENT_LARGEST,
  LATENTS,
} from './parameters.js';
import { encodeShape } from './shape-reference.js';

/** One cell that a conv position sees. */
export interface ConvTap {
  /** Input k, 0..47. */
  readonly input: number;
  /** 3 * kernel row + kernel column, 0..8; its weights are convKernel[8 * kernel .. + 7]. */
  readonly kernel: number;
}

/** The cells that each of the 16 conv positions (4 i + j) sees; masked and padding positions are left out. */
export const convTaps: readonly (readonly ConvTap[])[] = Array.from({ length: CONV_SIDE ** 2 }, (_, p) => {
  const taps: ConvTap[] = [];
  for (let kernel = 0; kernel < CONV_KERNEL_SIDE ** 2; kernel++) {
    const row = CONV_STRIDE * Math.floor(p / CONV_SIDE) + Math.floor(kernel / CONV_KERNEL_SIDE);
    const input = imageInput(row, CONV_STRIDE * (p % CONV_SIDE) + (kernel % CONV_KERNEL_SIDE));
    if (input >= 0) taps.push({ input, kernel });
  }
  return taps;
});

const tapStart = new Int32Array(CONV_SIDE ** 2 + 1);
for (let p = 0; p < convTaps.length; p++) tapStart[p + 1] = tapStart[p] + convTaps[p].length;
const tapInput = Int32Array.from(convTaps.flat(), (tap) => tap.input);
const tapWeight = Int32Array.from(convTaps.flat(), (tap) => tap.kernel * CONV_FILTERS);

// Scratch of one wafer: non-zero activations as (index, value). Module state is safe, encode() never yields.
const index = new Int32Array(ACTIVATIONS);
const value = new Int32Array(ACTIVATIONS);
const scratch = new Uint16Array(ACTIVATIONS);

/**
 * The encoder of the chip, in integers (spec econt-behaviour 9.3, 9.4). Exact for any x and weights:
 * activations are unlimited (0..2347), latents saturate at 511.
 * @param x n * 48 normalised cells, 0..255, in image order (mux output k at position k)
 * @param n number of wafers
 */
export function encode(
  weights: EncoderWeights,
  arithmetic: Arithmetic,
  x: Uint8Array,
  n: number,
  out: EncoderOutput,
): void {
  if (weights.shape) {
    encodeShape(weights, arithmetic, x, n, out);
    return;
  }
  // The two arithmetics differ only in where the shift is: per product, or once after the sum.
  const perProduct = arithmetic === 'econt';
  const convolve = perProduct ? convolveEcont : convolveExact;
  const connect = perProduct ? connectEcont : connectExact;
  for (let i = 0; i < n; i++) {
    const t = out.activations ?? scratch;
    const at = out.activations ? i * ACTIVATIONS : 0;
    const nonZero = convolve(weights.convKernel, weights.convBias, x, i * IMAGE_CELLS, t, at);
    connect(weights.denseKernel, weights.denseBias, nonZero, out.latents, i * LATENTS);
  }
}

/**
 * Conv layer of one wafer into t[at..at+127]; leaves the non-zero activations in (index, value).
 * @returns how many are non-zero
 */
function convolveEcont(
  w: Int8Array,
  bias: Int8Array,
  x: Uint8Array,
  from: number,
  t: Uint16Array,
  at: number,
): number {
  let count = 0;
  const up = CONV_BIAS_SHIFT;
  const s = CONV_SHIFT;
  for (let p = 0; p < CONV_SIDE ** 2; p++) {
    let a0 = bias[0] << up;
    let a1 = bias[1] << up;
    let a2 = bias[2] << up;
    let a3 = bias[3] << up;
    let a4 = bias[4] << up;
    let a5 = bias[5] << up;
    let a6 = bias[6] << up;
    let a7 = bias[7] << up;
    for (let tap = tapStart[p]; tap < tapStart[p + 1]; tap++) {
      const v = x[from + tapInput[tap]];
      if (v === 0) continue;
      const q = tapWeight[tap];
      a0 = (a0 + (Math.imul(v, w[q]) >> s)) | 0;
      a1 = (a1 + (Math.imul(v, w[q + 1]) >> s)) | 0;
      a2 = (a2 + (Math.imul(v, w[q + 2]) >> s)) | 0;
      a3 = (a3 + (Math.imul(v, w[q + 3]) >> s)) | 0;
      a4 = (a4 + (Math.imul(v, w[q + 4]) >> s)) | 0;
      a5 = (a5 + (Math.imul(v, w[q + 5]) >> s)) | 0;
      a6 = (a6 + (Math.imul(v, w[q + 6]) >> s)) | 0;
      a7 = (a7 + (Math.imul(v, w[q + 7]) >> s)) | 0;
    }
    count = keep(t, at, p * 8, a0, a1, a2, a3, a4, a5, a6, a7, count);
  }
  return count;
}

function convolveExact(
  w: Int8Array,
  bias: Int8Array,
  x: Uint8Array,
  from: number,
  t: Uint16Array,
  at: number,
): number {
  let count = 0;
  const up = CONV_BIAS_SHIFT + CONV_SHIFT;
  const s = CONV_SHIFT;
  for (let p = 0; p < CONV_SIDE ** 2; p++) {
    let a0 = bias[0] << up;
    let a1 = bias[1] << up;
    let a2 = bias[2] << up;
    let a3 = bias[3] << up;
    let a4 = bias[4] << up;
    let a5 = bias[5] << up;
    let a6 = bias[6] << up;
    let a7 = bias[7] << up;
    for (let tap = tapStart[p]; tap < tapStart[p + 1]; tap++) {
      const v = x[from + tapInput[tap]];
      if (v === 0) continue;
      const q = tapWeight[tap];
      a0 = (a0 + Math.imul(v, w[q])) | 0;
      a1 = (a1 + Math.imul(v, w[q + 1])) | 0;
      a2 = (a2 + Math.imul(v, w[q + 2])) | 0;
      a3 = (a3 + Math.imul(v, w[q + 3])) | 0;
      a4 = (a4 + Math.imul(v, w[q + 4])) | 0;
      a5 = (a5 + Math.imul(v, w[q + 5])) | 0;
      a6 = (a6 + Math.imul(v, w[q + 6])) | 0;
      a7 = (a7 + Math.imul(v, w[q + 7])) | 0;
    }
    count = keep(t, at, p * 8, a0 >> s, a1 >> s, a2 >> s, a3 >> s, a4 >> s, a5 >> s, a6 >> s, a7 >> s, count);
  }
  return count;
}

/** ReLU of eight sums into t[at+m..]; appends the non-zero ones to (index, value). */
function keep(
  t: Uint16Array,
  at: number,
  m: number,
  a0: number,
  a1: number,
  a2: number,
  a3: number,
  a4: number,
  a5: number,
  a6: number,
  a7: number,
  count: number,
): number {
  let n = count;
  const to = at + m;
  t[to] = Math.max(a0, 0);
  t[to + 1] = Math.max(a1, 0);
  t[to + 2] = Math.max(a2, 0);
  t[to + 3] = Math.max(a3, 0);
  t[to + 4] = Math.max(a4, 0);
  t[to + 5] = Math.max(a5, 0);
  t[to + 6] = Math.max(a6, 0);
  t[to + 7] = Math.max(a7, 0);
  for (let f = 0; f < 8; f++) {
    const v = t[to + f];
    index[n] = m + f;
    value[n] = v;
    if (v !== 0) n++;
  }
  return n;
}

/** Dense layer over the non-zero activations, four latents at a time so that each is loaded once per four. */
function connectEcont(d: Int8Array, bias: Int8Array, count: number, latents: Uint16Array, at: number): void {
  const up = DENSE_BIAS_SHIFT;
  const s = DENSE_SHIFT;
  for (let o = 0; o < LATENTS; o += 4) {
    const base = o * ACTIVATIONS;
    let y0 = bias[o] << up;
    let y1 = bias[o + 1] << up;
    let y2 = bias[o + 2] << up;
    let y3 = bias[o + 3] << up;
    for (let k = 0; k < count; k++) {
      const q = base + index[k];
      const v = value[k];
      y0 = (y0 + (Math.imul(v, d[q]) >> s)) | 0;
      y1 = (y1 + (Math.imul(v, d[q + ACTIVATIONS]) >> s)) | 0;
      y2 = (y2 + (Math.imul(v, d[q + 2 * ACTIVATIONS]) >> s)) | 0;
      y3 = (y3 + (Math.imul(v, d[q + 3 * ACTIVATIONS]) >> s)) | 0;
    }
    latents[at + o] = saturate(y0);
    latents[at + o + 1] = saturate(y1);
    latents[at + o + 2] = saturate(y2);
    latents[at + o + 3] = saturate(y3);
  }
}

function connectExact(d: Int8Array, bias: Int8Array, count: number, latents: Uint16Array, at: number): void {
  const up = DENSE_BIAS_SHIFT + DENSE_SHIFT;
  const s = DENSE_SHIFT;
  for (let o = 0; o < LATENTS; o += 4) {
    const base = o * ACTIVATIONS;
    let y0 = bias[o] << up;
    let y1 = bias[o + 1] << up;
    let y2 = bias[o + 2] << up;
    let y3 = bias[o + 3] << up;
    for (let k = 0; k < count; k++) {
      const q = base + index[k];
      const v = value[k];
      y0 = (y0 + Math.imul(v, d[q])) | 0;
      y1 = (y1 + Math.imul(v, d[q + ACTIVATIONS])) | 0;
      y2 = (y2 + Math.imul(v, d[q + 2 * ACTIVATIONS])) | 0;
      y3 = (y3 + Math.imul(v, d[q + 3 * ACTIVATIONS])) | 0;
    }
    latents[at + o] = saturate(y0 >> s);
    latents[at + o + 1] = saturate(y1 >> s);
    latents[at + o + 2] = saturate(y2 >> s);
    latents[at + o + 3] = saturate(y3 >> s);
  }
}

function saturate(y: number): number {
  return y < 0 ? 0 : Math.min(y, LATENT_LARGEST);
}
