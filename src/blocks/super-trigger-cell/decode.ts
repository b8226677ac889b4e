import { anyBits, type Packets, packetFlags, STC_GROUPS, takeBits } from '../packets/packets.js';
import { stcGroupsSent, stcTypes } from './parameters.js';

/** Packet of a row: the words at `first` into packet i. @returns flags */
export function unpackSuperTriggerCell(
  stcType: number,
  etx: number,
  words: Uint32Array,
  first: number,
  out: Packets,
  i: number,
): number {
  const { addressBits, format } = stcTypes[stcType];
  const groups = stcGroupsSent(stcType, etx);
  if (groups === 0) {
    return packetFlags.noRoom | (anyBits(words, first, 0, 32 * etx) ? packetFlags.notZero : 0);
  }
  const to = i * STC_GROUPS;
  let at = 4;
  for (let g = 0; addressBits > 0 && g < groups; g++, at += addressBits) {
    out.groupAddresses[to + g] = takeBits(words, first, at, addressBits);
  }
  for (let g = 0; g < groups; g++, at += format.bits) {
    out.groupSums[to + g] = takeBits(words, first, at, format.bits);
    out.groupSent[to + g] = 1;
  }
  return anyBits(words, first, at, 32 * etx) ? packetFlags.notZero : 0;
}
