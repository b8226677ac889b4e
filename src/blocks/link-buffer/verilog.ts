import { declare, instance, type Port, type Signal, section } from '../../hdl/index.js';
import { includes } from '../algorithm/algorithm.js';
import {
  type BuildContext,
  type ChipBlock,
  type ChipOptions,
  emitModule,
  type StateBits,
  triplicate,
} from '../build.js';
import { packetBits } from '../formatter/packets.js';
import { ETX } from '../links.js';
import {
  BUFFER_SAFE_WORDS,
  BUFFER_WORDS,
  TYPE_TRUNCATED_FULL,
  TYPE_TRUNCATED_SHORT,
} from '../packets/buffer-parameters.js';
import {
  anyError,
  bxSignal,
  clockAndReset,
  clockOnly,
  errorPort,
  pipelineRegisters,
  pipelineSignals,
  pipelineState,
  type StageSignal,
} from '../stage.js';

const LINK_BITS = 32 * ETX;
/** Words of the longest threshold-sum packet. */
const PACKET_WORDS = 25;

const link: Signal = { name: 'link', width: LINK_BITS, note: 'eTx j in [32j+31:32j]' };
/** Tag of the BX whose words leave the ring. */
const readTag: readonly StageSignal[] = [
  { ...bxSignal('bx_read'), note: 'of the BX that is read, one after its write' },
  { name: 'resetting_read', width: 1, kind: 'control' },
];

/** Output buffer of the threshold sum, bypass of the other algorithms, and the link words. */
export const linkBufferBlock: ChipBlock = {
  name: 'link-buffer',
  instance: 'u_link_buffer',
  module: 'econ_link_buffer',
  latency: 1,
  state: (options): StateBits[] =>
    includes(options, 'threshold-sum')
      ? [
          { what: 'ring', bits: 16 * BUFFER_WORDS, kind: 'pipeline' },
          { what: 'fill and write position', bits: 19, kind: 'control' },
          { what: 'overflow flag', bits: 1, kind: 'counter' },
          ...pipelineState([...readTag, link]),
        ]
      : pipelineState([link]),
  emit,
};

function emit(context: BuildContext): string {
  const { options } = context;
  const ring = includes(options, 'threshold-sum');
  const pipeline = ring ? [...readTag, link] : [link];
  return emitModule(
    context,
    {
      purpose: [
        'Link buffer: lays the packet of a BX out on the active links, eTx 0 first; reset words during a link reset;',
        'zeros on all links until the chip runs.',
        ...(ring
          ? [
              'Packets of the threshold sum have any length. They go through a ring of 512 words of 16 bits, from which 2 N',
              'words leave per BX; what is missing are idle words. A packet that would fill it beyond T1, or a short one while',
              'more than T2 words wait, is sent as one word with the sum of all cells. A link reset empties the ring.',
            ]
          : []),
      ],
      layer: 'output',
      formats: [
        'packet, first bit on top; link words 32 bits, eTx j in [32j+31:32j]',
        ...(ring
          ? ['truncated word bx (5) | 110 or 111 | sum 5E3M (8); idle word bx (5) | idle_pattern (11)']
          : []),
        'reset word bx (5) | link_reset_pattern (11)',
      ],
      latency: ring ? '1 BX, threshold sum 2 BX' : '1 BX',
    },
    {
      name: 'econ_link_buffer',
      groups: [
        ring ? clockAndReset : clockOnly,
        { title: 'configuration', ports: configurationPorts(ring) },
        { title: 'from the formatter', ports: packetPorts(options, ring) },
        {
          title: 'output links and status',
          ports: [
            { direction: 'output', width: LINK_BITS, name: 'link_o' },
            ...(ring
              ? [
                  {
                    direction: 'output',
                    width: 1,
                    name: 'overflow_o',
                    note: `more than ${BUFFER_SAFE_WORDS} words waited`,
                  } as const,
                ]
              : []),
            errorPort,
          ],
        },
      ],
      body: [
        ...declare('wire', [
          ...(ring ? ringSignals : []),
          { name: 'packet', width: LINK_BITS, note: 'first bit on top' },
          { name: 'bx', width: 5, note: 'of the words that leave' },
          { name: 'resetting', width: 1 },
          ...pipelineSignals(pipeline),
        ]),
        '',
        ...(ring ? ringBody(context) : []),
        section('link words'),
        ...(ring
          ? [
              'assign packet    = buffered ? ring_words : {packet_i, ' +
                `${LINK_BITS - packetBits(options)}'d0};`,
              'assign bx        = buffered ? bx_read_q : bx_i;',
              'assign resetting = buffered ? resetting_read_q : resetting_i;',
            ]
          : [
              `assign packet    = {packet_i, ${LINK_BITS - packetBits(options)}'d0};`,
              'assign bx        = bx_i;',
              'assign resetting = resetting_i;',
            ]),
        ...instance(
          'econ_link_drive',
          'u_link_drive',
          [['Links', ETX]],
          [
            ['run_i', 'run_i'],
            ['links_i', 'links_i'],
            ['resetting_i', 'resetting'],
            ['reset_i', '{bx, link_reset_pattern_i}'],
            ['packet_i', 'packet'],
            ['words_o', 'link_d'],
          ],
        ),
        '',
        ...pipelineRegisters(options, pipeline),
        '',
        'assign link_o = link_q;',
        `assign err_o  = ${[...(ring ? ['fill_err', 'overflow_err', 'ring_err'] : []), anyError(pipeline)].join(' | ')};`,
      ],
    },
  );
}

