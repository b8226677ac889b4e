import { Random } from '../../base/index.js';
import {
  type EncoderShape,
  encoderLayers,
  encoderShape,
  largestMultiplier,
  layerOutputs,
  nearestMultiplier,
  type WeightFormat,
} from '../../encoder/index.js';
import { Team } from '../engines/team.js';
import { wasmEngine } from '../engines/wasm.js';
import { adamState, adamStep } from '../objectives/adam.js';
import { encoderWeights, type Layout, parameterLayout } from '../plan/network.js';
import { networkOf, type ResolvedSettings, resolve } from '../plan/plan.js';
import { trainingSettings } from '../plan/settings.js';
import { type Examples, plainExamples, TrainingDeck, usableWafers } from '../start/examples.js';
import { initialise } from '../start/initialise.js';
import { eventsBefore } from './events.js';
import type { TrainingTask } from './fit.js';

export interface FormatTask extends Pick<TrainingTask, 'train' | 'settings' | 'threads' | 'signal'> {
  /** Its formats are where the search begins; the bits of its fixed-point weights are the most that it gives. */
  readonly shape: EncoderShape;
  /** What the whole energy of the products at those widths costs, in units of the loss. Left out: widths stay. */
  readonly price?: number;
  /** Learn the range of each layer's weights, and cut the activations to the bits that they use. */
  readonly ranges?: boolean;
}

export interface LearnedFormats {
  /** The shape with the formats found. */
  readonly shape: EncoderShape;
  /** Real width of each layer's weights at the end; of weights that are not fixed-point 0. */
  readonly widths: readonly number[];
  /** Real binary logarithm of the factor that each layer's range has grown by. */
  readonly ranges: readonly number[];
}

const LEAST_BITS = 2;
/** Ranges stay within these powers of two of those given. */
const MOST_RANGE = 3;
/** Bits, and powers of two, by which a width or a range moves in a step, at most about. */
const FORMAT_RATE = 0.02;
/** Share of the activations that are not 0 which may saturate. */
const CLIPPED = 0.001;
/** Wafers that the activations are looked at for. */
const SAMPLE = 2000;

/**
 * Learns how the weights of each layer are best written: how many bits they deserve, and which power of two they range to,
 * which is both their scale and where they are clipped. A weight is the mixture of its roundings to the whole bits
 * below and above a real width (Nikolic et al., "BitPruning", 2020), and to the powers of two below and above a real
 * range (as the thresholds of Jain et al., "Trained quantization thresholds", 2020), so that the loss has a slope in both; a bit
 * costs its layer's share of the energy of all products. Sums are not rounded meanwhile: the shape that comes out is
 * trained anew, in integers. The signal ends the search with its reason.
 */
export async function learnFormats(task: FormatTask): Promise<LearnedFormats> {
  const { shape, price, ranges: moveRanges = false } = task;
  const own = resolve(trainingSettings({ ...task.settings, generated: 0, scales: 'given' }), shape);
  const network = { ...networkOf(own), arithmetic: 'float' as const };
  const layout = parameterLayout(network);
  const layers = encoderLayers(network.shape);
  const random = new Random(own.seed);
  const batch = usableWafers(task.train, 'training');
  const deck = new TrainingDeck(batch, own, random);
  const examples = plainExamples(batch);
  const session = await wasmEngine.open(network);
  const terms = { sumWeight: own.sumWeight, klWeight: own.klWeight };
  const job = {
    engine: 'wasm' as const,
    network,
    frozenEncoder: false,
    detector: task.train.detector?.description,
    losses: [own.loss],
    terms,
  };
  const team = await Team.of(session, job, own.batch, task.threads ?? 1);
  try {
    initialise(network, examples, random, session.parameters);
    const formats = new MixedFormats(
      layers.map(({ weights }) => weights),
      layout,
      price !== undefined,
    );
    const products = layers.map(
      ({ taps, channels }) => channels * taps.reduce((n, list) => n + list.length, 0),
    );
    const whole = products.reduce((sum, n, l) => sum + n * formats.most[l], 0);
    const adam = adamState(layout.size);
    const steps = Math.max(1, Math.round(own.wafers / own.batch));
    const perEpoch = Math.ceil(deck.size / own.batch);
    const clean = new Float32Array(layout.encoderSize);
    for (let step = 0; step < steps; step++) {
      await eventsBefore(step);
      task.signal?.throwIfAborted();
      if (step % perEpoch === 0) deck.shuffle();
      const first = (step % perEpoch) * own.batch;
      const count = Math.min(own.batch, deck.size - first);
      deck.deal(first, count);
      clean.set(session.parameters.subarray(0, layout.encoderSize));
      formats.mix(session.parameters);
      team.step(deck, count, own.loss);
      session.parameters.set(clean);
      const rate = own.learningRate * Math.min(1, (step + 1) / own.warmup);
      adamStep(session.parameters, team.gradient, layout.encoderSize, adam, {
        encoder: 4 * rate,
        decoder: rate,
        weightDecay: 0,
      });
      const costs = products.map((n) => ((price ?? 0) * n) / whole);
      if (price !== undefined) formats.moveWidths(team.gradient, costs);
      if (moveRanges) formats.moveRanges(team.gradient);
    }
    const widths = [...formats.widths];
    const ranges = [...formats.ranges];
    const found = withFormats(shape, widths.map(Math.round), ranges.map(Math.round));
    const cut = moveRanges
      ? withClipping(found, own, session.parameters, examples, ranges.map(Math.round))
      : found;
    return { shape: cut, widths, ranges };
  } finally {
    team.dispose();
    session.dispose();
  }
}

