import {
  type Arithmetic,
  accumulatorBits,
  type EncoderLayer,
  type EncoderShape,
  INPUT_BITS,
  imageCells,
  largestMultiplier,
  type WeightFormat,
  weightBits,
} from '../../encoder/index.js';
import { type Constant, constant } from '../../hdl/index.js';

/** Where an output of a layer stands in the layer's register: bits lsb .. lsb + bits - 1, without its lowest zeros. */
export interface OutputPlace {
  readonly lsb: number;
  readonly bits: number;
  readonly zeros: number;
}

/** Inputs of one format that follow each other. */
export interface InputRun {
  readonly inputs: number;
  readonly bits: number;
  readonly zeros: number;
}

/** Outputs that see the same inputs: one instance of econ_neurons, or of econ_bias_outputs where they see none. */
export interface Neurons {
  /** Inputs by number, those of one format side by side; and the kernel's rows that weigh them. */
  readonly taps: readonly { readonly input: number; readonly kernel: number }[];
  readonly runs: readonly InputRun[];
  /** First output, how many, and the first of their biases. */
  readonly first: number;
  readonly outputs: number;
  readonly bias: number;
  readonly place: OutputPlace;
  readonly saturates: boolean;
}

/** Places of the cells in the image that comes in. */
export function imagePlaces(shape: EncoderShape): OutputPlace[] {
  return Array.from({ length: imageCells(shape) }, (_, k) => ({
    lsb: INPUT_BITS * k,
    bits: INPUT_BITS,
    zeros: 0,
  }));
}

/**
 * Places of a layer's outputs in its register. Each position has the bits that its largest sum needs; positions that see
 * no cell hold the same, their biases, and share one place.
 * @returns one per output, and the bits of all
 */
export function outputPlaces({ taps, positions, channels }: EncoderLayer): {
  readonly places: readonly OutputPlace[];
  readonly width: number;
} {
  let width = 0;
  const empty = taps.findIndex((list) => list.length === 0);
  const starts = positions.map(({ bits }, p) => {
    const at = width;
    if (taps[p].length > 0 || p === empty) width += channels * bits;
    return at;
  });
  const places = positions.flatMap(({ bits, zeros }, p) =>
    Array.from({ length: channels }, (_, c) => ({
      lsb: starts[taps[p].length > 0 ? p : empty] + bits * c,
      bits,
      zeros,
    })),
  );
  return { places, width };
}

/** The instances of a layer. @param inputs places of the layer's inputs */
export function neuronsOf(layer: EncoderLayer, inputs: readonly OutputPlace[]): Neurons[] {
  const { kind, taps, channels, positions } = layer;
  const { places } = outputPlaces(layer);
  const firstEmpty = taps.findIndex((list) => list.length === 0);
  return taps.flatMap((seen, p) => {
    const { saturates } = positions[p];
    // A position of a dense layer has a row of weights for each output: an instance each.
    const each = kind === 'dense' ? 1 : channels;
    if (seen.length === 0 && p !== firstEmpty) return [];
    const sorted = byFormat(seen, inputs);
    return Array.from({ length: channels / each }, (_, o) => {
      const first = channels * p + o;
      const bias = kind === 'local' ? p : o;
      return { ...sorted, first, outputs: each, bias, place: places[first], saturates };
    });
  });
}

/**
 * Number, in a layer's kernel, of the first of the weights of one tap of neurons: those of their outputs follow it. A dense
 * layer has its weights output by output, the others tap by tap.
 */
export function firstWeight({ kind, kernelRows }: EncoderLayer, neurons: Neurons, kernel: number): number {
  return kind === 'dense' ? kernelRows * neurons.first + kernel : neurons.outputs * kernel;
}

/** Wide inputs first; those of one format keep their order. */
function byFormat(
  taps: EncoderLayer['taps'][number],
  inputs: readonly OutputPlace[],
): Pick<Neurons, 'taps' | 'runs'> {
  const format = ({ input }: { input: number }): number => 100 * inputs[input].bits - inputs[input].zeros;
  const sorted = [...taps].sort((a, b) => format(b) - format(a));
  const runs: { inputs: number; bits: number; zeros: number }[] = [];
  sorted.forEach((tap, t) => {
    const { bits, zeros } = inputs[tap.input];
    if (t > 0 && format(tap) === format(sorted[t - 1])) (runs.at(-1) as { inputs: number }).inputs++;
    else runs.push({ inputs: 1, bits, zeros });
  });
  return { taps: sorted, runs };
}

/** Weight formats by their number in econ_product. */
const KINDS: readonly WeightFormat['kind'][] = ['fixed', 'binary', 'ternary', 'power-of-two'];

/** Numbers in 32 bits each, the first lowest. */
function words(numbers: readonly number[]): number | Constant {
  if (numbers.length === 1) return numbers[0];
  const all = numbers.reduce((sum, n, i) => sum | (BigInt(n) << BigInt(32 * i)), 0n);
  return constant(32 * numbers.length, all);
}

/** Do the products of a layer take three times their inputs? Those of weights with a digit of base 4 below the highest. */
export function hasTriples({ weights }: EncoderLayer): boolean {
  return weights.kind === 'fixed' && weights.bits > 2;
}

/** Parameters of econ_neurons. */
export function neuronParameters(
  layer: EncoderLayer,
  { taps, runs, outputs, place, saturates }: Neurons,
  arithmetic: Arithmetic,
) {
  const { weights, shift, biasShift } = layer;
  const exact = arithmetic === 'exact';
  // Bits of a product beyond those of the value: the largest multiplier is a power of two, and the sign.
  const more = Math.log2(largestMultiplier(weights)) + 1;
  const right = exact ? 0 : shift;
  const terms = runs.map(({ bits, zeros }) => {
    const down = right - zeros;
    return Math.max(1, bits + more - Math.max(0, down)) + Math.max(0, -down);
  });
  const sumBits = Math.max(
    accumulatorBits(layer, arithmetic),
    place.bits + place.zeros + 1 + (exact ? Math.max(0, shift) : 0),
    ...terms,
    6 + biasShift + (exact ? Math.max(0, shift) : 0),
  );
  return {
    Inputs: taps.length,
    InBits: runs.reduce((sum, run) => sum + run.inputs * run.bits, 0),
    Outputs: outputs,
    Runs: runs.length,
    RunInputs: words(runs.map((run) => run.inputs)),
    RunBits: words(runs.map((run) => run.bits)),
    RunZeros: words(runs.map((run) => run.zeros)),
    WeightBits: weightBits(weights),
    Kind: KINDS.indexOf(weights.kind),
    Growth: more,
    Shift: Math.max(0, shift),
    Scale: Math.max(0, -shift),
    BiasShift: biasShift,
    Exact: exact ? 1 : 0,
    SumBits: sumBits,
    OutBits: place.bits,
    Saturates: saturates ? 1 : 0,
  };
}
