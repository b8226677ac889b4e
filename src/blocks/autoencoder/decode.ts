import { EconError } from '../../base/index.js';
import { LATENT_BITS, LATENTS } from '../../encoder/index.js';
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
  takeLatents(plan, words, first, out.latents, i * LATENTS);
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

/** What a packet of the autoencoder carries. */
export interface Unpacked {
  /** n * 16, bits that were not sent are 0. */
  readonly latents: Uint16Array;
  /** n codes 5E4M. */
  readonly sumCode: Uint16Array;
  /** n BX counters: 31 at BX 0, otherwise BX mod 16. */
  readonly bunchCode: Uint8Array;
}

/**
 * The strict receiver of the autoencoder, for words that must be well-formed: output words of n BX back to latents,
 * sum code and BX counter. (createDecoder flags what this one refuses.)
 * @param words n * 13
 * @throws EconError chip/bad-packet, naming row and link, on a BX counter of 16..30 or ones where the packet has zeros
 */
export function unpackLatents(plan: PayloadPlan, words: Uint32Array, n: number): Unpacked {
  if (words.length < n * ETX)
    throw badPacket(`${n} rows`, `need ${n * ETX} words, there are ${words.length}.`);
  const latents = new Uint16Array(n * LATENTS);
  const sumCode = new Uint16Array(n);
  const bunchCode = new Uint8Array(n);
  const zeros = zeroBits(plan);
  for (let i = 0; i < n; i++) {
    const first = i * ETX;
    for (let j = 0; j < ETX; j++) {
      if ((words[first + j] & zeros[j]) === 0) continue;
      const hex = words[first + j].toString(16).padStart(8, '0');
      throw badPacket(`row ${i}, eTx ${j}`, `${hex} has ones where a packet on ${plan.etx} links has zeros.`);
    }
    const bunch = words[first] >>> 27;
    if (bunch > 15 && bunch < 31) throw badPacket(`row ${i}, eTx 0`, `BX counter ${bunch} does not exist.`);
    bunchCode[i] = bunch;
    sumCode[i] = (words[first] >>> 18) & 511;
    takeLatents(plan, words, first, latents, i * LATENTS);
  }
  return { latents, sumCode, bunchCode };
}

function badPacket(where: string, what: string): EconError {
  return new EconError({
    code: 'chip/bad-packet',
    where,
    what,
    remedy: 'Check that the words come from the autoencoder with the same number of links and keep mask.',
  });
}
