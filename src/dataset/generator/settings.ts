import { z } from 'zod';
import { EconError } from '../../base/index.js';

/** What is put on top of the pile-up. */
export const signalKinds = ['none', 'electron', 'photon', 'pion', 'jet'] as const;
export type SignalKind = (typeof signalKinds)[number];

/** Layers that have trigger data: odd ones of the electromagnetic part, all of the hadronic part. */
export const triggerLayers: readonly number[] = [
  ...Array.from({ length: 14 }, (_, i) => 2 * i + 1),
  ...Array.from({ length: 22 }, (_, i) => 29 + i),
];

const within = (least: number, most: number) => z.number().min(least).max(most);
const range = (least: number, most: number) =>
  z.tuple([within(least, most), within(least, most)]).refine(([a, b]) => a <= b, {
    error: 'the first number is the lower end',
  });
const triggerLayer = z
  .int()
  .refine((layer) => triggerLayers.includes(layer), { error: 'this layer has no trigger data' });

const schema = z.strictObject({
  /** Any safe integer. Wafer i depends on the seed and i alone, not on how many are made. */
  seed: z.int(),
  /** How many wafers. */
  wafers: z.int().min(1).max(20_000_000),
  /** A module is drawn evenly from those of these layers whose centre lies in this range of |eta|. */
  layers: z.array(triggerLayer).min(1),
  eta: range(1.3, 3.3),
  /** Also modules at the edges of the detector, which miss a part of their cells. */
  partialWafers: z.boolean(),
  /** Keep wafers without any charge; otherwise such a wafer is drawn again. */
  emptyWafers: z.boolean(),
  pileup: z.strictObject({
    /** Mean number of proton-proton interactions per crossing; 0 switches pile-up off. */
    interactions: within(0, 1000),
    /** Particles per interaction and unit of eta. */
    photonsPerEta: within(0, 100),
    /** Fraction of the photons that make a pair of electrons before they reach the calorimeter. */
    conversions: within(0, 1),
    chargedPerEta: within(0, 100),
    neutralPerEta: within(0, 100),
    /** p0 of the spectrum pT (1 + pT/p0)^-6 of hadrons, GeV. Their mean pT is 2/3 p0. */
    slope: within(0.05, 10),
    /** Fraction of the charge of the crossing before that is still seen. */
    previousCrossing: within(0, 1),
  }),
  signal: z.strictObject({
    /** Relative weights. */
    weights: z.strictObject(
      Object.fromEntries(signalKinds.map((kind) => [kind, z.number().min(0)])) as Record<
        SignalKind,
        z.ZodNumber
      >,
    ),
    /** Range in GeV, drawn evenly in the logarithm. */
    transverseMomentum: range(0.1, 2000),
  }),
  shower: z.strictObject({
    /** cm. */
    moliereRadius: within(0.1, 20),
    /** Material before the first layer. */
    upstreamRadiationLengths: within(0, 10),
    /** Mean charge of one shower particle in a sensor, MIPs: sets the sampling fluctuations. */
    spotMips: within(0.1, 100),
  }),
  electronics: z.strictObject({
    /** Scale of the noise: 1 is the nominal one, 0 none. */
    noise: within(0, 100),
    /** A sensor cell below this many MIPs does not enter the sum; by thickness of the sensor. */
    thresholds: z.strictObject({ um120: within(0, 100), um200: within(0, 100), um300: within(0, 100) }),
    /** '4E3M': charges as the chip sees them behind the 7-bit link code; 'none': sums before that code. */
    compression: z.enum(['none', '4E3M']),
  }),
});

/**
 * How wafers are made. Everything is a quantity of physics or electronics; docs/generator.md tells where each
 * default comes from.
 */
export type GeneratorSettings = z.infer<typeof schema>;

/** Pile-up of 200 interactions with some signal, tuned against simulated wafers (docs/generator.md). */
export const defaultGenerator: GeneratorSettings = {
  seed: 1,
  wafers: 20_000,
  layers: [3, 5, 7],
  eta: [1.3, 3.3],
  partialWafers: true,
  emptyWafers: false,
  pileup: {
    interactions: 200,
    photonsPerEta: 11.4,
    conversions: 0.65,
    chargedPerEta: 8,
    neutralPerEta: 1.7,
    slope: 0.67,
    previousCrossing: 0.2,
  },
  signal: {
    weights: { none: 0.97, electron: 0.005, photon: 0.005, pion: 0.01, jet: 0.01 },
    transverseMomentum: [2, 60],
  },
  shower: { moliereRadius: 2.3, upstreamRadiationLengths: 1.3, spotMips: 1.45 },
  electronics: {
    noise: 1,
    thresholds: { um120: 0.5, um200: 0.5, um300: 0.5 },
    compression: 'none',
  },
};

/**
 * Checks settings.
 * @throws EconError dataset/bad-generator-settings names the setting, its value and the rule
 */
export function checkGeneratorSettings(settings: GeneratorSettings): GeneratorSettings {
  const result = schema.safeParse(settings);
  if (!result.success) {
    const issue = result.error.issues[0];
    throw badSetting(issue.path.join('.') || 'settings', issue.message);
  }
  const weights = Object.values(result.data.signal.weights);
  if (weights.every((weight) => weight === 0)) throw badSetting('signal.weights', 'all of them are 0');
  return result.data;
}

export function badSetting(where: string, what: string): EconError {
  return new EconError({
    code: 'dataset/bad-generator-settings',
    where: `generator settings, ${where}`,
    what: `${what}.`,
    remedy: 'See docs/generator.md for the meaning and the range of each setting.',
  });
}
