import { EconError } from '../base/index.js';

/**
 * A fixed-point format, written `<sign><integer>.<fraction>`: `s` (two's complement) or `u` (unsigned), bits left
 * and right of the binary point. **The sign bit is one of the integer bits**, so the width is always
 * integer + fraction: `s1.5` are the 6-bit weights (-1 .. 31/32), `u1.7` the 8-bit image (0 .. 255/128),
 * `u1.8` the 9-bit latents, `u22.0` the charges. One side may be negative: `u21.-3` are multiples of 8 below 2^21.
 */
export interface FixedFormat {
  readonly signed: boolean;
  readonly integerBits: number;
  readonly fractionBits: number;
}

/**
 * What happens to the bits below the last one: `floor` drops them (towards minus infinity; the chip's `>>`),
 * `toward-zero` drops them from the magnitude, the `nearest` modes go to the closest value and differ at half a
 * step: `nearest-up` towards plus infinity, `nearest-even` to the even integer.
 */
export type Rounding = 'floor' | 'nearest-even' | 'nearest-up' | 'toward-zero';

/** What happens to a value outside the range: keep the low bits, stop at the end of the range, or throw. */
export type Overflow = 'wrap' | 'saturate' | 'error';

/** Width in bits, 1 .. 53. */
export function formatBits(format: FixedFormat): number {
  return format.integerBits + format.fractionBits;
}

/** Smallest and largest integer of the format, and the value of its last bit. */
export function formatRange(format: FixedFormat): { min: number; max: number; step: number } {
  const bits = formatBits(format);
  const step = 2 ** -format.fractionBits;
  return format.signed
    ? { min: -(2 ** (bits - 1)), max: 2 ** (bits - 1) - 1, step }
    : { min: 0, max: 2 ** bits - 1, step };
}

/**
 * Reads the notation of {@link FixedFormat}.
 * @throws EconError number/bad-format
 */
export function parseFormat(text: string): FixedFormat {
  const match = /^([su])(-?\d{1,3})\.(-?\d{1,3})$/.exec(text);
  if (!match) throw badFormat(text, 'it does not read as <s|u><integer bits>.<fraction bits>');
  const format = {
    signed: match[1] === 's',
    integerBits: Number(match[2]),
    fractionBits: Number(match[3]),
  };
  const bits = formatBits(format);
  if (bits < 1) throw badFormat(text, `it has ${bits} bits`);
  if (bits > 53) throw badFormat(text, `it has ${bits} bits, and numbers here are exact up to 53 bits`);
  return format;
}

/** The notation of a format; `formatName(parseFormat(t)) === t` for every canonical `t`. */
export function formatName(format: FixedFormat): string {
  return `${format.signed ? 's' : 'u'}${format.integerBits}.${format.fractionBits}`;
}

/**
 * The integer that stands for `value` in the format: value / step, rounded, brought into range. This is what a
 * register holds (two's complement read as a signed number).
 * @param value finite
 * @throws EconError number/not-finite, and number/overflow with overflow `error`
 */
export function toFixed(value: number, format: FixedFormat, rounding: Rounding, overflow: Overflow): number {
  if (!Number.isFinite(value)) {
    throw new EconError({
      code: 'number/not-finite',
      where: formatName(format),
      what: `${value} has no fixed-point value.`,
      remedy: 'Find out where it comes from: training that diverges does this.',
    });
  }
  // A power of two: the product is exact. + 0 turns -0 into 0.
  const integer = round(value * 2 ** format.fractionBits, rounding) + 0;
  const { min, max, step } = formatRange(format);
  if (integer >= min && integer <= max) return integer;
  switch (overflow) {
    case 'saturate':
      return integer < min ? min : max;
    case 'wrap': {
      const span = max - min + 1;
      const low = integer % span;
      // `%` keeps the sign of the dividend.
      return (low < min ? low + span : low > max ? low - span : low) + 0;
    }
    case 'error':
      throw new EconError({
        code: 'number/overflow',
        where: formatName(format),
        what: `${value} is outside ${min * step} .. ${max * step}.`,
        remedy: `Give the format more integer bits, or allow saturation.`,
      });
  }
}

/** The value of an integer of the format: integer * step, exact. */
export function fromFixed(integer: number, format: FixedFormat): number {
  return integer * 2 ** -format.fractionBits;
}

/**
 * The value of the format that `value` becomes: `fromFixed(toFixed(...))`.
 * `quantise(-0.3, parseFormat('s1.5'), 'floor', 'saturate')` is -0.3125 = -10/32.
 */
export function quantise(value: number, format: FixedFormat, rounding: Rounding, overflow: Overflow): number {
  return fromFixed(toFixed(value, format, rounding, overflow), format);
}

function round(v: number, rounding: Rounding): number {
  const low = Math.floor(v);
  switch (rounding) {
    case 'floor':
      return low;
    case 'toward-zero':
      return Math.trunc(v);
    // Not floor(v + 0.5): that sum rounds up 0.49999999999999994.
    case 'nearest-up':
      return v - low >= 0.5 ? low + 1 : low;
    case 'nearest-even':
      return v - low > 0.5 || (v - low === 0.5 && low % 2 !== 0) ? low + 1 : low;
  }
}

function badFormat(text: string, why: string): EconError {
  return new EconError({
    code: 'number/bad-format',
    where: `number format "${text}"`,
    what: `${why}.`,
    remedy: 'Write for example s1.5 (signed, 1 integer bit = the sign, 5 fraction bits) or u1.7.',
  });
}
