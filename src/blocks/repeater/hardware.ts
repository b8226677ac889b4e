import type { AlgorithmHardware } from '../algorithm/hardware.js';
import { CODE_BITS, CODES } from '../link-input/parameters.js';
import { CODES_BITS, packed, topFirst } from '../packets/packet-text.js';
import { REPEATER_BITS } from './parameters.js';
import { repeaterBlock } from './verilog.js';

export const repeaterHardware: AlgorithmHardware = {
  title: 'repeater',
  blocks: [repeaterBlock],
  place(top) {
    const block = top.place('repeater', { drop_i: top.setting('drop_lsb'), charge_i: top.charge });
    return { repeater_codes: block.out('codes_o', { name: 'repeater_codes' }) };
  },
  from: 'from the repeater',
  data: [{ name: 'repeater_codes', width: CODES_BITS }],
  configuration: [],
  bits: REPEATER_BITS,
  layout: 'repeater           bx5 | 48 charges (7 each)',
  packetWires: [{ name: 'repeater_sent', width: CODES_BITS, note: 'cell 0 on top' }],
  packetBody: () => topFirst('u_repeater_sent', CODES, CODE_BITS, 'repeater_codes_i', 'repeater_sent'),
  packet: (bits) =>
    packed(
      [
        ['bx_i', 5],
        ['repeater_sent', REPEATER_BITS - 5],
      ],
      bits,
    ),
};
