import { encodeSmallFloat, float4E3M } from '../../number/index.js';
import type { ReceiverSettings, Unpacker } from '../algorithm/algorithm.js';
import { type BitString, clearBits, putBits, toLinks } from '../bit-string.js';
import { econtInput } from '../link-input/parameters.js';
import { bunchCode5 } from '../link-input/reference.js';
import { anyBits, packetFlags, takeCodes } from '../packets/packets.js';
import { dropShift } from '../settings.js';

/** Bits of a repeater packet before padding: BX counter and 48 charges 4E3M (spec econt-behaviour 7.1). */
export const REPEATER_BITS = 5 + econtInput.cells * econtInput.code.bits;

/**
 * Repeater: every charge as 4E3M.
 * @param charges n * 48
 * @param dropLsb drop_lsb register
 * @param out n * 48 codes
 */
export function repeater(
  charges: Uint32Array,
  n: number,
  dropLsb: number,
  out: Uint8Array = new Uint8Array(n * econtInput.cells),
): Uint8Array {
  const drop = dropShift(dropLsb);
  for (let i = 0; i < n * econtInput.cells; i++) out[i] = encodeSmallFloat(float4E3M, charges[i] >>> drop);
  return out;
}

/** Packets of n BX: `BX (5) | 48 codes`, cut to 2 N words. `out`: n * 13 words. */
export function packRepeater(
  codes: Uint8Array,
  bx: Uint32Array,
  n: number,
  etx: number,
  packet: BitString,
  out: Uint32Array,
): void {
  for (let i = 0; i < n; i++) {
    clearBits(packet);
    putBits(packet, bunchCode5(bx[i]), 5);
    for (let k = 0; k < econtInput.cells; k++) putBits(packet, codes[i * econtInput.cells + k], 7);
    toLinks(packet, etx, out, i * 13);
  }
}

/** Cells whose charge comes whole on N links: all 48 from 11 links on. */
export function repeaterCells(etx: number): number {
  return Math.min(econtInput.cells, Math.floor((32 * etx - 5) / 7));
}

/** Takes packets apart; a charge that the cut goes through is not taken. */
export function unpackRepeater({ etx }: ReceiverSettings): Unpacker {
  return (words, first, out, i) => {
    out.sent.fill(1, i * econtInput.cells, i * econtInput.cells + repeaterCells(etx));
    takeCodes(words, first, 5, out.sent, out.codes, i * econtInput.cells);
    return anyBits(words, first, REPEATER_BITS, 32 * etx) ? packetFlags.notZero : 0;
  };
}
