import type { Port, PortGroup } from '../../hdl/index.js';
import { includes } from '../algorithm/algorithm.js';
import { bestChoiceSent, MAP_FROM } from '../best-choice/parameters.js';
import type { ChipOptions } from '../build.js';
import { CODE_BITS, CODES } from '../link-input/parameters.js';
import { ETX, RAW_BITS } from '../links.js';
import { SUM_CODE_BITS } from '../normaliser/parameters.js';
import { STC_GROUPS } from '../packets/packets.js';
import { bxSignal, type StageSignal } from '../stage.js';
import { POSITIONS_BITS, SLOT_BITS } from '../super-trigger-cell/verilog.js';
import { MAP_FROM_CELLS } from '../threshold-sum/parameters.js';
import { packetBits } from './packets.js';

export const CODES_BITS = CODES * CODE_BITS;
export const ADDRESS_BITS = 6;
/** 5E3M. */
export const MAP_SUM_BITS = 8;

/** Latents after the keep mask. */
export function autoencoderStage(options: ChipOptions): StageSignal[] {
  if (!includes(options, 'autoencoder')) return [];
  return [
    { name: 'payload', width: RAW_BITS, note: 'kept bits of the latents, squeezed toward bit 0' },
    { name: 'sum_code', width: SUM_CODE_BITS, note: '5E4M' },
    bxSignal('bx_latents'),
  ];
}

/** Cells of a map put together, for threshold sum and best choice. */
export function mapStage(options: ChipOptions): StageSignal[] {
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

/** What the link buffer gets. */
export function packetStage(options: ChipOptions): StageSignal[] {
  return [
    { name: 'packet', width: packetBits(options), note: 'first bit on top' },
    bxSignal(),
    { name: 'resetting', width: 1, kind: 'control' },
    ...(includes(options, 'threshold-sum')
      ? [
          // It moves the write position of the buffer.
          { name: 'length', width: 5, note: 'words of 16 bits', kind: 'control' } as const,
          { name: 'all_sum_code', width: MAP_SUM_BITS, note: '5E3M' },
        ]
      : []),
  ];
}

/** Numbers of cells that lists of addresses need: 7 for the threshold sum, 6 for best choice. */
export function addressesOf(options: ChipOptions): number {
  if (includes(options, 'threshold-sum')) return MAP_FROM_CELLS - 1;
  return Math.max(...listLinks.map(bestChoiceSent));
}

/** Numbers of links on which best choice sends a list of addresses. */
export const listLinks = Array.from({ length: ETX }, (_, i) => i + 1).filter(
  (n) => bestChoiceSent(n) < MAP_FROM,
);

export function configurationPorts(options: ChipOptions): Port[] {
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

/** What the included algorithms give. */
export function dataPorts(options: ChipOptions): PortGroup[] {
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
