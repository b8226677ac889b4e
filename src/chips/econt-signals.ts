import {
  type ChipOptions,
  hasEncoder,
  includedHardware,
  LINKS,
  packetBits,
  streamAlgorithm,
} from '../blocks/index.js';
import type { Signal } from '../hdl/index.js';
import { econtBlocks } from './econt-blocks.js';
import { chargeSignals } from './instances.js';
import { registersBlock } from './register-block.js';

/** 5E3M. */
const SUM_BITS_5E3M = 8;

/** The BX beside the charges; only the encoder carries it on. */
export function chargeBx(options: ChipOptions): string {
  return hasEncoder(options) ? 'charge_bx' : 'unused_charge_bx';
}

/** All wires of the top level. */
export function econtSignals(options: ChipOptions): Signal[] {
  const ts = streamAlgorithm(options) !== undefined;
  const one = (name: string): Signal => ({ name, width: 1 });
  const when = (condition: boolean, ...list: Signal[]): Signal[] => (condition ? list : []);
  const wide = (name: string, width: number, note?: string): Signal => ({ name, width, note });
  return [
    { ...one('rst_n'), note: 'synchronised' },
    ...['bus_write', 'i2c_recover'].map(one),
    wide('bus_address', 16),
    wide('bus_wdata', 8),
    wide('register_rdata', 8),
    ...registersBlock
      .component(options)
      .ports.filter(({ name, direction }) => direction === 'output' && name !== 'data_o')
      .map(({ name, width }) => wide(name.slice(0, -2), width)),
    wide('links', 4, 'number of active links'),
    ...when(ts, one('overflow')),
    wide('pusm_state', 4),
    ...['running', 'left_ready', 'state_upset'].map(one),
    wide('headers', 4 * LINKS, 'of eRx r in [4r+3:4r]'),
    wide('header_wrong', LINKS),
    wide('header_count', 16 * LINKS),
    wide('header_err', LINKS),
    ...chargeSignals(chargeBx(options)),
    ...when(ts, wide('packet_length', 5, 'words of 16 bits'), wide('packet_all_sum_code', SUM_BITS_5E3M)),
    ...when(hasEncoder(options), ...encoderSignals),
    ...includedHardware(options).flatMap(({ wires, data }) => [
      ...(wires?.(options) ?? []),
      ...data.map(({ name, width, wire, note }) => ({ name: wire ?? name, width, note })),
    ]),
    wide('packing_bx', 5, 'of the BX whose packet is made'),
    one('packing_resetting'),
    wide('packet', packetBits(options), 'first bit on top'),
    wide('packet_bx', 5),
    one('packet_resetting'),
    ...['reset', 'i2c', 'power_up', ...econtBlocks(options).flatMap(errorName)].map((n) => one(`${n}_err`)),
  ];
}

/** Blocks whose err_o has a wire of the block's own name. */
function errorName({ name }: { readonly name: string }): string[] {
  const others = ['reset-sync', 'i2c', 'power-up', 'header-check', 'registers', 'weight-memory'];
  if (name === 'weight-memory') return ['weight'];
  return others.includes(name) ? [] : [name.replaceAll('-', '_')];
}

const encoderSignals: readonly Signal[] = [
  { name: 'weight_rdata', width: 8 },
  ...['weight_ready', 'weight_busy', 'weight_done', 'weight_failed'].map((name) => ({
    name,
    width: 1,
  })),
  { name: 'computed_crc', width: 32 },
  { name: 'commit_count', width: 8 },
];
