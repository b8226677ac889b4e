import { z } from 'zod';

/**
 * How a layer's weights are stored. A weight is multiplier / 2^fraction:
 * - `fixed`: two's complement of `bits`, multiplier -2^(bits-1) .. 2^(bits-1)-1 (ECON-T: 6 bits, fraction 5);
 * - `binary`: one bit, 0 is +1 and 1 is -1;
 * - `ternary`: two bits, 00 is 0, 01 is +1, 11 is -1;
 * - `power-of-two`: a sign bit above bits-1 bits e; the multiplier is 0 for e = 0, else 2^(e-1).
 */
export const weightFormatSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('fixed'),
    bits: z.int().min(2).max(8).default(6),
    fraction: z.int().min(0).max(9).default(5),
  }),
  z.strictObject({ kind: z.literal('binary'), fraction: z.int().min(0).max(9).default(3) }),
  z.strictObject({ kind: z.literal('ternary'), fraction: z.int().min(0).max(9).default(3) }),
  z.strictObject({
    kind: z.literal('power-of-two'),
    bits: z.int().min(2).max(4).default(4),
    fraction: z.int().min(0).max(9).default(6),
  }),
]);
export type WeightFormat = z.infer<typeof weightFormatSchema>;

/** Bits that a weight takes in the weight memory. */
export function weightBits(format: WeightFormat): number {
  if (format.kind === 'binary') return 1;
  return format.kind === 'ternary' ? 2 : format.bits;
}

/** Largest magnitude of a multiplier: what a trained weight of 1 stands for. */
export function largestMultiplier(format: WeightFormat): number {
  if (format.kind === 'fixed') return 2 ** (format.bits - 1);
  return format.kind === 'power-of-two' ? 2 ** (2 ** (format.bits - 1) - 2) : 1;
}

/** Multiplier of a stored word. Words that no multiplier has (ternary 10, power-of-two -0) act as 0. */
export function multiplierOf(format: WeightFormat, word: number): number {
  switch (format.kind) {
    case 'fixed':
      return (word << (32 - format.bits)) >> (32 - format.bits);
    case 'binary':
      return word === 0 ? 1 : -1;
    case 'ternary':
      return (word & 1) === 0 ? 0 : word === 3 ? -1 : 1;
    case 'power-of-two': {
      const exponent = word & (2 ** (format.bits - 1) - 1);
      const size = exponent === 0 ? 0 : 2 ** (exponent - 1);
      return size !== 0 && word >> (format.bits - 1) === 1 ? -size : size;
    }
  }
}

/** Stored word of a multiplier; undefined when the format has none for it. */
export function wordOf(format: WeightFormat, multiplier: number): number | undefined {
  const words = 2 ** weightBits(format);
  if (format.kind === 'fixed') {
    const fits = multiplier >= -words / 2 && multiplier < words / 2 && Number.isInteger(multiplier);
    return fits ? multiplier & (words - 1) : undefined;
  }
  for (let word = 0; word < words; word++) if (multiplierOf(format, word) === multiplier) return word;
  return undefined;
}

/** The multiplier nearest to a trained weight in -1..1 (a tie goes up, as Math.round does). */
export function nearestMultiplier(format: WeightFormat, weight: number): number {
  switch (format.kind) {
    case 'fixed': {
      const half = 2 ** (format.bits - 1);
      return Math.max(-half, Math.min(half - 1, Math.round(weight * half)));
    }
    case 'binary':
      return weight < 0 ? -1 : 1;
    case 'ternary':
      return Math.max(-1, Math.min(1, Math.round(1.5 * weight)));
    case 'power-of-two': {
      const size = Math.min(1, Math.abs(weight)) * largestMultiplier(format);
      if (size < 0.5) return 0;
      let power = 1;
      // 1.5 times a power lies half-way between it and the next.
      while (size > 1.5 * power) power *= 2;
      return weight < 0 ? -power : power;
    }
  }
}
