import {
  concat,
  declare,
  instance,
  type Port,
  type PortGroup,
  type Signal,
  section,
  slice,
} from '../../verilog/index.js';
import { bestChoiceSent, MAP_FROM } from '../best-choice/parameters.js';
import {
  type BuildContext,
  type ChipBlock,
  type ChipOptions,
  defaultEcontOptions,
  emitModule,
  includes,
} from '../build.js';
import { CODE_BITS, CODES } from '../link-input/parameters.js';
import { SUM_CODE_BITS } from '../normaliser/parameters.js';
import { algorithmNumber } from '../paths.js';
import { REPEATER_BITS } from '../repeater/parameters.js';
import {
  anyError,
  clockOnly,
  errorPort,
  pipelineRegisters,
  pipelineSignals,
  pipelineState,
} from '../stage.js';
import { stcGroupsSent, stcTypes } from '../super-trigger-cell/parameters.js';
import { STC_GROUPS } from '../super-trigger-cell/reference.js';
import { POSITIONS_BITS, positionLsb, SLOT_BITS } from '../super-trigger-cell/verilog.js';
import { MAP_FROM_CELLS, TYPE_EMPTY, TYPE_LIST, TYPE_MAP } from '../threshold-sum/parameters.js';
import { thresholdPacketWords } from '../threshold-sum/reference.js';
import { packetBits } from './packets.js';
import { ETX, RAW_BITS } from './parameters.js';
import { PACKET_LINKS, SQUEEZE_STAGES, squeeze } from './verilog.js';

const CODES_BITS = CODES * CODE_BITS;
const ADDRESS_BITS = 6;
/** 5E3M. */
const MAP_SUM_BITS = 8;

/** Formatter of the whole ECON-T: packets of all included algorithms. */
export const econtFormatterBlock: ChipBlock = {
  name: 'formatter',
  instance: 'u_formatter',
  module: 'econ_formatter',
  latency: 2,
  state: (options) =>
    pipelineState([...autoencoderStage(options), ...mapStage(options), ...packetStage(options)]),
  emit,
};

/** Latents after the keep mask. */
function autoencoderStage(options: ChipOptions): Signal[] {
  if (!includes(options, 'autoencoder')) return [];
  return [
    { name: 'payload', width: RAW_BITS, note: 'kept bits of the latents, squeezed toward bit 0' },
    { name: 'sum_code', width: SUM_CODE_BITS, note: '5E4M' },
    { name: 'bx_latents', width: 5 },
  ];
}

/** Cells of a map put together, for threshold sum and best choice. */
function mapStage(options: ChipOptions): Signal[] {
  const thresholdSum = includes(options, 'threshold-sum');
  if (!thresholdSum && !includes(options, 'best-choice')) return [];
  return [
    { name: 'map', width: CODES, note: 'cells that are sent' },
    { name: 'codes', width: CODES_BITS, note: '4E3M of the cells that are sent, place j in [7j+6:7j]' },
    { name: 'addresses', width: ADDRESS_BITS * addressesOf(options), note: 'their numbers, the first ones' },
    { name: 'map_sum_code', width: MAP_SUM_BITS, note: '5E3M' },
    ...(thresholdSum
      ? [
          { name: 'count', width: 6, note: 'cells that are sent' },
          { name: 'map_all_code', width: MAP_SUM_BITS, note: '5E3M of the sum of all cells' },
        ]
      : []),
  ];
}

function packetStage(options: ChipOptions): Signal[] {
  return [
    { name: 'packet', width: packetBits(options), note: 'first bit on top' },
    { name: 'bx', width: 5 },
    { name: 'resetting', width: 1 },
    ...(includes(options, 'threshold-sum')
      ? [
          { name: 'length', width: 5, note: 'words of 16 bits' },
          { name: 'all_sum_code', width: MAP_SUM_BITS, note: '5E3M' },
        ]
      : []),
  ];
}

/** Numbers of cells that lists of addresses need: 7 for the threshold sum, 6 for best choice. */
function addressesOf(options: ChipOptions): number {
  if (includes(options, 'threshold-sum')) return MAP_FROM_CELLS - 1;
  return Math.max(...listLinks.map(bestChoiceSent));
}

