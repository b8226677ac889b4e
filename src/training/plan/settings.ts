import { z } from 'zod';
import { EconError, registeredName } from '../../base/index.js';
import { MOST_ENCODER_LINKS } from '../../blocks/index.js';
import type { Detector } from '../../detector/index.js';
import { encoderShapeSchema } from '../../encoder/index.js';
import { decoderContexts } from '../../model/index.js';
import { losses } from '../objectives/losses.js';
import { optimisers } from '../objectives/optimisers.js';

/** See `weighting`. */
export const weightings = ['none', 'occupancy', 'energy'] as const;

const share = z.number().min(0).max(1);

/** Everything besides the data that determines a training. */
export const trainingSettingsSchema = z.strictObject({
  /** Output links; gives the bits per latent 1, 3, 5, 7, 9 for 1..5 links. */
  etx: z.int().min(1).max(MOST_ENCODER_LINKS).default(5),
  /** Encoder to train, by name or as a shape (docs/encoder-shapes.md). Left out: ECON-T's 8x8 encoder. */
  shape: z.union([z.string(), encoderShapeSchema]).optional(),
  /** Bits of each latent that are sent, when they are not to follow from `etx`. */
  latentBits: z.array(z.int().min(0).max(9)).optional(),
  arithmetic: z.enum(['econt', 'exact']).default('econt'),
  seed: z.int().default(1),
  /** Widths of the decoder's hidden layers. */
  hidden: z.array(z.int().min(4).max(2048).multipleOf(4)).max(6).default([256, 256, 256]),
  /**
   * The decoder is told the levels that latents of at most 4 bits have reached, or the charges that fine codes of cells stand for.
   * Left out: of a free shape it is.
   */
  levels: z.boolean().optional(),
  /** The decoder's last layer sees the latents, too. Left out: of a free shape it does. */
  skip: z.boolean().optional(),
  activation: z.enum(['softmax', 'sigmoid']).default('softmax'),
  /** What the decoder is told beside the latents: nothing, the module sum of the packet, or that and the module. */
  context: z.enum(decoderContexts).default('sum'),
  loss: registeredName(losses).default('fitted-emd'),
  /** Loss of the last part of the training. */
  finishLoss: registeredName(losses).default('emd'),
  /** Share of the epochs that `finishLoss` takes. */
  finishShare: share.default(0.04),
  /** What a wafer counts in the loss: as any other, by its cells hit, or by the logarithm of its charge. */
  weighting: z.enum(weightings).default('none'),
  /** Weight of (sum of the outputs - 1)^2, for `activation` sigmoid; those of softmax add up to 1. */
  sumWeight: z.number().min(0).max(1000).default(0),
  /**
   * Weight of the KL term of a variational encoder, per latent: ((z - mean) / spread)^2 / 2, towards the prior of
   * model/anomaly. It makes the distance of a wafer's latents from the usual ones an anomaly score.
   */
  klWeight: z.number().min(0).max(100).default(0),
  /** With a teacher: share of its reconstruction in what the outputs are compared with. */
  teacherShare: share.default(0.5),
  /** Weight of the L1 norm of the encoder's kernels (parameters of -1..1). */
  l1: z.number().min(0).max(1).default(0),
  /**
   * learned: a short training before the others finds the range of each layer's weights, a power of two, and the bits of the
   * activations (learned-formats). Of a free shape only: ECON-T's formats are the chip's.
   */
  scales: z.enum(['given', 'learned']).default('given'),
  /** How weights become the chip's in the forward pass of a step; results always round to the nearest. */
  weightRounding: z.enum(['nearest', 'stochastic']).default('nearest'),
  /** Share of the epochs from which weights are frozen, ever more of them; 1: never. */
  freezeFrom: share.default(1),
  /** Share of the encoder's weights (or of its filters and units) that is pruned. */
  prune: z.number().min(0).max(0.95).default(0),
  /** weights: those stay in the chip and are 0; filters: filters and hidden units leave the chip. */
  pruneKind: z.enum(['weights', 'filters']).default('weights'),
  /** Trainings after the first one, each with fewer weights and from the first start (lottery ticket). */
  pruneRounds: z.int().min(1).max(10).default(3),
  /**
   * Trainings before the last one, in which the latents have more bits than the links carry: first all that the shape
   * has, then so many bits above the last ones, one fewer each time. auto: 2 of a free shape that is cut by its links.
   */
  fewerBits: z.union([z.int().min(0).max(6), z.literal('auto')]).default('auto'),
  /** Wafers in a step. */
  batch: z.int().min(1).max(65536).default(256),
  /** Wafers shown in all, the same one counted each time; fixes the time. Gives the number of epochs. */
  wafers: z.int().min(1).default(12_000_000),
  /** Passes over the training wafers, when they are not to follow from `wafers`. */
  epochs: z.int().min(1).optional(),
  /**
   * Largest learning rate of the decoder; rises over `warmup` steps, then falls as a half cosine to 0. A decoder that starts
   * with what fine codes of cells stand for has little to learn: 0.001 where none is given.
   */
  learningRate: z.number().positive().default(4e-3),
  /**
   * Learning rate of the encoder's weights, relative to the decoder's. Left out: 4, and 0 where each latent is a cell in
   * levels of its own: what its few weights start with is what they are for.
   */
  encoderRate: z.number().min(0).max(100).optional(),
  /** Learning rate of the decoder, relative to `learningRate`; 0 holds it. */
  decoderRate: z.number().min(0).max(1).default(1),
  /** Left out: adam. */
  optimiser: registeredName(optimisers).optional(),
  warmup: z.int().min(1).default(100),
  /** AdamW weight decay of the decoder. */
  weightDecay: z.number().min(0).max(10).default(0),
  /** Show each wafer in its three orientations. */
  rotate: z.boolean().default(true),
  /** Show the mirror image of each orientation, too. */
  reflect: z.boolean().default(true),
  /** Probability that a second training wafer is added to a wafer, as pile-up would. */
  mix: share.default(0),
  /** Width of the log-normal smearing of each charge of each training wafer, new every time it is shown. */
  smear: z.number().min(0).max(2).default(0.35),
  /** Range of the natural logarithm of the common factor of a wafer's charges, uniform around 0, new every time. */
  rescale: z.number().min(0).max(5).default(1.4),
  /**
   * Wafers of the shower generator that are trained on beside each given one; the generator is seeded with `seed`. auto: 4
   * when the given ones are hit like its pile-up, else none.
   */
  generated: z.union([z.number().min(0).max(20), z.literal('auto')]).default(0),
  /** Epochs without a better validation EMD after which training ends early. */
  patience: z.int().min(1).default(200),
});
export type TrainingSettings = z.infer<typeof trainingSettingsSchema>;
export type TrainingInput = z.input<typeof trainingSettingsSchema>;

