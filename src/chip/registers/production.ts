import type { Field, Register } from './types.js';

/**
 * Registers of the production map that have no function in this chip (spec econt-behaviour 12): kept in the table so
 * that a configuration written for ECON-T is understood, nothing is stored.
 */

type Bits = readonly [name: string, lsb: number, width: number, reset?: number | bigint];

function row(
  block: string,
  name: string,
  address: number,
  bytes: number,
  access: 'rw' | 'ro' | 'wo',
  fields: readonly Bits[],
  array: { count: number; stride: number } = { count: 1, stride: bytes },
): Register {
  const all: readonly Bits[] = fields.length > 0 ? fields : [[name, 0, 8 * bytes]];
  return {
    block,
    name,
    address,
    bytes,
    ...array,
    storage: 'absent',
    doc: 'No function in this chip: writes are acknowledged and dropped, reads give 0.',
    fields: all.map(
      ([field, lsb, width, reset]): Field => ({
        name: field,
        lsb,
        width,
        access,
        reset: BigInt(reset ?? 0),
      }),
    ),
  };
}

const perLink = { count: 12, stride: 0x40 };
const perError = { count: 12, stride: 4 };

const channelRows: readonly Register[] = [
  row(
    'ChAligner',
    'config',
    0x00,
    1,
    'rw',
    [
      ['per_ch_align_en', 0, 1, 1],
      ['sel_override_en', 1, 1],
      ['patt_en', 2, 1],
      ['prbs28_en', 3, 1],
      ['patt_sel', 4, 1],
      ['prbs_chk_en', 5, 1],
      ['force_ch_outputs', 6, 1],
    ],
    perLink,
  ),
  row('ChAligner', 'sel_override_val', 0x01, 1, 'rw', [], perLink),
  row('ChAligner', 'seed_in', 0x02, 2, 'rw', [['seed_in', 0, 14]], perLink),
  row('ChAligner', 'user_word_0', 0x04, 4, 'rw', [], perLink),
  row('ChAligner', 'user_word_1', 0x08, 4, 'rw', [], perLink),
  row('ChAligner', 'user_word_2', 0x0c, 4, 'rw', [], perLink),
  row('ChAligner', 'user_word_3', 0x10, 4, 'rw', [], perLink),
  row(
    'ChAligner',
    'status',
    0x14,
    1,
    'ro',
    [
      ['pattern_match', 0, 1],
      ['snapshot_dv', 1, 1],
      ['hdr_mm_err', 2, 1],
      ['spare', 3, 1],
      ['orbsyn_hdr_err', 4, 1],
      ['orbsyn_arr_err', 5, 1],
      ['orbsyn_fc_err', 6, 1],
      ['prbs_chk_err', 7, 1],
    ],
    perLink,
  ),
  row('ChAligner', 'select', 0x15, 1, 'ro', [['select', 0, 8, 0x20]], perLink),
  row('ChAligner', 'snapshot', 0x16, 24, 'ro', [], perLink),
  row('ChAligner', 'hdr_mm_cntr', 0x2e, 2, 'ro', [], perLink),
  row('ChAligner', 'orbsyn_hdr_err_cnt', 0x30, 1, 'ro', [], perLink),
  row('ChAligner', 'orbsyn_arr_err_cnt', 0x31, 1, 'ro', [], perLink),
  row('ChAligner', 'orbsyn_fc_err_cnt', 0x32, 1, 'ro', [], perLink),
  row('ChAligner', 'prbs_chk_err_cnt', 0x33, 1, 'ro', [], perLink),
  row('ChAligner', 'tmr_err_cnt_chan_aligner', 0x34, 1, 'ro', [], perLink),
  row('ChErr', 'tmr_err_cnt_chan_err', 0x35, 1, 'ro', [], perLink),
  row('ChEprxGrp', 'tmr_err_cnt_chan_eprxgrp', 0x36, 1, 'ro', [], perLink),
  row(
    'ChErr',
    'control',
    0x300,
    1,
    'wo',
    [
      ['clr_on_read', 0, 1],
      ['wren_err', 1, 1],
      ['wren_msk', 2, 1],
    ],
    perError,
  ),
  row('ChErr', 'err_raw_dat', 0x301, 1, 'ro', [['err_raw_dat', 0, 6]], perError),
  row('ChErr', 'msk_dat', 0x302, 1, 'ro', [['msk_dat', 0, 6]], perError),
  row(
    'ChErr',
    'err_dat',
    0x303,
    1,
    'ro',
    [
      ['err_dat', 0, 6],
      ['err_out', 6, 1],
    ],
    perError,
  ),
  row(
    'ChEprxGrp',
    'config',
    0x340,
    1,
    'rw',
    [
      ['dll_reset_req', 0, 1],
      ['reset_channels', 1, 1],
      ['train_channel', 2, 1],
      ['phase_select', 3, 4],
    ],
    perError,
  ),
  row(
    'ChEprxGrp',
    'status',
    0x341,
    1,
    'ro',
    [
      ['dll_state', 0, 2],
      ['phase_select', 2, 4],
      ['dll_instant_lock', 6, 1],
      ['channel_locked', 7, 1],
    ],
    perError,
  ),
  row(
    'ChEprxGrp',
    'lock',
    0x342,
    1,
    'ro',
    [
      ['dll_locked', 0, 1],
      ['dll_lock_filter_state', 1, 2],
      ['dll_loss_of_lock_count', 3, 5],
    ],
    perError,
  ),
];

