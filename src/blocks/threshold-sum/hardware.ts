import type { AlgorithmHardware } from '../algorithm/hardware.js';
import { CODE_BITS, CODES } from '../link-input/parameters.js';
import {
  ADDRESS_BITS,
  CODES_BITS,
  cellData,
  MAP_SUM_BITS,
  type PacketPart,
  packed,
  top,
} from '../packets/packet-text.js';
import { MAP_FROM_CELLS, TYPE_EMPTY, TYPE_LIST, TYPE_MAP } from './parameters.js';
import { thresholdPacketWords } from './reference.js';
import { thresholdSumBlock } from './verilog.js';

export const thresholdSumHardware: AlgorithmHardware = {
  title: 'threshold sum',
  blocks: [thresholdSumBlock],
  place(top) {
    const block = top.place('threshold-sum', {
      threshold_i: top.setting('threshold'),
      drop_i: top.setting('drop_lsb'),
      use_sum_i: top.setting('use_sum'),
      charge_i: top.charge,
    });
    const name = 'threshold_all_sum_code';
    return { ...cellData(block, 'threshold'), [name]: block.out('all_sum_code_o', { name }) };
  },
  from: 'from the threshold sum',
  data: [
    { name: 'threshold_map', width: CODES },
    { name: 'threshold_codes', width: CODES_BITS },
    { name: 'threshold_sum_code', width: MAP_SUM_BITS },
    { name: 'threshold_all_sum_code', width: MAP_SUM_BITS },
  ],
  configuration: [],
  // BX (5), type (3), sum (8), map, charges: 25 words of 16 bits
  bits: 16 + CODES + CODES_BITS,
  layout:
    'threshold sum      bx5 | type (3) | sum (8) | count (3), addresses (6 each) or map (48) | charges (7 each)',
  cells: {
    prefix: 'threshold',
    addresses: MAP_FROM_CELLS - 1,
    counts: true,
    more: [
      {
        register: { name: 'map_all_code', width: MAP_SUM_BITS, note: '5E3M of the sum of all cells' },
        port: 'threshold_all_sum_code_i',
      },
    ],
  },
  packetVariables: (bits) => [
    { name: 'threshold_packet', width: bits },
    { name: 'length_d', width: 5 },
  ],
  packetBody: thresholdPackets,
  packet: () => 'threshold_packet',
  allSum: 'map_all_code_q',
};

/** `threshold_packet` and `length_d` by the number of cells that are sent. */
function thresholdPackets(bits: number): string[] {
  const addresses = ADDRESS_BITS * (MAP_FROM_CELLS - 1);
  const head = (type: number): PacketPart[] => [
    ['bx_i', 5],
    [`3'd${type}`, 3],
    ['map_sum_code_q', MAP_SUM_BITS],
  ];
  const lists = Array.from({ length: MAP_FROM_CELLS - 1 }, (_, i) => i + 1);
  return [
    '// words of a packet with a map: (64 + 7 count) / 16, rounded up',
    'wire [8:0] map_length;',
    "assign map_length = {count_q, 3'd0} - {3'd0, count_q} + 9'd79;",
    'wire unused_map_length;',
    'assign unused_map_length = ^map_length[3:0];',
    '',
    'always @* begin',
    '  case (count_q)',
    "    6'd0: begin",
    `      threshold_packet = ${packed(head(TYPE_EMPTY), bits)};`,
    `      length_d         = 5'd${thresholdPacketWords(0)};`,
    '    end',
    ...lists.flatMap((n) => [
      `    6'd${n}: begin`,
      `      threshold_packet = ${packed([...head(TYPE_LIST), [`3'd${n}`, 3], top('addresses_sent', addresses, ADDRESS_BITS * n), top('codes_sent', CODES_BITS, CODE_BITS * n)], bits)};`,
      `      length_d         = 5'd${thresholdPacketWords(n)};`,
      '    end',
    ]),
    '    default: begin',
    `      threshold_packet = ${packed([...head(TYPE_MAP), ['map_sent', CODES], ['codes_sent', CODES_BITS]], bits)};`,
    '      length_d         = map_length[8:4];',
    '    end',
    '  endcase',
    'end',
    '',
  ];
}
