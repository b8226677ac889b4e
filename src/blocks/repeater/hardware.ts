import type { AlgorithmHardware } from '../algorithm/hardware.js';
import { CODE_BITS, econtInput } from '../link-input/parameters.js';
import { CODES_BITS, topFirst } from '../packets/packet-text.js';
import { REPEATER_BITS } from './parameters.js';
import { repeaterBlock } from './verilog.js';

export const repeaterHardware: AlgorithmHardware = {
  title: 'repeater',
  blocks: () => [repeaterBlock],
  place(top) {
    const block = top.place('repeater', { drop_i: top.setting('drop_lsb'), charge_i: top.charge });
    return { repeater_codes: block.out('codes_o', { name: 'repeater_codes' }) };
  },
  from: 'from the repeater',
  data: [{ name: 'repeater_codes', width: CODES_BITS }],
  bits: REPEATER_BITS,
  layout: 'repeater           bx5 | 48 charges (7 each)',
  packet(maker) {
    const codes = maker.data('repeater_codes');
    const sent = topFirst(maker.m, 'repeater_sent', econtInput.cells, CODE_BITS, codes, 'cell 0 on top');
    return { packet: maker.packed(maker.bx, sent) };
  },
};