const alignerRows: readonly Register[] = [
  row('Aligner', 'config', 0x380, 1, 'rw', [
    ['snapshot_arm', 0, 1],
    ['snapshot_en', 1, 1, 1],
    ['i2c_snapshot_en', 2, 1],
    ['dbg_fc_cnt_clr', 3, 1],
    ['freeze_output_enable', 4, 1, 1],
    ['freeze_output_enable_all_channels_locked', 5, 1, 1],
  ]),
  row('Aligner', 'match_pattern_val', 0x381, 8, 'rw', [['match_pattern_val', 0, 64, 0x9aaaaaaa]]),
  row('Aligner', 'match_mask_val', 0x389, 8, 'rw', [['match_mask_val', 0, 64, 0xffffffff00000000n]]),
  row('Aligner', 'orbsyn_hdr', 0x391, 1, 'rw', [
    ['orbsyn_hdr_val', 0, 4, 9],
    ['orbsyn_hdr_mask', 4, 4],
  ]),
  row('Aligner', 'idle_hdr', 0x392, 1, 'rw', [
    ['idle_hdr_val', 0, 4, 10],
    ['idle_hdr_mask', 4, 4],
  ]),
  row('Aligner', 'orbsyn_cnt', 0x393, 3, 'rw', [
    ['orbsyn_cnt_max_val', 0, 12, 3563],
    ['orbsyn_cnt_load_val', 12, 12, 3513],
  ]),
  row('Aligner', 'orbsyn_cnt_snapshot', 0x396, 2, 'rw', [['orbsyn_cnt_snapshot', 0, 12, 2]]),
  row('Aligner', 'status', 0x398, 1, 'ro', [
    ['done', 0, 1],
    ['dbg_lreset_rcvd', 1, 1],
    ['dbg_orbsyn_rcvd', 2, 1],
    ['dbg_fc_cnt', 3, 5],
  ]),
  row('Aligner', 'tmr_err_cnt_aligner', 0x399, 1, 'ro', []),
  row('ErrTop', 'control', 0x39a, 1, 'rw', [
    ['clr_on_read_top', 0, 1],
    ['wren_err_top', 1, 1],
    ['wren_msk_top', 2, 1],
  ]),
  row('ErrTop', 'wr_data_top', 0x39b, 2, 'rw', [['wr_data_top', 0, 12]]),
  row('ErrTop', 'err_wr_data', 0x39d, 1, 'rw', [['err_wr_data', 0, 6]]),
  row('ErrTop', 'msk_dat_top', 0x39e, 2, 'ro', [['msk_dat_top', 0, 12]]),
  row('ErrTop', 'err_dat_top', 0x3a0, 2, 'ro', [['err_dat_top', 0, 12]]),
  row('ErrTop', 'tmr_err_cnt_err_top', 0x3a2, 1, 'ro', []),
  row('EprxGrpTop', 'config', 0x3a3, 3, 'rw', [
    ['dll_current_set', 0, 2, 1],
    ['dll_coarse_lock_detection', 2, 1, 1],
    ['data_gating_enable', 3, 1, 1],
    ['track_mode', 4, 2, 1],
    ['dll_lock_threshold', 6, 3, 5],
    ['dll_re_lock_threshold', 9, 3, 5],
    ['dll_un_lock_threshold', 12, 3, 5],
    ['dll_confirm_count_select', 15, 2, 2],
    ['force_clock_enable', 17, 1],
    ['enable_re_init', 18, 1],
  ]),
  row('EprxGrpTop', 'tmr_err_cnt_eprxgrp_top', 0x3a6, 1, 'ro', []),
  row('FCtrl', 'config', 0x3a7, 1, 'rw', [
    ['edge_sel_t1', 0, 1, 1],
    ['pre_l1a_offset', 1, 2],
    ['invert_command_rx', 3, 1],
  ]),
  row('FCtrl', 'capture_fcmd_ctrl', 0x3a8, 3, 'rw', [['capture_fcmd_ctrl', 0, 22]]),
  row('FCtrl', 'status', 0x3ab, 1, 'ro', [
    ['command_rx_inverted', 0, 1],
    ['locked', 1, 1],
  ]),
  row('FCtrl', 'counter', 0x3ac, 1, 'ro', [], { count: 23, stride: 1 }),
  row('FCtrl', 'tmr_err_cnt_fast_ctrl_decoder', 0x3c3, 1, 'ro', []),
  row('ClocksAndResets', 'clear', 0x3c4, 1, 'wo', [
    ['pusm_counters', 0, 6],
    ['lock_filter_loss_of_lock_count_rst', 6, 1],
    ['fc_locked_action_rst', 7, 1],
  ]),
  row('ClocksAndResets', 'pusm_config', 0x3c5, 3, 'rw', [
    ['pusm_force_state', 0, 1],
    ['pusm_force_magic', 1, 8],
    ['pusm_state_forced', 9, 4],
    ['wdog_pll_disable', 13, 1],
    ['wdog_dll_disable', 14, 1],
    ['timeout_pll_lock_config', 15, 4],
    ['timeout_dll_lock_config', 19, 4],
    ['pusm_run', 23, 1],
  ]),
  row('ClocksAndResets', 'pll_config', 0x3c8, 17, 'rw', []),
  row('ClocksAndResets', 'pusm_counter', 0x3d9, 1, 'ro', [], { count: 6, stride: 1 }),
  row('ClocksAndResets', 'status', 0x3df, 4, 'ro', [
    ['pusm_state', 0, 4],
    ['lock_filter_state', 4, 2],
    ['lock_filter_locked', 6, 1],
    ['loss_of_lock_count', 7, 8],
    ['sm_state', 15, 4],
    ['sm_locked', 19, 1],
    ['vco_capbank', 20, 9],
  ]),
  row('ClocksAndResets', 'tmr_err_cnt_clocks_and_resets', 0x3e3, 1, 'ro', []),
];

