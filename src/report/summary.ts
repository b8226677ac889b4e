import { z } from 'zod';
import { detectorOf, detectorSchema } from '../detector/index.js';
import { count, histogram, measured, quality } from './quality-summary.js';

/**
 * What a report is made of: plain data, as read from and written to JSON. Every section may be missing, because a
 * report is also owed for a run in which a step failed or has not happened yet. Nothing here is a time of day, a
 * host or a folder: the same run gives the same bytes.
 */

export const sectionNames = [
  'training',
  'quality',
  'wafers',
  'dataset',
  'chip',
  'simulation',
  'cost',
  'registers',
  'artefacts',
] as const;

export type SectionName = (typeof sectionNames)[number];

/** Limit of a verdict that is told, not judged. */
export const NO_LIMIT = 'none';

const verdict = z.strictObject({
  name: z.string(),
  value: z.union([z.number(), z.string()]).nullable(),
  unit: z.string().optional(),
  relation: z.enum(['<=', '>=', '=']).optional(),
  /** NO_LIMIT: the value is for information. */
  limit: z.union([z.number(), z.string()]).optional(),
  /** How the value came about; an estimate is never shown as a measurement. */
  method: z.enum(['measured', 'estimated']),
  /** null: could not be checked; `note` says why. */
  holds: z.boolean().nullable(),
  note: z.string().optional(),
});

const step = z.strictObject({
  name: z.string(),
  state: z.enum(['done', 'failed', 'skipped', 'not run']),
  /** Sections that this step fills: what their place says when they are missing. */
  provides: z.array(z.enum(sectionNames)).optional(),
  /** Wall time in s and versions, for pages and text: no property of the result, and not in summary.json. */
  seconds: z.number().nonnegative().optional(),
  versions: z.string().optional(),
  /** Reason of a skip, or the error in full (where, what, remedy). */
  note: z.string().optional(),
});

const provenance = z.strictObject({
  econVersion: z.string(),
  seed: z.number().int().optional(),
  dataSource: z.string().optional(),
  dataHash: z.string().optional(),
  modelHash: z.string().optional(),
  settings: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  steps: z.array(step).optional(),
});

const training = z.strictObject({
  engine: z.string().optional(),
  wafers: count.optional(),
  /** The epoch whose weights were kept. */
  bestEpoch: count.optional(),
  history: z.array(
    z.strictObject({
      epoch: count,
      loss: measured,
      /** Mean EMD of the validation wafers, integer path, in trigger-cell units (1.2084 cm). */
      validationEmd: measured.optional(),
      learningRate: z.number().positive().optional(),
    }),
  ),
});

const waferExample = z.strictObject({
  name: z.string(),
  /** CALQ charges in TC_Number order. */
  charges: z.array(z.number().nonnegative()).min(1),
  /** Fractions of the wafer sum in TC_Number order. */
  reconstruction: z.array(z.number()).min(1),
  emd: measured,
});

const dataset = z.strictObject({
  wafers: count,
  /** Sizes of the splits, e.g. train 7000, validation 1000, test 2000. */
  splits: z.array(z.strictObject({ name: z.string(), wafers: count })).optional(),
  note: z.string().optional(),
  distributions: z
    .array(
      z.strictObject({
        name: z.string(),
        unit: z.string().optional(),
        scale: z.enum(['linear', 'log']).optional(),
        /** Usually two series, generated and real. */
        histogram: histogram.optional(),
        quantiles: z
          .array(z.strictObject({ p: z.number().min(0).max(1), values: z.array(measured) }))
          .optional(),
        /** Names of the columns of `quantiles`. */
        series: z.array(z.string()).optional(),
        /** Largest distance of the two cumulative distributions (Kolmogorov and Smirnov). */
        ks: z.number().min(0).max(1).nullable().optional(),
      }),
    )
    .optional(),
});

const chip = z.strictObject({
  name: z.string(),
  /** Period of the bunch-crossing clock, ns. */
  clockNs: z.number().positive(),
  tmr: z.string().optional(),
  input: z.strictObject({ label: z.string(), bits: count.optional() }),
  output: z.strictObject({ label: z.string(), bits: count.optional() }),
  /** Blocks in the order in which a wafer passes them. */
  path: z.array(
    z.strictObject({
      name: z.string(),
      title: z.string(),
      latencyBx: count,
      /** Bits that leave the block. */
      bits: count.optional(),
    }),
  ),
  /** Blocks beside the data path; `feeds` are names of other blocks, the first decides the place. */
  side: z
    .array(
      z.strictObject({
        name: z.string(),
        title: z.string(),
        detail: z.string().optional(),
        feeds: z.array(z.string()).optional(),
      }),
    )
    .optional(),
});

const simulation = z.strictObject({
  runs: z.array(
    z.strictObject({
      engine: z.string(),
      version: z.string().optional(),
      /** Reason why this engine did not run; then the numbers are missing. */
      skipped: z.string().optional(),
      bx: count.optional(),
      bits: count.optional(),
      mismatches: count.optional(),
      latencyBx: count.optional(),
      /** Text of the first-divergence report. */
      firstDivergence: z.string().optional(),
    }),
  ),
});

const cost = z.strictObject({
  technology: z.string(),
  rows: z.array(
    z.strictObject({
      block: z.string(),
      cells: count.optional(),
      flipFlopsPlanned: count.optional(),
      flipFlopsFound: count.optional(),
      /** um2 and pJ per bunch crossing. */
      area: z.number().nonnegative().optional(),
      energy: z.number().nonnegative().optional(),
    }),
  ),
  note: z.string().optional(),
});

const registers = z.strictObject({
  commit: z
    .strictObject({
      weightBytes: count,
      crc32: count,
      accepted: z.boolean(),
    })
    .optional(),
  rows: z.array(
    z.strictObject({ name: z.string(), address: count, value: z.string(), meaning: z.string().optional() }),
  ),
});

const artefact = z.strictObject({
  path: z.string(),
  bytes: count,
  sha256: z.string(),
});

const runSummary = z.strictObject({
  format: z.literal('econ-report'),
  version: z.literal(1),
  title: z.string(),
  provenance: provenance.optional(),
  /** What the wafers are of. @default HGCAL */
  detector: detectorSchema.optional(),
  verdicts: z.array(verdict).optional(),
  /** What else does better, in one sentence. */
  better: z.string().optional(),
  training: training.optional(),
  quality: quality.optional(),
  wafers: z.array(waferExample).optional(),
  dataset: dataset.optional(),
  chip: chip.optional(),
  simulation: simulation.optional(),
  cost: cost.optional(),
  registers: registers.optional(),
  artefacts: z.array(artefact).optional(),
});

export const runSummarySchema = runSummary.superRefine(({ detector, wafers = [] }, context) => {
  const { name, cells } = detectorOf(detector);
  wafers.forEach((wafer, i) => {
    for (const key of ['charges', 'reconstruction'] as const)
      if (wafer[key].length !== cells)
        context.addIssue({
          code: 'custom',
          path: ['wafers', i, key],
          message: `${wafer[key].length} cells; a module of ${name} has ${cells}`,
        });
  });
});

export type RunSummary = z.infer<typeof runSummarySchema>;
export type Section<Name extends keyof RunSummary> = NonNullable<RunSummary[Name]>;
export type Histogram = z.infer<typeof histogram>;
export type Verdict = z.infer<typeof verdict>;
