// Chip: 1 input links -> trigger-cell codes -> calibrated charges -> autoencoder -> 1 output links, one BX
// per clock; configuration and weights over I2C.
//
// Layer    all; TMR mode 'weights', arithmetic 'econt'
// Formats  links 32 bits per BX; see the blocks for the formats between them
// Latency  10 BX from link_i to link_o
`default_nettype none

module econ_chip (
    // clock and reset
    input  wire        clk_i,    // 40 MHz bunch-crossing clock
    input  wire        rst_ni,   // asserts at once, released with the clock

    // I2C
    input  wire [2:0]  strap_i,  // device address = 0x20 + strap
    input  wire        scl_i,
    input  wire        sda_i,
    output wire        sda_oe_o, // open drain: 1 pulls SDA low

    // links
    input  wire [31:0] link_i,   // eRx r in [32r+31:32r]
    output wire [31:0] link_o    // eTx j in [32j+31:32j]
);

  wire          rst_n;              // synchronised
  wire          reset_sync_err;
  wire          bus_write;
  wire [15:0]   bus_address;
  wire [7:0]    bus_wdata;
  wire          i2c_recover;
  wire          i2c_err;
  wire [7:0]    register_rdata;
  wire [2:0]    algorithm;
  wire          high_density;
  wire [12:0]   active_etxs;
  wire [143:0]  keep;
  wire          read_active;
  wire [31:0]   expected_crc;
  wire [17:0]   mux;
  wire [35:0]   cal;
  wire          commit;
  wire [7:0]    weight_rdata;
  wire          weight_ready;
  wire          weight_busy;
  wire          weight_done;
  wire          weight_failed;
  wire [7:0]    commit_count;
  wire [31:0]   computed_crc;
  wire [1071:0] weights_00;
  wire          weight_memory_err;
  wire [20:0]   input_codes;        // 4E3M
  wire [4:0]    input_bx;
  wire          link_input_err;
  wire [20:0]   codes;              // 4E3M, image order
  wire [4:0]    codes_bx;
  wire          mux_err;
  wire [62:0]   linear;             // unsigned
  wire [4:0]    linear_bx;
  wire          float_to_fixed_err;
  wire [65:0]   charge;             // CALQ, unsigned
  wire [4:0]    charge_bx;
  wire          calibration_err;
  wire [23:0]   x;                  // u1.7
  wire [8:0]    x_sum_code;         // 5E4M
  wire [4:0]    x_bx;
  wire          normaliser_err;
  wire [143:0]  latents;            // u1.8
  wire [8:0]    latents_sum_code;   // 5E4M
  wire [4:0]    latents_bx;
  wire          encoder_err;
  wire [159:0]  packet;             // first bit on top
  wire          formatter_err;
  wire          unused_packet;

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
    .clk_i                   (clk_i),
    .rst_ni                  (rst_n),
    .write_i                 (bus_write),
    .address_i               (bus_address),
    .data_i                  (bus_wdata),
    .data_o                  (register_rdata),
    .erx_event_i             (link_input_err),
    .mux_fix_calib_event_i   (mux_err | float_to_fixed_err | calibration_err),
    .formatter_buffer_event_i(formatter_err),
    .auto_encoder_event_i    (weight_memory_err | normaliser_err | encoder_err),
    .i2c_recovery_event_i    (i2c_recover),
    .misc_event_i            (reset_sync_err | i2c_err),
    .weight_busy_i           (weight_busy),
    .weight_done_i           (weight_done),
    .weight_failed_i         (weight_failed),
    .commit_count_i          (commit_count),
    .computed_crc_i          (computed_crc),
    .algorithm_o             (algorithm),
    .high_density_o          (high_density),
    .active_etxs_o           (active_etxs),
    .keep_o                  (keep),
    .read_active_o           (read_active),
    .expected_crc_o          (expected_crc),
    .mux_o                   (mux),
    .cal_o                   (cal),
    .commit_o                (commit)
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
    .clk_i        (clk_i),
    .algorithm_i  (algorithm),
    .keep_i       (keep),
    .active_etxs_i(active_etxs),
    .latents_i    (latents),
    .sum_code_i   (latents_sum_code),
    .latents_bx_i (latents_bx),
    .packet_o     (packet),
    .err_o        (formatter_err)
  );

  assign unused_packet = ^packet[127:0];

  assign link_o = packet[159:128];

endmodule

`default_nettype wire