const linkRows: readonly Register[] = [
  row(
    'ERx',
    'config',
    0x3e4,
    1,
    'rw',
    [
      ['enable', 0, 1, 1],
      ['invert_data', 1, 1],
      ['enable_termination', 2, 1, 1],
      ['equalizer', 3, 2],
      ['set_common_mode', 5, 1],
    ],
    { count: 15, stride: 1 },
  ),
  row(
    'ETx',
    'config',
    0x3f4,
    2,
    'rw',
    [
      ['invert_data', 0, 1],
      ['drive_strength', 1, 3, 3],
      ['pre_emphasis_mode', 4, 2],
      ['pre_emphasis_width', 6, 3],
      ['pre_emphasis_strength', 9, 3, 3],
      ['low_supply_r', 12, 1],
    ],
    { count: 13, stride: 2 },
  ),
  row('ETx', 'tmr_err_cnt_etx', 0x40e, 1, 'ro', []),
  row(
    'ConfigAlgo',
    'bad_erx',
    0x4a1,
    1,
    'ro',
    [
      ['pass_fail_counter', 0, 7],
      ['err_out', 7, 1],
    ],
    { count: 12, stride: 1 },
  ),
  row('AlgoThreshold', 'threshold', 0x4ae, 3, 'rw', [['threshold', 0, 22]], { count: 48, stride: 3 }),
  row('AlgoDroplsb', 'drop_lsb', 0x53e, 1, 'rw', [['drop_lsb', 0, 3]]),
  row('AlgoDroplsb', 'tmr_err_cnt_algorithm', 0x53f, 1, 'ro', []),
  row('FormatterBuffer', 'buff_t1', 0x540, 2, 'rw', [['buff_t1', 0, 9, 48]]),
  row('FormatterBuffer', 'buff_t2', 0x542, 2, 'rw', [['buff_t2', 0, 9, 511]]),
  row('FormatterBuffer', 'buff_t3', 0x544, 1, 'rw', [
    ['buff_t3', 0, 5],
    ['use_sum', 5, 1, 1],
  ]),
  row('FormatterBuffer', 'idle_pattern', 0x547, 2, 'rw', [['idle_pattern', 0, 11, 1450]]),
  row('FormatterBuffer', 'link_reset_pattern', 0x55b, 2, 'rw', [
    ['link_reset_pattern', 0, 11, 290],
    ['etx_pattern', 11, 3],
  ]),
  row('FormatterBuffer', 'align_serializer', 0x55d, 1, 'rw', [['align_serializer', 0, 6]], {
    count: 13,
    stride: 1,
  }),
  row('FormatterBuffer', 'status', 0x56a, 1, 'ro', [['buffer_wr_ptr_ovflw_err', 0, 1]]),
  row('Misc', 'command', 0xce0, 1, 'wo', [
    ['status_clear', 0, 1],
    ['status_capture', 1, 1],
    ['bad_erx_status_clear', 2, 1],
  ]),
  row('Misc', 'misc_ro', 0xce2, 1, 'ro', []),
  row('Misc', 'wbmaster_err_wb_adr_cnt', 0xce3, 1, 'ro', []),
];

export const productionOnlyRegisters: readonly Register[] = [...channelRows, ...alignerRows, ...linkRows];
