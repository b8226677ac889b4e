import { Random } from '../base/index.js';
import { type EncoderShape, encoderShape, nearestMultiplier, type WeightFormat } from '../chip/index.js';
import type { WaferBatch } from '../dataset/index.js';
import { adamState, adamStep } from './adam.js';
import { engines } from './engines.js';
import { plainExamples, TrainingDeck, usableWafers } from './examples.js';
import { initialise } from './initialise.js';
import { networkLayers, parameterLayout } from './network.js';
import { networkOf, type ResolvedSettings, type TrainingInput, trainingSettings } from './settings.js';
import { Team } from './team.js';

export interface WidthTask {
  readonly train: WaferBatch;
  /** Fixed-point weights in every layer; their widths are where the search begins, and the most that it gives. */
  readonly shape: EncoderShape;
  /** What the whole energy of the products at those widths costs, in units of the loss. */
  readonly price: number;
  readonly settings?: TrainingInput;
  readonly threads?: number;
}

export interface LearnedWidths {
  /** The shape with the widths found, rounded to whole bits. */
  readonly shape: EncoderShape;
  /** Real width of each layer's weights at the end. */
  readonly widths: readonly number[];
}

const LEAST_BITS = 2;
/** Bits by which a width moves in a step, at most about. */
const WIDTH_RATE = 0.02;

/**
 * Learns how many bits the weights of each layer deserve: a weight is the mixture of its two nearest roundings, to the whole
 * bits below and above a real width, so that the loss has a slope in the width (Nikolic et al., "BitPruning", 2020); each
 * bit costs its layer's share of the energy of all products. Sums are not rounded meanwhile: the shape that comes out is
 * trained anew, in integers.
 */
export async function learnWidths({
  train,
  shape,
  price,
  settings,
  threads,
}: WidthTask): Promise<LearnedWidths> {
  const { shape: _, ...given } = trainingSettings({ ...settings, generated: 0 });
  const own: ResolvedSettings = { ...given, shape };
  const network = { ...networkOf(own), arithmetic: 'float' as const };
  const layout = parameterLayout(network);
  const layers = networkLayers(network);
  const random = new Random(own.seed);
  const batch = usableWafers(train, 'training');
  const deck = new TrainingDeck(batch, own, random);
  const session = await engines.wasm.open(network);
  const terms = { sumWeight: own.sumWeight, klWeight: own.klWeight };
  const job = { engine: 'wasm' as const, network, frozenEncoder: false, terms };
  const team = await Team.of(session, job, own.batch, threads ?? 1);
  try {
    initialise(network, plainExamples(batch), random, session.parameters);
    const most = layers.map(({ weights }) => fixedBits(weights));
    const widths = Float64Array.from(most);
    const products = layers.map(
      ({ taps, channels }) => channels * taps.reduce((n, list) => n + list.length, 0),
    );
    const whole = products.reduce((sum, n, l) => sum + n * most[l], 0);
    const adam = adamState(layout.size);
    const widthAdam = adamState(widths.length);
    const low = new Float32Array(layout.encoderSize);
    const high = new Float32Array(layout.encoderSize);
    const clean = new Float32Array(layout.encoderSize);
    const steps = Math.max(1, Math.round(own.wafers / own.batch));
    const perEpoch = Math.ceil(deck.size / own.batch);
    for (let step = 0; step < steps; step++) {
      if (step % perEpoch === 0) deck.shuffle();
      const first = (step % perEpoch) * own.batch;
      const count = Math.min(own.batch, deck.size - first);
      deck.deal(first, count);
      clean.set(session.parameters.subarray(0, layout.encoderSize));
      layout.encoder.forEach(({ kernel }, l) => {
        const below = Math.min(most[l] - 1, Math.floor(widths[l]));
        const share = widths[l] - below;
        for (let i = kernel.offset; i < kernel.offset + kernel.rows * kernel.columns; i++) {
          low[i] = roundedTo(below, clean[i]);
          high[i] = roundedTo(below + 1, clean[i]);
          session.parameters[i] = (1 - share) * low[i] + share * high[i];
        }
      });
      team.step(deck, count, own.loss);
      session.parameters.set(clean);
      const slopes = Float32Array.from(layout.encoder, ({ kernel }, l) => {
        let slope = (price * products[l]) / whole;
        for (let i = kernel.offset; i < kernel.offset + kernel.rows * kernel.columns; i++)
          slope += team.gradient[i] * (high[i] - low[i]);
        return slope;
      });
      const rate = own.learningRate * Math.min(1, (step + 1) / own.warmup);
      adamStep(session.parameters, team.gradient, layout.encoderSize, adam, {
        encoder: 4 * rate,
        decoder: rate,
        weightDecay: 0,
      });
      moveWidths(widths, slopes, widthAdam, most);
    }
    const bits = Array.from(widths, (width) => Math.round(width));
    return { shape: withWidths(shape, bits), widths: [...widths] };
  } finally {
    team.dispose();
    session.dispose();
  }
}

function moveWidths(
  widths: Float64Array,
  slopes: Float32Array,
  state: ReturnType<typeof adamState>,
  most: readonly number[],
): void {
  const moved = new Float32Array(widths.length);
  adamStep(moved, slopes, 0, state, { encoder: 0, decoder: WIDTH_RATE, weightDecay: 0 });
  for (let l = 0; l < widths.length; l++)
    widths[l] = Math.max(LEAST_BITS, Math.min(most[l], widths[l] + moved[l]));
}

/** A weight of -1..1 rounded to so many bits. */
function roundedTo(bits: number, weight: number): number {
  return nearestMultiplier({ kind: 'fixed', bits, fraction: 0 }, weight) * 2 ** (1 - bits);
}

function fixedBits(format: WeightFormat): number {
  if (format.kind !== 'fixed') throw new RangeError(`${format.kind} weights have no width to learn`);
  return format.bits;
}

/** The shape with other widths; the range of each layer's weights stays what it was. */
function withWidths(shape: EncoderShape, bits: readonly number[]): EncoderShape {
  const narrowed = (format: WeightFormat, width: number): WeightFormat =>
    format.kind === 'fixed'
      ? { ...format, bits: width, fraction: Math.max(0, format.fraction - (format.bits - width)) }
      : format;
  const { conv, dense, latents } = shape;
  const first = conv ? 1 : 0;
  return encoderShape({
    ...shape,
    conv: conv && { ...conv, weights: narrowed(conv.weights, bits[0]) },
    dense: dense.map((layer, i) => ({ ...layer, weights: narrowed(layer.weights, bits[first + i]) })),
    latents: { ...latents, weights: narrowed(latents.weights, bits[bits.length - 1]) },
  });
}
