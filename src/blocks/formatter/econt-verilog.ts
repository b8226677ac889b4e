import { declare, instance, type Port, type Signal, section } from '../../hdl/index.js';
import { defaultEcontOptions, includedAlgorithms, includes } from '../algorithm/algorithm.js';
import { selectionLabel } from '../algorithm/latency.js';
import { type BuildContext, type ChipBlock, type ChipOptions, emitModule } from '../build.js';
import { CODE_BITS, CODES } from '../link-input/parameters.js';
import { RAW_BITS } from '../links.js';
import {
  anyError,
  clockOnly,
  errorPort,
  pipelineRegisters,
  pipelineSignals,
  pipelineState,
} from '../stage.js';
import {
  ADDRESS_BITS,
  addressesOf,
  autoencoderStage,
  CODES_BITS,
  configurationPorts,
  dataPorts,
  mapStage,
  packetStage,
} from './econt-stages.js';
import { choicePackets, packetOf, superPackets, thresholdPackets } from './packet-cases.js';
import { packetBits } from './packets.js';
import { PACKET_LINKS, SQUEEZE_STAGES, squeeze } from './verilog.js';

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

function emit(context: BuildContext): string {
  const { options } = context;
  const has = (a: Parameters<typeof includes>[1]): boolean => includes(options, a);
  const algorithms = includedAlgorithms(options);
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
        ...algorithms.map(
          (a) => `    ${selectionLabel(algorithms, a)} packet_d = ${packetOf(a.name, bits)};`,
        ),
        `    ${selectionLabel(algorithms)} packet_d = ${bits}'d0;`,
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
    ...(both ? ['wire choosing;', `assign choosing = (algorithm_i == 3'd${2});`] : []),
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
