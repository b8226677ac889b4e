import { declare, instance, type Port, type PortGroup, type Signal, section } from '../../hdl/index.js';
import {
  defaultEcontOptions,
  includedAlgorithms,
  includedHardware,
  streamAlgorithm,
} from '../algorithm/algorithm.js';
import { selectionLabel } from '../algorithm/latency.js';
import { type BuildContext, type ChipBlock, type ChipOptions, emitModule } from '../build.js';
import { CODE_BITS, CODES } from '../link-input/parameters.js';
import { ADDRESS_BITS, CODES_BITS, topFirst } from '../packets/packet-text.js';
import {
  anyError,
  clockOnly,
  errorPort,
  pipelineRegisters,
  pipelineSignals,
  pipelineState,
} from '../stage.js';
import { packetBits } from './packets.js';
import {
  addressesOf,
  cellPackets,
  configurationPorts,
  dataPorts,
  mapStage,
  ownStages,
  packetStage,
} from './stages.js';

/** Formatter: packets of all algorithms of the chip. */
export const formatterBlock: ChipBlock = {
  name: 'formatter',
  instance: 'u_formatter',
  module: 'econ_formatter',
  latency: 2,
  state: (options) => pipelineState([...ownStages(options), ...mapStage(options), ...packetStage(options)]),
  emit,
};

/** 'a, b and c'. */
function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

const tag: PortGroup = {
  title: 'beside the data',
  ports: [
    { direction: 'input', width: 5, name: 'bx_i', note: 'of the packet that is made in this BX' },
    { direction: 'input', width: 1, name: 'resetting_i' },
  ],
};

function emit(context: BuildContext): string {
  const { options } = context;
  const algorithms = includedAlgorithms(options);
  const hardware = includedHardware(options);
  const bx4 = algorithms.some(({ receiver }) => receiver.kind === 'rows' && receiver.counterBits === 4);
  const own = ownStages(options);
  const map = mapStage(options);
  const packet = packetStage(options);
  const bits = packetBits(options);
  const slow = hardware.filter(({ cells, stage }) => cells || stage).map(({ title }) => title);
  const addresses = map.length > 0 ? addressesOf(options) : 0;
  const variables = hardware.flatMap((h) => h.packetVariables?.(bits) ?? []);
  const made = [...variables.map(({ name }) => name), 'packet_d'];
  const allSum = streamAlgorithm(options)?.hardware?.allSum;
  const all = [...own, ...map, ...packet];
  return emitModule(
    context,
    {
      purpose: [
        'Formatter: makes the packet of the selected algorithm, a string of bits with the first one on top.',
        ...(slow.length > 0 ? [`A BX before it the data of ${listed(slow)} are put together.`] : []),
        '',
        ...hardware.map(({ layout }) => layout),
      ],
      layer: 'formatter',
      formats: [
        `bx5 is 31 at BX 0, else BX mod 16${bx4 ? '; bx4 are its bits 4, 2, 1, 0' : ''}`,
        'codes and sums as the algorithms make them; addresses and charges ascending',
      ],
      latency: `1 BX${slow.length > 0 ? `; ${listed(slow)} 2 BX` : ''}`,
    },
    {
      name: 'econ_formatter',
      groups: [
        clockOnly,
        { title: 'configuration', ports: configurationPorts(options) },
        ...dataPorts(options),
        ...(options.econt ? [tag] : []),
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
          ...(map.length > 0 ? mapWires(options) : []),
          ...hardware.flatMap(({ packetWires }) => packetWires ?? []),
          ...pipelineSignals(all).filter((s) => !made.includes(s.name)),
        ]),
        ...declare('reg', [...variables, { name: 'packet_d', width: bits }]),
        '',
        ...hardware.flatMap(({ title, stage, stageBody }) =>
          stage && stageBody
            ? [section(`${title}, BX 1`), ...stageBody(), '', ...pipelineRegisters(options, stage), '']
            : [],
        ),
        ...(map.length > 0 ? mapBody(context, map) : []),
        section('packets'),
        ...(bx4 ? ['assign bx4 = {bx_i[4], bx_i[2:0]};', ''] : []),
        ...hardware.flatMap((h) => h.packetBody?.(bits, addresses) ?? []),
        '',
        'always @* begin',
        '  case (algorithm_i)',
        ...algorithms.map(
          (a) => `    ${selectionLabel(algorithms, a)} packet_d = ${a.hardware!.packet(bits)};`,
        ),
        `    ${selectionLabel(algorithms)} packet_d = ${bits}'d0;`,
        '  endcase',
        'end',
        ...(options.econt ? ['assign bx_d        = bx_i;', 'assign resetting_d = resetting_i;'] : []),
        ...(allSum ? [`assign all_sum_code_d = ${allSum};`] : []),
        '',
        ...pipelineRegisters(options, packet),
        '',
        ...packet.map(({ name }) => `assign ${name}_o = ${name}_q;`),
        `assign err_o = ${anyError(all).replaceAll(' | ', '\n    | ')};`,
      ],
    },
  );
}

function mapWires(options: ChipOptions): Signal[] {
  const addresses = ADDRESS_BITS * addressesOf(options);
  return [
    { name: 'map_all', width: CODES, note: 'as the algorithm chose' },
    { name: 'codes_all', width: CODES_BITS, note: 'of all cells' },
    ...(counts(options) ? [] : [{ name: 'unused_count', width: 6 }]),
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
  const users = includedAlgorithms(options).flatMap(({ code, hardware }) =>
    hardware?.cells ? [{ code, title: hardware.title, ...hardware.cells }] : [],
  );
  // The first one unless another is selected; what else is selected does not matter.
  const pick = (what: string): string =>
    users
      .slice(1)
      .map(({ prefix }) => `${prefix}_selected ? ${prefix}_${what}_i : `)
      .join('') + `${users[0].prefix}_${what}_i`;
  return [
    section(`${listed(users.map(({ title }) => title))}, BX 1: cells that are sent`),
    ...users
      .slice(1)
      .flatMap(({ prefix, code }) => [
        `wire ${prefix}_selected;`,
        `assign ${prefix}_selected = (algorithm_i == 3'd${code});`,
      ]),
    `assign map_all   = ${pick('map')};`,
    `assign codes_all = ${pick('codes')};`,
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
        ['count_o', counts(options) ? 'count_d' : 'unused_count'],
      ],
    ),
    'assign map_d          = map_all;',
    `assign map_sum_code_d = ${pick('sum_code')};`,
    ...users.flatMap(({ more }) => more.map(({ register, port }) => `assign ${register.name}_d = ${port};`)),
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

/** Does the number of cells go into packets? */
function counts(options: ChipOptions): boolean {
  return cellPackets(options).some((u) => u.counts);
}
