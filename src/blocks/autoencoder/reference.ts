import { LATENT_BITS, latentField } from '../../encoder/index.js';
import type { ReceiverSettings, Unpacker } from '../algorithm/algorithm.js';
import { bunchCode5 } from '../link-input/reference.js';
import { ETX } from '../links.js';
import { packetFlags, takeBits } from '../packets/packets.js';
import { payloadBits } from './parameters.js';

/**
 * Where the bits of the latents go in the packet `BX (5) | sum (9) | payload`, as runs of neighbouring bits of one
 * latent. The packet's last bit is bit 0 of the last of its words.
 */
export interface PayloadPlan {
  readonly etx: number;
  /** Words that carry the packet: min(etx, 5). */
  readonly words: number;
  /** Payload bits that carry latents; those above are zero. */
  readonly used: number;
  /** Per latent: the bits that survive the mask and the cut to the payload. */
  readonly survive: Uint16Array;
  /** Runs: latent, its lowest bit, width as mask, position of the lowest bit in the payload. */
  readonly latent: Uint8Array;
  readonly shift: Uint8Array;
  readonly mask: Uint16Array;
  readonly at: Uint8Array;
}

/**
 * @param etx 1..13
 * @param keep 144-bit keep_auto_encoder_bits: kept bits are squeezed together toward bit 0, zero-filled on the
 *   left, and cut to the lowest payloadBits(etx) (spec econt-behaviour 9.5)
 */
export function payloadPlan(etx: number, keep: bigint): PayloadPlan {
  const limit = payloadBits(etx);
  const survive = new Uint16Array(latentField.numbers);
  const runs: { latent: number; shift: number; width: number; at: number }[] = [];
  let used = 0;
  for (let b = 0; b < latentField.bits && used < limit; b++) {
    if (((keep >> BigInt(b)) & 1n) === 0n) continue;
    const latent = Math.floor(b / LATENT_BITS);
    const bit = b % LATENT_BITS;
    survive[latent] |= 1 << bit;
    const last = runs.at(-1);
    if (last?.latent === latent && last.shift + last.width === bit) last.width++;
    else runs.push({ latent, shift: bit, width: 1, at: used });
    used++;
  }
  return {
    etx,
    words: Math.min(etx, 5),
    used,
    survive,
    latent: Uint8Array.from(runs, (r) => r.latent),
    shift: Uint8Array.from(runs, (r) => r.shift),
    mask: Uint16Array.from(runs, (r) => (1 << r.width) - 1),
    at: Uint8Array.from(runs, (r) => r.at),
  };
}

/** Latents as the receiver gets them: dropped bits are 0. n * 16 in, n * 16 out (`out` may be `latents`). */
export function cutLatents(
  plan: PayloadPlan,
  latents: Uint16Array,
  n: number,
  out: Uint16Array = new Uint16Array(n * latentField.numbers),
): Uint16Array {
  for (let i = 0; i < n * latentField.numbers; i++)
    out[i] = latents[i] & plan.survive[i & (latentField.numbers - 1)];
  return out;
}

/**
 * Packets of the autoencoder: output words of n BX.
 * @param latents n * 16, 0..511
 * @param sumCode n codes 5E4M
 * @param bx n BX numbers (0 is the first of an orbit)
 * @param out n * 13 words, allocated when left out; words of inactive links become 0
 */
export function packLatents(
  plan: PayloadPlan,
  latents: Uint16Array,
  sumCode: Uint16Array,
  bx: Uint32Array,
  n: number,
  out: Uint32Array = new Uint32Array(n * ETX),
): Uint32Array {
  const { latent, shift, mask, at, words } = plan;
  out.fill(0, 0, n * ETX);
  for (let i = 0; i < n; i++) {
    const first = i * ETX;
    const last = first + words - 1;
    for (let r = 0; r < latent.length; r++) {
      const value = (latents[i * latentField.numbers + latent[r]] >>> shift[r]) & mask[r];
      const offset = at[r] & 31;
      const word = last - (at[r] >> 5);
      out[word] |= value << offset;
      // The part of the run that goes beyond the word; the payload ends before the packet does.
      if (offset + LATENT_BITS > 32) out[word - 1] |= value >>> (32 - offset);
    }
    out[first] |= (bunchCode5(bx[i]) << 27) | (sumCode[i] << 18);
  }
  return out;
}

/** Takes packets apart; bits of latents that were not sent are 0. */
export function unpackAutoencoder({ etx, keepMask }: Pick<ReceiverSettings, 'etx' | 'keepMask'>): Unpacker {
  const plan = payloadPlan(etx, keepMask);
  const zeros = zeroBits(plan);
  return (words, first, out, i) => {
    // Locals: the loop is a quarter slower with what a closure holds.
    const { latent, shift, mask, at, words: sent } = plan;
    const { latents } = out;
    const to = i * latentField.numbers;
    out.sumCode[i] = takeBits(words, first, 5, 9);
    for (let r = 0; r < latent.length; r++) {
      const offset = at[r] & 31;
      const word = first + sent - 1 - (at[r] >> 5);
      let value = words[word] >>> offset;
      if (offset + LATENT_BITS > 32) value |= words[word - 1] << (32 - offset);
      latents[to + latent[r]] |= (value & mask[r]) << shift[r];
    }
    for (let j = 0; j < etx; j++) if ((words[first + j] & zeros[j]) !== 0) return packetFlags.notZero;
    return 0;
  };
}

/** Bits of the 13 words that are zero in every packet of this plan. */
function zeroBits(plan: PayloadPlan): Uint32Array {
  const zeros = new Uint32Array(ETX).fill(0xffffffff);
  for (let bit = 0; bit < plan.words * 32; bit++) {
    const header = bit >= plan.words * 32 - 14;
    if (bit < plan.used || header) zeros[plan.words - 1 - (bit >> 5)] &= ~(1 << (bit & 31));
  }
  return zeros;
}
