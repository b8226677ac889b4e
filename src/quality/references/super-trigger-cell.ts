import { dropShift, STC_GROUPS, stcGroupsSent, stcTypes, superTriggerCell } from '../../chip/index.js';
import { CELLS } from '../../wafer/index.js';
import { decodeTable, type Reference, toCellOrder, toMuxOrder } from './reference.js';

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
  const { name, cells, addressBits, format, drops } = stcTypes[type];
  const groups = CELLS / cells;
  return {
    name: `super trigger cells ${name}`,
    fits: (etx) => stcGroupsSent(type, linksUsed(type, etx)) === groups,
    reconstruct(batch, etx) {
      const { sums, addresses } = superTriggerCell(
        { stcType: type, stcTie: 'highest', dropLsb },
        toMuxOrder(batch),
        batch.count,
      );
      const used = linksUsed(type, etx);
      const sent = stcGroupsSent(type, used);
      const decode = decodeTable(format, drops ? dropShift(dropLsb) : 0);
      const out = new Float32Array(batch.count * CELLS);
      for (let row = 0; row < batch.count; row++) {
        for (let g = 0; g < sent; g++) {
          const sum = decode[sums[row * STC_GROUPS + g]];
          const at = row * CELLS + g * cells;
          if (addressBits > 0) out[at + addresses[row * STC_GROUPS + g]] = sum;
          else out.fill(sum / cells, at, at + cells);
        }
      }
      return { charges: toCellOrder(out), note: used < etx ? `needs ${used} eTx only` : undefined };
    },
  };
}

/** Beyond its last listed link count the chip sends zeros, so nobody would set it: the last one is used instead. */
function linksUsed(type: number, etx: number): number {
  return Math.min(etx, stcTypes[type].sent.length);
}