/** Numbers of links on which best choice sends a list of addresses. */
const listLinks = Array.from({ length: ETX }, (_, i) => i + 1).filter((n) => bestChoiceSent(n) < MAP_FROM);

function emit(context: BuildContext): string {
  const { options } = context;
  const has = (a: Parameters<typeof includes>[1]): boolean => includes(options, a);
  const { algorithms } = options.econt ?? defaultEcontOptions;
  const bx4 = has('super-trigger-cell') || has('best-choice');
  const latents = autoencoderStage(options);
  const map = mapStage(options);
  const packet = packetStage(options);
  const bits = packetBits(options);
  const all = [...latents, ...map, ...packet];
  return emitModule(
    context,
    {
      purpose: [
        'Formatter: makes the packet of the selected algorithm, a string of bits with the first one on top.',
        ...(map.length > 0
          ? [
              'Threshold sum and best choice need a BX before it, in which the cells that are sent are put together;',
            ]
          : []),
        ...(latents.length > 0
          ? ['the autoencoder one, in which the kept bits of the latents are put together.']
          : []),
        '',
        ...packetLines.filter(([a]) => has(a)).map(([, line]) => line),
      ],
      layer: 'formatter',
      formats: [
        `bx5 is 31 at BX 0, else BX mod 16${bx4 ? '; bx4 are its bits 4, 2, 1, 0' : ''}`,
        'codes and sums as the algorithms make them; addresses and charges ascending',
      ],
      latency: '1 BX; threshold sum, best choice and autoencoder 2 BX',
    },
    {
      name: 'econ_formatter',
      groups: [
        clockOnly,
        { title: 'configuration', ports: configurationPorts(options) },
        ...dataPorts(options),
        {
          title: 'beside the data',
          ports: [
            { direction: 'input', width: 5, name: 'bx_i', note: 'of the packet that is made in this BX' },
            { direction: 'input', width: 1, name: 'resetting_i' },
          ],
        },
        {
          title: 'to the link buffer',
          ports: [
            ...packet.map(({ name, width }): Port => ({ direction: 'output', width, name: `${name}_o` })),
            errorPort,
          ],
        },
      ],
      body: [
        ...declare('wire', [
          ...(bx4 ? [{ name: 'bx4', width: 4 }] : []),
          ...(has('repeater') ? [{ name: 'repeater_sent', width: CODES_BITS, note: 'cell 0 on top' }] : []),
          ...(map.length > 0 ? mapWires(options) : []),
          ...(has('autoencoder') ? latentWires : []),
          ...pipelineSignals(all).filter((s) => !variables(options).includes(s.name)),
        ]),
        ...declare('reg', [
          ...(has('threshold-sum')
            ? [
                { name: 'threshold_packet', width: bits },
                { name: 'length_d', width: 5 },
              ]
            : []),
          ...(has('best-choice') ? [{ name: 'choice_packet', width: bits }] : []),
          ...(has('super-trigger-cell') ? [{ name: 'super_packet', width: bits }] : []),
          { name: 'packet_d', width: bits },
        ]),
        '',
        ...(latents.length > 0 ? latentBody(context, latents) : []),
        ...(map.length > 0 ? mapBody(context, map) : []),
        section('packets'),
        ...(bx4 ? ['assign bx4 = {bx_i[4], bx_i[2:0]};', ''] : []),
        ...(has('threshold-sum') ? thresholdPackets(bits) : []),
        ...(has('super-trigger-cell') ? superPackets(bits) : []),
        ...(has('best-choice') ? choicePackets(options, bits) : []),
        ...(has('repeater')
          ? topFirst('u_repeater_sent', CODES, CODE_BITS, 'repeater_codes_i', 'repeater_sent')
          : []),
        ...(has('autoencoder') ? linkCut() : []),
        '',
        'always @* begin',
        '  case (algorithm_i)',
        ...algorithms.map((a) => `    3'd${algorithmNumber(a)}:    packet_d = ${packetOf(a, bits)};`),
        `    default: packet_d = ${bits}'d0;`,
        '  endcase',
        'end',
        'assign bx_d        = bx_i;',
        'assign resetting_d = resetting_i;',
        ...(has('threshold-sum') ? ['assign all_sum_code_d = map_all_code_q;'] : []),
        '',
        ...pipelineRegisters(options, packet),
        '',
        ...packet.map(({ name }) => `assign ${name}_o = ${name}_q;`),
        `assign err_o = ${anyError(all).replaceAll(' | ', '\n    | ')};`,
      ],
    },
  );
}

