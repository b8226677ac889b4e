import { WEIGHT_BASE } from '../../blocks/index.js';
import { WEIGHT_BLOCK_BYTES, WEIGHT_BLOCKS } from '../../encoder/index.js';
import type { Field, Register } from '../map/register.js';
import { rows } from '../map/rows.js';

/**
 * The production map but for the weights (spec econt-behaviour 12), whatever a chip of ours does with a register, so that
 * a configuration written for ECON-T is understood. Names, access and power-up values are public; functions.ts says what
 * each is for. The reset value of a mux element is its number: see elementReset.
 */
export const productionRegisters: readonly Register[] = rows(
  `
ChAligner.config 0x000 1 rw 12x0x40 per_ch_align_en:1=1 sel_override_en:1 patt_en:1 prbs28_en:1 patt_sel:1 prbs_chk_en:1 force_ch_outputs:1
ChAligner.sel_override_val 0x001 1 rw 12x0x40 sel_override_val:8
ChAligner.seed_in 0x002 2 rw 12x0x40 seed_in:14
ChAligner.user_word_0 0x004 4 rw 12x0x40 user_word_0:32
ChAligner.user_word_1 0x008 4 rw 12x0x40 user_word_1:32
ChAligner.user_word_2 0x00c 4 rw 12x0x40 user_word_2:32
ChAligner.user_word_3 0x010 4 rw 12x0x40 user_word_3:32
ChAligner.status 0x014 1 ro 12x0x40 pattern_match:1 snapshot_dv:1 hdr_mm_err:1 spare_err:1 orbsyn_hdr_err:1 orbsyn_arr_err:1 orbsyn_fc_err:1 prbs_chk_err:1
ChAligner.select 0x015 1 ro 12x0x40 select:8=32
ChAligner.snapshot 0x016 24 ro 12x0x40 snapshot:192
ChAligner.hdr_mm_cntr 0x02e 2 ro 12x0x40 hdr_mm_cntr:16
ChAligner.orbsyn_hdr_err_cnt 0x030 1 ro 12x0x40 orbsyn_hdr_err_cnt:8
ChAligner.orbsyn_arr_err_cnt 0x031 1 ro 12x0x40 orbsyn_arr_err_cnt:8
ChAligner.orbsyn_fc_err_cnt 0x032 1 ro 12x0x40 orbsyn_fc_err_cnt:8
ChAligner.prbs_chk_err_cnt 0x033 1 ro 12x0x40 prbs_chk_err_cnt:8
ChAligner.tmr_err_cnt_chan_aligner 0x034 1 ro 12x0x40 tmr_err_cnt_chan_aligner:8
ChErr.tmr_err_cnt_chan_err 0x035 1 ro 12x0x40 @ChAligner.{e}.{f} tmr_err_cnt_chan_err:8
ChEprxGrp.tmr_err_cnt_chan_eprxgrp 0x036 1 ro 12x0x40 @ChAligner.{e}.{f} tmr_err_cnt_chan_eprxgrp:8
ChErr.control 0x300 1 wo 12x0x4 clr_on_read:1 wren_err:1 wren_msk:1
ChErr.err_raw_dat 0x301 1 ro 12x0x4 err_raw_dat:6
ChErr.msk_dat 0x302 1 ro 12x0x4 msk_dat:6
ChErr.err_dat 0x303 1 ro 12x0x4 err_dat:6 err_out:1
ChEprxGrp.config 0x340 1 rw 12x0x4 dll_reset_req:1 reset_channels:1 train_channel:1 phase_select_channelinput:4
ChEprxGrp.status 0x341 1 ro 12x0x4 dll_state:2 phase_select_channeloutput:4 dll_instant_lock:1 channel_locked:1
ChEprxGrp.lock 0x342 1 ro 12x0x4 dll_locked:1 dll_lock_filter_state:2 dll_loss_of_lock_count:5
Aligner.config 0x380 1 rw snapshot_arm:1 snapshot_en:1=1 i2c_snapshot_en:1 dbg_fc_cnt_clr:1 freeze_output_enable:1=1 freeze_output_enable_all_channels_locked:1=1
Aligner.match_pattern_val 0x381 8 rw match_pattern_val:64=0x9aaaaaaa
Aligner.match_mask_val 0x389 8 rw match_mask_val:64=0xffffffff00000000
Aligner.orbsyn_hdr 0x391 1 rw orbsyn_hdr_val:4=9 orbsyn_hdr_mask:4
Aligner.idle_hdr 0x392 1 rw idle_hdr_val:4=10 idle_hdr_mask:4
Aligner.orbsyn_cnt 0x393 3 rw orbsyn_cnt_max_val:12=3563 orbsyn_cnt_load_val:12=3513
Aligner.orbsyn_cnt_snapshot 0x396 2 rw orbsyn_cnt_snapshot:12=2
Aligner.status 0x398 1 ro done:1 dbg_lreset_rcvd:1 dbg_orbsyn_rcvd:1 dbg_fc_cnt:5
Aligner.tmr_err_cnt_aligner 0x399 1 ro tmr_err_cnt_aligner:8
ErrTop.control 0x39a 1 rw clr_on_read_top:1 wren_err_top:1 wren_msk_top:1
ErrTop.wr_data_top 0x39b 2 rw wr_data_top:12
ErrTop.err_wr_data 0x39d 1 rw err_wr_data:6
ErrTop.msk_dat_top 0x39e 2 ro msk_dat_top:12
ErrTop.err_dat_top 0x3a0 2 ro err_dat_top:12 err_out_top:1
ErrTop.tmr_err_cnt_err_top 0x3a2 1 ro tmr_err_cnt_err_top:8
EprxGrpTop.config 0x3a3 3 rw dll_current_set:2=1 dll_coarse_lock_detection:1=1 data_gating_enable:1=1 track_mode:2=1 dll_lock_threshold:3=5 dll_re_lock_threshold:3=5 dll_un_lock_threshold:3=5 dll_confirm_count_select:2=2 dll_init_sm_force_clock_enable:1 enable_re_init:1
EprxGrpTop.tmr_err_cnt_eprxgrp_top 0x3a6 1 ro tmr_err_cnt_eprxgrp_top:8
FCtrl.config 0x3a7 1 rw edge_sel_t1:1=1 pre_l1a_offset:2 invert_command_rx:1
FCtrl.capture_fcmd_ctrl 0x3a8 3 rw capture_fcmd_ctrl:22
FCtrl.status 0x3ab 1 ro command_rx_inverted:1 locked:1
FCtrl.counter 0x3ac 1 ro 23x0x1 @FCtrl.Global.{e} #lock_count,bcr_fcmd_count,ocr_fcmd_count,l1a_fcmd_count,nzs_fcmd_count,cal_pulse_int_fcmd_count,cal_pulse_ext_fcmd_count,ebr_fcmd_count,ecr_fcmd_count,link_reset_roc_t_fcmd_count,link_reset_roc_d_fcmd_count,link_reset_econ_t_fcmd_count,link_reset_econ_d_fcmd_count,spare_fcmd_count.0,spare_fcmd_count.1,spare_fcmd_count.2,spare_fcmd_count.3,spare_fcmd_count.4,spare_fcmd_count.5,spare_fcmd_count.6,spare_fcmd_count.7,unassigned_fcmd_count,fc_error_fcmd_count count:8
FCtrl.tmr_err_cnt_fast_ctrl_decoder 0x3c3 1 ro tmr_err_cnt_fast_ctrl_decoder:8
ClocksAndResets.clear 0x3c4 1 wo pusm_timeout_pll_action_rst:1 pusm_timeout_dll_action_rst:1 pusm_watchdog_pll_action_rst:1 pusm_watchdog_dll_action_rst:1 pusm_left_ready_action_rst:1 pusm_state_upset_action_rst:1 lock_filter_loss_of_lock_count_rst:1 fc_locked_action_rst:1
ClocksAndResets.pusm_config 0x3c5 3 rw pusm_force_state:1 pusm_force_magic:8 pusm_state_forced:4 pusm_wdog_pll_disable:1 pusm_wdog_dll_disable:1 pusm_timeout_pll_lock_config:4 pusm_timeout_dll_lock_config:4 pusm_run:1
ClocksAndResets.clk_tree_magic_number 0x3c8 1 rw clk_tree_magic_number:8
ClocksAndResets.pll_config 0x3c9 7 rw clk_tree_a_disable:1 clk_tree_b_disable:1 clk_tree_c_disable:1 pll_config_res:4=2 pll_config_res_when_locked:4=2 pll_config_integral:4=9 pll_config_integral_when_locked:4=9 pll_config_proportional:4=9 pll_config_proportional_when_locked:4=9 vco_config_biasgen:4=8 vco_config_dac:4=8 vco_rail_rail_mode:1=1 enable_capbank_override:1 capbank_select:9=31 calibration_end_of_count_select:4=15 wait_pll_time:4=15 enable_control_override:1 co_enable_pll:1
ClocksAndResets.lock_filter_config 0x3d0 6 rw co_connect_pll:1 co_dis_data_counter_ref:1 co_dis_des_vbiasgen:1 co_override_vc:1 lock_filter_enable:1=1 lock_filter_lock_threshold:4=15 lock_filter_relock_threshold:4=15 lock_filter_un_lock_threshold:4=15 lock_filter_clk_always_enable:1 test_output_select_0:8 test_output_select_1:8 test_output_enable_0:1=1 test_output_invert_data_0:1 test_output_preemp_mode_0:2 test_output_drive_strength_0:3=3 test_output_preemp_strength_0:3=3 test_output_preemp_width_0:3 test_output_low_supply_r_0:1
ClocksAndResets.test_output_config 0x3d6 2 rw test_output_enable_1:1=1 test_output_invert_data_1:1 test_output_preemp_mode_1:2 test_output_drive_strength_1:3=3 test_output_preemp_strength_1:3=3 test_output_preemp_width_1:3 test_output_low_supply_r_1:1 ref_clk_sel_testclkin:1 clk_tree_sram_disable:1
ClocksAndResets.clk_tree_config 0x3d8 1 rw clk_tree_erx_disable:1 clk_tree_etx_disable:1
ClocksAndResets.pusm_counter 0x3d9 1 ro 6x0x1 @ClocksAndResets.Global.{e} #pusm_timeout_pll_action_counter,pusm_timeout_dll_action_counter,pusm_watchdog_pll_action_counter,pusm_watchdog_dll_action_counter,pusm_left_ready_action_counter,pusm_state_upset_action_counter count:8
ClocksAndResets.status 0x3df 4 ro pusm_state:4 lock_filter_state:2 lock_filter_locked:1 lock_filter_loss_of_lock_count:8 sm_state:4 sm_locked:1 vco_capbank:9
ClocksAndResets.tmr_err_cnt_clocks_and_resets 0x3e3 1 ro tmr_err_cnt_clocks_and_resets:8
ERx.config 0x3e4 1 rw 15x0x1 #0,1,2,3,4,5,6,7,8,9,10,11,Mux00,Mux01,Mux02 enable:1=1 invert_data:1 enable_termination:1=1 equalizer:2 set_common_mode:1
ERx.tmr_err_cnt_erx 0x3f3 1 ro tmr_err_cnt_erx:8
ETx.config 0x3f4 2 rw 13x0x2 invert_data:1 drive_strength:3=3 pre_emphasis_mode:2 pre_emphasis_width:3 pre_emphasis_strength:3=3 low_supply_r:1
ETx.tmr_err_cnt_etx 0x40e 1 ro tmr_err_cnt_etx:8
Mux.mux 0x40f 1 rw 48x0x1 @Mux.{e} mux:6
Cal.cal 0x43f 2 rw 48x0x2 @Cal.{e} cal:12=2048
ConfigAlgo.config_algo 0x49f 2 rw alg_type:3 alg_high_density:1 bad_erx_mode:2 valid_threshold:3=1 invalid_threshold:3=1 observation_window:3=1
ConfigAlgo.bad_erx 0x4a1 1 ro 12x0x1 @Config.{e}.{f} bad_erx_pass_fail_counter:7 bad_erx_err_out:1
ConfigAlgo.tmr_err_cnt_mux_fix_calib 0x4ad 1 ro @Config.Global.tmr_err_cnt_mfc tmr_err_cnt_mux_fix_calib:8
AlgoThreshold.threshold 0x4ae 3 rw 48x0x3 @AlgoThreshold.{e} threshold:22
AlgoDroplsb.drop_lsb 0x53e 1 rw drop_lsb:3
AlgoDroplsb.tmr_err_cnt_algorithm 0x53f 1 ro @Algo.Global.{f} tmr_err_cnt_alg:8
FormatterBuffer.buff_t1 0x540 2 rw buff_t1:9=48
FormatterBuffer.buff_t2 0x542 2 rw buff_t2:9=511
FormatterBuffer.buff_t3 0x544 1 rw buff_t3:5 use_sum:1=1
FormatterBuffer.links 0x545 2 rw stc_type:3=1 active_etxs:13=3
FormatterBuffer.idle_pattern 0x547 2 rw idle_pattern:11=1450
FormatterBuffer.keep_auto_encoder_bits 0x549 18 rw keep_auto_encoder_bits:144=0xffffffffffffffffffffffffffffffffffff
FormatterBuffer.link_reset_pattern 0x55b 2 rw link_reset_pattern:11=290 etx_pattern:3
FormatterBuffer.align_serializer 0x55d 1 rw 13x0x1 @FormatterBuffer.Global.{f}.{e} align_serializer:6
FormatterBuffer.status 0x56a 1 ro buffer_wr_ptr_ovflw_err:1
FormatterBuffer.tmr_err_cnt_formatter_buffer 0x56b 1 ro @FormatterBuffer.Global.tmr_err_cnt_fmtbuf tmr_err_cnt_formatter_buffer:8
Encoder.tmr_err_cnt_auto_encoder 0xc48 1 ro tmr_err_cnt_auto_encoder:8
Misc.command 0xce0 1 wo status_clear:1 status_capture:1 bad_erx_status_clear:1
Misc.rw_err_clr 0xce1 1 rw @Misc.Global.rw_err_clr.0 rw_err_clr:1
Misc.misc_ro 0xce2 1 ro ro_0:8
Misc.wbmaster_err_wb_adr_cnt 0xce3 1 ro wbmaster_err_wb_adr_cnt:8
Misc.tmr_err_cnt_misc 0xce4 1 ro @Misc_TMR_ERR_CNT.Global.{f} tmr_err_cnt_misc:8`,
  '',
);

