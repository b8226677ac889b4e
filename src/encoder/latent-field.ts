import { LATENT_BITS, LATENT_LARGEST, latentField } from './formats.js';
import { fieldWidths, largestOf, numberOfSet, setBits, setOfNumber } from './largest.js';
import type { EncoderShape } from './shape.js';

/** How a latent 0..511 is written in the packet: its top bits, or the number of thresholds that it reaches. */
export type LatentCode = EncoderShape['latents']['code'];

/** Code of a latent. @param value 0..511 @returns 0..2^bits - 1 */
export function latentCode(code: LatentCode, bits: number, value: number): number {
  if (code.kind === 'linear') return value >> (LATENT_BITS - bits);
  const { thresholds } = code;
  let reached = 0;
  while (reached < thresholds.length && value >= thresholds[reached]) reached++;
  return reached;
}

/**
 * What the receiver takes for a code, in the 9 bits of a latent: the code itself at their top.
 * @returns 0..511
 */
export function latentValue(bits: number, word: number): number {
  return word << (LATENT_BITS - bits);
}

/**
 * What arrives of every latent value when the top `sent` bits of its code do.
 * @returns 512 values 0..511
 */
export function latentTable(code: LatentCode, bits: number, sent: number): Uint16Array {
  const drop = bits - Math.min(sent, bits);
  return Uint16Array.from({ length: LATENT_LARGEST + 1 }, (_, value) =>
    latentValue(bits, (latentCode(code, bits, value) >> drop) << drop),
  );
}

/** Writes parts side by side into the field, the first lowest; the rest of its 144 bits is 0. */
function writeField(
  parts: ArrayLike<number>,
  widths: readonly number[],
  fields: Uint16Array,
  at: number,
): void {
  fields.fill(0, at, at + latentField.numbers);
  let to = 0;
  widths.forEach((width, i) => {
    let rest = parts[i];
    for (let b = 0; b < width; b++, to++) {
      fields[at + Math.floor(to / LATENT_BITS)] |= (rest % 2) << (to % LATENT_BITS);
      // The number of a set may have more than 32 bits.
      rest = Math.floor(rest / 2);
    }
  });
}

/** The inverse of writeField. */
export function readField(widths: readonly number[], fields: Uint16Array, at: number): number[] {
  let from = 0;
  return widths.map((width) => {
    let value = 0;
    for (let b = 0; b < width; b++, from++)
      value += ((fields[at + Math.floor(from / LATENT_BITS)] >> (from % LATENT_BITS)) & 1) * 2 ** b;
    return value;
  });
}

/** Is every latent sent whole, so that the field holds them as they are? */
function isPlain({ bits, code, largest }: EncoderShape['latents']): boolean {
  return code.kind === 'linear' && largest === undefined && bits.every((width) => width === LATENT_BITS);
}

/**
 * Latents as they are sent, into the field.
 * @returns a function of the latents 0..511 of a wafer, and where its field begins
 */
export function fieldWriter(
  latents: EncoderShape['latents'],
): (values: Int32Array, fields: Uint16Array, at: number) => void {
  const { bits, code, largest } = latents;
  const count = bits.length;
  if (isPlain(latents))
    return (values, fields, at) => {
      for (let o = 0; o < latentField.numbers; o++) fields[at + o] = o < count ? values[o] : 0;
    };
  const widths = fieldWidths(latents);
  return (values, fields, at) => {
    const words = bits.map((width, o) => latentCode(code, width, values[o]));
    if (largest === undefined) {
      writeField(words, widths, fields, at);
      return;
    }
    const members = largestOf(values.subarray(0, count), largest);
    writeField([numberOfSet(members), ...members.map((o) => words[o])], widths, fields, at);
  };
}

/**
 * Latents of received fields; bits that the shape does not send, and latents that are not among the largest, are 0.
 * @param fields n * 16 of 9 bits
 * @returns n * latents of the shape, 0..511
 */
export function latentsOfFields(shape: EncoderShape, fields: Uint16Array, n: number): Uint16Array {
  const { bits, largest } = shape.latents;
  if (isPlain(shape.latents) && bits.length === latentField.numbers)
    return fields.slice(0, n * latentField.numbers);
  const widths = fieldWidths(shape.latents);
  const latents = new Uint16Array(n * bits.length);
  for (let i = 0; i < n; i++) {
    const parts = readField(widths, fields, i * latentField.numbers);
    const at = i * bits.length;
    if (largest === undefined)
      parts.forEach((word, o) => {
        latents[at + o] = latentValue(bits[o], word);
      });
    else
      setOfNumber(parts[0], largest, bits.length).forEach((o, j) => {
        latents[at + o] = latentValue(bits[o], parts[j + 1]);
      });
  }
  return latents;
}

/**
 * Bits of the field that carry the top `kept[o]` bits of each latent: the register keep_auto_encoder_bits.
 * @param kept 0..bits of each latent; of those of which the largest are sent the same for all
 */
export function fieldMask({ latents }: EncoderShape, kept: readonly number[]): bigint {
  const tops = latents.largest === undefined ? kept : [kept[0] > 0 ? setBits(latents) : 0, ...kept];
  let mask = 0n;
  let from = 0;
  fieldWidths(latents).forEach((width, o) => {
    const top = Math.min(width, tops[o]);
    mask |= ((1n << BigInt(top)) - 1n) << BigInt(from + width - top);
    from += width;
  });
  return mask;
}
