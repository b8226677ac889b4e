import { latentBits, payloadBits } from '../blocks/index.js';
import {
  type EncoderShape,
  fieldLength,
  LATENT_BITS,
  latentCode,
  latentField,
  latentTable,
  setBits,
} from '../encoder/index.js';
import type { Model } from './model.js';

/**
 * Bits of each latent that N links carry (of ECON-T's encoder 1, 3, 5, 7, 9): those that it has when the payload holds them, else so many fewer, taken from the widest latents, that they are no more than
 * ECON-T's in all (16, 48, 80, 112): encoders are compared at equal bits. Where only the largest are sent, all lose alike,
 * and what cannot hold a bit of each beside the number of their set holds nothing.
 */
export function bitsOnLinks({ latents }: EncoderShape, etx: number): number[] {
  const bits = [...latents.bits];
  const total = fieldLength(latents);
  if (latents.largest !== undefined && total > payloadBits(etx)) {
    const each = Math.floor((latentField.numbers * latentBits(etx) - setBits(latents)) / latents.largest);
    return bits.fill(Math.max(0, Math.min(bits[0], each)));
  }
  let over = total > payloadBits(etx) ? total - latentField.numbers * latentBits(etx) : 0;
  while (over-- > 0) bits[bits.lastIndexOf(Math.max(...bits))]--;
  return bits;
}

/** Per latent, what the receiver gets of each value 0..511 when the top `sent` bits of its code are sent. */
export function latentTables(shape: EncoderShape, sent: readonly number[]): Uint16Array[] {
  const { bits, code } = shape.latents;
  return sent.map((kept, o) => latentTable(code, bits[o], kept));
}

/**
 * Per latent, how fast what the receiver gets grows with the latent, for each value 0..511: 1 of linear codes, of a
 * float's the step of its code over the width of the interval.
 */
export function latentSlopes(shape: EncoderShape): Float32Array[] {
  const { bits, code } = shape.latents;
  return bits.map((width) => {
    if (code.kind === 'linear') return new Float32Array(512).fill(1);
    const words = Array.from({ length: 512 }, (_, value) => latentCode(code, width, value));
    const size = new Uint16Array(2 ** width);
    for (const word of words) size[word]++;
    return Float32Array.from(words, (word) => 2 ** (LATENT_BITS - width) / size[word]);
  });
}

/** Sets the bits of received latents to 0 that are not sent, in place. @param latents rows of one value per latent */
export function cutToSent(latents: Uint16Array, sent: readonly number[]): void {
  const masks = sent.map((bits) => 511 & ~((1 << (9 - bits)) - 1));
  for (let i = 0; i < latents.length; i++) latents[i] &= masks[i % masks.length];
}

/** Bits of each latent of a model on N links: those that it was trained with, or fewer. */
export function sentBits(model: Pick<Model, 'etx' | 'latentBits' | 'encoder'>, etx: number): number[] {
  if (etx === model.etx) return [...model.latentBits];
  const carried = bitsOnLinks(model.encoder.shape, etx);
  return model.latentBits.map((own, o) => Math.min(own, carried[o]));
}