/** The weights of all layers as mixtures of roundings, with the slopes of the mixtures. */
class MixedFormats {
  /** Bits of each layer's weights at the beginning, 0 of those that are not fixed-point. */
  readonly most: readonly number[];
  readonly widths: Float64Array;
  readonly ranges: Float64Array;
  private readonly perWidth: Float32Array;
  private readonly perRange: Float32Array;
  private readonly widthAdam;
  private readonly rangeAdam;

  /** @throws RangeError when widths are to be learned of weights that have none */
  constructor(
    private readonly weights: readonly WeightFormat[],
    private readonly layout: Layout,
    withWidths: boolean,
  ) {
    const other = weights.find(({ kind }) => kind !== 'fixed');
    if (withWidths && other) throw new RangeError(`${other.kind} weights have no width to learn`);
    this.most = weights.map((format) => (format.kind === 'fixed' ? format.bits : 0));
    this.widths = Float64Array.from(this.most);
    this.ranges = new Float64Array(weights.length);
    this.perWidth = new Float32Array(layout.encoderSize);
    this.perRange = new Float32Array(layout.encoderSize);
    this.widthAdam = adamState(weights.length);
    this.rangeAdam = adamState(weights.length);
  }

  /** Replaces the kernels among the parameters by their mixtures. */
  mix(parameters: Float32Array): void {
    this.layout.encoder.forEach(({ kernel }, l) => {
      const format = this.weights[l];
      const bits = Math.max(1, Math.min(this.most[l] - 1, Math.floor(this.widths[l])));
      const wide = this.widths[l] - bits;
      const range = Math.min(MOST_RANGE - 1, Math.floor(this.ranges[l]));
      const high = this.ranges[l] - range;
      const [narrowFormat, wideFormat] = [bits, bits + 1].map((width) => withBits(format, width));
      for (let i = kernel.offset; i < kernel.offset + kernel.rows * kernel.columns; i++) {
        const weight = parameters[i];
        // [narrow, wide] x [low, high].
        const wl = rounded(wideFormat, range, weight);
        const wh = rounded(wideFormat, range + 1, weight);
        const nl = rounded(narrowFormat, range, weight);
        const nh = rounded(narrowFormat, range + 1, weight);
        const ofWide = wl + high * (wh - wl);
        const ofNarrow = nl + high * (nh - nl);
        this.perWidth[i] = ofWide - ofNarrow;
        this.perRange[i] = nh - nl + wide * (wh - wl - (nh - nl));
        parameters[i] = ofNarrow + wide * (ofWide - ofNarrow);
      }
    });
  }

  /** @param costs what a bit more costs each layer */
  moveWidths(gradient: Float32Array, costs: readonly number[]): void {
    const slopes = this.slopes(gradient, this.perWidth).map((slope, l) => slope + costs[l]);
    move(this.widths, slopes, this.widthAdam, (width, l) =>
      Math.max(LEAST_BITS, Math.min(this.most[l], width)),
    );
  }

