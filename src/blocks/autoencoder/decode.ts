import { LATENT_BITS, latentField } from '../../encoder/index.js';
import { ETX } from '../links.js';
import { type Packets, packetFlags, takeBits } from '../packets/packets.js';
import type { PayloadPlan } from './reference.js';

/** Packet of a row: the words at `first` into packet i. @returns flags */
export function unpackAutoencoder(
  plan: PayloadPlan,
  zeros: Uint32Array,
  words: Uint32Array,
  first: number,
  out: Packets,
  i: number,
): number {
  out.sumCode[i] = takeBits(words, first, 5, 9);
  takeLatents(plan, words, first, out.latents, i * latentField.numbers);
  for (let j = 0; j < plan.etx; j++) {
    if ((words[first + j] & zeros[j]) !== 0) return packetFlags.notZero;
  }
  return 0;
}

function takeLatents(
  plan: PayloadPlan,
  words: Uint32Array,
  first: number,
  latents: Uint16Array,
  to: number,
): void {
  const { latent, shift, mask, at } = plan;
  for (let r = 0; r < latent.length; r++) {
    const offset = at[r] & 31;
    const word = first + plan.words - 1 - (at[r] >> 5);
    let value = words[word] >>> offset;
    if (offset + LATENT_BITS > 32) value |= words[word - 1] << (32 - offset);
    latents[to + latent[r]] |= (value & mask[r]) << shift[r];
  }
}

/** Bits of the 13 words that are zero in every packet of this plan. */
export function zeroBits(plan: PayloadPlan): Uint32Array {
  const zeros = new Uint32Array(ETX).fill(0xffffffff);
  for (let bit = 0; bit < plan.words * 32; bit++) {
    const header = bit >= plan.words * 32 - 14;
    if (bit < plan.used || header) zeros[plan.words - 1 - (bit >> 5)] &= ~(1 << (bit & 31));
  }
  return zeros;
}
