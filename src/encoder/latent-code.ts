import { LATENT_BITS, LATENT_LARGEST } from './formats.js';
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
