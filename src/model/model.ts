import { z } from 'zod';
import { detectorSchema } from '../detector/index.js';
import { type EncoderWeights, econtShape, encoderShapeSchema, LATENT_BITS } from '../encoder/index.js';
import type { Decoder } from './decoder.js';

/** What a model was made from. Same input, same bytes: no time, host or path. */
export const provenanceSchema = z.looseObject({
  /** Program and version. */
  tool: z.string(),
  /** Everything that determined the result besides the data, e.g. training settings with the seed. */
  settings: z.record(z.string(), z.unknown()),
  /** Data by content: set name -> number of wafers and SHA-256 of the charges. */
  data: z.record(z.string(), z.object({ wafers: z.int().min(0), sha256: z.string() })),
});
export type Provenance = z.infer<typeof provenanceSchema>;

/** Numbers measured on the integer path, e.g. validationEmd in units of half a cell pitch. */
export const qualitySchema = z.record(z.string(), z.number());

/** Everything of model.json that is not about bytes. */
export const modelHeaderSchema = z.object({
  format: z.literal('econ-model'),
  version: z.literal(1),
  /** Is the encoder ECON-T's (spec econt-behaviour 9)? */
  preset: z.enum(['econt-8x8', 'free']),
  /** Files of before it was always written hold ECON-T's encoder. */
  shape: encoderShapeSchema.default(econtShape),
  arithmetic: z.enum(['econt', 'exact']),
  /** What the wafers are of; left out, as in all files of before: HGCAL. */
  detector: detectorSchema.optional(),
  /** Output links that the latents were cut for. */
  etx: z.int().min(1).max(13),
  /** Bits of each latent that the links carry, from the top of the 9. */
  latentBits: z.array(z.int().min(0).max(LATENT_BITS)).min(1),
  provenance: provenanceSchema,
  quality: qualitySchema.optional(),
});

/** A trained encoder, with the decoder that undoes it. */
export interface Model extends z.infer<typeof modelHeaderSchema> {
  readonly encoder: EncoderWeights;
  readonly decoder: Decoder;
}
