import { econtInput } from '../link-input/parameters.js';
import {
  anyBits,
  type Packets,
  packetFlags,
  takeBits,
  takeCodes,
  takeList,
  takeMap,
} from '../packets/packets.js';
import type { Generation } from '../settings.js';
import { bestChoiceSent, MAP_FROM } from './parameters.js';

/** Packet of a row: the words at `first` into packet i. @returns flags */
export function unpackBestChoice(
  generation: Generation,
  etx: number,
  words: Uint32Array,
  first: number,
  out: Packets,
  i: number,
): number {
  const count = bestChoiceSent(etx);
  const to = i * econtInput.cells;
  out.sumCode[i] = takeBits(words, first, 4, 8);
  let flags = 0;
  let at = 12;
  if (count < MAP_FROM) {
    if (!takeList(words, first, at, count, out.sent, to)) flags |= packetFlags.badAddress;
    at += 6 * count;
  } else {
    const ones = takeMap(words, first, at, generation === 'production', out.sent, to);
    if (ones !== count) {
      out.sent.fill(0, to, to + econtInput.cells);
      flags |= packetFlags.badCount;
    }
    at += econtInput.cells;
  }
  takeCodes(words, first, at, out.sent, out.codes, to);
  if (anyBits(words, first, at + 7 * count, 32 * etx)) flags |= packetFlags.notZero;
  return flags;
}
