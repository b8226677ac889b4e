import type { Algorithm, Sending } from '../algorithm/algorithm.js';
import { bitString } from '../bit-string.js';
import { econtInput } from '../link-input/parameters.js';
import { type ChargeSettings, codeMeans } from '../packets/charges.js';
import { type Packets, STC_GROUPS } from '../packets/packets.js';
import { dropShift } from '../settings.js';
import { stcGroupsSent, stcTypes } from './parameters.js';
import { packSuperTriggerCell, stcBuffers, superTriggerCell, unpackSuperTriggerCell } from './reference.js';
import { superTriggerCellHardware } from './verilog.js';

const name = 'super-trigger-cell';

/** The sum of a group at its largest charge, or evenly over its cells when the type sends no address. */
function groupCharges({ stcType, dropLsb }: ChargeSettings, p: Packets): Float32Array {
  const { cells, addressBits, format, drops } = stcTypes[stcType];
  const means = codeMeans(format, drops ? dropShift(dropLsb) : 0);
  const out = new Float32Array(p.count * econtInput.cells);
  for (let i = 0; i < p.count; i++) {
    for (let g = 0; g < econtInput.cells / cells; g++) {
      const group = i * STC_GROUPS + g;
      if (p.groupSent[group] === 0) continue;
      const at = i * econtInput.cells + g * cells;
      const sum = means[p.groupSums[group]];
      if (addressBits > 0) out[at + p.groupAddresses[group]] = sum;
      else out.fill(sum / cells, at, at + cells);
    }
  }
  return out;
}

/** Beyond its last listed link count the chip sends zeros, so nobody would set it: the last one is used instead. */
function linksUsed(type: number, etx: number): number {
  return Math.min(etx, stcTypes[type].sent.length);
}

/** Super trigger cells of one type; it fits the link counts that carry every group. @param type 0..4, stc_type */
export function superTriggerCellSending(type: number, dropLsb = 0): Sending {
  const { name: typeName, cells } = stcTypes[type];
  return {
    name: `super trigger cells ${typeName}`,
    remainder: 'dropped',
    fits: (etx) => stcGroupsSent(type, linksUsed(type, etx)) === econtInput.cells / cells,
    registers: (etx) => ({ algorithm: name, stcType: type, etx: linksUsed(type, etx), dropLsb }),
    note: (_packets, settings, etx) => (settings.etx < etx ? `needs ${settings.etx} eTx only` : undefined),
  };
}

/** Super trigger cells: sums of 4 or 16 neighbours, and where the largest charge of each is. */
export const superTriggerCellAlgorithm: Algorithm = {
  name,
  short: 'STC',
  code: 1,
  latency: { formatter: 1, buffer: 1 },
  builtFor: ['stcTie'],
  registers: ['drop_lsb', 'stc_type'],
  packer(settings, rows) {
    const packet = bitString();
    const stc = stcBuffers(rows);
    return (charges, bx, n, out) => {
      superTriggerCell(settings, charges, n, stc);
      packSuperTriggerCell(settings.stcType, settings.etx, stc, bx, n, packet, out);
    };
  },
  receiver: { kind: 'rows', counterBits: 4, unpacker: unpackSuperTriggerCell },
  hardware: superTriggerCellHardware,
  fills: { groups: true },
  charges: groupCharges,
  advice({ stcType, etx }) {
    const { name: typeName, cells } = stcTypes[stcType];
    const sent = stcGroupsSent(stcType, etx);
    if (sent === 0) return [`stc_type: ${typeName} on ${etx} eTx sends zeros only.`];
    return sent < econtInput.cells / cells
      ? [`stc_type: ${typeName} on ${etx} eTx sends ${sent} of ${econtInput.cells / cells} groups.`]
      : [];
  },
  sendings: stcTypes.map((_, type) => superTriggerCellSending(type)),
  tablePlace: 1,
};
