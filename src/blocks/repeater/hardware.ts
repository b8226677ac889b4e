import { instance } from '../../hdl/index.js';
import type { AlgorithmHardware } from '../algorithm/hardware.js';
import { CODE_BITS, CODES } from '../link-input/parameters.js';
import { CODES_BITS, chargeConnections, packed, topFirst } from '../packets/packet-text.js';
import { REPEATER_BITS } from './parameters.js';
import { repeaterBlock } from './verilog.js';

const { clock, drop, charge } = chargeConnections;

export const repeaterHardware: AlgorithmHardware = {
  title: 'repeater',
  blocks: [repeaterBlock],
  instances: () =>
    instance(
      'econ_repeater',
      'u_repeater',
      [],
      [clock, drop, charge, ['codes_o', 'repeater_codes'], ['err_o', 'repeater_err']],
    ),
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
