import {
  type AlgorithmName,
  CALIBRATION_BITS,
  type ChipOptions,
  CODE_BITS,
  CODES,
  ETX,
  includes,
  LINKS,
  MUX_BITS,
  POSITIONS_BITS,
  packetBits,
  RAW_BITS,
  SLOT_BITS,
  STC_GROUPS,
  THRESHOLD_BITS,
} from '../blocks/index.js';
import type { Signal } from '../hdl/index.js';
import { econtBlocks } from './econt-blocks.js';
import { algorithmsOfDrop } from './econt-registers.js';
import { bankSignals, chargeSignals, latentSignals } from './instances.js';

/** 5E3M. */
const SUM_BITS_5E3M = 8;

/** The BX beside the charges; only the encoder carries it on. */
export function chargeBx(options: ChipOptions): string {
  return includes(options, 'autoencoder') ? 'charge_bx' : 'unused_charge_bx';
}

/** All wires of the top level. */
export function econtSignals(options: ChipOptions): Signal[] {
  const has = (a: AlgorithmName): boolean => includes(options, a);
  const one = (name: string): Signal => ({ name, width: 1 });
  const when = (condition: boolean, ...list: Signal[]): Signal[] => (condition ? list : []);
  const wide = (name: string, width: number, note?: string): Signal => ({ name, width, note });
  const [ts, stc, bc, rpt, ae] = [
    'threshold-sum',
    'super-trigger-cell',
    'best-choice',
    'repeater',
    'autoencoder',
  ].map(has);
  return [
    { ...one('rst_n'), note: 'synchronised' },
    ...['bus_write', 'i2c_recover'].map(one),
    wide('bus_address', 16),
    wide('bus_wdata', 8),
    wide('register_rdata', 8),
    wide('mux', CODES * MUX_BITS),
    wide('cal', CODES * CALIBRATION_BITS),
    wide('algorithm', 3),
    one('high_density'),
    wide('unused_config_algo', 11),
    wide('active_etxs', ETX),
    wide('links', 4, 'number of active links'),
    wide(stc ? 'stc_type' : 'unused_stc_type', 3),
    ...when(algorithmsOfDrop.some(has), wide('drop_lsb', 3)),
    ...when(ts || bc, one('use_sum'), wide(ts ? 'buff_t3' : 'unused_buff_t3', 5)),
    ...when(
      ts,
      wide('threshold', CODES * THRESHOLD_BITS),
      wide('buff_t1', 9),
      wide('buff_t2', 9),
      wide('idle_pattern', 11),
      one('overflow'),
    ),
    wide('link_reset_pattern', 11),
    wide('unused_etx_pattern', 3),
    one('run'),
    wide('unused_pusm_config', 23),
    ...['orbit_mask', 'orbit_value', 'idle_mask', 'idle_value', 'pusm_state'].map((n) => wide(n, 4)),
    ...['running', 'left_ready', 'state_upset', 'status_clear'].map(one),
    wide('headers', 4 * LINKS, 'of eRx r in [4r+3:4r]'),
    wide('header_wrong', LINKS),
    wide('header_count', 16 * LINKS),
    wide('header_err', LINKS),
    ...chargeSignals(chargeBx(options)),
    ...when(
      ts,
      wide('threshold_map', CODES),
      wide('threshold_codes', CODES * CODE_BITS),
      wide('threshold_sum_code', SUM_BITS_5E3M),
      wide('threshold_all_sum_code', SUM_BITS_5E3M),
      wide('packet_length', 5, 'words of 16 bits'),
      wide('packet_all_sum_code', SUM_BITS_5E3M),
    ),
    ...when(stc, wide('super_codes', STC_GROUPS * SLOT_BITS), wide('super_positions', POSITIONS_BITS)),
    ...when(
      bc,
      wide('choice_map', CODES),
      wide('choice_codes', CODES * CODE_BITS),
      wide('choice_sum_code', SUM_BITS_5E3M),
    ),
    ...when(rpt, wide('repeater_codes', CODES * CODE_BITS)),
    ...when(ae, ...encoderSignals, ...bankSignals(options), ...latentSignals),
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
  ...['weight_ready', 'read_active', 'commit', 'weight_busy', 'weight_done', 'weight_failed'].map((name) => ({
    name,
    width: 1,
  })),
  { name: 'expected_crc', width: 32 },
  { name: 'computed_crc', width: 32 },
  { name: 'commit_count', width: 8 },
  { name: 'keep', width: RAW_BITS },
];
