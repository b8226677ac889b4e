import { type EncoderShape, LATENT_BITS } from '../encoder/index.js';

/** Inputs of the decoder per latent whose codes' charges it is told. */
export const CHARGE_INPUTS = 2;

/** What the logarithm of the charge to the base 2 is divided by, to be of about size 1. */
export const LOG_UNIT = 8;
/** Least charge that a code may stand for, in counts of the latent: its logarithm is told. */
const LEAST = 0.25;

/**
 * What the codes of latents in levels stand for: the middle of the latents 0..511 that have each. The highest is taken
 * to be as wide as the one before: charges that large are rare, and the rarer the larger.
 * @returns 2^bits counts, rising
 */
export function codeCharges({ code }: EncoderShape['latents']): number[] {
  if (code.kind !== 'levels') throw new Error('only levels have charges of their own');
  const { thresholds } = code;
  const last = thresholds[thresholds.length - 1];
  const edges = [0, ...thresholds, Math.min(2 ** LATENT_BITS, 2 * last - (thresholds.at(-2) ?? 0))];
  return edges.slice(1).map((edge, j) => (edges[j] + edge - 1) / 2);
}

/** One input per latent, for each received latent 0..511, and how fast it grows with the latent in units of 1 (256 counts). */
export interface ChargeTable {
  readonly values: Float32Array;
  readonly slopes: Float32Array;
}

/**
 * The inputs that tell a decoder which charges the codes stand for, of about size 1: the charge over 256, then its logarithm.
 * The slope is that between the codes below and above.
 * @param charges of codeCharges
 */
export function chargeTables(charges: readonly number[]): readonly ChargeTable[] {
  const step = 2 ** LATENT_BITS / charges.length;
  const tableOf = (input: readonly number[]): ChargeTable => {
    const last = charges.length - 1;
    const slopes = input.map(
      (_, j) => (128 / step) * (input[Math.min(last, j + 1)] - input[Math.max(0, j - 1)]),
    );
    const spread = (ofCodes: readonly number[]) =>
      Float32Array.from({ length: 2 ** LATENT_BITS }, (_, latent) => ofCodes[Math.floor(latent / step)]);
    return { values: spread(input), slopes: spread(slopes) };
  };
  const logarithms = charges.map((charge) => Math.log2(Math.max(LEAST, charge)) / LOG_UNIT);
  return [tableOf(charges.map((charge) => charge / 256)), tableOf(logarithms)];
}
