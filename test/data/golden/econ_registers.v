// Registers: all registers of ECON-T on the byte bus of the I2C target, at the addresses of the production
// map; generated from the register table (docs/registers.md has the same source). Each group of stored
// registers, and each part of the data path, has a counter of clocks in which copies of its state disagreed.
// Addresses outside the table read 0 and ignore writes.
//
// Layer    registers
// Formats  multi-byte registers are little-endian; bits that do not exist read 0
// Latency  a written byte is effective in the next clock
`default_nettype none

module econ_registers (
    // clock and reset
    input  wire          clk_i,
    input  wire          rst_ni,

    // register bus
    input  wire          write_i,
    input  wire [15:0]   address_i,
    input  wire [7:0]    data_i,
    output wire [7:0]    data_o,

    // events to count
    input  wire          link_reset_event_i,
    input  wire          left_ready_event_i,
    input  wire          state_upset_event_i,
    input  wire [11:0]   chan_err_event_i,
    input  wire          clocks_and_resets_event_i,
    input  wire          erx_event_i,
    input  wire          mux_fix_calib_event_i,
    input  wire          algorithm_event_i,
    input  wire          formatter_buffer_event_i,
    input  wire          auto_encoder_event_i,
    input  wire          i2c_recovery_event_i,
    input  wire          misc_event_i,

    // status
    input  wire [11:0]   header_wrong_i,
    input  wire [191:0]  header_count_i,
    input  wire [3:0]    pusm_state_i,
    input  wire          overflow_i,
    input  wire          weight_busy_i,
    input  wire          weight_done_i,
    input  wire          weight_failed_i,
    input  wire [7:0]    commit_count_i,
    input  wire [31:0]   computed_crc_i,

    // configuration
    output wire [3:0]    orbit_value_o,
    output wire [3:0]    orbit_mask_o,
    output wire [3:0]    idle_value_o,
    output wire [3:0]    idle_mask_o,
    output wire          run_o,
    output wire [287:0]  mux_o,                     // 48 x 6 bits
    output wire [575:0]  cal_o,                     // 48 x 12 bits
    output wire [2:0]    algorithm_o,
    output wire          high_density_o,
    output wire [1055:0] threshold_o,               // 48 x 22 bits
    output wire [2:0]    drop_lsb_o,
    output wire [8:0]    buff_t1_o,
    output wire [8:0]    buff_t2_o,
    output wire [4:0]    buff_t3_o,
    output wire          use_sum_o,
    output wire [2:0]    stc_type_o,
    output wire [12:0]   active_etxs_o,
    output wire [10:0]   idle_pattern_o,
    output wire [143:0]  keep_o,
    output wire [10:0]   link_reset_pattern_o,
    output wire          read_active_o,
    output wire [31:0]   expected_crc_o,

    // commands
    output wire          status_clear_o,            // also while rw_err_clr is 1
    output wire          commit_o                   // one clock
);

  wire [7:0]    read_ch_aligner_config;
  wire [83:0]   ch_aligner_config_q;
  wire [11:0]   ch_aligner_config_err;
  wire [7:0]    read_sel_override_val;
  wire [95:0]   sel_override_val_q;
  wire [11:0]   sel_override_val_err;
  wire [7:0]    read_seed_in;
  wire [167:0]  seed_in_q;
  wire [11:0]   seed_in_err;
  wire [7:0]    read_user_word_0;
  wire [383:0]  user_word_0_q;
  wire [11:0]   user_word_0_err;
  wire [7:0]    read_user_word_1;
  wire [383:0]  user_word_1_q;
  wire [11:0]   user_word_1_err;
  wire [7:0]    read_user_word_2;
  wire [383:0]  user_word_2_q;
  wire [11:0]   user_word_2_err;
  wire [7:0]    read_user_word_3;
  wire [383:0]  user_word_3_q;
  wire [11:0]   user_word_3_err;
  wire [7:0]    read_ch_eprx_grp_config;
  wire [83:0]   ch_eprx_grp_config_q;
  wire [11:0]   ch_eprx_grp_config_err;
  wire [7:0]    read_aligner_config;
  wire [5:0]    aligner_config_q;
  wire          aligner_config_err;
  wire [7:0]    read_match_pattern_val;
  wire [63:0]   match_pattern_val_q;
  wire          match_pattern_val_err;
  wire [7:0]    read_match_mask_val;
  wire [63:0]   match_mask_val_q;
  wire          match_mask_val_err;
  wire [7:0]    read_orbsyn_hdr;
  wire [7:0]    orbsyn_hdr_q;
  wire          orbsyn_hdr_err;
  wire [7:0]    read_idle_hdr;
  wire [7:0]    idle_hdr_q;
  wire          idle_hdr_err;
  wire [7:0]    read_orbsyn_cnt;
  wire [23:0]   orbsyn_cnt_q;
  wire          orbsyn_cnt_err;
  wire [7:0]    read_orbsyn_cnt_snapshot;
  wire [11:0]   orbsyn_cnt_snapshot_q;
  wire          orbsyn_cnt_snapshot_err;
  wire [7:0]    read_err_top_control;
  wire [2:0]    err_top_control_q;
  wire          err_top_control_err;
  wire [7:0]    read_wr_data_top;
  wire [11:0]   wr_data_top_q;
  wire          wr_data_top_err;
  wire [7:0]    read_err_wr_data;
  wire [5:0]    err_wr_data_q;
  wire          err_wr_data_err;
  wire [7:0]    read_eprx_grp_top_config;
  wire [18:0]   eprx_grp_top_config_q;
  wire          eprx_grp_top_config_err;
  wire [7:0]    read_fctrl_config;
  wire [3:0]    fctrl_config_q;
  wire          fctrl_config_err;
  wire [7:0]    read_capture_fcmd_ctrl;
  wire [21:0]   capture_fcmd_ctrl_q;
  wire          capture_fcmd_ctrl_err;
  wire [7:0]    read_pusm_config;
  wire [23:0]   pusm_config_q;
  wire          pusm_config_err;
  wire [7:0]    read_clk_tree_magic_number;
  wire [7:0]    clk_tree_magic_number_q;
  wire          clk_tree_magic_number_err;
  wire [7:0]    read_pll_config;
  wire [55:0]   pll_config_q;
  wire          pll_config_err;
  wire [7:0]    read_lock_filter_config;
  wire [47:0]   lock_filter_config_q;
  wire          lock_filter_config_err;
  wire [7:0]    read_test_output_config;
  wire [15:0]   test_output_config_q;
  wire          test_output_config_err;
  wire [7:0]    read_clk_tree_config;
  wire [1:0]    clk_tree_config_q;
  wire          clk_tree_config_err;
  wire [7:0]    read_erx_config;
  wire [89:0]   erx_config_q;
  wire [14:0]   erx_config_err;
  wire [7:0]    read_etx_config;
  wire [168:0]  etx_config_q;
  wire [12:0]   etx_config_err;
  wire [7:0]    read_mux;
  wire [287:0]  mux_q;
  wire [47:0]   mux_err;
  wire [7:0]    read_cal;
  wire [575:0]  cal_q;
  wire [47:0]   cal_err;
  wire [7:0]    read_config_algo;
  wire [14:0]   config_algo_q;
  wire          config_algo_err;
  wire [7:0]    read_threshold;
  wire [1055:0] threshold_q;
  wire [47:0]   threshold_err;
  wire [7:0]    read_drop_lsb;
  wire [2:0]    drop_lsb_q;
  wire          drop_lsb_err;
  wire [7:0]    read_buff_t1;
  wire [8:0]    buff_t1_q;
  wire          buff_t1_err;
  wire [7:0]    read_buff_t2;
  wire [8:0]    buff_t2_q;
  wire          buff_t2_err;
  wire [7:0]    read_buff_t3;
  wire [5:0]    buff_t3_q;
  wire          buff_t3_err;
  wire [7:0]    read_links;
  wire [15:0]   links_q;
  wire          links_err;
  wire [7:0]    read_idle_pattern;
  wire [10:0]   idle_pattern_q;
  wire          idle_pattern_err;
  wire [7:0]    read_keep;
  wire [143:0]  keep_q;
  wire          keep_err;
  wire [7:0]    read_link_reset_pattern;
  wire [13:0]   link_reset_pattern_q;
  wire          link_reset_pattern_err;
  wire [7:0]    read_align_serializer;
  wire [77:0]   align_serializer_q;
  wire [12:0]   align_serializer_err;
  wire [7:0]    read_read_active;
  wire          read_active_q;
  wire          read_active_err;
  wire [7:0]    read_expected_crc;
  wire [31:0]   expected_crc_q;
  wire          expected_crc_err;
  wire [7:0]    read_rw_err_clr;
  wire          rw_err_clr_q;
  wire          rw_err_clr_err;
  wire          unused_kept;
  wire          clear;
  wire [7:0]    read_link_reset;
  wire          link_reset_count_err;
  wire          clear_left_ready;
  wire [7:0]    read_left_ready;
  wire          left_ready_count_err;
  wire          clear_state_upset;
  wire [7:0]    read_state_upset;
  wire          state_upset_count_err;
  wire [7:0]    read_chan_aligner;
  wire          chan_aligner_count_err;
  wire [7:0]    read_chan_err;
  wire          chan_err_count_err;
  wire [7:0]    read_chan_eprxgrp;
  wire          chan_eprxgrp_count_err;
  wire [7:0]    read_aligner;
  wire          aligner_count_err;
  wire [7:0]    read_err_top;
  wire          err_top_count_err;
  wire [7:0]    read_eprxgrp_top;
  wire          eprxgrp_top_count_err;
  wire [7:0]    read_fast_ctrl_decoder;
  wire          fast_ctrl_decoder_count_err;
  wire [7:0]    read_clocks_and_resets;
  wire          clocks_and_resets_count_err;
  wire [7:0]    read_erx;
  wire          erx_count_err;
  wire [7:0]    read_etx;
  wire          etx_count_err;
  wire [7:0]    read_mux_fix_calib;
  wire          mux_fix_calib_count_err;
  wire [7:0]    read_algorithm;
  wire          algorithm_count_err;
  wire [7:0]    read_formatter_buffer;
  wire          formatter_buffer_count_err;
  wire [7:0]    read_auto_encoder;
  wire          auto_encoder_count_err;
  wire [7:0]    read_i2c_recovery;
  wire          i2c_recovery_count_err;
  wire [7:0]    read_misc;
  wire          misc_count_err;
  wire [11:0]   chan_aligner_event;
  wire          aligner_event;
  wire          err_top_event;
  wire          fast_ctrl_decoder_event;
  wire          clocks_and_resets_event;
  wire          erx_event;
  wire          mux_fix_calib_event;
  wire          algorithm_event;
  wire          formatter_buffer_event;
  wire          misc_event;
  wire [7:0]    read_ch_aligner_status;
  wire [7:0]    read_ch_aligner_select;
  wire [7:0]    read_hdr_mm_cntr;
  wire [7:0]    read_clocks_and_resets_status;
  wire [7:0]    read_formatter_buffer_status;
  wire [7:0]    read_weight_status;
  wire [7:0]    read_commit_count;
  wire [7:0]    read_computed_crc;
  wire [7:0]    read_build;

  // stored registers ----------------------------------------------------------------------------
  econ_config_array #(.Address(16'h0), .Stride(64), .Count(12), .Bytes(1), .Width(7),
                      .ResetValue(84'h20408102040810204081), .Triplicate(1)) u_ch_aligner_config (
    .clk_i    (clk_i),
    .rst_ni   (rst_ni),
    .write_i  (write_i),
    .address_i(address_i),
    .data_i   (data_i),
    .read_o   (read_ch_aligner_config),
    .value_o  (ch_aligner_config_q),
    .err_o    (ch_aligner_config_err)
  );
  econ_config_array #(.Address(16'h1), .Stride(64), .Count(12), .Bytes(1), .Width(8), .ResetValue(96'h0),
                      .Triplicate(1)) u_sel_override_val (
    .clk_i    (clk_i),
    .rst_ni   (rst_ni),
    .write_i  (write_i),
    .address_i(address_i),
    .data_i   (data_i),
    .read_o   (read_sel_override_val),
    .value_o  (sel_override_val_q),
    .err_o    (sel_override_val_err)
  );
  econ_config_array #(.Address(16'h2), .Stride(64), .Count(12), .Bytes(2), .Width(14), .ResetValue(168'h0),
                      .Triplicate(1)) u_seed_in (
    .clk_i    (clk_i),
    .rst_ni   (rst_ni),
    .write_i  (write_i),
    .address_i(address_i),
    .data_i   (data_i),
    .read_o   (read_seed_in),
    .value_o  (seed_in_q),
    .err_o    (seed_in_err)
  );
  econ_config_array #(.Address(16'h4), .Stride(64), .Count(12), .Bytes(4), .Width(32), .ResetValue(384'h0),
                      .Triplicate(1)) u_user_word_0 (
    .clk_i    (clk_i),
    .rst_ni   (rst_ni),
    .write_i  (write_i),
    .address_i(address_i),
    .data_i   (data_i),
    .read_o   (read_user_word_0),
    .value_o  (user_word_0_q),
    .err_o    (user_word_0_err)
  );
  econ_config_array #(.Address(16'h8), .Stride(64), .Count(12), .Bytes(4), .Width(32), .ResetValue(384'h0),
                      .Triplicate(1)) u_user_word_1 (
    .clk_i    (clk_i),
    .rst_ni   (rst_ni),
    .write_i  (write_i),
    .address_i(address_i),
    .data_i   (data_i),
    .read_o   (read_user_word_1),
    .value_o  (user_word_1_q),
    .err_o    (user_word_1_err)
  );
  econ_config_array #(.Address(16'hc), .Stride(64), .Count(12), .Bytes(4), .Width(32), .ResetValue(384'h0),
                      .Triplicate(1)) u_user_word_2 (
    .clk_i    (clk_i),
    .rst_ni   (rst_ni),
    .write_i  (write_i),
    .address_i(address_i),
    .data_i   (data_i),
    .read_o   (read_user_word_2),
    .value_o  (user_word_2_q),
    .err_o    (user_word_2_err)
  );
  econ_config_array #(.Address(16'h10), .Stride(64), .Count(12), .Bytes(4), .Width(32), .ResetValue(384'h0),
                      .Triplicate(1)) u_user_word_3 (
    .clk_i    (clk_i),
    .rst_ni   (rst_ni),
    .write_i  (write_i),
    .address_i(address_i),
    .data_i   (data_i),
    .read_o   (read_user_word_3),
    .value_o  (user_word_3_q),
    .err_o    (user_word_3_err)
  );
  econ_config_array #(.Address(16'h340), .Stride(4), .Count(12), .Bytes(1), .Width(7), .ResetValue(84'h0),
                      .Triplicate(1)) u_ch_eprx_grp_config (
    .clk_i    (clk_i),
    .rst_ni   (rst_ni),
    .write_i  (write_i),
    .address_i(address_i),
    .data_i   (data_i),
    .read_o   (read_ch_eprx_grp_config),
    .value_o  (ch_eprx_grp_config_q),
    .err_o    (ch_eprx_grp_config_err)
  );
  econ_config_array #(.Address(16'h380), .Bytes(1), .Width(6), .ResetValue(6'h32),
                      .Triplicate(1)) u_aligner_config (
    .clk_i    (clk_i),
    .rst_ni   (rst_ni),
    .write_i  (write_i),
    .address_i(address_i),
    .data_i   (data_i),
    .read_o   (read_aligner_config),
    .value_o  (aligner_config_q),
    .err_o    (aligner_config_err)
  );
  econ_config_array #(.Address(16'h381), .Bytes(8), .Width(64), .ResetValue(64'h9aaaaaaa),
                      .Triplicate(1)) u_match_pattern_val (
    .clk_i    (clk_i),
    .rst_ni   (rst_ni),
    .write_i  (write_i),
    .address_i(address_i),
    .data_i   (data_i),
    .read_o   (read_match_pattern_val),
    .value_o  (match_pattern_val_q),
    .err_o    (match_pattern_val_err)
  );
  econ_config_array #(.Address(16'h389), .Bytes(8), .Width(64), .ResetValue(64'hffffffff00000000),
                      .Triplicate(1)) u_match_mask_val (
    .clk_i    (clk_i),
    .rst_ni   (rst_ni),
    .write_i  (write_i),
    .address_i(address_i),
    .data_i   (data_i),
    .read_o   (read_match_mask_val),
    .value_o  (match_mask_val_q),
    .err_o    (match_mask_val_err)
  );
  econ_config_array #(.Address(16'h391), .Bytes(1), .Width(8), .ResetValue(8'h9),
                      .Triplicate(1)) u_orbsyn_hdr (
    .clk_i    (clk_i),
    .rst_ni   (rst_ni),
    .write_i  (write_i),
    .address_i(address_i),
    .data_i   (data_i),
    .read_o   (read_orbsyn_hdr),
    .value_o  (orbsyn_hdr_q),
    .err_o    (orbsyn_hdr_err)
  );
  econ_config_array #(.Address(16'h392), .Bytes(1), .Width(8), .ResetValue(8'ha), .Triplicate(1)) u_idle_hdr (
    .clk_i    (clk_i),
    .rst_ni   (rst_ni),
    .write_i  (write_i),
    .address_i(address_i),
    .data_i   (data_i),
    .read_o   (read_idle_hdr),
    .value_o  (idle_hdr_q),
    .err_o    (idle_hdr_err)
  );
  econ_config_array #(.Address(16'h393), .Bytes(3), .Width(24), .ResetValue(24'hdb9deb),
                      .Triplicate(1)) u_orbsyn_cnt (
    .clk_i    (clk_i),
    .rst_ni   (rst_ni),
    .write_i  (write_i),
    .address_i(address_i),
    .data_i   (data_i),
    .read_o   (read_orbsyn_cnt),
    .value_o  (orbsyn_cnt_q),
    .err_o    (orbsyn_cnt_err)
  );
  econ_config_array #(.Address(16'h396), .Bytes(2), .Width(12), .ResetValue(12'h2),
                      .Triplicate(1)) u_orbsyn_cnt_snapshot (
    .clk_i    (clk_i),
    .rst_ni   (rst_ni),
    .write_i  (write_i),
    .address_i(address_i),
    .data_i   (data_i),
    .read_o   (read_orbsyn_cnt_snapshot),
    .value_o  (orbsyn_cnt_snapshot_q),
    .err_o    (orbsyn_cnt_snapshot_err)
  );
  econ_config_array #(.Address(16'h39a), .Bytes(1), .Width(3), .ResetValue(3'h0),
                      .Triplicate(1)) u_err_top_control (
    .clk_i    (clk_i),
    .rst_ni   (rst_ni),
    .write_i  (write_i),
    .address_i(address_i),
    .data_i   (data_i),
    .read_o   (read_err_top_control),
    .value_o  (err_top_control_q),
    .err_o    (err_top_control_err)
  );
  econ_config_array #(.Address(16'h39b), .Bytes(2), .Width(12), .ResetValue(12'h0),
                      .Triplicate(1)) u_wr_data_top (
    .clk_i    (clk_i),
    .rst_ni   (rst_ni),
    .write_i  (write_i),
    .address_i(address_i),
    .data_i   (data_i),
    .read_o   (read_wr_data_top),
    .value_o  (wr_data_top_q),
    .err_o    (wr_data_top_err)
  );
  econ_config_array #(.Address(16'h39d), .Bytes(1), .Width(6), .ResetValue(6'h0),
                      .Triplicate(1)) u_err_wr_data (
    .clk_i    (clk_i),
    .rst_ni   (rst_ni),
    .write_i  (write_i),
    .address_i(address_i),
    .data_i   (data_i),
    .read_o   (read_err_wr_data),
    .value_o  (err_wr_data_q),
    .err_o    (err_wr_data_err)
  );
  econ_config_array #(.Address(16'h3a3), .Bytes(3), .Width(19), .ResetValue(19'h15b5d),
                      .Triplicate(1)) u_eprx_grp_top_config (
    .clk_i    (clk_i),
    .rst_ni   (rst_ni),
    .write_i  (write_i),
    .address_i(address_i),
    .data_i   (data_i),
    .read_o   (read_eprx_grp_top_config),
    .value_o  (eprx_grp_top_config_q),
    .err_o    (eprx_grp_top_config_err)
  );
  econ_config_array #(.Address(16'h3a7), .Bytes(1), .Width(4), .ResetValue(4'h1),
                      .Triplicate(1)) u_fctrl_config (
    .clk_i    (clk_i),
    .rst_ni   (rst_ni),
    .write_i  (write_i),
    .address_i(address_i),
    .data_i   (data_i),
    .read_o   (read_fctrl_config),
    .value_o  (fctrl_config_q),
    .err_o    (fctrl_config_err)
  );
  econ_config_array #(.Address(16'h3a8), .Bytes(3), .Width(22), .ResetValue(22'h0),
                      .Triplicate(1)) u_capture_fcmd_ctrl (
    .clk_i    (clk_i),
    .rst_ni   (rst_ni),
    .write_i  (write_i),
    .address_i(address_i),
    .data_i   (data_i),
    .read_o   (read_capture_fcmd_ctrl),
    .value_o  (capture_fcmd_ctrl_q),
    .err_o    (capture_fcmd_ctrl_err)
  );
  econ_config_array #(.Address(16'h3c5), .Bytes(3), .Width(24), .ResetValue(24'h0),
                      .Triplicate(1)) u_pusm_config (
    .clk_i    (clk_i),
    .rst_ni   (rst_ni),
    .write_i  (write_i),
    .address_i(address_i),
    .data_i   (data_i),
    .read_o   (read_pusm_config),
    .value_o  (pusm_config_q),
    .err_o    (pusm_config_err)
  );
  econ_config_array #(.Address(16'h3c8), .Bytes(1), .Width(8), .ResetValue(8'h0),
                      .Triplicate(1)) u_clk_tree_magic_number (
    .clk_i    (clk_i),
    .rst_ni   (rst_ni),
    .write_i  (write_i),
    .address_i(address_i),
    .data_i   (data_i),
    .read_o   (read_clk_tree_magic_number),
    .value_o  (clk_tree_magic_number_q),
    .err_o    (clk_tree_magic_number_err)
  );
  econ_config_array #(.Address(16'h3c9), .Bytes(7), .Width(56), .ResetValue(56'h3fc3ec44ccc910),
                      .Triplicate(1)) u_pll_config (
    .clk_i    (clk_i),
    .rst_ni   (rst_ni),
    .write_i  (write_i),
    .address_i(address_i),
    .data_i   (data_i),
    .read_o   (read_pll_config),
    .value_o  (pll_config_q),
    .err_o    (pll_config_err)
  );
  econ_config_array #(.Address(16'h3d0), .Bytes(6), .Width(48), .ResetValue(48'h6c40001fff0),
                      .Triplicate(1)) u_lock_filter_config (
    .clk_i    (clk_i),
    .rst_ni   (rst_ni),
    .write_i  (write_i),
    .address_i(address_i),
    .data_i   (data_i),
    .read_o   (read_lock_filter_config),
    .value_o  (lock_filter_config_q),
    .err_o    (lock_filter_config_err)
  );
  econ_config_array #(.Address(16'h3d6), .Bytes(2), .Width(16), .ResetValue(16'h1b1),
                      .Triplicate(1)) u_test_output_config (
    .clk_i    (clk_i),
    .rst_ni   (rst_ni),
    .write_i  (write_i),
    .address_i(address_i),
    .data_i   (data_i),
    .read_o   (read_test_output_config),
    .value_o  (test_output_config_q),
    .err_o    (test_output_config_err)
  );
  econ_config_array #(.Address(16'h3d8), .Bytes(1), .Width(2), .ResetValue(2'h0),
                      .Triplicate(1)) u_clk_tree_config (
    .clk_i    (clk_i),
    .rst_ni   (rst_ni),
    .write_i  (write_i),
    .address_i(address_i),
    .data_i   (data_i),
    .read_o   (read_clk_tree_config),
    .value_o  (clk_tree_config_q),
    .err_o    (clk_tree_config_err)
  );
  econ_config_array #(.Address(16'h3e4), .Stride(1), .Count(15), .Bytes(1), .Width(6),
                      .ResetValue(90'h5145145145145145145145), .Triplicate(1)) u_erx_config (
    .clk_i    (clk_i),
    .rst_ni   (rst_ni),
    .write_i  (write_i),
    .address_i(address_i),
    .data_i   (data_i),
    .read_o   (read_erx_config),
    .value_o  (erx_config_q),
    .err_o    (erx_config_err)
  );
  econ_config_array #(.Address(16'h3f4), .Stride(2), .Count(13), .Bytes(2), .Width(13),
                      .ResetValue(169'h6063031818c0c6063031818c0c6063031818c0c606),
                      .Triplicate(1)) u_etx_config (
    .clk_i    (clk_i),
    .rst_ni   (rst_ni),
    .write_i  (write_i),
    .address_i(address_i),
    .data_i   (data_i),
    .read_o   (read_etx_config),
    .value_o  (etx_config_q),
    .err_o    (etx_config_err)
  );
  econ_config_array #(.Address(16'h40f), .Stride(1), .Count(48), .Bytes(1), .Width(6),
                      .ResetValue({32'hbeeb6cae,
                                   256'haa689e69648e28607de75c6da6585d65544d24503ce34c2ca2481c61440c2040}),
                      .Triplicate(1)) u_mux (
    .clk_i    (clk_i),
    .rst_ni   (rst_ni),
    .write_i  (write_i),
    .address_i(address_i),
    .data_i   (data_i),
    .read_o   (read_mux),
    .value_o  (mux_q),
    .err_o    (mux_err)
  );
  econ_config_array #(.Address(16'h43f), .Stride(2), .Count(48), .Bytes(2), .Width(12),
                      .ResetValue({64'h8008008008008008,
                                   256'h80080080080080080080080080080080080080080080080080080080080080,
                                   256'h800800800800800800800800800800800800800800800800800800800800800}),
                      .Triplicate(1)) u_cal (
    .clk_i    (clk_i),
    .rst_ni   (rst_ni),
    .write_i  (write_i),
    .address_i(address_i),
    .data_i   (data_i),
    .read_o   (read_cal),
    .value_o  (cal_q),
    .err_o    (cal_err)
  );
  econ_config_array #(.Address(16'h49f), .Bytes(2), .Width(15), .ResetValue(15'h1240),
                      .Triplicate(1)) u_config_algo (
    .clk_i    (clk_i),
    .rst_ni   (rst_ni),
    .write_i  (write_i),
    .address_i(address_i),
    .data_i   (data_i),
    .read_o   (read_config_algo),
    .value_o  (config_algo_q),
    .err_o    (config_algo_err)
  );
  econ_config_array #(.Address(16'h4ae), .Stride(3), .Count(48), .Bytes(3), .Width(22), .ResetValue(1056'h0),
                      .Triplicate(1)) u_threshold (
    .clk_i    (clk_i),
    .rst_ni   (rst_ni),
    .write_i  (write_i),
    .address_i(address_i),
    .data_i   (data_i),
    .read_o   (read_threshold),
    .value_o  (threshold_q),
    .err_o    (threshold_err)
  );
  econ_config_array #(.Address(16'h53e), .Bytes(1), .Width(3), .ResetValue(3'h0), .Triplicate(1)) u_drop_lsb (
    .clk_i    (clk_i),
    .rst_ni   (rst_ni),
    .write_i  (write_i),
    .address_i(address_i),
    .data_i   (data_i),
    .read_o   (read_drop_lsb),
    .value_o  (drop_lsb_q),
    .err_o    (drop_lsb_err)
  );
  econ_config_array #(.Address(16'h540), .Bytes(2), .Width(9), .ResetValue(9'h30), .Triplicate(1)) u_buff_t1 (
    .clk_i    (clk_i),
    .rst_ni   (rst_ni),
    .write_i  (write_i),
    .address_i(address_i),
    .data_i   (data_i),
    .read_o   (read_buff_t1),
    .value_o  (buff_t1_q),
    .err_o    (buff_t1_err)
  );
  econ_config_array #(.Address(16'h542), .Bytes(2), .Width(9), .ResetValue(9'h1ff),
                      .Triplicate(1)) u_buff_t2 (
    .clk_i    (clk_i),
    .rst_ni   (rst_ni),
    .write_i  (write_i),
    .address_i(address_i),
    .data_i   (data_i),
    .read_o   (read_buff_t2),
    .value_o  (buff_t2_q),
    .err_o    (buff_t2_err)
  );
  econ_config_array #(.Address(16'h544), .Bytes(1), .Width(6), .ResetValue(6'h20), .Triplicate(1)) u_buff_t3 (
    .clk_i    (clk_i),
    .rst_ni   (rst_ni),
    .write_i  (write_i),
    .address_i(address_i),
    .data_i   (data_i),
    .read_o   (read_buff_t3),
    .value_o  (buff_t3_q),
    .err_o    (buff_t3_err)
  );
  econ_config_array #(.Address(16'h545), .Bytes(2), .Width(16), .ResetValue(16'h19), .Triplicate(1)) u_links (
    .clk_i    (clk_i),
    .rst_ni   (rst_ni),
    .write_i  (write_i),
    .address_i(address_i),
    .data_i   (data_i),
    .read_o   (read_links),
    .value_o  (links_q),
    .err_o    (links_err)
  );
  econ_config_array #(.Address(16'h547), .Bytes(2), .Width(11), .ResetValue(11'h5aa),
                      .Triplicate(1)) u_idle_pattern (
    .clk_i    (clk_i),
    .rst_ni   (rst_ni),
    .write_i  (write_i),
    .address_i(address_i),
    .data_i   (data_i),
    .read_o   (read_idle_pattern),
    .value_o  (idle_pattern_q),
    .err_o    (idle_pattern_err)
  );
  econ_config_array #(.Address(16'h549), .Bytes(18), .Width(144),
                      .ResetValue(144'hffffffffffffffffffffffffffffffffffff), .Triplicate(1)) u_keep (
    .clk_i    (clk_i),
    .rst_ni   (rst_ni),
    .write_i  (write_i),
    .address_i(address_i),
    .data_i   (data_i),
    .read_o   (read_keep),
    .value_o  (keep_q),
    .err_o    (keep_err)
  );
  econ_config_array #(.Address(16'h55b), .Bytes(2), .Width(14), .ResetValue(14'h122),
                      .Triplicate(1)) u_link_reset_pattern (
    .clk_i    (clk_i),
    .rst_ni   (rst_ni),
    .write_i  (write_i),
    .address_i(address_i),
    .data_i   (data_i),
    .read_o   (read_link_reset_pattern),
    .value_o  (link_reset_pattern_q),
    .err_o    (link_reset_pattern_err)
  );
  econ_config_array #(.Address(16'h55d), .Stride(1), .Count(13), .Bytes(1), .Width(6), .ResetValue(78'h0),
                      .Triplicate(1)) u_align_serializer (
    .clk_i    (clk_i),
    .rst_ni   (rst_ni),
    .write_i  (write_i),
    .address_i(address_i),
    .data_i   (data_i),
    .read_o   (read_align_serializer),
    .value_o  (align_serializer_q),
    .err_o    (align_serializer_err)
  );
  econ_config_array #(.Address(16'hc51), .Bytes(1), .Width(1), .ResetValue(1'h0),
                      .Triplicate(1)) u_read_active (
    .clk_i    (clk_i),
    .rst_ni   (rst_ni),
    .write_i  (write_i),
    .address_i(address_i),
    .data_i   (data_i),
    .read_o   (read_read_active),
    .value_o  (read_active_q),
    .err_o    (read_active_err)
  );
  econ_config_array #(.Address(16'hc54), .Bytes(4), .Width(32), .ResetValue(32'h0),
                      .Triplicate(1)) u_expected_crc (
    .clk_i    (clk_i),
    .rst_ni   (rst_ni),
    .write_i  (write_i),
    .address_i(address_i),
    .data_i   (data_i),
    .read_o   (read_expected_crc),
    .value_o  (expected_crc_q),
    .err_o    (expected_crc_err)
  );
  econ_config_array #(.Address(16'hce1), .Bytes(1), .Width(1), .ResetValue(1'h0),
                      .Triplicate(1)) u_rw_err_clr (
    .clk_i    (clk_i),
    .rst_ni   (rst_ni),
    .write_i  (write_i),
    .address_i(address_i),
    .data_i   (data_i),
    .read_o   (read_rw_err_clr),
    .value_o  (rw_err_clr_q),
    .err_o    (rw_err_clr_err)
  );

  assign unused_kept = ^{align_serializer_q, link_reset_pattern_q[13:11], config_algo_q[14:4], etx_config_q,
                         etx_config_q, etx_config_q, etx_config_q, etx_config_q, etx_config_q, erx_config_q,
                         erx_config_q, erx_config_q, erx_config_q, erx_config_q, clk_tree_config_q,
                         test_output_config_q, lock_filter_config_q, pll_config_q, clk_tree_magic_number_q,
                         pusm_config_q[22:0], capture_fcmd_ctrl_q, fctrl_config_q, eprx_grp_top_config_q,
                         err_wr_data_q, wr_data_top_q, err_top_control_q, orbsyn_cnt_snapshot_q, orbsyn_cnt_q,
                         match_mask_val_q, match_pattern_val_q, aligner_config_q, ch_eprx_grp_config_q,
                         ch_eprx_grp_config_q, ch_eprx_grp_config_q, ch_eprx_grp_config_q, user_word_3_q,
                         user_word_2_q, user_word_1_q, user_word_0_q, seed_in_q, sel_override_val_q,
                         ch_aligner_config_q, ch_aligner_config_q, ch_aligner_config_q, ch_aligner_config_q,
                         ch_aligner_config_q, ch_aligner_config_q, ch_aligner_config_q};

  // commands ------------------------------------------------------------------------------------
  assign clear = rw_err_clr_q;

  // counters of events --------------------------------------------------------------------------
  econ_counter_array #(.Address(16'h3b7), .Triplicate(0)) u_link_reset_count (
    .clk_i    (clk_i),
    .rst_ni   (rst_ni),
    .clear_i  (clear),
    .event_i  (link_reset_event_i),
    .address_i(address_i),
    .read_o   (read_link_reset),
    .err_o    (link_reset_count_err)
  );

  assign clear_left_ready = clear | (write_i & (address_i == 16'h3c4) & data_i[4]);

  econ_counter_array #(.Address(16'h3dd), .Triplicate(0)) u_left_ready_count (
    .clk_i    (clk_i),
    .rst_ni   (rst_ni),
    .clear_i  (clear_left_ready),
    .event_i  (left_ready_event_i),
    .address_i(address_i),
    .read_o   (read_left_ready),
    .err_o    (left_ready_count_err)
  );

  assign clear_state_upset = clear | (write_i & (address_i == 16'h3c4) & data_i[5]);

  econ_counter_array #(.Address(16'h3de), .Triplicate(0)) u_state_upset_count (
    .clk_i    (clk_i),
    .rst_ni   (rst_ni),
    .clear_i  (clear_state_upset),
    .event_i  (state_upset_event_i),
    .address_i(address_i),
    .read_o   (read_state_upset),
    .err_o    (state_upset_count_err)
  );

  // counters of disagreements -------------------------------------------------------------------
  econ_counter_array #(.Address(16'h34), .Stride(64), .Count(12), .Triplicate(0)) u_chan_aligner_count (
    .clk_i    (clk_i),
    .rst_ni   (rst_ni),
    .clear_i  (clear),
    .event_i  (chan_aligner_event),
    .address_i(address_i),
    .read_o   (read_chan_aligner),
    .err_o    (chan_aligner_count_err)
  );
  econ_counter_array #(.Address(16'h35), .Stride(64), .Count(12), .Triplicate(0)) u_chan_err_count (
    .clk_i    (clk_i),
    .rst_ni   (rst_ni),
    .clear_i  (clear),
    .event_i  (chan_err_event_i),
    .address_i(address_i),
    .read_o   (read_chan_err),
    .err_o    (chan_err_count_err)
  );
  econ_counter_array #(.Address(16'h36), .Stride(64), .Count(12), .Triplicate(0)) u_chan_eprxgrp_count (
    .clk_i    (clk_i),
    .rst_ni   (rst_ni),
    .clear_i  (clear),
    .event_i  (ch_eprx_grp_config_err),
    .address_i(address_i),
    .read_o   (read_chan_eprxgrp),
    .err_o    (chan_eprxgrp_count_err)
  );
  econ_counter_array #(.Address(16'h399), .Triplicate(0)) u_aligner_count (
    .clk_i    (clk_i),
    .rst_ni   (rst_ni),
    .clear_i  (clear),
    .event_i  (aligner_event),
    .address_i(address_i),
    .read_o   (read_aligner),
    .err_o    (aligner_count_err)
  );
  econ_counter_array #(.Address(16'h3a2), .Triplicate(0)) u_err_top_count (
    .clk_i    (clk_i),
    .rst_ni   (rst_ni),
    .clear_i  (clear),
    .event_i  (err_top_event),
    .address_i(address_i),
    .read_o   (read_err_top),
    .err_o    (err_top_count_err)
  );
  econ_counter_array #(.Address(16'h3a6), .Triplicate(0)) u_eprxgrp_top_count (
    .clk_i    (clk_i),
    .rst_ni   (rst_ni),
    .clear_i  (clear),
    .event_i  (eprx_grp_top_config_err),
    .address_i(address_i),
    .read_o   (read_eprxgrp_top),
    .err_o    (eprxgrp_top_count_err)
  );
  econ_counter_array #(.Address(16'h3c3), .Triplicate(0)) u_fast_ctrl_decoder_count (
    .clk_i    (clk_i),
    .rst_ni   (rst_ni),
    .clear_i  (clear),
    .event_i  (fast_ctrl_decoder_event),
    .address_i(address_i),
    .read_o   (read_fast_ctrl_decoder),
    .err_o    (fast_ctrl_decoder_count_err)
  );
  econ_counter_array #(.Address(16'h3e3), .Triplicate(0)) u_clocks_and_resets_count (
    .clk_i    (clk_i),
    .rst_ni   (rst_ni),
    .clear_i  (clear),
    .event_i  (clocks_and_resets_event),
    .address_i(address_i),
    .read_o   (read_clocks_and_resets),
    .err_o    (clocks_and_resets_count_err)
  );
  econ_counter_array #(.Address(16'h3f3), .Triplicate(0)) u_erx_count (
    .clk_i    (clk_i),
    .rst_ni   (rst_ni),
    .clear_i  (clear),
    .event_i  (erx_event),
    .address_i(address_i),
    .read_o   (read_erx),
    .err_o    (erx_count_err)
  );
  econ_counter_array #(.Address(16'h40e), .Triplicate(0)) u_etx_count (
    .clk_i    (clk_i),
    .rst_ni   (rst_ni),
    .clear_i  (clear),
    .event_i  (|etx_config_err),
    .address_i(address_i),
    .read_o   (read_etx),
    .err_o    (etx_count_err)
  );
  econ_counter_array #(.Address(16'h4ad), .Triplicate(0)) u_mux_fix_calib_count (
    .clk_i    (clk_i),
    .rst_ni   (rst_ni),
    .clear_i  (clear),
    .event_i  (mux_fix_calib_event),
    .address_i(address_i),
    .read_o   (read_mux_fix_calib),
    .err_o    (mux_fix_calib_count_err)
  );
  econ_counter_array #(.Address(16'h53f), .Triplicate(0)) u_algorithm_count (
    .clk_i    (clk_i),
    .rst_ni   (rst_ni),
    .clear_i  (clear),
    .event_i  (algorithm_event),
    .address_i(address_i),
    .read_o   (read_algorithm),
    .err_o    (algorithm_count_err)
  );
  econ_counter_array #(.Address(16'h56b), .Triplicate(0)) u_formatter_buffer_count (
    .clk_i    (clk_i),
    .rst_ni   (rst_ni),
    .clear_i  (clear),
    .event_i  (formatter_buffer_event),
    .address_i(address_i),
    .read_o   (read_formatter_buffer),
    .err_o    (formatter_buffer_count_err)
  );
  econ_counter_array #(.Address(16'hc48), .Triplicate(0)) u_auto_encoder_count (
    .clk_i    (clk_i),
    .rst_ni   (rst_ni),
    .clear_i  (clear),
    .event_i  (auto_encoder_event_i),
    .address_i(address_i),
    .read_o   (read_auto_encoder),
    .err_o    (auto_encoder_count_err)
  );
  econ_counter_array #(.Address(16'hc5c), .Triplicate(0)) u_i2c_recovery_count (
    .clk_i    (clk_i),
    .rst_ni   (rst_ni),
    .clear_i  (clear),
    .event_i  (i2c_recovery_event_i),
    .address_i(address_i),
    .read_o   (read_i2c_recovery),
    .err_o    (i2c_recovery_count_err)
  );
  econ_counter_array #(.Address(16'hce4), .Triplicate(0)) u_misc_count (
    .clk_i    (clk_i),
    .rst_ni   (rst_ni),
    .clear_i  (clear),
    .event_i  (misc_event),
    .address_i(address_i),
    .read_o   (read_misc),
    .err_o    (misc_count_err)
  );

  assign chan_aligner_event      = ch_aligner_config_err | sel_override_val_err | seed_in_err
                                   | user_word_0_err | user_word_1_err | user_word_2_err | user_word_3_err;
  assign aligner_event           = aligner_config_err | match_pattern_val_err | match_mask_val_err
                                   | orbsyn_hdr_err | idle_hdr_err | orbsyn_cnt_err | orbsyn_cnt_snapshot_err;
  assign err_top_event           = err_top_control_err | wr_data_top_err | err_wr_data_err;
  assign fast_ctrl_decoder_event = fctrl_config_err | capture_fcmd_ctrl_err;
  assign clocks_and_resets_event = clocks_and_resets_event_i | pusm_config_err | clk_tree_magic_number_err
                                   | pll_config_err | lock_filter_config_err | test_output_config_err
                                   | clk_tree_config_err;
  assign erx_event               = erx_event_i | (|erx_config_err);
  assign mux_fix_calib_event     = mux_fix_calib_event_i | (|mux_err) | (|cal_err) | config_algo_err;
  assign algorithm_event         = algorithm_event_i | (|threshold_err) | drop_lsb_err;
  assign formatter_buffer_event  = formatter_buffer_event_i | buff_t1_err | buff_t2_err | buff_t3_err
                                   | links_err | idle_pattern_err | keep_err | link_reset_pattern_err
                                   | (|align_serializer_err);
  assign misc_event              = misc_event_i | read_active_err | expected_crc_err | rw_err_clr_err
                                   | link_reset_count_err | left_ready_count_err | state_upset_count_err
                                   | chan_aligner_count_err | chan_err_count_err | chan_eprxgrp_count_err
                                   | aligner_count_err | err_top_count_err | eprxgrp_top_count_err
                                   | fast_ctrl_decoder_count_err | clocks_and_resets_count_err | erx_count_err
                                   | etx_count_err | mux_fix_calib_count_err | algorithm_count_err
                                   | formatter_buffer_count_err | auto_encoder_count_err
                                   | i2c_recovery_count_err | misc_count_err;

  // status --------------------------------------------------------------------------------------
  econ_status_array #(.Address(16'h14), .Stride(64), .Count(12), .Bytes(1)) u_ch_aligner_status (
    .address_i(address_i),
    .value_i  ({1'b0, 1'b0, 1'b0, 1'b0, 1'b0, header_wrong_i[11], 1'b0, 1'b0, 1'b0, 1'b0, 1'b0, 1'b0, 1'b0,
                header_wrong_i[10], 1'b0, 1'b0, 1'b0, 1'b0, 1'b0, 1'b0, 1'b0, header_wrong_i[9], 1'b0, 1'b0,
                1'b0, 1'b0, 1'b0, 1'b0, 1'b0, header_wrong_i[8], 1'b0, 1'b0, 1'b0, 1'b0, 1'b0, 1'b0, 1'b0,
                header_wrong_i[7], 1'b0, 1'b0, 1'b0, 1'b0, 1'b0, 1'b0, 1'b0, header_wrong_i[6], 1'b0, 1'b0,
                1'b0, 1'b0, 1'b0, 1'b0, 1'b0, header_wrong_i[5], 1'b0, 1'b0, 1'b0, 1'b0, 1'b0, 1'b0, 1'b0,
                header_wrong_i[4], 1'b0, 1'b0, 1'b0, 1'b0, 1'b0, 1'b0, 1'b0, header_wrong_i[3], 1'b0, 1'b0,
                1'b0, 1'b0, 1'b0, 1'b0, 1'b0, header_wrong_i[2], 1'b0, 1'b0, 1'b0, 1'b0, 1'b0, 1'b0, 1'b0,
                header_wrong_i[1], 1'b0, 1'b0, 1'b0, 1'b0, 1'b0, 1'b0, 1'b0, header_wrong_i[0], 1'b0, 1'b0}),
    .read_o   (read_ch_aligner_status)
  );
  econ_status_array #(.Address(16'h15), .Stride(64), .Count(12), .Bytes(1)) u_ch_aligner_select (
    .address_i(address_i),
    .value_i  ({8'd32, 8'd32, 8'd32, 8'd32, 8'd32, 8'd32, 8'd32, 8'd32, 8'd32, 8'd32, 8'd32, 8'd32}),
    .read_o   (read_ch_aligner_select)
  );
  econ_status_array #(.Address(16'h2e), .Stride(64), .Count(12), .Bytes(2)) u_hdr_mm_cntr (
    .address_i(address_i),
    .value_i  (header_count_i),
    .read_o   (read_hdr_mm_cntr)
  );
  econ_status_array #(.Address(16'h3df), .Bytes(4)) u_clocks_and_resets_status (
    .address_i(address_i),
    .value_i  ({3'd0, 9'd0, 1'b0, 4'd0, 8'd0, 1'b0, 2'd0, pusm_state_i}),
    .read_o   (read_clocks_and_resets_status)
  );
  econ_status_array #(.Address(16'h56a), .Bytes(1)) u_formatter_buffer_status (
    .address_i(address_i),
    .value_i  ({7'd0, overflow_i}),
    .read_o   (read_formatter_buffer_status)
  );
  econ_status_array #(.Address(16'hc52), .Bytes(1)) u_weight_status (
    .address_i(address_i),
    .value_i  ({5'd0, weight_failed_i, weight_done_i, weight_busy_i}),
    .read_o   (read_weight_status)
  );
  econ_status_array #(.Address(16'hc53), .Bytes(1)) u_commit_count (
    .address_i(address_i),
    .value_i  (commit_count_i),
    .read_o   (read_commit_count)
  );
  econ_status_array #(.Address(16'hc58), .Bytes(4)) u_computed_crc (
    .address_i(address_i),
    .value_i  (computed_crc_i),
    .read_o   (read_computed_crc)
  );
  econ_status_array #(.Address(16'hc5f), .Bytes(1)) u_build (
    .address_i(address_i),
    .value_i  ({5'd0, 2'd1, 1'b0}),
    .read_o   (read_build)
  );

  // read ----------------------------------------------------------------------------------------
  assign data_o               = read_ch_aligner_config | read_sel_override_val | read_seed_in
                                | read_user_word_0 | read_user_word_1 | read_user_word_2 | read_user_word_3
                                | read_ch_eprx_grp_config | read_aligner_config | read_match_pattern_val
                                | read_match_mask_val | read_orbsyn_hdr | read_idle_hdr | read_orbsyn_cnt
                                | read_orbsyn_cnt_snapshot | read_err_top_control | read_wr_data_top
                                | read_err_wr_data | read_eprx_grp_top_config | read_fctrl_config
                                | read_capture_fcmd_ctrl | read_pusm_config | read_clk_tree_magic_number
                                | read_pll_config | read_lock_filter_config | read_test_output_config
                                | read_clk_tree_config | read_erx_config | read_etx_config | read_mux
                                | read_cal | read_config_algo | read_threshold | read_drop_lsb | read_buff_t1
                                | read_buff_t2 | read_buff_t3 | read_links | read_idle_pattern | read_keep
                                | read_link_reset_pattern | read_align_serializer | read_read_active
                                | read_expected_crc | read_rw_err_clr | read_link_reset | read_left_ready
                                | read_state_upset | read_chan_aligner | read_chan_err | read_chan_eprxgrp
                                | read_aligner | read_err_top | read_eprxgrp_top | read_fast_ctrl_decoder
                                | read_clocks_and_resets | read_erx | read_etx | read_mux_fix_calib
                                | read_algorithm | read_formatter_buffer | read_auto_encoder
                                | read_i2c_recovery | read_misc | read_ch_aligner_status
                                | read_ch_aligner_select | read_hdr_mm_cntr | read_clocks_and_resets_status
                                | read_formatter_buffer_status | read_weight_status | read_commit_count
                                | read_computed_crc | read_build;
  assign orbit_value_o        = orbsyn_hdr_q[3:0];
  assign orbit_mask_o         = orbsyn_hdr_q[7:4];
  assign idle_value_o         = idle_hdr_q[3:0];
  assign idle_mask_o          = idle_hdr_q[7:4];
  assign run_o                = pusm_config_q[23];
  assign mux_o                = mux_q;
  assign cal_o                = cal_q;
  assign algorithm_o          = config_algo_q[2:0];
  assign high_density_o       = config_algo_q[3];
  assign threshold_o          = threshold_q;
  assign drop_lsb_o           = drop_lsb_q;
  assign buff_t1_o            = buff_t1_q;
  assign buff_t2_o            = buff_t2_q;
  assign buff_t3_o            = buff_t3_q[4:0];
  assign use_sum_o            = buff_t3_q[5];
  assign stc_type_o           = links_q[2:0];
  assign active_etxs_o        = links_q[15:3];
  assign idle_pattern_o       = idle_pattern_q;
  assign keep_o               = keep_q;
  assign link_reset_pattern_o = link_reset_pattern_q[10:0];
  assign read_active_o        = read_active_q;
  assign expected_crc_o       = expected_crc_q;
  assign status_clear_o       = clear | (write_i & (address_i == 16'hce0) & data_i[0]);
  assign commit_o             = write_i & (address_i == 16'hc50) & data_i[0];

endmodule

`default_nettype wire
