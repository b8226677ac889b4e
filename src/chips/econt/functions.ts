import type { Storage } from '../map/register.js';

/** What a register of the production map, or one of ours, does. */
export interface RegisterFunction {
  /** @default 'status' of what tells or tallies, 'stored' where the host writes, else 'counter' */
  readonly storage?: Storage;
  /** Verilog base name of the register. @default its name, with the block in front where the name alone says nothing */
  readonly signal?: string;
  /** Fields of a status register that blocks bring; the others read what they have at power-up. */
  readonly tells?: readonly string[];
  /** Events that elements of an array count, where the others read 0. */
  readonly tallies?: Readonly<Record<number, string>>;
}

/**
 * What registers are for, by `BLOCK.NAME`: first those that the chip of the autoencoder alone has, too; it has no register
 * without a function. Stored registers and error counters that are not here are kept, or count, without a word.
 */
const ofEncoder = {
  'ERx.tmr_err_cnt_erx': 'BX in which copies of a register of the link input differed.',
  'Mux.mux':
    'Input that image position k takes; 48..63 name none: code 0. After reset position k takes input k.',
  'Cal.cal': 'Calibration factor of image position k, unsigned with 11 fraction bits.',
  'ConfigAlgo.config_algo':
    'Algorithm and density; 5, 6 and 7 act as the repeater (3). Link words are 0 when the chip does not include it.',
  'ConfigAlgo.tmr_err_cnt_mux_fix_calib':
    'Clocks with a disagreement in mux, float-to-fixed, calibration and their registers.',
  'FormatterBuffer.links':
    'Kind of super trigger cells; active links: the ones in active_etxs are counted, packets begin on eTx 0.',
  'FormatterBuffer.keep_auto_encoder_bits':
    'Bit 9 o + b keeps bit b of latent o; kept bits are squeezed toward bit 0 of the payload.',
  'FormatterBuffer.tmr_err_cnt_formatter_buffer':
    'Clocks with a disagreement in the formatter and its registers.',
  'Encoder.weights':
    'Weights of conv and dense, 6 bits each. Writes go to the shadow; reads show shadow or active (read_active).',
  'Encoder.tmr_err_cnt_auto_encoder':
    'Clocks with a disagreement in normaliser, encoder and weight memory: one counter for all 12,864 weight bits.',
  'WeightMemory.weight_command':
    'Starts the check of the shadow weights and, if the CRC-32 is the expected one, swaps them in.',
  'WeightMemory.weight_control': 'What reading the weight registers shows.',
  'WeightMemory.weight_status': 'State of the last commit.',
  'WeightMemory.commit_count': 'Successful commits since reset, modulo 256.',
  'WeightMemory.expected_crc':
    'CRC-32 (IEEE 802.3, as in zlib) of the 1608 weight bytes in the order of their addresses.',
  'WeightMemory.computed_crc': 'CRC-32 that the last check found.',
  'I2c.i2c_recovery_count': 'Transactions abandoned because SCL stood still.',
  'Chip.build': 'How this chip was built.',
  'Misc.rw_err_clr': 'While 1, all error counters are held at 0.',
  'Misc.tmr_err_cnt_misc':
    'Clocks with a disagreement in the I2C target, the reset synchroniser, the counters and the registers below.',
} as const;
export const meanings: Readonly<Record<string, string>> = {
  ...ofEncoder,
  'ChAligner.status': 'hdr_mm_err: a header of this link was wrong; the other bits read 0.',
  'ChAligner.select': 'Reads its reset value: words come in aligned.',
  'ChAligner.hdr_mm_cntr': 'Wrong headers of this link since status_clear or rw_err_clr, saturating.',
  'Aligner.orbsyn_hdr':
    'Header of the first BX of an orbit, for the check of headers; mask bits of 1 are ignored.',
  'Aligner.idle_hdr': 'Header of the other BX, for the check of headers; mask bits of 1 are ignored.',
  'FCtrl.counter': 'Fast commands received: number 11 counts link resets of ECON-T, the others read 0.',
  'ClocksAndResets.clear': 'A 1 in bit 4 or 5 clears the counter of that number.',
  'ClocksAndResets.pusm_config':
    'pusm_run starts the data path: link words are 0 until it is set. Other fields are kept only.',
  'ClocksAndResets.pusm_counter':
    'Number 4 counts how often the running state was left, 5 upsets of the state; the others read 0.',
  'ClocksAndResets.status': 'pusm_state: 1 before pusm_run is set, 8 when running; other fields read 0.',
  'AlgoThreshold.threshold':
    'Threshold sum: cells with at least this charge are sent. Compared before any drop.',
  'AlgoDroplsb.drop_lsb': 'Lowest bits of charges that are dropped, 0 to 4; 5 to 7 drop none.',
  'FormatterBuffer.buff_t1': 'Threshold sum: a packet that would fill the buffer beyond this is truncated.',
  'FormatterBuffer.buff_t2': 'Threshold sum: with more words waiting than this, short packets are truncated.',
  'FormatterBuffer.buff_t3':
    'Longest packet that buff_t2 truncates; use_sum 1: the module sum is of all cells, not of those not sent.',
  'FormatterBuffer.idle_pattern': 'Threshold sum: lower 11 bits of the words sent when none wait.',
  'FormatterBuffer.link_reset_pattern':
    'Lower 11 bits of the words sent during a link reset; etx_pattern is kept only.',
  'FormatterBuffer.status': 'More than 400 words waited in the buffer since status_clear or rw_err_clr.',
  'Misc.command': 'status_clear clears the header check and the overflow flag; the other bits do nothing.',
};

