// Chip: 12 input links -> trigger-cell codes -> calibrated charges -> the algorithm that alg_type selects ->
// 13 output links, one BX per clock; configuration and weights over I2C. Link words are 0 until pusm_run is
// set.
//
// Layer    all; TMR mode 'weights', arithmetic 'econt'
// Formats  links 32 bits per BX; see the blocks for the formats between them
// Latency  threshold-sum 9, super-trigger-cell 7, best-choice 9, repeater 7, autoencoder 11 BX from link_i to
// link_o
`default_nettype none

module econ_chip (
    // clock and reset
    input  wire         clk_i,        // 40 MHz bunch-crossing clock
    input  wire         rst_ni,       // asserts at once, released with the clock

    // fast command
    input  wire         link_reset_i, // link reset: 256 BX of reset words, from the words beside it on

    // I2C
    input  wire [2:0]   strap_i,      // device address = 0x20 + strap
    input  wire         scl_i,
    input  wire         sda_i,
    output wire         sda_oe_o,     // open drain: 1 pulls SDA low

    // links
    input  wire [383:0] link_i,       // eRx r in [32r+31:32r]
    output wire [415:0] link_o        // eTx j in [32j+31:32j]
);

  wire          rst_n;                  // synchronised
  wire          reset_sync_err;
  wire          bus_write;
  wire [15:0]   bus_address;
  wire [7:0]    bus_wdata;
  wire          i2c_recover;
  wire          i2c_err;
  wire [7:0]    register_rdata;
  wire [3:0]    orbit_value;
  wire [3:0]    orbit_mask;
  wire [3:0]    idle_value;
  wire [3:0]    idle_mask;
  wire          run;
  wire [287:0]  mux;
  wire [575:0]  cal;
  wire [2:0]    algorithm;
  wire          high_density;
  wire [1055:0] threshold;
  wire [2:0]    drop_lsb;
  wire [8:0]    buff_t1;
  wire [8:0]    buff_t2;
  wire [4:0]    buff_t3;
  wire          use_sum;
  wire [2:0]    stc_type;
  wire [12:0]   active_etxs;
  wire [10:0]   idle_pattern;
  wire [143:0]  keep;
  wire [10:0]   link_reset_pattern;
  wire          read_active;
  wire [31:0]   expected_crc;
  wire          status_clear;
  wire          commit;
  wire [7:0]    weight_rdata;
  wire          weight_ready;
  wire          weight_busy;
  wire          weight_done;
  wire          weight_failed;
  wire [7:0]    commit_count;
  wire [31:0]   computed_crc;
  wire [1071:0] weights_00;
  wire [1071:0] weights_01;
  wire [1071:0] weights_02;
  wire [1071:0] weights_03;
  wire [1071:0] weights_04;
  wire [1071:0] weights_05;
  wire [1071:0] weights_06;
  wire [1071:0] weights_07;
  wire [1071:0] weights_08;
  wire [1071:0] weights_09;
  wire [1071:0] weights_10;
  wire [1071:0] weights_11;
  wire          weight_memory_err;
  wire [335:0]  input_codes;            // 4E3M
  wire [4:0]    input_bx;
  wire          link_input_err;
  wire [335:0]  codes;                  // 4E3M, image order
  wire [4:0]    codes_bx;
  wire          mux_err;
  wire [1007:0] linear;                 // unsigned
  wire [4:0]    linear_bx;
  wire          float_to_fixed_err;
  wire [1055:0] charge;                 // CALQ, unsigned
  wire [4:0]    charge_bx;
  wire          calibration_err;
  wire [3:0]    pusm_state;
  wire          running;
  wire          left_ready;
  wire          state_upset;
  wire          power_up_err;
  wire [47:0]   headers;                // of eRx r in [4r+3:4r]
  wire [11:0]   header_wrong;
  wire [191:0]  header_count;
  wire [11:0]   header_check_err;
  wire [4:0]    packing_bx;             // of the BX whose packet is made
  wire          packing_resetting;
  wire          bunch_tag_err;
  wire [47:0]   threshold_map;
  wire [335:0]  threshold_codes;
  wire [7:0]    threshold_sum_code;
  wire [7:0]    threshold_all_sum_code;
  wire          threshold_sum_err;
  wire [107:0]  super_codes;
  wire [29:0]   super_positions;
  wire          super_trigger_cell_err;
  wire [3:0]    links;                  // number of active links
  wire [47:0]   choice_map;
  wire [335:0]  choice_codes;
  wire [7:0]    choice_sum_code;
  wire          best_choice_err;
  wire [335:0]  repeater_codes;
  wire          repeater_err;
  wire [383:0]  x;                      // u1.7
  wire [8:0]    x_sum_code;             // 5E4M
  wire [4:0]    x_bx;
  wire          normaliser_err;
  wire [143:0]  latents;                // u1.8
  wire [8:0]    latents_sum_code;       // 5E4M
  wire [4:0]    latents_bx;
  wire          encoder_err;
  wire [399:0]  packet;                 // first bit on top
  wire [4:0]    packet_bx;
  wire          packet_resetting;
  wire [4:0]    packet_length;          // words of 16 bits
  wire [7:0]    packet_all_sum_code;
  wire          formatter_err;
  wire          overflow;
  wire          link_buffer_err;

  // reset and I2C -------------------------------------------------------------------------------
  econ_reset_sync #(.Triplicate(1)) u_reset_sync (
    .clk_i (clk_i),
    .rst_ni(rst_ni),
    .rst_no(rst_n),
    .err_o (reset_sync_err)
  );
  econ_i2c_target #(.TimeoutBits(20), .Triplicate(1)) u_i2c_target (
    .clk_i    (clk_i),
    .rst_ni   (rst_n),
    .device_i (7'h20 + {4'd0, strap_i}),
    .scl_i    (scl_i),
    .sda_i    (sda_i),
    .sda_oe_o (sda_oe_o),
    .write_o  (bus_write),
    .address_o(bus_address),
    .data_o   (bus_wdata),
    .data_i   (register_rdata | weight_rdata),
    .ready_i  (weight_ready),
    .recover_o(i2c_recover),
    .err_o    (i2c_err)
  );

  // configuration -------------------------------------------------------------------------------
  econ_registers u_registers (
    .clk_i                    (clk_i),
    .rst_ni                   (rst_n),
    .write_i                  (bus_write),
    .address_i                (bus_address),
    .data_i                   (bus_wdata),
    .data_o                   (register_rdata),
    .link_reset_event_i       (link_reset_i),
    .left_ready_event_i       (left_ready),
    .state_upset_event_i      (state_upset),
    .chan_err_event_i         (header_check_err),
    .clocks_and_resets_event_i(reset_sync_err | power_up_err),
    .erx_event_i              (link_input_err),
    .mux_fix_calib_event_i    (mux_err | float_to_fixed_err | calibration_err),
    .algorithm_event_i        (threshold_sum_err | super_trigger_cell_err | best_choice_err | repeater_err),
    .formatter_buffer_event_i (bunch_tag_err | formatter_err | link_buffer_err),
    .auto_encoder_event_i     (weight_memory_err | normaliser_err | encoder_err),
    .i2c_recovery_event_i     (i2c_recover),
    .misc_event_i             (i2c_err),
    .header_wrong_i           (header_wrong),
    .header_count_i           (header_count),
    .pusm_state_i             (pusm_state),
    .overflow_i               (overflow),
    .weight_busy_i            (weight_busy),
    .weight_done_i            (weight_done),
    .weight_failed_i          (weight_failed),
    .commit_count_i           (commit_count),
    .computed_crc_i           (computed_crc),
    .orbit_value_o            (orbit_value),
    .orbit_mask_o             (orbit_mask),
    .idle_value_o             (idle_value),
    .idle_mask_o              (idle_mask),
    .run_o                    (run),
    .mux_o                    (mux),
    .cal_o                    (cal),
    .algorithm_o              (algorithm),
    .high_density_o           (high_density),
    .threshold_o              (threshold),
    .drop_lsb_o               (drop_lsb),
    .buff_t1_o                (buff_t1),
    .buff_t2_o                (buff_t2),
    .buff_t3_o                (buff_t3),
    .use_sum_o                (use_sum),
    .stc_type_o               (stc_type),
    .active_etxs_o            (active_etxs),
    .idle_pattern_o           (idle_pattern),
    .keep_o                   (keep),
    .link_reset_pattern_o     (link_reset_pattern),
    .read_active_o            (read_active),
    .expected_crc_o           (expected_crc),
    .status_clear_o           (status_clear),
    .commit_o                 (commit)
  );
  econ_weight_memory u_weight_memory (
    .clk_i         (clk_i),
    .rst_ni        (rst_n),
    .write_i       (bus_write),
    .address_i     (bus_address),
    .data_i        (bus_wdata),
    .data_o        (weight_rdata),
    .ready_o       (weight_ready),
    .commit_i      (commit),
    .read_active_i (read_active),
    .expected_crc_i(expected_crc),
    .busy_o        (weight_busy),
    .done_o        (weight_done),
    .failed_o      (weight_failed),
    .count_o       (commit_count),
    .crc_o         (computed_crc),
    .weights_00_o  (weights_00),
    .weights_01_o  (weights_01),
    .weights_02_o  (weights_02),
    .weights_03_o  (weights_03),
    .weights_04_o  (weights_04),
    .weights_05_o  (weights_05),
    .weights_06_o  (weights_06),
    .weights_07_o  (weights_07),
    .weights_08_o  (weights_08),
    .weights_09_o  (weights_09),
    .weights_10_o  (weights_10),
    .weights_11_o  (weights_11),
    .err_o         (weight_memory_err)
  );

  // links to charges ----------------------------------------------------------------------------
  econ_link_input u_link_input (
    .clk_i  (clk_i),
    .rst_ni (rst_n),
    .link_i (link_i),
    .codes_o(input_codes),
    .bx_o   (input_bx),
    .err_o  (link_input_err)
  );
  econ_mux u_mux (
    .clk_i  (clk_i),
    .mux_i  (mux),
    .codes_i(input_codes),
    .bx_i   (input_bx),
    .codes_o(codes),
    .bx_o   (codes_bx),
    .err_o  (mux_err)
  );
  econ_float_to_fixed u_float_to_fixed (
    .clk_i         (clk_i),
    .high_density_i(high_density),
    .codes_i       (codes),
    .bx_i          (codes_bx),
    .linear_o      (linear),
    .bx_o          (linear_bx),
    .err_o         (float_to_fixed_err)
  );
  econ_calibration u_calibration (
    .clk_i   (clk_i),
    .cal_i   (cal),
    .linear_i(linear),
    .bx_i    (linear_bx),
    .charge_o(charge),
    .bx_o    (charge_bx),
    .err_o   (calibration_err)
  );
  econ_power_up #(.Triplicate(1)) u_power_up (
    .clk_i       (clk_i),
    .rst_ni      (rst_n),
    .run_i       (run),
    .state_o     (pusm_state),
    .running_o   (running),
    .left_ready_o(left_ready),
    .upset_o     (state_upset),
    .err_o       (power_up_err)
  );

  assign headers = {link_i[383:380], link_i[351:348], link_i[319:316], link_i[287:284], link_i[255:252],
                    link_i[223:220], link_i[191:188], link_i[159:156], link_i[127:124], link_i[95:92],
                    link_i[63:60], link_i[31:28]};

  econ_header_check #(.Links(12), .Triplicate(0)) u_header_check (
    .clk_i        (clk_i),
    .rst_ni       (rst_n),
    .run_i        (running),
    .clear_i      (status_clear),
    .headers_i    (headers),
    .orbit_value_i(orbit_value),
    .orbit_mask_i (orbit_mask),
    .idle_value_i (idle_value),
    .idle_mask_i  (idle_mask),
    .wrong_o      (header_wrong),
    .count_o      (header_count),
    .err_o        (header_check_err)
  );
  econ_bunch_tag u_bunch_tag (
    .clk_i       (clk_i),
    .rst_ni      (rst_n),
    .algorithm_i (algorithm),
    .link_reset_i(link_reset_i),
    .bx_i        (input_bx),
    .bx_o        (packing_bx),
    .resetting_o (packing_resetting),
    .err_o       (bunch_tag_err)
  );

  // threshold sum -------------------------------------------------------------------------------
  econ_threshold_sum u_threshold_sum (
    .clk_i         (clk_i),
    .threshold_i   (threshold),
    .drop_i        (drop_lsb),
    .use_sum_i     (use_sum),
    .charge_i      (charge),
    .map_o         (threshold_map),
    .codes_o       (threshold_codes),
    .sum_code_o    (threshold_sum_code),
    .all_sum_code_o(threshold_all_sum_code),
    .err_o         (threshold_sum_err)
  );

  // super trigger cells -------------------------------------------------------------------------
  econ_super_trigger_cell u_super_trigger_cell (
    .clk_i      (clk_i),
    .type_i     (stc_type),
    .drop_i     (drop_lsb),
    .charge_i   (charge),
    .codes_o    (super_codes),
    .positions_o(super_positions),
    .err_o      (super_trigger_cell_err)
  );

  // best choice ---------------------------------------------------------------------------------
  econ_link_count #(.Links(13)) u_link_count (
    .active_i(active_etxs),
    .count_o (links)
  );
  econ_best_choice u_best_choice (
    .clk_i     (clk_i),
    .drop_i    (drop_lsb),
    .use_sum_i (use_sum),
    .links_i   (links),
    .charge_i  (charge),
    .map_o     (choice_map),
    .codes_o   (choice_codes),
    .sum_code_o(choice_sum_code),
    .err_o     (best_choice_err)
  );

  // repeater ------------------------------------------------------------------------------------
  econ_repeater u_repeater (
    .clk_i   (clk_i),
    .drop_i  (drop_lsb),
    .charge_i(charge),
    .codes_o (repeater_codes),
    .err_o   (repeater_err)
  );

  // autoencoder ---------------------------------------------------------------------------------
  econ_normaliser u_normaliser (
    .clk_i     (clk_i),
    .charge_i  (charge),
    .bx_i      (charge_bx),
    .x_o       (x),
    .sum_code_o(x_sum_code),
    .bx_o      (x_bx),
    .err_o     (normaliser_err)
  );
  econ_encoder u_encoder (
    .clk_i       (clk_i),
    .weights_00_i(weights_00),
    .weights_01_i(weights_01),
    .weights_02_i(weights_02),
    .weights_03_i(weights_03),
    .weights_04_i(weights_04),
    .weights_05_i(weights_05),
    .weights_06_i(weights_06),
    .weights_07_i(weights_07),
    .weights_08_i(weights_08),
    .weights_09_i(weights_09),
    .weights_10_i(weights_10),
    .weights_11_i(weights_11),
    .x_i         (x),
    .sum_code_i  (x_sum_code),
    .bx_i        (x_bx),
    .latents_o   (latents),
    .sum_code_o  (latents_sum_code),
    .bx_o        (latents_bx),
    .err_o       (encoder_err)
  );

  // packets and links ---------------------------------------------------------------------------
  econ_formatter u_formatter (
    .clk_i                   (clk_i),
    .algorithm_i             (algorithm),
    .stc_type_i              (stc_type),
    .links_i                 (links),
    .keep_i                  (keep),
    .active_etxs_i           (active_etxs),
    .threshold_map_i         (threshold_map),
    .threshold_codes_i       (threshold_codes),
    .threshold_sum_code_i    (threshold_sum_code),
    .threshold_all_sum_code_i(threshold_all_sum_code),
    .super_codes_i           (super_codes),
    .super_positions_i       (super_positions),
    .choice_map_i            (choice_map),
    .choice_codes_i          (choice_codes),
    .choice_sum_code_i       (choice_sum_code),
    .repeater_codes_i        (repeater_codes),
    .latents_i               (latents),
    .sum_code_i              (latents_sum_code),
    .latents_bx_i            (latents_bx),
    .bx_i                    (packing_bx),
    .resetting_i             (packing_resetting),
    .packet_o                (packet),
    .bx_o                    (packet_bx),
    .resetting_o             (packet_resetting),
    .length_o                (packet_length),
    .all_sum_code_o          (packet_all_sum_code),
    .err_o                   (formatter_err)
  );
  econ_link_buffer u_link_buffer (
    .clk_i               (clk_i),
    .rst_ni              (rst_n),
    .run_i               (running),
    .links_i             (links),
    .link_reset_pattern_i(link_reset_pattern),
    .algorithm_i         (algorithm),
    .idle_pattern_i      (idle_pattern),
    .t1_i                (buff_t1),
    .t2_i                (buff_t2),
    .t3_i                (buff_t3),
    .clear_i             (status_clear),
    .length_i            (packet_length),
    .all_sum_code_i      (packet_all_sum_code),
    .packet_i            (packet),
    .bx_i                (packet_bx),
    .resetting_i         (packet_resetting),
    .link_o              (link_o),
    .overflow_o          (overflow),
    .err_o               (link_buffer_err)
  );


endmodule

`default_nettype wire
