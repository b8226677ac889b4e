import type { Algorithm, Sending } from '../algorithm/algorithm.js';
import { bitString } from '../bit-string.js';
import { econtInput } from '../link-input/parameters.js';
import { cellCharges } from '../packets/charges.js';
import { packRepeater, repeater, repeaterCells, unpackRepeater } from './reference.js';
import { repeaterHardware } from './verilog.js';

const name = 'repeater';
/** Links that carry the whole packet. */
const WHOLE = 11;

/** Every charge; with fewer than 11 links only the first cells of the packet arrive. */
export function repeaterSending(dropLsb = 0): Sending {
  return {
    name: 'repeater, cut to the links',
    remainder: 'dropped',
    registers: (etx) => ({ algorithm: name, etx, dropLsb }),
    note: (_packets, _settings, etx) => `${repeaterCells(etx)} cells`,
  };
}

/** Repeater: every charge as 4E3M. */
export const repeaterAlgorithm: Algorithm = {
  name,
  short: 'RPT',
  code: 3,
  otherCodes: [5, 6, 7],
  latency: { formatter: 1, buffer: 1 },
  registers: ['drop_lsb'],
  packer({ etx, dropLsb }, rows) {
    const packet = bitString();
    const codes = new Uint8Array(rows * econtInput.cells);
    return (charges, bx, n, out) => {
      repeater(charges, n, dropLsb, codes);
      packRepeater(codes, bx, n, etx, packet, out);
    };
  },
  receiver: { kind: 'rows', counterBits: 5, unpacker: unpackRepeater },
  hardware: repeaterHardware,
  fills: { cells: true },
  charges: (settings, packets) => cellCharges(settings, undefined, packets, 'dropped'),
  advice: ({ etx }) =>
    etx < WHOLE ? [`active_etxs: the repeater needs ${WHOLE} eTx, ${etx} cut its packet.`] : [],
  sendings: [repeaterSending()],
  tablePlace: 3,
};
