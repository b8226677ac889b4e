import {
  ACTIVATION_FRACTION_BITS,
  type Arithmetic,
  INPUT_BITS,
  INPUT_FRACTION_BITS,
  LATENT_FRACTION_BITS,
  LATENT_LARGEST,
  WEIGHT_BITS,
  WEIGHT_FRACTION_BITS,
} from './formats.js';
import { type EncoderImage, imageOf } from './image.js';
import { badShape, type EncoderShape } from './shape.js';
import { largestMultiplier, type WeightFormat, weightBits } from './weight-format.js';

/** One input that an output position of a layer sees, and the row of the kernel that weighs it. */
export interface LayerTap {
  readonly input: number;
  readonly kernel: number;
}

/** A layer in integers: out = saturate(floor((bias << biasShift) + sum of x * multiplier * 2^-shift)). */
export interface EncoderLayer {
  /** `conv`, `dense0` .., `latents`. */
  readonly name: string;
  /** local: every output sees inputs of its own with weights of its own. */
  readonly kind: 'conv' | 'dense' | 'local';
  /** Values that come in, unsigned, and the bits of each. */
  readonly inputs: number;
  readonly inputBits: number;
  /** Per output position the inputs that it sees; a dense layer has one position that sees all. */
  readonly taps: readonly (readonly LayerTap[])[];
  /** Outputs of each position: filters, units or latents. Output index: channels * position + channel. */
  readonly channels: number;
  /** Rows of the kernel: kernel area times image channels, or inputs, or all connections of a local layer. */
  readonly kernelRows: number;
  /** One per channel, or of a local layer one per output. */
  readonly biases: number;
  readonly outputs: number;
  readonly weights: WeightFormat;
  /** Right shift of a product (or of the sum, arithmetic 'exact') onto the output's unit; negative: left. */
  readonly shift: number;
  /** Left shift of the 6-bit bias (s1.5) onto the output's unit. */
  readonly biasShift: number;
  /** Outputs saturate here. */
  readonly largest: number;
  /** Largest value of each input. */
  readonly inputLargest: readonly number[];
  /** What the outputs of each position can be, whatever the weights and the wafer. */
  readonly positions: readonly PositionRange[];
  /** Bits that hold every output: those of `largest`, or fewer when no sum gets there. */
  readonly outputBits: number;
}

export interface PositionRange {
  readonly largest: number;
  /** Sums go beyond `largest`, which is then the layer's. */
  readonly saturates: boolean;
  /** Bits that hold an output without its lowest `zeros`, which are always 0. */
  readonly bits: number;
  readonly zeros: number;
}

/** Sums that float32 holds exactly: the training engines add in it. */
const EXACT_SUM = 2 ** 24;

const layersOf = new WeakMap<EncoderShape, readonly EncoderLayer[]>();

/**
 * The layers of a shape, first to last.
 * @throws EconError chip/bad-shape when an accumulator could outgrow 24 bits
 */
export function encoderLayers(shape: EncoderShape): readonly EncoderLayer[] {
  const known = layersOf.get(shape);
  if (known) return known;
  const layers = makeLayers(shape);
  layersOf.set(shape, layers);
  return layers;
}

/** Cells that an encoder takes. */
export function imageCells(shape: EncoderShape): number {
  return encoderLayers(shape)[0].inputs;
}

/** What the entries of a shape say of a layer. */
type GivenLayer = Pick<
  EncoderLayer,
  'name' | 'kind' | 'taps' | 'channels' | 'kernelRows' | 'weights' | 'shift' | 'biasShift' | 'largest'
>;

