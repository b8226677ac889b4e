import { CALIBRATION_BITS } from '../calibration/parameters.js';
import { WEIGHT_BLOCK_BYTES, WEIGHT_BLOCKS } from '../encoder/weights.js';
import { CODES } from '../link-input/parameters.js';
import { MUX_BITS } from '../mux/parameters.js';
import { THRESHOLD_BITS } from '../threshold-sum/parameters.js';
import { weightFields } from './table.js';
import type { Field, Register } from './types.js';

type Bits = readonly [name: string, lsb: number, width: number, reset?: number | bigint];

function row(
  block: string,
  name: string,
  address: number,
  bytes: number,
  fields: readonly Bits[],
  array: { count: number; stride: number } = { count: 1, stride: bytes },
): Register {
  return {
    block,
    name,
    address,
    bytes,
    ...array,
    storage: 'absent',
    // The reset value of a mux element is its number: see elementReset.
    ...(name === 'mux_select' ? { signal: 'mux' } : {}),
    doc: 'Register of the prototype chip; not in the emitted chip.',
    fields: fields.map(
      ([field, lsb, width, reset]): Field => ({
        name: field,
        lsb,
        width,
        access: 'rw',
        reset: BigInt(reset ?? 0),
      }),
    ),
  };
}

const each = (stride: number): { count: number; stride: number } => ({ count: CODES, stride });
const ones = (bits: number): bigint => (1n << BigInt(bits)) - 1n;

/** The registers of P1, the prototype, that act on its data path (spec econt-behaviour 13). By address. */
export const prototypeRegisters: readonly Register[] = [
  row('FormatterBuffer', 'tx_sync_word', 0x3a9, 2, [['tx_sync_word', 0, 11, 0x70f]]),
  row('FormatterBuffer', 'buff_t1', 0x3ab, 2, [['buff_t1', 0, 9, 48]]),
  row('FormatterBuffer', 'buff_t2', 0x3ad, 2, [['buff_t2', 0, 9, 511]]),
  row('FormatterBuffer', 'buff_t3', 0x3af, 1, [['buff_t3', 0, 5]]),
  row('FormatterBuffer', 'config', 0x3b0, 1, [
    ['stc_type', 0, 2, 1],
    ['use_sum', 2, 1, 1],
    ['eporttx_numen', 4, 4, 2],
  ]),
  row('FormatterBuffer', 'mask_ae', 0x3b1, 16, [['mask_ae', 0, 128, ones(128)]]),
  row('FormatterBuffer', 'mask_ae2', 0x3c1, 2, [['mask_ae2', 0, 16, ones(16)]]),
  row('Mux', 'mux_select', 0x3c4, 1, [['mux_select', 0, MUX_BITS]], each(1)),
  row('Cal', 'cal', 0x3f4, 2, [['cal', 0, CALIBRATION_BITS, 2048]], each(2)),
  row('Algorithm', 'algo', 0x454, 1, [
    ['select', 0, 3],
    ['density', 3, 1],
  ]),
  row('AlgoThreshold', 'threshold', 0x455, 3, [['threshold', 0, THRESHOLD_BITS]], each(3)),
  row('AlgoDroplsb', 'drop_lsb', 0x4e5, 1, [['drop_lsb', 0, 3]]),
  {
    ...row('Encoder', 'weights', 0x538, WEIGHT_BLOCK_BYTES, [], { count: WEIGHT_BLOCKS, stride: 143 }),
    fields: weightFields,
  },
];
