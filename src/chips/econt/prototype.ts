import { WEIGHT_BLOCK_BYTES, WEIGHT_BLOCKS } from '../../encoder/index.js';
import { hex, type Register } from '../map/register.js';
import { rows } from '../map/rows.js';
import { weightFields } from './production.js';

const doc = 'Register of the prototype chip; not in the emitted chip.';

/** Blocks of P1 whose disagreements a counter of its own counts, after those of each channel. */
const counted =
  'chan_err_12 aligner err_top eprxgrp_top fast_ctrl_decoder formatter_buffer mux_fix_calib algorithm erx etx pll misc';

/** Counters of corrected errors of one kind: three for each of 12 channels, then one for each block. */
function errorCounters(kind: string, address: number): string {
  const name = (what: string): string => `rw_ecc_err_in_re_cnt_${kind}_${what}`;
  const nested = `^MISC_ERR_CNT_${kind.toUpperCase()}.`;
  return [
    ...['chan_aligner', 'chan_err', 'chan_eprxgrp'].map(
      (c, n) =>
        `Misc.${name(c)} ${hex(address + n)} 1 ro 12x0x3 @Misc.Global.{f}.{e} ${nested}${name(c)}_* ${name(c)}:8`,
    ),
    ...counted
      .split(' ')
      .map((c, n) => `Misc.${name(c)} ${hex(address + 36 + n)} 1 ro ${nested}${name(c)} ${name(c)}:8`),
  ].join('\n');
}

/**
 * The registers of P1, the prototype (spec econt-behaviour 13), with their names in the flat and in the nested layout.
 * By block. The flat names of its PLL are those of the nested layout in lower case.
 */
