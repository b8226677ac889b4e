import { z } from 'zod';
import { EconError, registeredName } from '../../base/index.js';
import { MOST_ENCODER_LINKS, ORBIT } from '../../blocks/index.js';
import { technologies } from '../../budget/index.js';
import { detectorOf, detectorSchema } from '../../detector/index.js';
import {
  checkLinks,
  engines,
  type TrainingInput,
  trainingPresets,
  trainingSettings,
} from '../../training/index.js';

export const presetNames = Object.keys(trainingPresets) as [keyof typeof trainingPresets];

/** What decides the result of a run: kept in its run.json. No path and no time is among it. */
export const flowSettingsSchema = z.strictObject({
  seed: z.int().min(0).default(1),
  /** What the wafers are of; left out: HGCAL. */
  detector: detectorSchema.optional(),
  /** Output links (eTx) of the module. Left out: 5, or all that the detector has where they are fewer. */
  etx: z.int().min(1).max(MOST_ENCODER_LINKS).optional(),
  /** Numbers of links at which the tables compare, of 2, 3, 5 those that there are. The run's own is always among them. */
  compareEtx: z.array(z.int().min(1).max(MOST_ENCODER_LINKS)).optional(),
  /** Wafers made by the generator, before selection; without meaning when data are given. */
  wafers: z.int().min(100).max(20_000_000).default(20_000),
  preset: z.enum(presetNames).default('default'),
  engine: registeredName(engines).default('wasm'),
  arithmetic: z.enum(['econt', 'exact']).default('econt'),
  /** Passes over the training wafers, instead of the preset's. */
  epochs: z.int().min(1).optional(),
  /** Training settings instead of those of the preset, by name; `docs/training.md` lists them. */
  training: z.record(z.string(), z.unknown()).default({}),
  tmr: z.enum(['none', 'weights', 'registers']).default('weights'),
  /** Bunch crossings simulated; one orbit by default. */
  bx: z.int().min(1).max(10_000_000).default(ORBIT),
  /** Cells of the cost estimates, by name; left out: those of 65 nm. */
  technology: z.string().optional(),
});
export type FlowSettings = z.infer<typeof flowSettingsSchema> & {
  readonly etx: number;
  readonly compareEtx: number[];
};
export type FlowInput = z.input<typeof flowSettingsSchema>;

/** Fills in defaults. @throws EconError flow/settings, training/settings */
export function flowSettings(input: FlowInput): FlowSettings {
  const parsed = flowSettingsSchema.safeParse(input);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new EconError({
      code: 'flow/settings',
      where: `setting ${issue.path.join('.') || '(all)'}`,
      what: `${issue.message}.`,
      remedy: 'See the --help of the command for the settings and their ranges.',
    });
  }
  // Wrong names and values are told before the data are read.
  trainingSettings(parsed.data.training as TrainingInput);
  if (parsed.data.technology !== undefined) technologies.get(parsed.data.technology, 'setting technology');
  const of = detectorOf(parsed.data.detector);
  const most = Math.min(MOST_ENCODER_LINKS, of.links.count);
  const { etx = most, compareEtx: compared = [2, 3, 5].filter((links) => links <= most) } = parsed.data;
  const compareEtx = [...new Set([...compared, etx])].sort((a, b) => a - b);
  for (const links of [etx, ...compareEtx]) checkLinks(links, of);
  // The order of the keys is that of the record of a run.
  const { seed, detector, etx: _, compareEtx: __, ...rest } = parsed.data;
  return { seed, ...(detector ? { detector } : {}), etx, compareEtx, ...rest };
}
