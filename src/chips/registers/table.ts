import {
  ALL_BITS,
  CALIBRATION_BITS,
  CODES,
  ETX,
  MUX_BITS,
  RAW_BITS,
  WEIGHT_BASE,
} from '../../blocks/index.js';
import { WEIGHT_BLOCK_BYTES, WEIGHT_BLOCKS } from '../../encoder/index.js';
import { productionOnlyRegisters } from './production.js';
import type { Field, Register } from './types.js';

/** A field of the host's: rw unless said otherwise. */
function field(name: string, lsb: number, width: number, reset: number | bigint = 0, doc?: string): Field {
  return { name, lsb, width, access: 'rw', reset: BigInt(reset), doc };
}

function readOnly(name: string, lsb: number, width: number, doc?: string): Field {
  return { name, lsb, width, access: 'ro', reset: 0n, doc };
}

function single(register: Omit<Register, 'count' | 'stride'>): Register {
  return { ...register, count: 1, stride: register.bytes };
}

/** @param path public path, where the field has another one there */
function counter(
  block: string,
  name: string,
  address: number,
  signal: string,
  doc: string,
  path?: string,
): Register {
  return single({
    block,
    name,
    address,
    bytes: 1,
    storage: 'counter',
    signal,
    doc,
    ...(path ? { path } : {}),
    fields: [readOnly(name, 0, 8, 'saturates at 255; 0 while rw_err_clr is 1')],
  });
}

/** Weights in settings: 16 bytes a field, named after the first of them. */
export const weightFields: readonly Field[] = Array.from(
  { length: Math.ceil(WEIGHT_BLOCK_BYTES / 16) },
  (_, n) => field(`weights_byte${16 * n}`, 128 * n, 8 * Math.min(16, WEIGHT_BLOCK_BYTES - 16 * n)),
);

/** Registers of this chip, at the addresses of the production map. */
const chipRegisters: readonly Register[] = [
  counter(
    'ERx',
    'tmr_err_cnt_erx',
    0x3f3,
    'erx',
    'BX in which copies of a register of the link input differed.',
  ),
  {
    block: 'Mux',
    name: 'mux',
    path: 'Mux.{e}',
    address: 0x40f,
    bytes: 1,
    count: CODES,
    stride: 1,
    storage: 'stored',
    signal: 'mux',
    watch: 'mux_fix_calib',
    doc: 'Input that image position k takes; 48..63 name none: code 0. After reset position k takes input k.',
    // The reset value of an element is its number: see elementReset.
    fields: [field('mux', 0, MUX_BITS)],
  },
  {
    block: 'Cal',
    name: 'cal',
    path: 'Cal.{e}',
    address: 0x43f,
    bytes: 2,
    count: CODES,
    stride: 2,
    storage: 'stored',
    signal: 'cal',
    watch: 'mux_fix_calib',
    doc: 'Calibration factor of image position k, unsigned with 11 fraction bits.',
    fields: [field('cal', 0, CALIBRATION_BITS, 2048)],
  },
  single({
    block: 'ConfigAlgo',
    name: 'config_algo',
    address: 0x49f,
    bytes: 2,
    storage: 'stored',
    signal: 'config_algo',
    watch: 'mux_fix_calib',
    doc: 'Algorithm and density. This chip has the autoencoder only: link words are 0 unless alg_type is 4.',
    fields: [
      field('alg_type', 0, 3, 0, '4: autoencoder'),
      field('alg_high_density', 3, 1, 0, '1: high-density module'),
      field('bad_erx_mode', 4, 2, 0, 'no function'),
      field('valid_threshold', 6, 3, 1, 'no function'),
      field('invalid_threshold', 9, 3, 1, 'no function'),
      field('observation_window', 12, 3, 1, 'no function'),
    ],
  }),
  counter(
    'ConfigAlgo',
    'tmr_err_cnt_mux_fix_calib',
    0x4ad,
    'mux_fix_calib',
    'Clocks with a disagreement in mux, float-to-fixed, calibration and their registers.',
    'Config.Global.tmr_err_cnt_mfc',
  ),
  single({
    block: 'FormatterBuffer',
    name: 'links',
    address: 0x545,
    bytes: 2,
    storage: 'stored',
    signal: 'links',
    watch: 'formatter_buffer',
    doc: 'Active links. The number of ones in active_etxs counts; packets begin on eTx 0.',
    fields: [field('stc_type', 0, 3, 1, 'no function'), field('active_etxs', 3, ETX, 3, 'one bit per eTx')],
  }),
  single({
    block: 'FormatterBuffer',
    name: 'keep_auto_encoder_bits',
    address: 0x549,
    bytes: RAW_BITS / 8,
    storage: 'stored',
    signal: 'keep',
    watch: 'formatter_buffer',
    doc: 'Bit 9 o + b keeps bit b of latent o; kept bits are squeezed toward bit 0 of the payload.',
    fields: [field('keep_auto_encoder_bits', 0, RAW_BITS, ALL_BITS)],
  }),
  counter(
    'FormatterBuffer',
    'tmr_err_cnt_formatter_buffer',
    0x56b,
    'formatter_buffer',
    'Clocks with a disagreement in the formatter and its registers.',
    'FormatterBuffer.Global.tmr_err_cnt_fmtbuf',
  ),
  {
    block: 'Encoder',
    name: 'weights',
    address: WEIGHT_BASE,
    bytes: WEIGHT_BLOCK_BYTES,
    count: WEIGHT_BLOCKS,
    stride: WEIGHT_BLOCK_BYTES,
    storage: 'weights',
    doc: 'Weights of conv and dense, 6 bits each. Writes go to the shadow; reads show shadow or active (read_active).',
    fields: weightFields,
  },
  counter(
    'Encoder',
    'tmr_err_cnt_auto_encoder',
    0xc48,
    'auto_encoder',
    'Clocks with a disagreement in normaliser, encoder and weight memory: one counter for all 12,864 weight bits.',
  ),
  single({
    block: 'Misc',
    name: 'rw_err_clr',
    path: 'Misc.Global.rw_err_clr.0',
    address: 0xce1,
    bytes: 1,
    storage: 'stored',
    signal: 'rw_err_clr',
    watch: 'misc',
    doc: 'While 1, all error counters are held at 0.',
    fields: [field('rw_err_clr', 0, 1)],
  }),
  counter(
    'Misc',
    'tmr_err_cnt_misc',
    0xce4,
    'misc',
    'Clocks with a disagreement in the I2C target, the reset synchroniser, the counters and the registers below.',
    'Misc_TMR_ERR_CNT.Global.{f}',
  ),
];

