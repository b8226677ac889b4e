import { WEIGHT_BLOCK_BYTES } from '../../encoder/index.js';
import { type Bits, bits, cat, type Expression } from '../../hdl/index.js';

/** Bits of a weight bank. */
export const BANK_BITS = 8 * WEIGHT_BLOCK_BYTES;

/** Name of a weight bank's signal, `weights_03`. */
export function bankName(bank: number): string {
  return `weights_${String(bank).padStart(2, '0')}`;
}

/** Bits of the weight string, which the ports of the banks hold one after the other. */
export function weightSlice(banks: readonly Bits[], first: number, count: number): Expression {
  const parts: Expression[] = [];
  const end = first + count;
  for (let bit = first; bit < end; ) {
    const bank = Math.floor(bit / BANK_BITS);
    const width = Math.min(end, (bank + 1) * BANK_BITS) - bit;
    parts.unshift(bits(banks[bank], bit - bank * BANK_BITS, width));
    bit += width;
  }
  return cat(...parts);
}
