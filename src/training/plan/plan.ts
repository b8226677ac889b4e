import type { WaferBatch } from '../../dataset/index.js';
import { hgcal } from '../../detector/index.js';
import { type EncoderShape, econtShape, encoderShape, sameShape, usedBlocks } from '../../encoder/index.js';
import { bitsOnLinks, codeCharges } from '../../model/index.js';
import type { Network } from './network.js';
import {
  checkLinks,
  type TrainingInput,
  type TrainingSettings,
  trainingSettings,
  wrongSetting,
} from './settings.js';
import { namedShape, onDetector } from './shapes.js';

/** Settings of which none is left to be decided: what they depend on, links and shape, is in them. */
export type ResolvedSettings = TrainingSettings & {
  readonly shape: EncoderShape;
  /** Part of the epochs that this training has of a whole of several. */
  readonly part?: number;
} & {
  readonly [name in 'latentBits' | 'levels' | 'skip' | 'encoderRate' | 'optimiser']-?: NonNullable<
    TrainingSettings[name]
  >;
} & { readonly fewerBits: number };

/** One training: what decides it, and the network that it trains. */
export interface Stage {
  readonly settings: ResolvedSettings;
  readonly network: Network;
}

/** Wafers that are shown, when nobody says how many, to a decoder whose encoder does not move: it learns faster alone. */
const DECODER_WAFERS = 4_000_000;
/** The same of a training in stages, whose last one takes the exact EMD throughout: as long as the others. */
const STAGES_WAFERS = 7_000_000;
/** Learning rate, when nobody says it, of one that starts near its end: with what fine codes stand for. */
const FINE_RATE = 1e-3;

/**
 * Settings of a training of these wafers.
 * @throws EconError training/settings, training/unknown-shape, chip/bad-shape
 */
export function planTraining(input: TrainingInput | undefined, wafers: WaferBatch): ResolvedSettings {
  const given = trainingSettings(input);
  const { shape: asked = econtShape, etx } = given;
  const { detector = hgcal() } = wafers;
  checkLinks(etx, detector);
  const wanted = typeof asked === 'string' ? namedShape(asked, { etx, wafers }) : encoderShape(asked);
  const shape = onDetector(wanted, detector);
  // What no weight memory holds is refused before hours of training, not after.
  usedBlocks(shape);
  const settings = resolve(given, shape);
  const shorter = settings.encoderRate === 0 ? DECODER_WAFERS : STAGES_WAFERS;
  const short = settings.encoderRate === 0 || settings.fewerBits > 0;
  const fine = settings.encoderRate === 0 && hasFineCodes(shape);
  return {
    ...settings,
    ...(short && input?.wafers === undefined ? { wafers: shorter } : {}),
    ...(fine && input?.learningRate === undefined ? { learningRate: FINE_RATE } : {}),
  };
}

/** Settings with a shape, and what follows from it. @throws EconError training/settings */
export function resolve(settings: TrainingSettings, shape: EncoderShape): ResolvedSettings {
  const own = isEcont(shape);
  const whole = shape.latents.bits;
  const latentBits = settings.latentBits ?? bitsOnLinks(shape, settings.etx);
  if (latentBits.length !== whole.length)
    throw wrongSetting('latentBits', `there are ${latentBits.length} numbers for ${whole.length} latents.`);
  const { levels = !own, skip = !own, optimiser = 'adam', prune } = settings;
  const held = shape.latents.cells === 1 && shape.latents.code.kind === 'levels';
  const { encoderRate = held ? 0 : 4 } = settings;
  // Which latents are the largest does not change with the bits of their codes.
  const cut = shape.latents.largest === undefined && latentBits.some((bits, o) => bits < whole[o]);
  const asked = settings.fewerBits === 'auto' ? (own ? 0 : 2) : settings.fewerBits;
  // Pruning trains several times, too: one of them at a time.
  const fewerBits = cut && prune === 0 ? asked : 0;
  return { ...settings, shape, latentBits, levels, skip, optimiser, encoderRate, fewerBits };
}

/** Does each latent tell a cell's charge in 16 levels or more? */
function hasFineCodes({ latents: { cells, code, bits } }: EncoderShape): boolean {
  return cells === 1 && code.kind === 'levels' && bits[0] >= 4;
}

/** Is it ECON-T's encoder, which has the decoder and the course of training that others compare theirs with? */
export function isEcont(shape: EncoderShape): boolean {
  return sameShape(shape, econtShape);
}

/** The network that settings describe. */
export function networkOf(settings: ResolvedSettings): Network {
  const { shape, arithmetic, latentBits, hidden, activation, context, skip, levels } = settings;
  const fine = levels && hasFineCodes(shape);
  const charges = fine ? codeCharges(shape.latents) : undefined;
  return {
    shape,
    arithmetic,
    latentBits,
    context,
    hidden,
    levels: levels && !charges,
    ...(charges ? { charges } : {}),
    skip,
    activation,
  };
}

/** The one training of settings that ask for no other before it. */
export function stageOf(settings: ResolvedSettings): Stage {
  return { settings, network: networkOf(settings) };
}

/** Parts of the epochs that the first training and each of those between it and the last one take. */
const FIRST = 0.4;
const BETWEEN = 0.08;
/** Learning rate of all but the first, relative to its own: they go on from what was learned. */
const LATER_RATE = 0.75;

/** The trainings one after the other, each with fewer bits of the latents, down to those of the links. */
export function stagesOf(settings: ResolvedSettings): Stage[] {
  const { fewerBits, latentBits, shape, finishShare } = settings;
  if (fewerBits === 0) return [stageOf(settings)];
  const whole = shape.latents.bits;
  const above = Array.from({ length: fewerBits }, (_, stage) =>
    latentBits.map((bits, o) => Math.min(whole[o], bits + fewerBits - stage)),
  );
  const { charges, levels } = networkOf(settings);
  return [[...whole], ...above, latentBits].map((bits, stage, { length }) => {
    const last = stage === length - 1;
    const between = stage === 0 ? FIRST : BETWEEN;
    return stageOf({
      ...settings,
      fewerBits: 0,
      latentBits: bits,
      // Levels of other bits would be other inputs of the decoder: it is told those of the last bits, at the end.
      // What codes stand for is told of those of the shape, however many of their bits are sent.
      levels: charges !== undefined || (last && levels),
      learningRate: settings.learningRate * (stage === 0 ? 1 : LATER_RATE),
      // With few bits the last loss gains from the start of a training, not only at its end.
      finishShare: !last || finishShare === 0 ? finishShare : 1,
      part: last ? 1 - FIRST - BETWEEN * (length - 2) : between,
    });
  });
}

/** Rows in an epoch -> number of epochs; at least 20, because a schedule needs some, at most 5000. */
export function epochsOf(
  { epochs, wafers, part = 1 }: Pick<ResolvedSettings, 'epochs' | 'wafers' | 'part'>,
  rows: number,
): number {
  const whole = epochs ?? Math.max(20, Math.min(5000, Math.round(wafers / rows)));
  return Math.max(1, Math.round(whole * part));
}