const packetLines: readonly (readonly [Parameters<typeof includes>[1], string])[] = [
  [
    'threshold-sum',
    'threshold sum      bx5 | type (3) | sum (8) | count (3), addresses (6 each) or map (48) | charges (7 each)',
  ],
  ['super-trigger-cell', 'super trigger cell bx4 | positions (2 or 4 each) | sums (7 to 9 each)'],
  ['best-choice', 'best choice        bx4 | sum (8) | addresses (6 each) or map (48) | charges (7 each)'],
  ['repeater', 'repeater           bx5 | 48 charges (7 each)'],
  ['autoencoder', 'autoencoder        bx5 | sum (9) | kept latent bits (32 N - 14, at most 146)'],
];

/** Values that are made in an always block. */
function variables(options: ChipOptions): string[] {
  return ['packet_d', ...(includes(options, 'threshold-sum') ? ['length_d'] : [])];
}

function configurationPorts(options: ChipOptions): Port[] {
  const input = (name: string, width: number, note?: string): Port => ({
    direction: 'input',
    width,
    name,
    note,
  });
  const links = includes(options, 'best-choice') || includes(options, 'super-trigger-cell');
  return [
    input('algorithm_i', 3),
    ...(links ? [input('links_i', 4, 'number of active links')] : []),
    ...(includes(options, 'super-trigger-cell') ? [input('stc_type_i', 3)] : []),
    ...(includes(options, 'autoencoder')
      ? [
          input('active_etxs_i', ETX, 'its ones are counted'),
          input('keep_i', RAW_BITS, 'keep_auto_encoder_bits'),
        ]
      : []),
  ];
}

function dataPorts(options: ChipOptions): PortGroup[] {
  const input = (name: string, width: number): Port => ({ direction: 'input', width, name });
  const groups: PortGroup[] = [];
  const map = (name: string): Port[] => [
    input(`${name}_map_i`, CODES),
    input(`${name}_codes_i`, CODES_BITS),
    input(`${name}_sum_code_i`, MAP_SUM_BITS),
  ];
  if (includes(options, 'threshold-sum'))
    groups.push({
      title: 'from the threshold sum',
      ports: [...map('threshold'), input('threshold_all_sum_code_i', MAP_SUM_BITS)],
    });
  if (includes(options, 'super-trigger-cell'))
    groups.push({
      title: 'from the super trigger cells',
      ports: [input('super_codes_i', STC_GROUPS * SLOT_BITS), input('super_positions_i', POSITIONS_BITS)],
    });
  if (includes(options, 'best-choice')) groups.push({ title: 'from best choice', ports: map('choice') });
  if (includes(options, 'repeater'))
    groups.push({ title: 'from the repeater', ports: [input('repeater_codes_i', CODES_BITS)] });
  if (includes(options, 'autoencoder'))
    groups.push({
      title: 'from the encoder',
      ports: [input('latents_i', RAW_BITS), input('sum_code_i', SUM_CODE_BITS), input('latents_bx_i', 5)],
    });
  return groups;
}

const latentWires: readonly Signal[] = [
  { name: 'move', width: RAW_BITS * SQUEEZE_STAGES },
  { name: 'stay', width: RAW_BITS * SQUEEZE_STAGES },
  { name: 'latent_words', width: 32 * PACKET_LINKS, note: 'eTx j in [32j+31:32j]' },
];

function latentBody(context: BuildContext, registers: readonly Signal[]): string[] {
  return [
    section('autoencoder, BX 1: keep mask'),
    ...squeeze(),
    'assign sum_code_d   = sum_code_i;',
    'assign bx_latents_d = latents_bx_i;',
    '',
    ...pipelineRegisters(context.options, registers),
    '',
  ];
}

