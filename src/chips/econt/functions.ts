import type { Storage } from '../map/register.js';

/** What a register of the production map, or one of ours, is for. */
export interface RegisterFunction {
  readonly doc: string;
  /** @default 'status' of what tells or tallies, 'stored' where the host writes, else 'counter' */
  readonly storage?: Storage;
  /** Verilog base name of the register. @default its name, with the block in front where the name alone says nothing */
  readonly signal?: string;
  /** Fields of a status register that blocks bring; the others read what they have at power-up. */
  readonly tells?: readonly string[];
  /** Events that elements of an array count, where the others read 0. */
  readonly tallies?: Readonly<Record<number, string>>;
  /** Also in the chip of the autoencoder alone, which has no register without a function. */
  readonly always?: true;
}

/** By `BLOCK.NAME`. Stored registers and error counters that are not here are kept, or count, without a word. */
export const functions: Readonly<Record<string, RegisterFunction>> = {
  'ChAligner.status': {
    tells: ['hdr_mm_err'],
    doc: 'hdr_mm_err: a header of this link was wrong; the other bits read 0.',
  },
  'ChAligner.select': { tells: [], doc: 'Reads its reset value: words come in aligned.' },
  'ChAligner.hdr_mm_cntr': {
    tells: ['hdr_mm_cntr'],
    doc: 'Wrong headers of this link since status_clear or rw_err_clr, saturating.',
  },
  'Aligner.orbsyn_hdr': {
    doc: 'Header of the first BX of an orbit, for the check of headers; mask bits of 1 are ignored.',
  },
  'Aligner.idle_hdr': {
    doc: 'Header of the other BX, for the check of headers; mask bits of 1 are ignored.',
  },
  'FCtrl.counter': {
    tallies: { 11: 'link_reset' },
    doc: 'Fast commands received: number 11 counts link resets of ECON-T, the others read 0.',
  },
  'ClocksAndResets.clear': {
    storage: 'command',
    doc: 'A 1 in bit 4 or 5 clears the counter of that number.',
  },
  'ClocksAndResets.pusm_config': {
    doc: 'pusm_run starts the data path: link words are 0 until it is set. Other fields are kept only.',
  },
  'ClocksAndResets.pusm_counter': {
    tallies: { 4: 'left_ready', 5: 'state_upset' },
    doc: 'Number 4 counts how often the running state was left, 5 upsets of the state; the others read 0.',
  },
  'ClocksAndResets.status': {
    tells: ['pusm_state'],
    doc: 'pusm_state: 1 before pusm_run is set, 8 when running; other fields read 0.',
  },
  'ERx.tmr_err_cnt_erx': {
    always: true,
    doc: 'BX in which copies of a register of the link input differed.',
  },
  'Mux.mux': {
    always: true,
    doc: 'Input that image position k takes; 48..63 name none: code 0. After reset position k takes input k.',
  },
  'Cal.cal': {
    always: true,
    doc: 'Calibration factor of image position k, unsigned with 11 fraction bits.',
  },
  'ConfigAlgo.config_algo': {
    always: true,
    doc: 'Algorithm and density; 5, 6 and 7 act as the repeater (3). Link words are 0 when the chip does not include it.',
  },
  'ConfigAlgo.tmr_err_cnt_mux_fix_calib': {
    always: true,
    doc: 'Clocks with a disagreement in mux, float-to-fixed, calibration and their registers.',
  },
  'AlgoThreshold.threshold': {
    doc: 'Threshold sum: cells with at least this charge are sent. Compared before any drop.',
  },
  'AlgoDroplsb.drop_lsb': { doc: 'Lowest bits of charges that are dropped, 0 to 4; 5 to 7 drop none.' },
  'FormatterBuffer.buff_t1': {
    doc: 'Threshold sum: a packet that would fill the buffer beyond this is truncated.',
  },
  'FormatterBuffer.buff_t2': {
    doc: 'Threshold sum: with more words waiting than this, short packets are truncated.',
  },
  'FormatterBuffer.buff_t3': {
    doc: 'Longest packet that buff_t2 truncates; use_sum 1: the module sum is of all cells, not of those not sent.',
  },
  'FormatterBuffer.links': {
    always: true,
    doc: 'Kind of super trigger cells; active links: the ones in active_etxs are counted, packets begin on eTx 0.',
  },
  'FormatterBuffer.idle_pattern': {
    doc: 'Threshold sum: lower 11 bits of the words sent when none wait.',
  },
  'FormatterBuffer.keep_auto_encoder_bits': {
    signal: 'keep',
    always: true,
    doc: 'Bit 9 o + b keeps bit b of latent o; kept bits are squeezed toward bit 0 of the payload.',
  },
  'FormatterBuffer.link_reset_pattern': {
    doc: 'Lower 11 bits of the words sent during a link reset; etx_pattern is kept only.',
  },
  'FormatterBuffer.status': {
    tells: ['buffer_wr_ptr_ovflw_err'],
    doc: 'More than 400 words waited in the buffer since status_clear or rw_err_clr.',
  },
  'FormatterBuffer.tmr_err_cnt_formatter_buffer': {
    always: true,
    doc: 'Clocks with a disagreement in the formatter and its registers.',
  },
  'Encoder.weights': {
    storage: 'weights',
    always: true,
    doc: 'Weights of conv and dense, 6 bits each. Writes go to the shadow; reads show shadow or active (read_active).',
  },
  'Encoder.tmr_err_cnt_auto_encoder': {
    always: true,
    doc: 'Clocks with a disagreement in normaliser, encoder and weight memory: one counter for all 12,864 weight bits.',
  },
  'WeightMemory.weight_command': {
    storage: 'command',
    always: true,
    doc: 'Starts the check of the shadow weights and, if the CRC-32 is the expected one, swaps them in.',
  },
  'WeightMemory.weight_control': {
    signal: 'read_active',
    always: true,
    doc: 'What reading the weight registers shows.',
  },
  'WeightMemory.weight_status': {
    tells: ['busy', 'done', 'failed'],
    always: true,
    doc: 'State of the last commit.',
  },
  'WeightMemory.commit_count': {
    tells: ['commit_count'],
    always: true,
    doc: 'Successful commits since reset, modulo 256.',
  },
  'WeightMemory.expected_crc': {
    always: true,
    doc: 'CRC-32 (IEEE 802.3, as in zlib) of the 1608 weight bytes in the order of their addresses.',
  },
  'WeightMemory.computed_crc': {
    tells: ['computed_crc'],
    always: true,
    doc: 'CRC-32 that the last check found.',
  },
  'I2c.i2c_recovery_count': {
    signal: 'i2c_recovery',
    always: true,
    doc: 'Transactions abandoned because SCL stood still.',
  },
  'Chip.build': { tells: [], always: true, doc: 'How this chip was built.' },
  'Misc.command': {
    storage: 'command',
    doc: 'status_clear clears the header check and the overflow flag; the other bits do nothing.',
  },
  'Misc.rw_err_clr': { always: true, doc: 'While 1, all error counters are held at 0.' },
  'Misc.tmr_err_cnt_misc': {
    always: true,
    doc: 'Clocks with a disagreement in the I2C target, the reset synchroniser, the counters and the registers below.',
  },
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

/** The error counter of a block of the chip; those of algorithms share one. */
export const blockCounters: Readonly<Record<string, string>> = {
  'link-input': 'erx',
  mux: 'mux_fix_calib',
  'float-to-fixed': 'mux_fix_calib',
  calibration: 'mux_fix_calib',
  normaliser: 'auto_encoder',
  encoder: 'auto_encoder',
  'weight-memory': 'auto_encoder',
  formatter: 'formatter_buffer',
  'link-buffer': 'formatter_buffer',
  'bunch-tag': 'formatter_buffer',
  'header-check': 'chan_err',
  'power-up': 'clocks_and_resets',
  'reset-sync': 'clocks_and_resets',
  i2c: 'misc',
};
export const ALGORITHM_COUNTER = 'algorithm';

/** The error counter that watches the stored registers of a block; of the others 'misc' does. */
export const watchers: Readonly<Record<string, string>> = {
  ChAligner: 'chan_aligner',
  ChErr: 'chan_err',
  ChEprxGrp: 'chan_eprxgrp',
  Aligner: 'aligner',
  ErrTop: 'err_top',
  EprxGrpTop: 'eprxgrp_top',
  FCtrl: 'fast_ctrl_decoder',
  ClocksAndResets: 'clocks_and_resets',
  ERx: 'erx',
  ETx: 'etx',
  Mux: 'mux_fix_calib',
  Cal: 'mux_fix_calib',
  ConfigAlgo: 'mux_fix_calib',
  AlgoThreshold: 'algorithm',
  AlgoDroplsb: 'algorithm',
  FormatterBuffer: 'formatter_buffer',
  Encoder: 'auto_encoder',
};
