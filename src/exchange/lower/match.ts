import { type EncoderLayer, encoderLayers, encoderShape } from '../../encoder/index.js';

/** The weights of a stage between the chip's inputs and the stage's own numbers. */
export interface StageMatrix {
  /** [chip input][number of the stage]. */
  readonly rows: readonly Float64Array[];
  readonly offset: Float64Array;
}

export interface ConvMatch {
  readonly stride: number;
  /** Of the kernel: [rows][columns][channels][filters]. */
  readonly shape: readonly number[];
  readonly kernel: Float64Array;
  readonly bias: Float64Array;
  /** Number of the stage for each of the chip's outputs (position, filter), -1 for one that the network does not make. */
  readonly order: Int32Array;
}

/** Relative difference up to which two weights are the same one. */
const SAME = 1e-7;
const MOST_KERNEL = 5;
const MOST_STRIDE = 4;
const MOST_FILTERS = 32;

/**
 * The convolution of the chip that has these weights, whatever made them: pads, slices, orders and batch normalisation are in
 * the matrix. Undefined when none has them.
 * @param shape of the stage's numbers
 * @param hint kernel and stride of the file's own convolution: tried first
 */
export function matchConvolution(
  matrix: StageMatrix,
  image: '8x8' | '4x4x3',
  shape: readonly number[],
  hint: { readonly kernel: number; readonly stride: number },
): ConvMatch | undefined {
  const side = image === '8x8' ? 8 : 4;
  const numbers = matrix.offset.length;
  const sizes = [hint.kernel, 1, 2, 3, 4, 5].filter((k) => k >= 1 && k <= MOST_KERNEL);
  const strides = [hint.stride, 1, 2, 3, 4].filter((s) => s >= 1 && s <= MOST_STRIDE);
  for (const stride of new Set(strides))
    for (const kernelSize of new Set(sizes)) {
      const chipSide = Math.ceil(side / stride);
      for (const { filters, order } of places(shape, numbers, chipSide)) {
        const found = weightsOf(matrix, convLayer(image, filters, kernelSize, stride), order);
        const channels = image === '8x8' ? 1 : 3;
        if (found) return { stride, shape: [kernelSize, kernelSize, channels, filters], ...found, order };
      }
    }
  return undefined;
}

interface Placing {
  readonly filters: number;
  readonly order: Int32Array;
}

/**
 * Where the numbers of a stage may stand among the chip's outputs: all of them, or, without padding, an image of fewer rows
 * and columns somewhere in that of the chip.
 */
function places(shape: readonly number[], numbers: number, chipSide: number): Placing[] {
  const isFew = (filters: number): boolean =>
    Number.isInteger(filters) && filters >= 1 && filters <= MOST_FILTERS;
  const positions = chipSide ** 2;
  const filters = numbers / positions;
  if (isFew(filters)) return orders(shape, positions, filters).map((order) => ({ filters, order }));
  return [true, false].flatMap((last) => {
    const [rows, columns, few] = last ? shape : [shape[1], shape[2], shape[0]];
    if (shape.length !== 3 || rows > chipSide || columns > chipSide || !isFew(few)) return [];
    return Array.from({ length: (chipSide - rows + 1) * (chipSide - columns + 1) }, (_, i): Placing => {
      const [down, right] = [Math.floor(i / (chipSide - columns + 1)), i % (chipSide - columns + 1)];
      const order = Int32Array.from({ length: positions * few }, (__, output) => {
        const row = Math.floor(output / few / chipSide) - down;
        const column = (Math.floor(output / few) % chipSide) - right;
        if (row < 0 || row >= rows || column < 0 || column >= columns) return -1;
        return last
          ? (row * columns + column) * few + (output % few)
          : ((output % few) * rows + row) * columns + column;
      });
      return { filters: few, order };
    });
  });
}

function convLayer(image: '8x8' | '4x4x3', filters: number, kernel: number, stride: number): EncoderLayer {
  const conv = { filters, kernel, stride, activationBits: 1 };
  return encoderLayers(encoderShape({ image, conv, latents: { bits: [1] } }))[0];
}

/** Channels last and first; both for numbers in a row. */
function orders(shape: readonly number[], positions: number, filters: number): Int32Array[] {
  const last = Int32Array.from({ length: positions * filters }, (_, i) => i);
  const first = last.map((i) => (i % filters) * positions + Math.floor(i / filters));
  const [a, , c] = shape;
  if (shape.length === 3 && c === filters && a !== filters) return [last];
  if (shape.length === 3 && a === filters && c !== filters) return [first];
  return [last, first];
}

function weightsOf(
  { rows, offset }: StageMatrix,
  { taps, channels, kernelRows }: EncoderLayer,
  order: Int32Array,
): { kernel: Float64Array; bias: Float64Array } | undefined {
  const scale = largestOf(rows);
  const same = (a: number, b: number): boolean => Math.abs(a - b) <= SAME * Math.max(scale, 1e-30);
  const kernel = new Float64Array(kernelRows * channels);
  const bias = new Float64Array(channels);
  const set = new Uint8Array(kernelRows);
  const first = order.findIndex((number) => number >= 0) / channels;
  for (const [position, list] of taps.entries()) {
    if (order[position * channels] < 0) continue;
    for (let f = 0; f < channels; f++) {
      const number = order[position * channels + f];
      if (position === first) bias[f] = offset[number];
      else if (Math.abs(bias[f] - offset[number]) > SAME * Math.max(1, Math.abs(bias[f]))) return undefined;
    }
    const seen = new Map(list.map(({ input, kernel: row }) => [input, row]));
    for (let input = 0; input < rows.length; input++) {
      const row = seen.get(input);
      for (let f = 0; f < channels; f++) {
        const weight = rows[input][order[position * channels + f]];
        if (row === undefined) {
          if (!same(weight, 0)) return undefined;
        } else if (set[row] === 0) kernel[row * channels + f] = weight;
        else if (!same(weight, kernel[row * channels + f])) return undefined;
      }
      if (row !== undefined) set[row] = 1;
    }
  }
  return { kernel, bias };
}

function largestOf(rows: readonly Float64Array[]): number {
  return rows.reduce((most, row) => row.reduce((a, v) => Math.max(a, Math.abs(v)), most), 0);
}