function linkCut(): string[] {
  return instance(
    'econ_link_cut',
    'u_link_cut',
    [],
    [
      ['enable_i', "1'b1"],
      ['active_i', 'active_etxs_i'],
      ['bx_i', 'bx_latents_q'],
      ['sum_i', 'sum_code_q'],
      ['payload_i', 'payload_q'],
      ['words_o', 'latent_words'],
    ],
  );
}

function mapWires(options: ChipOptions): Signal[] {
  const addresses = ADDRESS_BITS * addressesOf(options);
  return [
    { name: 'map_all', width: CODES, note: 'as the algorithm chose' },
    { name: 'codes_all', width: CODES_BITS, note: 'of all cells' },
    ...(includes(options, 'threshold-sum') ? [] : [{ name: 'unused_count', width: 6 }]),
    { name: 'map_sent', width: CODES, note: `cell ${mapTop(options)} on top` },
    { name: 'codes_sent', width: CODES_BITS, note: 'place 0 on top' },
    { name: 'addresses_sent', width: addresses, note: 'place 0 on top' },
  ];
}

/** Cell whose bit is the first of an address map. */
function mapTop(options: ChipOptions): number {
  return (options.econt ?? defaultEcontOptions).generation === 'production' ? CODES - 1 : 0;
}

function mapBody(context: BuildContext, registers: readonly Signal[]): string[] {
  const { options } = context;
  const thresholdSum = includes(options, 'threshold-sum');
  // With both, best choice when it is selected; what else is selected does not matter.
  const pick = (threshold: string, choice: string): string => {
    if (!includes(options, 'best-choice')) return threshold;
    return thresholdSum ? `choosing ? ${choice} : ${threshold}` : choice;
  };
  const both = thresholdSum && includes(options, 'best-choice');
  return [
    section('threshold sum and best choice, BX 1: cells that are sent'),
    ...(both
      ? ['wire choosing;', `assign choosing = (algorithm_i == 3'd${algorithmNumber('best-choice')});`]
      : []),
    `assign map_all   = ${pick('threshold_map_i', 'choice_map_i')};`,
    `assign codes_all = ${pick('threshold_codes_i', 'choice_codes_i')};`,
    ...instance(
      'econ_gather_cells',
      'u_gather_cells',
      [
        ['Cells', CODES],
        ['Addresses', addressesOf(options)],
      ],
      [
        ['map_i', 'map_all'],
        ['codes_i', 'codes_all'],
        ['codes_o', 'codes_d'],
        ['addresses_o', 'addresses_d'],
        ['count_o', thresholdSum ? 'count_d' : 'unused_count'],
      ],
    ),
    'assign map_d          = map_all;',
    `assign map_sum_code_d = ${pick('threshold_sum_code_i', 'choice_sum_code_i')};`,
    ...(thresholdSum ? ['assign map_all_code_d = threshold_all_sum_code_i;'] : []),
    '',
    ...pipelineRegisters(options, registers),
    '',
    ...(mapTop(options) === 0
      ? topFirst('u_map_sent', CODES, 1, 'map_q', 'map_sent')
      : ['assign map_sent = map_q;']),
    ...topFirst('u_codes_sent', CODES, CODE_BITS, 'codes_q', 'codes_sent'),
    ...topFirst('u_addresses_sent', addressesOf(options), ADDRESS_BITS, 'addresses_q', 'addresses_sent'),
    '',
  ];
}

function topFirst(name: string, count: number, width: number, fields: string, packet: string): string[] {
  return instance(
    'econ_first_on_top',
    name,
    [
      ['Count', count],
      ['Width', width],
    ],
    [
      ['fields_i', fields],
      ['packet_o', packet],
    ],
  );
}

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

function thresholdPackets(bits: number): string[] {
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

function choicePackets(options: ChipOptions, bits: number): string[] {
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

function superPackets(bits: number): string[] {
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
function packetOf(algorithm: Parameters<typeof includes>[1], bits: number): string {
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
    case 'autoencoder':
      return packed(
        Array.from({ length: PACKET_LINKS }, (_, j) => [slice('latent_words', 32 * j, 32), 32] as const),
        bits,
      );
  }
}