/** Registers of ours, in a gap of the production map (0xc50..0xc5f). */
export const ownRegisters: readonly Register[] = rows(
  `
WeightMemory.weight_command 0xc50 1 wo commit:1
WeightMemory.weight_control 0xc51 1 rw read_active:1
WeightMemory.weight_status 0xc52 1 ro busy:1 done:1 failed:1
WeightMemory.commit_count 0xc53 1 ro commit_count:8
WeightMemory.expected_crc 0xc54 4 rw expected_crc:32
WeightMemory.computed_crc 0xc58 4 ro computed_crc:32
I2c.i2c_recovery_count 0xc5c 1 ro i2c_recovery_count:8
Chip.build 0xc5f 1 ro exact:1 tmr:2`,
  '',
);

/** Weights in settings: 16 bytes a field, named after the first of them. */
export const weightFields: readonly Field[] = Array.from(
  { length: Math.ceil(WEIGHT_BLOCK_BYTES / 16) },
  (_, n) => ({
    name: `weights_byte${16 * n}`,
    lsb: 128 * n,
    width: 8 * Math.min(16, WEIGHT_BLOCK_BYTES - 16 * n),
    access: 'rw',
    reset: 0n,
  }),
);

/** The weight blocks, in a gap of the production map. */
export const weights: Register = {
  block: 'Encoder',
  name: 'weights',
  address: WEIGHT_BASE,
  bytes: WEIGHT_BLOCK_BYTES,
  count: WEIGHT_BLOCKS,
  stride: WEIGHT_BLOCK_BYTES,
  fields: weightFields,
  storage: 'weights',
  doc: '',
};
