import type { Port, PortGroup } from '../../hdl/index.js';
import { includedHardware, streamAlgorithm } from '../algorithm/algorithm.js';
import { type CellPackets, PACKET_CONFIGURATION } from '../algorithm/hardware.js';
import type { ChipOptions } from '../build.js';
import { CODES } from '../link-input/parameters.js';
import { ETX, RAW_BITS } from '../links.js';
import { ADDRESS_BITS, CODES_BITS, MAP_SUM_BITS } from '../packets/packet-text.js';
import { bxSignal, type StageSignal } from '../stage.js';
import { packetBits } from './packets.js';

/** Registers of single algorithms before the packet. */
export function ownStages(options: ChipOptions): StageSignal[] {
  return includedHardware(options).flatMap(({ stage }) => stage ?? []);
}

/** What the algorithms whose packets name cells say of them. */
export function cellPackets(options: ChipOptions): CellPackets[] {
  return includedHardware(options).flatMap(({ cells }) => cells ?? []);
}

/** Cells of a map put together, for all algorithms whose packets name cells. */
export function mapStage(options: ChipOptions): StageSignal[] {
  const users = cellPackets(options);
  if (users.length === 0) return [];
  return [
    { name: 'map', width: CODES, note: 'cells that are sent' },
    { name: 'codes', width: CODES_BITS, note: '4E3M of the cells that are sent, place j in [7j+6:7j]' },
    { name: 'addresses', width: ADDRESS_BITS * addressesOf(options), note: 'their numbers, the first ones' },
    { name: 'map_sum_code', width: MAP_SUM_BITS, note: '5E3M' },
    ...(users.some((u) => u.counts) ? [{ name: 'count', width: 6, note: 'cells that are sent' }] : []),
    ...users.flatMap(({ more }) => more.map(({ register }) => register)),
  ];
}

/** What the link buffer gets. */
export function packetStage(options: ChipOptions): StageSignal[] {
  return [
    { name: 'packet', width: packetBits(options), note: 'first bit on top' },
    // Without a link buffer nobody asks for the tag.
    ...(options.econt ? [bxSignal(), { name: 'resetting', width: 1, kind: 'control' } as const] : []),
    ...(streamAlgorithm(options)
      ? [
          // It moves the write position of the buffer.
          { name: 'length', width: 5, note: 'words of 16 bits', kind: 'control' } as const,
          { name: 'all_sum_code', width: MAP_SUM_BITS, note: '5E3M' },
        ]
      : []),
  ];
}

/** Numbers of cells that lists of addresses need. */
export function addressesOf(options: ChipOptions): number {
  return Math.max(...cellPackets(options).map(({ addresses }) => addresses));
}

const configuration: Readonly<Record<(typeof PACKET_CONFIGURATION)[number], readonly [number, string?]>> = {
  links: [4, 'number of active links'],
  stc_type: [3],
  active_etxs: [ETX, 'its ones are counted'],
  keep: [RAW_BITS, 'keep_auto_encoder_bits'],
};

/** Wires of the chip's configuration that the packets of these algorithms depend on. */
export function packetConfiguration(options: ChipOptions): (typeof PACKET_CONFIGURATION)[number][] {
  const all = includedHardware(options).flatMap((h) => h.configuration);
  return PACKET_CONFIGURATION.filter((name) => all.includes(name));
}

export function configurationPorts(options: ChipOptions): Port[] {
  return [
    { direction: 'input', width: 3, name: 'algorithm_i' },
    ...packetConfiguration(options).map((name): Port => {
      const [width, note] = configuration[name];
      return { direction: 'input', width, name: `${name}_i`, note };
    }),
  ];
}

/** What the included algorithms give. */
export function dataPorts(options: ChipOptions): PortGroup[] {
  return includedHardware(options).map(({ from, data }) => ({
    title: from,
    ports: data.map(({ name, width }): Port => ({ direction: 'input', width, name: `${name}_i` })),
  }));
}
