import { z } from 'zod';
import { EconError, registeredName } from '../../base/index.js';
import { MOST_ENCODER_LINKS } from '../../blocks/index.js';
import { technologies } from '../../budget/index.js';
import { engines, type TrainingInput, trainingPresets, trainingSettings } from '../../training/index.js';

export const presetNames = Object.keys(trainingPresets) as [keyof typeof trainingPresets];

/** What decides the result of a run: kept in its run.json. No path and no time is among it. */
export const flowSettingsSchema = z.strictObject({
  seed: z.int().min(0).default(1),
  /** Output links (eTx) of the module. */
  etx: z.int().min(1).max(MOST_ENCODER_LINKS).default(5),
  /** Numbers of links at which the tables compare. The run's own is always among them. */
  compareEtx: z.array(z.int().min(1).max(MOST_ENCODER_LINKS)).default([2, 3, 5]),
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
  bx: z.int().min(1).max(10_000_000).default(3564),
  /** Cells of the cost estimates, by name; left out: those of 65 nm. */
  technology: z.string().optional(),
});
export type FlowSettings = z.infer<typeof flowSettingsSchema>;
export type FlowInput = z.input<typeof flowSettingsSchema>;

/** Fills in defaults. @throws EconError flow/settings */
export function flowSettings(input: FlowInput): FlowSettings {
  const parsed = flowSettingsSchema.safeParse(input);
  if (parsed.success) {
    // Wrong names and values are told before the data are read.
    trainingSettings(parsed.data.training as TrainingInput);
    if (parsed.data.technology !== undefined) technologies.get(parsed.data.technology, 'setting technology');
    const compareEtx = [...new Set([...parsed.data.compareEtx, parsed.data.etx])].sort((a, b) => a - b);
    return { ...parsed.data, compareEtx };
  }
  const issue = parsed.error.issues[0];
  throw new EconError({
    code: 'flow/settings',
    where: `setting ${issue.path.join('.') || '(all)'}`,
    what: `${issue.message}.`,
    remedy: 'See the --help of the command for the settings and their ranges.',
  });
}