/** Wafers shown: the time of a training. What the presets reach, and how long they take, is in docs/training.md. */
export const trainingPresets = {
  quick: { wafers: 1_200_000, hidden: [128, 256] },
  default: { generated: 'auto' },
  long: { wafers: 50_000_000, patience: 500, generated: 'auto' },
} as const satisfies Record<string, TrainingInput>;

/** Fills in defaults. @throws EconError training/settings naming the first wrong one */
export function trainingSettings(input: TrainingInput = {}): TrainingSettings {
  const parsed = trainingSettingsSchema.safeParse(withNewNames(input));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw wrongSetting(issue.path.join('.') || '(all)', `${issue.message}.`);
}

/** `fewerBits` was called narrowing; files that say so are read. */
function withNewNames(input: TrainingInput): TrainingInput {
  const { narrowing, ...rest } = input as TrainingInput & { narrowing?: TrainingInput['fewerBits'] };
  if (narrowing === undefined) return input;
  if (rest.fewerBits === undefined) return { ...rest, fewerBits: narrowing };
  throw wrongSetting('narrowing', 'is the old name of fewerBits, which is given, too.');
}

/** @throws EconError training/settings where a detector has fewer links */
export function checkLinks(etx: number, { name, links }: Pick<Detector, 'name' | 'links'>): void {
  if (etx <= links.count) return;
  const what = `${etx} links are more than the ${links.count} of ${name}.`;
  throw wrongSetting('etx', what, `Give 1..${links.count}, or leave it out.`);
}

export function wrongSetting(
  name: string,
  what: string,
  remedy = 'See docs/training.md for the settings; `--set name=value` sets one.',
): EconError {
  return new EconError({ code: 'training/settings', where: `training setting ${name}`, what, remedy });
}