/** Is this one of the registers that a chip of the autoencoder alone has? */
export const isOfEncoder = (path: string): boolean => path in ofEncoder;

/** What more is to be known of some of them. */
export const functions: Readonly<Record<string, RegisterFunction>> = {
  'ChAligner.status': { tells: ['hdr_mm_err'] },
  'ChAligner.select': { tells: [] },
  'ChAligner.hdr_mm_cntr': { tells: ['hdr_mm_cntr'] },
  'FCtrl.counter': { tallies: { 11: 'link_reset' } },
  'ClocksAndResets.clear': { storage: 'command' },
  'ClocksAndResets.pusm_counter': { tallies: { 4: 'left_ready', 5: 'state_upset' } },
  'ClocksAndResets.status': { tells: ['pusm_state'] },
  'FormatterBuffer.keep_auto_encoder_bits': { signal: 'keep' },
  'FormatterBuffer.status': { tells: ['buffer_wr_ptr_ovflw_err'] },
  'Encoder.weights': { storage: 'weights' },
  'WeightMemory.weight_command': { storage: 'command' },
  'WeightMemory.weight_control': { signal: 'read_active' },
  'WeightMemory.weight_status': { tells: ['busy', 'done', 'failed'] },
  'WeightMemory.commit_count': { tells: ['commit_count'] },
  'WeightMemory.computed_crc': { tells: ['computed_crc'] },
  'I2c.i2c_recovery_count': { signal: 'i2c_recovery' },
  'Chip.build': { tells: [] },
  'Misc.command': { storage: 'command' },
};

/** What fields mean, where their register does not say it. */
export const fieldDocs: Readonly<Record<string, string>> = {
  alg_type: '4: autoencoder',
  alg_high_density: '1: high-density module',
  active_etxs: 'one bit per eTx',
  commit: 'write 1 to start; reads 0',
  read_active: '0: shadow, 1: active weights',
  busy: 'a check runs: weight writes are refused, weight reads are not valid',
  done: 'the last commit swapped the weights',
  failed: 'CRC mismatch, or the shadow changed during the check: the active weights were left alone',
  exact: '0: each product floored by itself (econt), 1: one truncation per sum',
  tmr: '0: none, 1: configuration, weights and control, 2: all registers',
};

/** The wires of fields at the top of the chip, where they are not called as the field. */
export const fieldWires: Readonly<Record<string, string>> = {
  alg_type: 'algorithm',
  alg_high_density: 'high_density',
  keep_auto_encoder_bits: 'keep',
  pusm_run: 'run',
  orbsyn_hdr_val: 'orbit_value',
  orbsyn_hdr_mask: 'orbit_mask',
  idle_hdr_val: 'idle_value',
  idle_hdr_mask: 'idle_mask',
  hdr_mm_err: 'header_wrong',
  hdr_mm_cntr: 'header_count',
  buffer_wr_ptr_ovflw_err: 'overflow',
  busy: 'weight_busy',
  done: 'weight_done',
  failed: 'weight_failed',
};

/**
 * Error counters: the blocks of the chip whose copies they compare, and the blocks of the register map whose stored
 * registers. Blocks of algorithms count with 'algorithm', other registers with 'misc'.
 */
const counters: Readonly<Record<string, { readonly blocks?: string; readonly registers?: string }>> = {
  erx: { blocks: 'link-input', registers: 'ERx' },
  mux_fix_calib: { blocks: 'mux float-to-fixed calibration', registers: 'Mux Cal ConfigAlgo' },
  auto_encoder: { blocks: 'normaliser encoder weight-memory', registers: 'Encoder' },
  formatter_buffer: { blocks: 'formatter link-buffer bunch-tag', registers: 'FormatterBuffer' },
  chan_err: { blocks: 'header-check', registers: 'ChErr' },
  clocks_and_resets: { blocks: 'power-up reset-sync', registers: 'ClocksAndResets' },
  misc: { blocks: 'i2c' },
  algorithm: { registers: 'AlgoThreshold AlgoDroplsb' },
  chan_aligner: { registers: 'ChAligner' },
  chan_eprxgrp: { registers: 'ChEprxGrp' },
  aligner: { registers: 'Aligner' },
  err_top: { registers: 'ErrTop' },
  eprxgrp_top: { registers: 'EprxGrpTop' },
  fast_ctrl_decoder: { registers: 'FCtrl' },
  etx: { registers: 'ETx' },
};

/** The error counter of a block of the chip, or of the registers of a block of the map. */
export function counterWith(kind: 'blocks' | 'registers', name: string): string | undefined {
  return Object.keys(counters).find((counter) => counters[counter][kind]?.split(' ').includes(name));
}

/** Do events of blocks reach this counter, and not only those of stored registers? */
export function countsBlocks(counter: string): boolean {
  return counter === 'algorithm' || counter === 'i2c_recovery' || counters[counter]?.blocks !== undefined;
}
