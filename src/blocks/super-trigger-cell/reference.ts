import { encodeSmallFloat } from '../../number/index.js';
import type { ReceiverSettings, Unpacker } from '../algorithm/algorithm.js';
import { type BitString, clearBits, putBits, toLinks } from '../bit-string.js';
import { econtInput } from '../link-input/parameters.js';
import { bunchCode4 } from '../link-input/reference.js';
import { anyBits, packetFlags, STC_GROUPS, takeBits } from '../packets/packets.js';
import { type ChipSettings, dropShift } from '../settings.js';
import { stcGroupsSent, stcTypes } from './parameters.js';

export type StcSettings = Pick<ChipSettings, 'stcType' | 'stcTie' | 'dropLsb'>;

export interface Stc {
  /** n * 12 codes of the group sums in the type's format. */
  readonly sums: Uint16Array;
  /** n * 12 positions of the largest charge inside the group. */
  readonly addresses: Uint8Array;
}

export function stcBuffers(n: number): Stc {
  return { sums: new Uint16Array(n * STC_GROUPS), addresses: new Uint8Array(n * STC_GROUPS) };
}

/** Sums and positions of the largest charge of all groups, sent or not. `charges`: n * 48. */
export function superTriggerCell(
  settings: StcSettings,
  charges: Uint32Array,
  n: number,
  out: Stc = stcBuffers(n),
): Stc {
  const type = stcTypes[settings.stcType];
  const drop = type.drops ? dropShift(settings.dropLsb) : 0;
  const highest = settings.stcTie === 'highest';
  const groups = econtInput.cells / type.cells;
  for (let i = 0; i < n; i++) {
    for (let g = 0; g < groups; g++) {
      const from = i * econtInput.cells + g * type.cells;
      let sum = 0;
      let best = 0;
      for (let a = 0; a < type.cells; a++) {
        const v = charges[from + a];
        sum += v;
        if (v > charges[from + best] || (highest && v === charges[from + best])) best = a;
      }
      out.sums[i * STC_GROUPS + g] = encodeSmallFloat(type.format, sum >>> drop);
      out.addresses[i * STC_GROUPS + g] = best;
    }
  }
  return out;
}

/** Packets of n BX: `BX (4) | addresses | sums` of the groups that fit. `out`: n * 13 words. */
export function packSuperTriggerCell(
  stcType: number,
  etx: number,
  stc: Stc,
  bx: Uint32Array,
  n: number,
  packet: BitString,
  out: Uint32Array,
): void {
  const { addressBits, format } = stcTypes[stcType];
  const sent = stcGroupsSent(stcType, etx);
  for (let i = 0; i < n; i++) {
    clearBits(packet);
    if (sent > 0) {
      const from = i * STC_GROUPS;
      putBits(packet, bunchCode4(bx[i]), 4);
      if (addressBits > 0)
        for (let g = 0; g < sent; g++) putBits(packet, stc.addresses[from + g], addressBits);
      for (let g = 0; g < sent; g++) putBits(packet, stc.sums[from + g], format.bits);
    }
    toLinks(packet, etx, out, i * 13);
  }
}

/** Takes packets apart. */
export function unpackSuperTriggerCell({ stcType, etx }: ReceiverSettings): Unpacker {
  const { addressBits, format } = stcTypes[stcType];
  const groups = stcGroupsSent(stcType, etx);
  return (words, first, out, i) => {
    if (groups === 0)
      return packetFlags.noRoom | (anyBits(words, first, 0, 32 * etx) ? packetFlags.notZero : 0);
    const to = i * STC_GROUPS;
    let at = 4;
    for (let g = 0; addressBits > 0 && g < groups; g++, at += addressBits)
      out.groupAddresses[to + g] = takeBits(words, first, at, addressBits);
    for (let g = 0; g < groups; g++, at += format.bits) {
      out.groupSums[to + g] = takeBits(words, first, at, format.bits);
      out.groupSent[to + g] = 1;
    }
    return anyBits(words, first, at, 32 * etx) ? packetFlags.notZero : 0;
  };
}
