import { EconError } from '../../base/index.js';
import { LATENT_BITS, latentField } from '../../encoder/index.js';
import { checkEtx } from '../links.js';

/** Bits of the autoencoder payload that N links carry besides BX counter and sum (spec econt-behaviour 9.5). */
export function payloadBits(etx: number): number {
  checkEtx(etx);
  return Math.min(18 + 32 * (etx - 1), 146);
}

/** An encoder sends on 1..5 links: the sixth would carry nothing more. */
export const MOST_ENCODER_LINKS = 5;

/** Bits per latent that N links carry when all latents get the same: 1, 3, 5, 7, 9, 9, ... */
export function latentBits(etx: number): number {
  return Math.min(LATENT_BITS, Math.floor(payloadBits(etx) / latentField.numbers));
}

/**
 * The 144-bit keep_auto_encoder_bits register that keeps the top b bits (8..9-b) of each latent; latent o is in
 * bits 9o+8..9o.
 * @param bitsPerLatent 0..9, one number for all or 16 numbers
 */
export function keepMask(bitsPerLatent: number | readonly number[]): bigint {
  const bits =
    typeof bitsPerLatent === 'number'
      ? new Array<number>(latentField.numbers).fill(bitsPerLatent)
      : bitsPerLatent;
  if (
    bits.length !== latentField.numbers ||
    bits.some((b) => !Number.isInteger(b) || b < 0 || b > LATENT_BITS)
  ) {
    throw new EconError({
      code: 'chip/bad-latent-bits',
      where: 'bits per latent',
      what: `${JSON.stringify(bitsPerLatent)} is not 16 integers from 0 to 9.`,
      remedy: 'Give one number, or one for each of the 16 latents.',
    });
  }
  let mask = 0n;
  bits.forEach((b, o) => {
    const top = ((1n << BigInt(b)) - 1n) << BigInt(LATENT_BITS - b);
    mask |= top << BigInt(LATENT_BITS * o);
  });
  return mask;
}
