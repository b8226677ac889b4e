import { encodeSmallFloat, float4E3M } from '../../number/index.js';
import { type BitString, clearBits, putBits, toLinks } from '../bit-string.js';
import { econtInput } from '../link-input/parameters.js';
import { bunchCode5 } from '../link-input/reference.js';
import { dropShift } from '../settings.js';

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