function makeLayers(shape: EncoderShape): EncoderLayer[] {
  const layers: EncoderLayer[] = [];
  let inputBits: number = INPUT_BITS;
  const image = imageOf(shape);
  let inputLargest = new Array<number>(image.x.length).fill(2 ** INPUT_BITS - 1);
  const push = (layer: GivenLayer): void => {
    const worst = mostOfSums(layer, inputLargest).exact;
    if (worst > EXACT_SUM)
      throw badShape(layer.name, `sums can reach ${worst}, more than 2^24: take fewer bits or inputs.`);
    const positions = layer.taps.map((taps) => positionRange(layer, taps, inputLargest));
    const outputs = layer.taps.length * layer.channels;
    const outputBits = Math.max(...positions.map(({ bits, zeros }) => bits + zeros));
    const biases = layer.kind === 'local' ? outputs : layer.channels;
    const inputs = inputLargest.length;
    layers.push({ ...layer, biases, inputs, inputBits, inputLargest, outputs, outputBits, positions });
    inputLargest = positions.flatMap(({ largest }) => new Array<number>(layer.channels).fill(largest));
    inputBits = outputBits;
  };
  if (shape.conv) {
    const { filters, weights, activationBits } = shape.conv;
    push({
      ...convGeometry(image, shape.conv),
      name: 'conv',
      kind: 'conv',
      channels: filters,
      weights,
      shift: INPUT_FRACTION_BITS + weights.fraction - ACTIVATION_FRACTION_BITS,
      biasShift: ACTIVATION_FRACTION_BITS - WEIGHT_FRACTION_BITS,
      largest: 2 ** activationBits - 1,
    });
  }
  shape.dense.forEach(({ units, weights, activationBits }, i) => {
    push({
      ...denseGeometry(units, inputLargest.length),
      name: `dense${i}`,
      weights,
      shift: weights.fraction,
      biasShift: ACTIVATION_FRACTION_BITS - WEIGHT_FRACTION_BITS,
      largest: 2 ** activationBits - 1,
    });
  });
  const { bits, cells, weights } = shape.latents;
  push({
    ...(cells === undefined
      ? denseGeometry(bits.length, inputLargest.length)
      : localGeometry(image, bits.length, cells)),
    name: 'latents',
    weights,
    shift: ACTIVATION_FRACTION_BITS + weights.fraction - LATENT_FRACTION_BITS,
    biasShift: LATENT_FRACTION_BITS - WEIGHT_FRACTION_BITS,
    largest: LATENT_LARGEST,
  });
  return layers;
}

/** BX that the encoder of a shape takes: one a layer, and one to choose the largest latents. */
export function encoderStages(shape: EncoderShape): number {
  return encoderLayers(shape).length + (shape.latents.largest === undefined ? 0 : 1);
}

function positionRange(
  { weights, shift, biasShift, largest }: GivenLayer,
  taps: readonly LayerTap[],
  inputLargest: readonly number[],
): PositionRange {
  const bias = (2 ** (WEIGHT_BITS - 1) - 1) * 2 ** biasShift;
  const inputs = taps.reduce((sum, { input }) => sum + inputLargest[input], 0);
  // The highest multiplier of two's complement is one less than the largest magnitude.
  const highest = largestMultiplier(weights) - (weights.kind === 'fixed' ? 1 : 0);
  const sum = bias + Math.floor(inputs * highest * 2 ** -shift);
  const saturates = sum > largest;
  // A position that sees nothing holds its bias, a multiple of 2^biasShift.
  const zeros = taps.length === 0 && !saturates ? biasShift : 0;
  const most = Math.min(largest, sum);
  return { largest: most, saturates, bits: bitsOf(most) - zeros, zeros };
}

/** Largest magnitude of a sum, in units of the output and in those of the exact sum. */
function mostOfSums(
  { taps, weights, shift, biasShift }: GivenLayer,
  inputLargest: readonly number[],
): { readonly floored: number; readonly exact: number } {
  const most = Math.max(...taps.map((list) => list.reduce((sum, { input }) => sum + inputLargest[input], 0)));
  const bias = 2 ** (WEIGHT_BITS - 1) * 2 ** biasShift;
  const products = most * largestMultiplier(weights);
  // Each floor takes up to one unit more off a negative sum.
  const floors = Math.max(...taps.map((list) => list.length)) + 1;
  return {
    floored: Math.floor(bias + products * 2 ** -shift) + floors,
    exact: bias * 2 ** Math.max(0, shift) + products * 2 ** Math.max(0, -shift),
  };
}

