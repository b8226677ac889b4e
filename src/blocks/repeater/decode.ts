import { econtInput } from '../link-input/parameters.js';
import { anyBits, type Packets, packetFlags, takeCodes } from '../packets/packets.js';
import { REPEATER_BITS } from './parameters.js';

/** Cells whose charge comes whole on N links: all 48 from 11 links on. */
export function repeaterCells(etx: number): number {
  return Math.min(econtInput.cells, Math.floor((32 * etx - 5) / 7));
}

/** Packet of a row: the words at `first` into packet i; a charge that the cut goes through is not taken. @returns flags */
export function unpackRepeater(
  etx: number,
  words: Uint32Array,
  first: number,
  out: Packets,
  i: number,
): number {
  out.sent.fill(1, i * econtInput.cells, i * econtInput.cells + repeaterCells(etx));
  takeCodes(words, first, 5, out.sent, out.codes, i * econtInput.cells);
  return anyBits(words, first, REPEATER_BITS, 32 * etx) ? packetFlags.notZero : 0;
}