/** Registers of ours, in a gap of the production map (0xc50..0xc5f). */
const ownRegisters: readonly Register[] = [
  single({
    block: 'WeightMemory',
    name: 'weight_command',
    address: 0xc50,
    bytes: 1,
    storage: 'command',
    signal: 'commit',
    doc: 'Starts the check of the shadow weights and, if the CRC-32 is the expected one, swaps them in.',
    fields: [{ name: 'commit', lsb: 0, width: 1, access: 'wo', reset: 0n, doc: 'write 1 to start; reads 0' }],
  }),
  single({
    block: 'WeightMemory',
    name: 'weight_control',
    address: 0xc51,
    bytes: 1,
    storage: 'stored',
    signal: 'read_active',
    watch: 'misc',
    doc: 'What reading the weight registers shows.',
    fields: [field('read_active', 0, 1, 0, '0: shadow, 1: active weights')],
  }),
  single({
    block: 'WeightMemory',
    name: 'weight_status',
    address: 0xc52,
    bytes: 1,
    storage: 'status',
    signal: 'weight_status',
    doc: 'State of the last commit.',
    fields: [
      readOnly('busy', 0, 1, 'a check runs: weight writes are refused, weight reads are not valid'),
      readOnly('done', 1, 1, 'the last commit swapped the weights'),
      readOnly(
        'failed',
        2,
        1,
        'CRC mismatch, or the shadow changed during the check: the active weights were left alone',
      ),
    ],
  }),
  single({
    block: 'WeightMemory',
    name: 'commit_count',
    address: 0xc53,
    bytes: 1,
    storage: 'status',
    signal: 'commit_count',
    doc: 'Successful commits since reset, modulo 256.',
    fields: [readOnly('commit_count', 0, 8)],
  }),
  single({
    block: 'WeightMemory',
    name: 'expected_crc',
    address: 0xc54,
    bytes: 4,
    storage: 'stored',
    signal: 'expected_crc',
    watch: 'misc',
    doc: 'CRC-32 (IEEE 802.3, as in zlib) of the 1608 weight bytes in the order of their addresses.',
    fields: [field('expected_crc', 0, 32)],
  }),
  single({
    block: 'WeightMemory',
    name: 'computed_crc',
    address: 0xc58,
    bytes: 4,
    storage: 'status',
    signal: 'computed_crc',
    doc: 'CRC-32 that the last check found.',
    fields: [readOnly('computed_crc', 0, 32)],
  }),
  counter(
    'I2c',
    'i2c_recovery_count',
    0xc5c,
    'i2c_recovery',
    'Transactions abandoned because SCL stood still.',
  ),
  single({
    block: 'Chip',
    name: 'build',
    address: 0xc5f,
    bytes: 1,
    storage: 'status',
    signal: 'build',
    doc: 'How this chip was built.',
    fields: [
      readOnly('exact', 0, 1, '0: each product floored by itself (econt), 1: one truncation per sum'),
      readOnly('tmr', 1, 2, '0: none, 1: configuration, weights and control, 2: all registers'),
    ],
  }),
];

/** The register map: the one source of I2C decode, defaults, documentation and settings scripts. By address. */
export const registerMap: readonly Register[] = [
  ...productionOnlyRegisters,
  ...chipRegisters,
  ...ownRegisters,
].sort((a, b) => a.address - b.address);

/** Reset value of element `index`; only the mux differs from element to element. */
export function elementReset(register: Register, index: number): bigint {
  if (register.signal === 'mux') return BigInt(index);
  if (register.resetValue !== undefined) return register.resetValue;
  return register.fields.reduce((value, f) => value | (f.reset << BigInt(f.lsb)), 0n);
}

/** Registers with this storage. */
export function registersOf(storage: Register['storage']): Register[] {
  return registerMap.filter((r) => r.storage === storage);
}

/** The register of this name. */
export function registerNamed(name: string): Register {
  const found = registerMap.find((r) => r.name === name && r.storage !== 'absent');
  if (!found) throw new Error(`no register ${name} in the chip`);
  return found;
}