  moveRanges(gradient: Float32Array): void {
    move(this.ranges, this.slopes(gradient, this.perRange), this.rangeAdam, (range, l) => {
      const { fraction } = this.weights[l];
      // Fractions are 0..9 bits, and go with the bits that a width loses.
      const room = fraction - (this.most[l] - Math.round(this.widths[l]));
      return Math.max(-MOST_RANGE, fraction - 9, Math.min(MOST_RANGE, room, range));
    });
  }

  private slopes(gradient: Float32Array, per: Float32Array): Float32Array {
    return Float32Array.from(this.layout.encoder, ({ kernel }) => {
      let slope = 0;
      for (let i = kernel.offset; i < kernel.offset + kernel.rows * kernel.columns; i++)
        slope += gradient[i] * per[i];
      return slope;
    });
  }
}

function move(
  values: Float64Array,
  slopes: Float32Array,
  state: ReturnType<typeof adamState>,
  limit: (value: number, layer: number) => number,
): void {
  const moved = new Float32Array(values.length);
  adamStep(moved, slopes, 0, state, { encoder: 0, decoder: FORMAT_RATE, weightDecay: 0 });
  for (let l = 0; l < values.length; l++) values[l] = limit(values[l] + moved[l], l);
}

/** The format with so many bits; one that is not fixed-point has one width. */
function withBits(format: WeightFormat, bits: number): WeightFormat {
  return format.kind === 'fixed' ? { ...format, bits } : format;
}

/** A weight rounded in a format whose range is 2^range. */
function rounded(format: WeightFormat, range: number, weight: number): number {
  return (nearestMultiplier(format, weight * 2 ** -range) / largestMultiplier(format)) * 2 ** range;
}

/** The shape with other widths and with ranges that are 2^range of what they were. */
function withFormats(shape: EncoderShape, bits: readonly number[], ranges: readonly number[]): EncoderShape {
  const changed = (format: WeightFormat, l: number): WeightFormat => {
    const fraction = Math.max(0, Math.min(9, format.fraction - ranges[l]));
    if (format.kind !== 'fixed') return { ...format, fraction };
    return { ...format, bits: bits[l], fraction: Math.max(0, fraction - (format.bits - bits[l])) };
  };
  const { conv, dense, latents } = shape;
  const first = conv ? 1 : 0;
  return encoderShape({
    ...shape,
    conv: conv && { ...conv, weights: changed(conv.weights, 0) },
    dense: dense.map((layer, i) => ({ ...layer, weights: changed(layer.weights, first + i) })),
    latents: { ...latents, weights: changed(latents.weights, bits.length - 1) },
  });
}

/**
 * Cuts the activations of each layer before the latents to the bits that those of the training wafers use: all but one in a
 * thousand of those that are not 0. The next layer's products and sums become as much smaller.
 */
function withClipping(
  shape: EncoderShape,
  settings: ResolvedSettings,
  parameters: Float32Array,
  { x, count }: Examples,
  ranges: readonly number[],
): EncoderShape {
  const network = networkOf({ ...settings, shape });
  const scaled = parameters.slice();
  parameterLayout(network).encoder.forEach(({ kernel }, l) => {
    for (let i = kernel.offset; i < kernel.offset + kernel.rows * kernel.columns; i++)
      scaled[i] *= 2 ** -ranges[l];
  });
  const run = layerOutputs(encoderWeights(network, scaled), settings.arithmetic);
  const layers = encoderLayers(shape);
  const cells = layers[0].inputs;
  const histograms = layers.map(() => new Uint32Array(14));
  for (let row = 0; row < Math.min(SAMPLE, count); row++) {
    run(x.subarray(row * cells, (row + 1) * cells)).forEach((values, l) => {
      for (const value of values) histograms[l][32 - Math.clz32(value)]++;
    });
  }
  const bitsOf = (l: number, given: number): number => Math.min(given, usedBits(histograms[l]));
  const { conv, dense } = shape;
  const first = conv ? 1 : 0;
  return encoderShape({
    ...shape,
    conv: conv && { ...conv, activationBits: bitsOf(0, conv.activationBits) },
    dense: dense.map((layer, i) => ({ ...layer, activationBits: bitsOf(first + i, layer.activationBits) })),
  });
}

/** Bits that hold all values but the share CLIPPED. @param histogram numbers of values by their bits */
function usedBits(histogram: Uint32Array): number {
  const hit = histogram.subarray(1).reduce((a, b) => a + b, 0);
  let bits = 1;
  for (let held = histogram[1]; held < (1 - CLIPPED) * hit; held += histogram[bits]) bits++;
  return bits;
}
