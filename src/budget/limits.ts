import { z } from 'zod';
import { EconError, type In, readYaml } from '../base/index.js';
import { bxNs, type DetectorDescription, hgcal } from '../detector/index.js';

const limit = z.number().positive().nullable();
const limitIn = <U extends string>(_: U) => limit as z.ZodType<In<U> | null, In<U> | null>;

/**
 * Largest allowed values. null: not limited. The defaults are those of the ECON-T autoencoder block and of the chip
 * around it (domain facts, sections 2.5 and 4), and for the quality what ECON-T's encoder reaches on two links.
 */
export const limitsSchema = z.strictObject({
  /** Time between two wafers. */
  waferInterval: limitIn('ns').default(bxNs(hgcal())),
  /** From the normalised image to the latents. */
  encoderLatency: limitIn('ns').default(50),
  /** From the input words to the output words. */
  chipLatency: limitIn('ns').default(1500),
  /** Whole design. */
  chipPower: limitIn('mW').default(500),
  /** Encoder block (see `encoderBlocks` of the cost). */
  encoderArea: limitIn('mm2').default(3.6),
  encoderPower: limitIn('mW').default(95),
  /** Of a wafer. */
  encoderEnergy: limitIn('nJ').default(2.4),
  /** Mean EMD of held-out wafers through the simulated chip, in half trigger-cell pitches. */
  meanEmd: limit.default(0.8),
  /** The same, over that of best choice on as many links. */
  meanEmdOverBestChoice: limit.default(null),
});

export type Limits = z.infer<typeof limitsSchema>;

export const defaultLimits: Limits = limitsSchema.parse({});

/**
 * Limits where none are given: a wafer in each BX, and power at the energy of a wafer by its clock; the EMD of ECON-T's
 * encoder is no limit of another detector.
 */
export function limitsFor(detector: DetectorDescription | undefined): Limits {
  if (detector === undefined) return defaultLimits;
  const { encoderPower, ...rest } = defaultLimits;
  const faster = detector.clockMHz / hgcal().clockMHz;
  return {
    ...rest,
    waferInterval: bxNs(detector),
    encoderPower: encoderPower && encoderPower * faster,
    meanEmd: null,
  };
}

/**
 * Reads limits from a YAML or JSON file; null lifts a limit.
 *
 * @param defaults what holds where the file says nothing: those of another detector are its own (limitsFor)
 * @throws EconError budget/limits when it is no such file, with the key that is wrong
 */
export function readLimits(path: string, defaults: Limits = defaultLimits): Limits {
  const bad = (what: string, cause?: unknown): EconError =>
    new EconError(
      {
        code: 'budget/limits',
        where: path,
        what,
        remedy: `Give positive numbers or null under the keys ${Object.keys(defaultLimits).join(', ')}.`,
      },
      { cause },
    );
  const data = readYaml(path, (why, cause) => bad(`this is neither YAML nor JSON: ${why}.`, cause));
  const parsed = limitsSchema.safeParse(data ?? {});
  if (parsed.success) return { ...defaults, ...(data as Partial<Limits> | null) };
  const issue = parsed.error.issues[0];
  throw bad(`${issue.path.join('.') || 'top level'}: ${issue.message}.`);
}