export const prototypeRegisters: readonly Register[] = [
  ...rows(
    `
ChAligner.config 0x000 1 rw 12x0x40 ^CH_ALIGNER_*INPUT_ALL.config per_ch_align_en:1 sel_override_en:1 patt_en:1 prbs28_en:1 patt_sel:1 prbs_chk_en:1 force_ch_outputs:1
ChAligner.sel_override_val 0x001 1 rw 12x0x40 ^CH_ALIGNER_*INPUT_ALL.sel_override_val sel_override_val:8
ChAligner.seed_in 0x002 2 rw 12x0x40 ^CH_ALIGNER_*INPUT_ALL.seed_in seed_in:14
ChAligner.user_word_0 0x004 4 rw 12x0x40 ^CH_ALIGNER_*INPUT_ALL.user_word_0 user_word_0:32
ChAligner.user_word_1 0x008 4 rw 12x0x40 ^CH_ALIGNER_*INPUT_ALL.user_word_1 user_word_1:32
ChAligner.user_word_2 0x00c 4 rw 12x0x40 ^CH_ALIGNER_*INPUT_ALL.user_word_2 user_word_2:32
ChAligner.user_word_3 0x010 4 rw 12x0x40 ^CH_ALIGNER_*INPUT_ALL.user_word_3 user_word_3:32
ChAligner.status 0x014 1 ro 12x0x40 ^CH_ALIGNER_*INPUT_ALL.status pattern_match:1 snapshot_dv:1 hdr_mm_err:1 align_seu_err:1 orbsyn_hdr_err:1 orbsyn_arr_err:1 orbsyn_fc_err:1 prbs_chk_err:1
ChAligner.select 0x015 1 ro 12x0x40 ^CH_ALIGNER_*INPUT_ALL.select select:8
ChAligner.snapshot 0x016 16 ro 12x0x40 ^CH_ALIGNER_*INPUT_ALL.snapshot snapshot:128
ChAligner.snapshot2 0x026 8 ro 12x0x40 ^CH_ALIGNER_*INPUT_ALL.snapshot2 snapshot2:64
ChAligner.hdr_mm_cntr 0x02e 2 ro 12x0x40 ^CH_ALIGNER_*INPUT_ALL.hdr_mm_cntr hdr_mm_cntr:16
ChAligner.orbsyn_hdr_err_cnt 0x030 1 ro 12x0x40 ^CH_ALIGNER_*INPUT_ALL.orbsyn_hdr_err_cnt orbsyn_hdr_err_cnt:8
ChAligner.orbsyn_arr_err_cnt 0x031 1 ro 12x0x40 ^CH_ALIGNER_*INPUT_ALL.orbsyn_arr_err_cnt orbsyn_arr_err_cnt:8
ChAligner.orbsyn_fc_err_cnt 0x032 1 ro 12x0x40 ^CH_ALIGNER_*INPUT_ALL.orbsyn_fc_err_cnt orbsyn_fc_err_cnt:8
ChAligner.prbs_chk_err_cnt 0x033 1 ro 12x0x40 ^CH_ALIGNER_*INPUT_ALL.prbs_chk_err_cnt prbs_chk_err_cnt:8
ChErr.config 0x300 1 wo 12x0x4 ^CH_ERR_*INPUT_ALL.config clr_on_read:1 wren_err:1 wren_mask:1
ChErr.raw_error 0x301 1 ro 12x0x4 ^CH_ERR_*INPUT_ALL.raw_error prbs_chk_err:1 orbsyn_fc_err:1 orbsyn_arr_err:1 orbsyn_hdr_err:1 align_seu_err:1 hdr_mm_err:1
ChErr.error_mask 0x302 1 ro 12x0x4 ^CH_ERR_*INPUT_ALL.error_mask msk_dat:6
ChErr.error_data 0x303 1 ro 12x0x4 ^CH_ERR_*INPUT_ALL.error_data err_dat:6 err_out:1
ChErr.config_12 0x330 1 wo @ChErr.12.{f} ^CH_ERR_12_ALL.config clr_on_read:1 wren_err:1 wren_mask:1
ChErr.raw_error_12 0x331 1 ro @ChErr.12.{f} ^CH_ERR_12_ALL.raw_error command_rx_inverted:1 fc_error_count_ne_zero:1 buffer_wr_ptr_overflow_err:1 chns_not_locked:1 dll_not_locked:1 pll_not_locked:1
ChErr.error_mask_12 0x332 1 ro @ChErr.12.{f} ^CH_ERR_12_ALL.error_mask msk_dat:6
ChErr.error_data_12 0x333 1 ro @ChErr.12.{f} ^CH_ERR_12_ALL.error_data err_dat:6 err_out:1
ChEprxGrp.config 0x340 1 rw 12x0x4 ^CH_EPRXGRP_*INPUT_ALL.config dll_reset_req:1 reset_channels:1 train_channel:1 phase_select:4
ChEprxGrp.status 0x341 1 ro 12x0x4 @ChEprxGrp.{e}.status_{f} ^CH_EPRXGRP_*INPUT_ALL.status dll_state:2 phase_select:4 dll_instant_lock:1 channel_locked:1
ChEprxGrp.dllstatus 0x342 1 ro 12x0x4 ^CH_EPRXGRP_*INPUT_ALL.dllstatus dll_locked:1=1 dll_lock_filter_state:2 dll_loss_of_lock_count:5
Aligner.config 0x380 1 rw ^ALIGNER_ALL.config snapshot_arm:1 snapshot_en:1=1 i2c_snapshot_en:1 dbg_fc_cnt_clr:1
Aligner.match_pattern 0x381 8 rw ^ALIGNER_ALL.match_pattern_val match_pattern:64=0x9ccccccc
Aligner.match_mask 0x389 8 rw ^ALIGNER_ALL.match_mask_val match_mask:64=0xffffffff00000000
Aligner.orbsyn_hdr 0x391 1 rw ^ALIGNER_ALL.orbsyn_hdr orbsyn_hdr_val:4=9 orbsyn_hdr_mask:4
Aligner.orbsyn_cnt_max_val 0x392 2 rw ^ALIGNER_ALL.orbsyn_cnt_max_val orbsyn_cnt_max_val:12=3563
Aligner.orbsyn_cnt_load_val 0x394 2 rw ^ALIGNER_ALL.orbsyn_cnt_load_val orbsyn_cnt_load_val:12=3513
Aligner.orbsyn_cnt_snapshot 0x396 2 rw ^ALIGNER_ALL.orbsyn_cnt_snapshot orbsyn_cnt_snapshot:12=2
Aligner.idle_hdr 0x398 1 rw ^ALIGNER_ALL.idle_hdr idle_hdr_val:4=10 idle_hdr_mask:4
Aligner.status 0x399 1 ro ^ALIGNER_ALL.status done:1 dbg_lreset_rcvd:1 dbg_orbsyn_rcvd:1 dbg_fc_cnt:5
ErrTop.config 0x39a 1 rw ^ERRTOP_ALL.config clr_on_read_top:1 wren_err_top:1 wren_msk_top:1
ErrTop.wr_data_top 0x39b 2 rw ^ERRTOP_ALL.wr_data_top wr_data_top:13
ErrTop.err_wr_data 0x39d 1 rw ^ERRTOP_ALL.err_wr_data err_wr_data:6=1
ErrTop.msk_dat_top 0x39e 2 ro ^ERRTOP_ALL.msk_dat_top msk_dat_top:13
ErrTop.err_dat_top 0x3a0 2 ro ^ERRTOP_ALL.err_dat_top err_dat_top:13 err_out_top@14:1
EprxGrpTop.config 0x3a2 3 rw ^EPRXGRP_TOP_ALL.config dll_current_set:2 dll_coarse_lock_detection:1 data_gating_enable:1=1 track_mode:2=1 dll_lock_threshold:3=2 dll_re_lock_threshold:3=2 dll_un_lock_threshold:3=2 dll_confirm_count_select:2=1 dll_init_sm_force_clock_enable:1 enable_re_init:1
FCtrl.config 0x3a5 1 rw ^FCTRL_ALL.config edge_sel_t1:1=1 pre_l1a_offset:2 invert_command_rx:1 force_fc_error:1 reset_b_fc_counters:1=1
FCtrl.status 0x3a6 1 ro ^FCTRL_ALL.status command_rx_inverted:1 fc_error:1 locked:1
FCtrl.fc_error_count 0x3a7 1 ro ^FCTRL_ALL.fc_error_count fc_error_count:8
FCtrl.lock_count 0x3a8 1 ro ^FCTRL_ALL.lock_count lock_count:8
FormatterBuffer.tx_sync_word 0x3a9 2 rw @FmtBuf.Global.{f} ^FMTBUF_ALL.tx_sync_word tx_sync_word:11=0x70f
FormatterBuffer.buff_t1 0x3ab 2 rw @FmtBuf.Global.{f} ^FMTBUF_ALL.buff_t1 buff_t1:9=48
FormatterBuffer.buff_t2 0x3ad 2 rw @FmtBuf.Global.{f} ^FMTBUF_ALL.buff_t2 buff_t2:9=511
FormatterBuffer.buff_t3 0x3af 1 rw @FmtBuf.Global.{f} ^FMTBUF_ALL.buff_t3 buff_t3:5
FormatterBuffer.config 0x3b0 1 rw @FmtBuf.Global.{f} ^FMTBUF_ALL.config stc_type:2=1 use_sum:1=1 eporttx_numen@4:4=2
FormatterBuffer.mask_ae 0x3b1 16 rw @FmtBuf.Global.{f} ^FMTBUF_ALL.mask_ae mask_ae:128=0xffffffffffffffffffffffffffffffff
FormatterBuffer.mask_ae2 0x3c1 2 rw @FmtBuf.Global.{f} ^FMTBUF_ALL.mask_ae2 mask_ae2:16=0xffff
FormatterBuffer.buffer_out_err 0x3c3 1 ro @FmtBuf.Global.{f} ^FMTBUF_ALL.buffer_out_err buffer_out_err:1
Mux.mux_select 0x3c4 1 rw 48x0x1 @Mux.{e} ^MFC_MUX_SELECT.mux_select_* mux_select:6
Cal.cal 0x3f4 2 rw 48x0x2 @Cal.{e} ^MFC_CAL_VAL.cal_* cal:12=2048
Algorithm.algo 0x454 1 rw ^MFC_ALGORITHM_SEL_DENSITY.algo select:3 density:1
AlgoThreshold.threshold 0x455 3 rw 48x0x3 @AlgoThreshold.{e} ^ALGO_THRESHOLD_VAL.threshold_val_* threshold:22
AlgoDroplsb.drop_lsb 0x4e5 1 rw @AlgoDroplsb.Global ^ALGO_DROPLSB.drop_lsb drop_lsb:3
ERx.config_ch 0x4e6 1 rw 12x0x1 ^ERX_ALL.config_ch_* ch_enable:1=1 ch_invert_data:1 ch_enable_termination:1=1 ch_ch_equalizer:2 ch_set_common_mode:1
ERx.config_mux 0x4f2 1 rw 3x0x1 ^ERX_ALL.config_mux_* mux_enable:1=1 mux_invert_data:1 mux_enable_termination:1=1 mux_ch_equalizer:2 mux_set_common_mode:1
ETx.config_ch 0x4f5 2 rw 13x0x2 ^ETX_ALL.config_ch_* ch_invert_data:1 ch_drive_strength:3=3 ch_pre_emphasis_mode:2 ch_pre_emphasis_width:3 ch_pre_emphasis_strength:3=3
ETx.config_mux 0x50f 2 rw 4x0x2 ^ETX_ALL.config_mux_* mux_enable:1=1 mux_invert_data:1 mux_drive_strength:3=3 mux_pre_emphasis_mode:2 mux_pre_emphasis_width:2 mux_pre_emphasis_strength:3=6
Pll.pll_bytes_1to0 0x517 2 rw ^PLL_ALL.pll_bytes_1to0 =0xe00 clk_tree_a_disable:1 clk_tree_b_disable@3:1 clk_tree_c_disable@6:1 enable_ser@8:1 enable_des@12:1
Pll.pll_bytes_4to2 0x519 3 rw ^PLL_ALL.pll_bytes_4to2 =0xffffff enable_phase_shifter:1 clk40_menable@3:1 clk80_menable@6:1 clk160_menable@9:1 clk320_menable@12:1 clk640_menable@15:1 clk1_g28enable@18:1 clk2_g56enable@21:1
Pll.pll_bytes_8to5 0x51c 4 rw ^PLL_ALL.pll_bytes_8to5 =0x3dfaaaae config_ff_cap:3 config_i_cdr:4 config_i_fll:4 config_p_cdr:4 config_p_ff_cdr:4 data_mux_cfg:2 enable_cdr_r@25:1 co_dis_des_vbiasgen:1 co_dis_data_counter_ref@29:1 co_enable_cdr:1 co_enable_fd:1
Pll.pll_bytes_12to9 0x520 4 rw ^PLL_ALL.pll_bytes_12to9 =0x34550555 config_i_cdr_wl:4 config_p_cdr_wl:4 config_p_ff_cdr_wl:4 config_i_fll_wl:4 config_i_pll_wl:4 config_p_pll_wl:4 pll_r_config_wl:4 config_ff_cap_wl:3
Pll.pll_bytes_17to13 0x524 5 rw ^PLL_ALL.pll_bytes_17to13 =0x7c70d84558 biasgen_config:4 config_i_pll:4 config_p_pll:4 pll_r_config:4 vco_dac:4 vco_rail_mode:1 co_connect_cdr:1 co_connect_pll:1 co_enable_pll:1 vco_bypass:1 co_override_vc:1 co_ref_clk_sel@28:1 vco_cap_select@31:9
Pll.pll_bytes_21to18 0x529 4 rw ^PLL_ALL.pll_bytes_21to18 =0x188c888 lf_lock_thr_counter:4 lf_re_lock_thr_counter:4 lf_un_lock_thr_counter:4 sel_end_of_count:4 wait_cdr_time:4 wait_pll_time:4 lf_enable:1 mode:1 rx_lock_mode:1 enable_cap_bank_override:1 enable_control_override:1 disable_frame_aligner_lock_control:1 frame_aligner_is_locked:1
Pll.pll_bytes_24to22 0x52d 3 rw ^PLL_ALL.pll_bytes_24to22 =0xe00 toclkgen_dis_clk:1 toclkgen_dis_des@3:1 toclkgen_dis_eom@6:1 toclkgen_dis_ext@9:1 toclkgen_dis_ser@12:1 toclkgen_dis_vco@15:1 phase_of_enable_1_g28@18:5
Pll.pll_bytes_26to25 0x530 2 rw ^PLL_ALL.pll_bytes_26to25 =0x8008 tofb_div_skip:1 ref_clk_enable_rx@3:1 ref_clk_enable_termination@6:1 ref_clk_set_common_mode@9:1 output_clk_sel@12:3 ref_clk_sel:1
Pll.pll_bytes_27 0x532 1 rw ^PLL_ALL.pll_bytes_27 reset_pll_not_locked_intr@2:1 reset_etx_par_enable_intr:1
Pll.pll_read_bytes_2to0 0x533 3 ro ^PLL_ALL.pll_read_bytes_2to0 lf_state:2 lf_inst_lock:1 lf_locked:1 lf_loss_of_lock_count:8 end_counter_vco:1 end_counter_ref_clk:1 sm_state:4 sm_locked:1 ljcdr_cap_bank_search_active:1
Pll.pll_read_bytes_4to3 0x536 2 ro ^PLL_ALL.pll_read_bytes_4to3 parallel_enable_intr_c:1 parallel_enable_intr_b:1 parallel_enable_intr_a:1 pll_not_locked_timeout:1
Misc.misc_rw 0xbec 1 rw ^MISC_ALL.misc_rw_0 rw_ecc_err_clr:1 run:1
Misc.misc_ro 0xbed 1 ro ^MISC_ALL.misc_ro_0 pusm_state:4
${errorCounters('single', 0xbee)}
${errorCounters('double', 0xc1e)}
${errorCounters('parity', 0xc4e)}`,
    doc,
  ),
  {
    block: 'Encoder',
    name: 'weights',
    address: 0x538,
    bytes: WEIGHT_BLOCK_BYTES,
    count: WEIGHT_BLOCKS,
    stride: 143,
    storage: 'absent' as const,
    nested: 'AUTOENCODER_*INPUT.{f}',
    fields: weightFields,
    doc,
  },
]
  // The reset value of a mux element is its number: see elementReset.
  .map((r) => (r.name === 'mux_select' ? { ...r, signal: 'mux' } : r))
  .sort((a, b) => a.address - b.address);
