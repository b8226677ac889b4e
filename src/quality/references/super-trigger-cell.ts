import { stcGroupsSent, stcTypes } from '../../blocks/index.js';
import { CELLS } from '../../detector/index.js';
import { throughPackets } from './chip-packets.js';
import type { Reference } from './reference.js';

/**
 * Super trigger cells of one type: sums of 4 or 16 neighbours. With an address the sum is put at the largest
 * charge of the group, without one it is spread evenly over the group. Fits the link counts that carry every group.
 *
 * @param type 0..4, the stc_type register
 */
export function superTriggerCellReference(
  type: number,
  { dropLsb = 0 }: { dropLsb?: number } = {},
): Reference {
  const { name, cells } = stcTypes[type];
  return {
    name: `super trigger cells ${name}`,
    fits: (etx) => stcGroupsSent(type, linksUsed(type, etx)) === CELLS / cells,
    reconstruct(batch, etx) {
      const used = linksUsed(type, etx);
      const registers = { algorithm: 'super-trigger-cell', stcType: type, etx: used, dropLsb } as const;
      return {
        charges: throughPackets(batch, registers, 'dropped').charges,
        note: used < etx ? `needs ${used} eTx only` : undefined,
      };
    },
  };
}

/** Beyond its last listed link count the chip sends zeros, so nobody would set it: the last one is used instead. */
function linksUsed(type: number, etx: number): number {
  return Math.min(etx, stcTypes[type].sent.length);
}
