import { concat, slice } from '../../hdl/index.js';
import type { includes } from '../algorithm/algorithm.js';
import { bestChoiceSent } from '../best-choice/parameters.js';
import type { ChipOptions } from '../build.js';
import { CODE_BITS, CODES } from '../link-input/parameters.js';
import { REPEATER_BITS } from '../repeater/parameters.js';
import { stcGroupsSent, stcTypes } from '../super-trigger-cell/parameters.js';
import { positionLsb, SLOT_BITS } from '../super-trigger-cell/verilog.js';
import { MAP_FROM_CELLS, TYPE_EMPTY, TYPE_LIST, TYPE_MAP } from '../threshold-sum/parameters.js';
import { thresholdPacketWords } from '../threshold-sum/reference.js';
import { ADDRESS_BITS, addressesOf, CODES_BITS, listLinks, MAP_SUM_BITS } from './econt-stages.js';
import { PACKET_LINKS } from './verilog.js';

/** A concatenation filled up with zeros to `bits`. */
function packed(parts: readonly (readonly [string, number])[], bits: number): string {
  const used = parts.reduce((n, [, width]) => n + width, 0);
  const rest = bits - used;
  return concat([...parts.map(([text]) => text), ...(rest > 0 ? [`${rest}'d0`] : [])]);
}

/** The highest `width` bits of a signal of `total` bits. */
function top(name: string, total: number, width: number): readonly [string, number] {
  return [width === total ? name : slice(name, total - width, width), width];
}

/** `threshold_packet` and `length_d` by the number of cells that are sent. */
export function thresholdPackets(bits: number): string[] {
  const addresses = ADDRESS_BITS * (MAP_FROM_CELLS - 1);
  const head = (type: number): (readonly [string, number])[] => [
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

/** `choice_packet` by the number of links. */
export function choicePackets(options: ChipOptions, bits: number): string[] {
  const addresses = ADDRESS_BITS * addressesOf(options);
  const head: (readonly [string, number])[] = [
    ['bx4', 4],
    ['map_sum_code_q', MAP_SUM_BITS],
  ];
  return [
    'always @* begin',
    '  case (links_i)',
    ...listLinks.map((n) => {
      const sent = bestChoiceSent(n);
      const parts = [
        ...head,
        top('addresses_sent', addresses, ADDRESS_BITS * sent),
        top('codes_sent', CODES_BITS, CODE_BITS * sent),
      ];
      return `    4'd${n}:    choice_packet = ${packed(parts, bits)};`;
    }),
    `    default: choice_packet = ${packed([...head, ['map_sent', CODES], ['codes_sent', CODES_BITS]], bits)};`,
    '  endcase',
    'end',
    '',
  ];
}

/** `super_packet` by type and number of links. */
export function superPackets(bits: number): string[] {
  const lines = stcTypes.flatMap(({ addressBits, format, sent }, type) =>
    sent.map((_, i) => {
      const groups = Array.from({ length: stcGroupsSent(type, i + 1) }, (__, g) => g);
      const positions =
        addressBits === 0
          ? []
          : groups.map((g): readonly [string, number] => [
              slice('super_positions_i', positionLsb(g), addressBits),
              addressBits,
            ]);
      const codes = groups.map((g): readonly [string, number] => [
        slice('super_codes_i', SLOT_BITS * g, format.bits),
        format.bits,
      ]);
      return `    {3'd${type}, 4'd${i + 1}}: super_packet = ${packed([['bx4', 4], ...positions, ...codes], bits)};`;
    }),
  );
  return [
    '// type and number of links say how many groups are sent',
    'always @* begin',
    '  case ({stc_type_i, links_i})',
    ...lines,
    `    default: super_packet = ${bits}'d0;`,
    '  endcase',
    'end',
    '',
  ];
}

/** The packet of an algorithm as an expression of `bits` bits. */
export function packetOf(algorithm: Parameters<typeof includes>[1], bits: number): string {
  switch (algorithm) {
    case 'threshold-sum':
      return 'threshold_packet';
    case 'super-trigger-cell':
      return 'super_packet';
    case 'best-choice':
      return 'choice_packet';
    case 'repeater':
      return packed(
        [
          ['bx_i', 5],
          ['repeater_sent', REPEATER_BITS - 5],
        ],
        bits,
      );
    default:
      return packed(
        Array.from({ length: PACKET_LINKS }, (_, j) => [slice('latent_words', 32 * j, 32), 32] as const),
        bits,
      );
  }
}
