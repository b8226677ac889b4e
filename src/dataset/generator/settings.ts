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

const rate = z.number().min(0).max(100);
const range = (min: number, max: number) =>
  z.tuple([z.number().min(min).max(max), z.number().min(min).max(max)]).refine(([a, b]) => a <= b, {
    error: 'the first number is the lower end',
  });

const schema = z.strictObject({
  seed: z.int(),
  wafers: z.int().min(1).max(20_000_000),
  layers: z
    .array(
      z.int().refine((layer) => triggerLayers.includes(layer), { error: 'this layer has no trigger data' }),
    )
    .min(1),
  eta: range(1.3, 3.3),
  partialWafers: z.boolean(),
  emptyWafers: z.boolean(),
  pileup: z.strictObject({
    interactions: z.number().min(0).max(1000),
    photonsPerEta: rate,
    conversions: z.number().min(0).max(1),
    chargedPerEta: rate,
    neutralPerEta: rate,
    slope: z.number().min(0.05).max(10),
    previousCrossing: z.number().min(0).max(1),
  }),
  signal: z.strictObject({
    weights: z.strictObject(
      Object.fromEntries(signalKinds.map((kind) => [kind, z.number().min(0)])) as Record<
        SignalKind,
        z.ZodNumber
      >,
    ),
    transverseMomentum: range(0.1, 2000),
  }),
  shower: z.strictObject({
    moliereRadius: z.number().min(0.1).max(20),
    upstreamRadiationLengths: z.number().min(0).max(10),
    spotMips: z.number().min(0.1).max(100),
  }),
  electronics: z.strictObject({
    noise: z.number().min(0).max(100),
    thresholds: z.strictObject({
      um120: z.number().min(0).max(100),
      um200: z.number().min(0).max(100),
      um300: z.number().min(0).max(100),
    }),
    compression: z.enum(['none', '4E3M']),
  }),
});

/**
 * How wafers are made. Everything is a quantity of physics or electronics; docs/generator.md tells where each
 * default comes from.
 */
export interface GeneratorSettings {
  /** Any safe integer. Wafer i depends on the seed and i alone, not on how many are made. */
  readonly seed: number;
  /** How many wafers, 1..20,000,000. */
  readonly wafers: number;
  /** A module is drawn evenly from those of these layers whose centre lies in this range of |eta|. */
  readonly layers: readonly number[];
  readonly eta: readonly [number, number];
  /** Also modules at the edges of the detector, which miss a part of their cells. */
  readonly partialWafers: boolean;
  /** Keep wafers without any charge; otherwise such a wafer is drawn again. */
  readonly emptyWafers: boolean;
  readonly pileup: {
    /** Mean number of proton-proton interactions per crossing; 0 switches pile-up off. */
    readonly interactions: number;
    /** Particles per interaction and unit of eta. */
    readonly photonsPerEta: number;
    /** Fraction of the photons that make a pair of electrons before they reach the calorimeter. */
    readonly conversions: number;
    readonly chargedPerEta: number;
    readonly neutralPerEta: number;
    /** p0 of the spectrum pT (1 + pT/p0)^-6 of hadrons, GeV. Their mean pT is 2/3 p0. */
    readonly slope: number;
    /** Fraction of the charge of the crossing before that is still seen. */
    readonly previousCrossing: number;
  };
  readonly signal: {
    /** Relative weights. */
    readonly weights: Readonly<Record<SignalKind, number>>;
    /** Range in GeV, drawn evenly in the logarithm. */
    readonly transverseMomentum: readonly [number, number];
  };
  readonly shower: {
    /** cm. */
    readonly moliereRadius: number;
    /** Material before the first layer. */
    readonly upstreamRadiationLengths: number;
    /** Mean charge of one shower particle in a sensor, MIPs: sets the sampling fluctuations. */
    readonly spotMips: number;
  };
  readonly electronics: {
    /** Scale of the noise: 1 is the nominal one, 0 none. */
    readonly noise: number;
    /** A sensor cell below this many MIPs does not enter the sum; by thickness of the sensor. */
    readonly thresholds: { readonly um120: number; readonly um200: number; readonly um300: number };
    /** '4E3M': charges as the chip sees them behind the 7-bit link code; 'none': sums before that code. */
    readonly compression: 'none' | '4E3M';
  };
}

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
