import { latentField } from '../../encoder/index.js';
import { econtInput } from '../link-input/parameters.js';

/** Groups of one wafer at most (of 4 cells); their arrays have this stride for groups of 16 as well. */
export const STC_GROUPS = 12;

/** What the receiver has to say about a packet; bits of Packets.flags. 0: a whole packet, nothing odd. */
export const packetFlags = {
  /** Threshold sum: sent as one truncated word, because the packet did not fit the buffer (110) or T2 was passed (111). */
  truncated: 1,
  truncatedShort: 2,
  /** A row of link reset words: no packet. */
  linkReset: 4,
  /** Super trigger cells on more links than their type serves: the chip sends zeros. */
  noRoom: 8,
  /** The BX counter is not that of the BX the packet is of. */
  bunchMismatch: 16,
  /** A BX counter or a packet type that does not exist. */
  badHeader: 32,
  /** A number of cells that cannot be: none in a list, fewer than 8 in a map, not N's number in best choice. */
  badCount: 64,
  /** A cell above 47, or addresses that do not ascend. */
  badAddress: 128,
  /** Ones where the packet has padding, or on an inactive link. */
  notZero: 256,
  /** The packet did not come whole: the stream ended or was reset before, or its place in the stream was lost. */
  lost: 512,
} as const;
export type PacketFlag = keyof typeof packetFlags;

/** Flags that say that words were damaged on the way; the others are what a healthy chip may send. */
export const DAMAGE =
  packetFlags.bunchMismatch |
  packetFlags.badHeader |
  packetFlags.badCount |
  packetFlags.badAddress |
  packetFlags.notZero;

/** Names of the flags that are set, in the order of packetFlags. */
export function flagNames(flags: number): PacketFlag[] {
  return (Object.keys(packetFlags) as PacketFlag[]).filter((name) => (flags & packetFlags[name]) !== 0);
}

/**
 * Decoded packets, one per BX in the order of the BX. Arrays that the algorithm does not fill have length 0.
 * Of a damaged packet only what is beyond doubt is kept: the sum perhaps, but no cell when the addresses are wrong.
 */
export interface Packets {
  readonly count: number;
  /** BX within the orbit, as the receiver counts: 0 where the counter says so, one more in each following. */
  readonly bx: Uint32Array;
  readonly flags: Uint16Array;
  /** Algorithms that name cells: count * 48, 1 where the charge of the mux output came, and its code: 4E3M in those of ours. */
  readonly sent: Uint8Array;
  readonly codes: Uint8Array;
  /** Module sum: 5E3M (threshold sum, best choice), 5E4M (autoencoder). */
  readonly sumCode: Uint16Array;
  /** Super trigger cells: count * 12, 1 where the group came, the code of its sum, the place of its largest charge. */
  readonly groupSent: Uint8Array;
  readonly groupSums: Uint16Array;
  readonly groupAddresses: Uint8Array;
  /** Autoencoder: count * 16, bits that were not sent are 0. */
  readonly latents: Uint16Array;
}

/** Which arrays of Packets an algorithm fills. */
export interface PacketArrays {
  /** sent and codes; groupSent, groupSums, groupAddresses; sumCode; latents. */
  readonly cells?: boolean;
  readonly groups?: boolean;
  readonly sum?: boolean;
  readonly latents?: boolean;
}

/** Empty packets of `count` BX. */
export function packets(fills: PacketArrays, count: number): Packets {
  const cells = fills.cells ? count * econtInput.cells : 0;
  const groups = fills.groups ? count * STC_GROUPS : 0;
  return {
    count,
    bx: new Uint32Array(count),
    flags: new Uint16Array(count),
    sent: new Uint8Array(cells),
    codes: new Uint8Array(cells),
    sumCode: new Uint16Array(fills.sum ? count : 0),
    groupSent: new Uint8Array(groups),
    groupSums: new Uint16Array(groups),
    groupAddresses: new Uint8Array(groups),
    latents: new Uint16Array(fills.latents ? count * latentField.numbers : 0),
  };
}

/** The first `count` packets, without a copy. */
export function firstPackets(p: Packets, count: number): Packets {
  const { count: all, ...arrays } = p;
  const parts = Object.entries(arrays).map(([name, array]) => [
    name,
    array.subarray(0, (array.length / Math.max(all, 1)) * count),
  ]);
  return { count, ...(Object.fromEntries(parts) as typeof arrays) };
}

/** `width` (1..16) bits from bit `position` on, counted from the left of the word at `first`. */
export function takeBits(words: Uint32Array, first: number, position: number, width: number): number {
  const word = first + (position >> 5);
  const end = (position & 31) + width;
  const mask = (1 << width) - 1;
  if (end <= 32) return (words[word] >>> (32 - end)) & mask;
  return ((words[word] << (end - 32)) | (words[word + 1] >>> (64 - end))) & mask;
}

/** Is any bit from `position` up to `end` set? */
export function anyBits(words: Uint32Array, first: number, position: number, end: number): boolean {
  for (let at = position; at < end; ) {
    const width = Math.min(16, end - at);
    if (takeBits(words, first, at, width) !== 0) return true;
    at += width;
  }
  return false;
}

/**
 * A map of 48 cells into sent[to..to+47].
 * @param lastFirst cell 47 is the first bit (production) instead of cell 0 (P1)
 * @returns the number of ones
 */
export function takeMap(
  words: Uint32Array,
  first: number,
  position: number,
  lastFirst: boolean,
  sent: Uint8Array,
  to: number,
): number {
  let ones = 0;
  for (let b = 0; b < econtInput.cells; b++) {
    const bit = takeBits(words, first, position + b, 1);
    sent[to + (lastFirst ? econtInput.cells - 1 - b : b)] = bit;
    ones += bit;
  }
  return ones;
}

/**
 * A list of `count` addresses, 6 bits each.
 * @returns false when one is above 47 or not above the one before; then nothing is marked as sent
 */
export function takeList(
  words: Uint32Array,
  first: number,
  position: number,
  count: number,
  sent: Uint8Array,
  to: number,
): boolean {
  let last = -1;
  for (let n = 0; n < count; n++) {
    const k = takeBits(words, first, position + 6 * n, 6);
    if (k <= last || k >= econtInput.cells) {
      sent.fill(0, to, to + econtInput.cells);
      return false;
    }
    sent[to + k] = 1;
    last = k;
  }
  return true;
}

/** The 7-bit codes of the cells marked as sent, ascending. */
export function takeCodes(
  words: Uint32Array,
  first: number,
  position: number,
  sent: Uint8Array,
  codes: Uint8Array,
  to: number,
): void {
  let at = position;
  for (let k = to; k < to + econtInput.cells; k++) {
    if (sent[k] === 0) continue;
    codes[k] = takeBits(words, first, at, 7);
    at += 7;
  }
}
