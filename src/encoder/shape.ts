import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { EconError } from '../base/index.js';
import { MOST_CELLS } from '../detector/index.js';
import { ACTIVATION_BITS, LATENT_BITS, LATENT_LARGEST, latentField } from './formats.js';
import { fieldLength, MOST_CHOSEN_FROM } from './largest.js';
import { weightFormatSchema } from './weight-format.js';

const side = z.int().min(1).max(MOST_CELLS);
const activationBits = z.int().min(1).max(ACTIVATION_BITS).default(ACTIVATION_BITS);
const format = weightFormatSchema.default({ kind: 'fixed', bits: 6, fraction: 5 });

/**
 * What encoder to build: an image, at most one convolution, further dense layers, and the latents: normalised cells
 * in, weights in the 12 weight blocks, at most 144 bits of latents out.
 */
export const encoderShapeSchema = z.strictObject({
  /**
   * 8x8 with a masked quarter as in ECON-T, or the three rhombi of 4x4 cells as channels; or rows and columns with the
   * places (row columns + column) that hold no cell.
   */
  image: z
    .union([
      z.enum(['8x8', '4x4x3']),
      z.strictObject({ rows: side, columns: side, masked: z.array(z.int().min(0)).default([]) }),
    ])
    .default('8x8'),
  /** Padding is TensorFlow's 'same'; null: no convolution, the cells enter the next layer. */
  conv: z
    .strictObject({
      filters: z.int().min(1).max(32),
      kernel: z.int().min(1).max(5).default(3),
      stride: z.int().min(1).max(4).default(2),
      weights: format,
      /** Activations saturate at 2^bits - 1, 7 of them fraction bits. */
      activationBits,
    })
    .nullable()
    .default(null),
  /** Dense layers with ReLU between the convolution and the latents. */
  dense: z
    .array(z.strictObject({ units: z.int().min(1).max(128), weights: format, activationBits }))
    .max(3)
    .default([]),
  latents: z.strictObject({
    /** Bits of each latent's code. The latent itself has 9, 8 of them fraction bits, and saturates. */
    bits: z.array(z.int().min(1).max(LATENT_BITS)).min(1).max(latentField.bits),
    /**
     * linear: the top bits. levels: how many of 2^bits - 1 thresholds (1..511, rising, the same for all latents) the
     * latent reaches: fine steps where most charges are.
     */
    code: z
      .discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('linear') }),
        z.strictObject({
          kind: z.literal('levels'),
          thresholds: z.array(z.int().min(1).max(LATENT_LARGEST)).min(1).max(63),
        }),
      ])
      .default({ kind: 'linear' }),
    /** Each latent sees only so many neighbouring cells; left out: all. Only without convolution and dense layers. */
    cells: z.int().min(1).max(48).optional(),
    /**
     * Only so many latents, the largest, are sent: the number of their set, then their codes. Left out: all. They are
     * chosen from at most 48 latents of the same bits.
     */
    largest: z
      .int()
      .min(1)
      .max(MOST_CHOSEN_FROM - 1)
      .optional(),
    weights: format,
  }),
});
export type EncoderShape = z.infer<typeof encoderShapeSchema>;
export type ShapeInput = z.input<typeof encoderShapeSchema>;

/** ECON-T's encoder: the one to take when nobody names another. */
export const econtShape: EncoderShape = encoderShapeSchema.parse({
  conv: { filters: 8 },
  latents: { bits: new Array<number>(latentField.numbers).fill(LATENT_BITS) },
});

/** Are two shapes the same encoder? What a schema filled in counts as said. */
export function sameShape(a: EncoderShape, b: EncoderShape): boolean {
  return isDeepStrictEqual(a, b);
}

/** @throws EconError chip/bad-shape naming the first wrong entry */
export function encoderShape(input: unknown): EncoderShape {
  const parsed = encoderShapeSchema.safeParse(input);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw badShape(issue.path.join('.') || '(all)', `${issue.message}.`);
  }
  const { latents, image } = parsed.data;
  if (typeof image === 'object') checkImage(image);
  checkLargest(latents);
  const bits = fieldLength(latents);
  if (bits > latentField.bits)
    throw badShape('latents.bits', `the latents have ${bits} bits, the packet ${latentField.bits}.`);
  const { code } = latents;
  if (code.kind === 'levels') {
    const wrong = latents.bits.find((b) => 2 ** b - 1 !== code.thresholds.length);
    if (wrong !== undefined)
      throw badShape(
        'latents.code',
        `${wrong} bits need ${2 ** wrong - 1} thresholds, not ${code.thresholds.length}.`,
      );
    if (code.thresholds.some((t, i) => i > 0 && t <= code.thresholds[i - 1]))
      throw badShape('latents.code', 'the thresholds do not rise.');
  }
  if (latents.cells !== undefined && (parsed.data.conv || parsed.data.dense.length > 0))
    throw badShape(
      'latents.cells',
      'neighbouring cells are only known where the latents see the image itself.',
    );
  return parsed.data;
}

function checkImage({ rows, columns, masked }: Exclude<EncoderShape['image'], string>): void {
  const cells = rows * columns - masked.length;
  if (new Set(masked).size < masked.length || masked.some((place) => place >= rows * columns))
    throw badShape(
      'image.masked',
      `each is a place of ${rows} x ${columns}, 0..${rows * columns - 1}, named once.`,
    );
  if (cells < 2 || cells > MOST_CELLS)
    throw badShape('image', `it has ${cells} cells, not 2..${MOST_CELLS}.`);
}

function checkLargest({ bits, largest }: EncoderShape['latents']): void {
  if (largest === undefined) return;
  if (bits.length > MOST_CHOSEN_FROM || largest >= bits.length)
    throw badShape(
      'latents.largest',
      `${largest} of ${bits.length} latents: fewer than all of at most ${MOST_CHOSEN_FROM} can be chosen.`,
    );
  if (bits.some((width) => width !== bits[0]))
    throw badShape('latents.largest', 'latents of different bits have no common order in the packet.');
}

export function badShape(where: string, what: string): EconError {
  return new EconError({
    code: 'chip/bad-shape',
    where: `encoder shape, ${where}`,
    what,
    remedy: 'docs/encoder-shapes.md lists the entries and their ranges; `econ shapes` shows examples.',
  });
}