function configurationPorts(ring: boolean): Port[] {
  const input = (name: string, width: number, note?: string): Port => ({
    direction: 'input',
    width,
    name,
    note,
  });
  return [
    input('run_i', 1, 'the chip runs'),
    input('links_i', 4, 'number of active links N'),
    input('link_reset_pattern_i', 11),
    ...(ring
      ? [
          input('algorithm_i', 3),
          input('idle_pattern_i', 11),
          input('t1_i', 9),
          input('t2_i', 9),
          input('t3_i', 5),
          input('clear_i', 1, 'clears overflow_o'),
        ]
      : []),
  ];
}

function packetPorts(options: ChipOptions, ring: boolean): Port[] {
  return [
    { direction: 'input', width: packetBits(options), name: 'packet_i' },
    { direction: 'input', width: 5, name: 'bx_i' },
    { direction: 'input', width: 1, name: 'resetting_i' },
    ...(ring
      ? ([
          { direction: 'input', width: 5, name: 'length_i', note: 'words of a threshold-sum packet' },
          { direction: 'input', width: 8, name: 'all_sum_code_i', note: '5E3M' },
        ] as const)
      : []),
  ];
}

const ringSignals: readonly Signal[] = [
  { name: 'buffered', width: 1, note: 'the algorithm uses the ring' },
  { name: 'held_d', width: 10 },
  { name: 'held_q', width: 10, note: 'words in the ring' },
  { name: 'write_at_d', width: 9 },
  { name: 'write_at_q', width: 9, note: 'number of the next word to be written, modulo 512' },
  { name: 'fill_err', width: 1 },
  { name: 'read', width: 5, note: 'words that leave' },
  { name: 'write', width: 5, note: 'words that are written' },
  { name: 'truncate', width: 1 },
  { name: 'short_packet', width: 1 },
  { name: 'truncated', width: 16 },
  { name: 'words', width: 16 * PACKET_WORDS, note: 'to be written, first on top' },
  { name: 'held_words', width: LINK_BITS },
  { name: 'ring_words', width: LINK_BITS },
  { name: 'ring_err', width: 1 },
  { name: 'overflow_err', width: 1 },
];

function ringBody({ options }: BuildContext): string[] {
  const pad = 16 * PACKET_WORDS - 16;
  return [
    section('filling'),
    "assign buffered = run_i & (algorithm_i == 3'd0);",
    ...instance(
      'econ_buffer_fill',
      'u_buffer_fill',
      [],
      [
        ['held_i', 'held_q'],
        ['links_i', 'links_i'],
        ['packet_i', 'buffered & ~resetting_i'],
        ['length_i', 'length_i'],
        ['t1_i', 't1_i'],
        ['t2_i', 't2_i'],
        ['t3_i', 't3_i'],
        ['read_o', 'read'],
        ['write_o', 'write'],
        ['truncate_o', 'truncate'],
        ['short_o', 'short_packet'],
        ['held_o', 'held_d'],
      ],
    ),
    "assign write_at_d = write_at_q + {4'd0, write};",
    ...instance(
      'econ_register',
      'u_fill',
      [
        ['Width', 19],
        ['Triplicate', triplicate(options, 'control')],
      ],
      [
        ['clk_i', 'clk_i'],
        ['rst_ni', 'rst_ni'],
        ['en_i', "1'b1"],
        ['d_i', '{held_d, write_at_d}'],
        ['q_o', '{held_q, write_at_q}'],
        ['err_o', 'fill_err'],
      ],
    ),
    ...instance(
      'econ_register',
      'u_overflow',
      [
        ['Width', 1],
        ['Triplicate', triplicate(options, 'counter')],
      ],
      [
        ['clk_i', 'clk_i'],
        ['rst_ni', 'rst_ni'],
        ['en_i', `clear_i | (held_d > 10'd${BUFFER_SAFE_WORDS})`],
        ['d_i', '~clear_i'],
        ['q_o', 'overflow_o'],
        ['err_o', 'overflow_err'],
      ],
    ),
    '',
    section('ring'),
    `assign truncated = {bx_i, short_packet ? 3'd${TYPE_TRUNCATED_SHORT} : 3'd${TYPE_TRUNCATED_FULL}, all_sum_code_i};`,
    `assign words     = truncate ? {truncated, ${pad}'d0} : packet_i;`,
    ...instance(
      'econ_word_ring',
      'u_ring',
      [['Triplicate', triplicate(options, 'pipeline')]],
      [
        ['clk_i', 'clk_i'],
        ['write_at_i', 'write_at_q'],
        ['write_count_i', 'write'],
        ['words_i', 'words'],
        ['read_at_i', 'write_at_q - held_q[8:0]'],
        ['read_count_i', 'read'],
        ['words_o', 'held_words'],
        ['err_o', 'ring_err'],
      ],
    ),
    ...instance(
      'econ_idle_fill',
      'u_idle_fill',
      [['Words', 2 * ETX]],
      [
        ['count_i', 'read'],
        ['words_i', 'held_words'],
        ['idle_i', '{bx_read_q, idle_pattern_i}'],
        ['words_o', 'ring_words'],
      ],
    ),
    'assign bx_read_d        = bx_i;',
    'assign resetting_read_d = resetting_i;',
    '',
  ];
}