/** Bits of the two's complement accumulator that holds every partial sum of a layer. */
export function accumulatorBits(layer: EncoderLayer, arithmetic: Arithmetic): number {
  const { floored, exact } = mostOfSums(layer, layer.inputLargest);
  return bitsOf(arithmetic === 'exact' ? exact : floored) + 1;
}

function bitsOf(largest: number): number {
  return 32 - Math.clz32(largest);
}

/** Taps of each conv position with TensorFlow's 'same' padding; cells outside and masked ones are left out. */
function convGeometry(
  { rows, columns, channels, inputs }: EncoderImage,
  { kernel, stride }: NonNullable<EncoderShape['conv']>,
): Pick<EncoderLayer, 'taps' | 'kernelRows'> {
  const across = (side: number) => {
    const positions = Math.ceil(side / stride);
    const before = Math.floor(Math.max(0, (positions - 1) * stride + kernel - side) / 2);
    return { positions, before };
  };
  const [down, right] = [across(rows), across(columns)];
  const taps: LayerTap[][] = [];
  for (let p = 0; p < down.positions * right.positions; p++) {
    const list: LayerTap[] = [];
    for (let k = 0; k < kernel ** 2 * channels; k++) {
      const tap = Math.floor(k / channels);
      const row = stride * Math.floor(p / right.positions) + Math.floor(tap / kernel) - down.before;
      const column = stride * (p % right.positions) + (tap % kernel) - right.before;
      if (row < 0 || column < 0 || row >= rows || column >= columns) continue;
      const input = inputs[(row * columns + column) * channels + (k % channels)];
      if (input >= 0) list.push({ input, kernel: k });
    }
    taps.push(list);
  }
  return { taps, kernelRows: kernel ** 2 * channels };
}

function denseGeometry(
  channels: number,
  inputs: number,
): Pick<EncoderLayer, 'kind' | 'taps' | 'channels' | 'kernelRows'> {
  const taps = [Array.from({ length: inputs }, (_, input) => ({ input, kernel: input }))];
  return { kind: 'dense', taps, channels, kernelRows: inputs };
}

/**
 * Cells that each latent sees: image positions are dealt to the latents in order, a latent sees the `cells` ones nearest
 * to the middle of those.
 */
function localGeometry(
  { x, y }: EncoderImage,
  latents: number,
  cells: number,
): Pick<EncoderLayer, 'kind' | 'taps' | 'channels' | 'kernelRows'> {
  const taps = Array.from({ length: latents }, (_, o) => {
    const first = Math.floor((o * x.length) / latents);
    const own = Math.max(1, Math.floor(((o + 1) * x.length) / latents) - first);
    const middle = (of: Float64Array): number =>
      of.subarray(first, first + own).reduce((sum, value) => sum + value, 0) / own;
    const [mx, my] = [middle(x), middle(y)];
    const distance = (k: number): number => (x[k] - mx) ** 2 + (y[k] - my) ** 2;
    const nearest = Array.from(x, (_, k) => k).sort((a, b) => distance(a) - distance(b) || a - b);
    return nearest
      .slice(0, cells)
      .sort((a, b) => a - b)
      .map((input, i) => ({ input, kernel: o * cells + i }));
  });
  return { kind: 'local', taps, channels: 1, kernelRows: latents * cells };
}

/** Bits of the weights and biases of a layer in the weight memory. */
export function layerMemoryBits({ kernelRows, channels, biases, weights }: EncoderLayer): number {
  return channels * kernelRows * weightBits(weights) + biases * WEIGHT_BITS;
}
