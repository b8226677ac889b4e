import { LATENT_BITS, latentField } from './formats.js';

/** Writes parts side by side into the field, the first lowest; the rest of its 144 bits is 0. */
export function writeField(
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
