// Registers: configuration, status and error counters on the byte bus of the I2C target, at the addresses of
// the production map; generated from the register table (docs/registers.md has the same source). Each group
// of stored registers, and each part of the data path, has a counter of clocks in which copies of its state
// disagreed. Addresses outside the table read 0 and ignore writes.
//
// Layer    registers
// Formats  multi-byte registers are little-endian; bits that do not exist read 0
// Latency  a written byte is effective in the next clock
`default_nettype none

module econ_registers (
    // clock and reset
    input  wire         clk_i,
    input  wire         rst_ni,

    // register bus
    input  wire         write_i,
    input  wire [15:0]  address_i,
    input  wire [7:0]   data_i,
    output wire [7:0]   data_o,

    // events to count
    input  wire         erx_event_i,
    input  wire         mux_fix_calib_event_i,
    input  wire         formatter_buffer_event_i,
    input  wire         auto_encoder_event_i,
    input  wire         i2c_recovery_event_i,
    input  wire         misc_event_i,

    // status
    input  wire         weight_busy_i,
    input  wire         weight_done_i,
    input  wire         weight_failed_i,
    input  wire [7:0]   commit_count_i,
    input  wire [31:0]  computed_crc_i,

    // configuration
    output wire [2:0]   algorithm_o,
    output wire         high_density_o,
    output wire [12:0]  active_etxs_o,
    output wire [143:0] keep_o,
    output wire         read_active_o,
    output wire [31:0]  expected_crc_o,
    output wire [17:0]  mux_o,                    // 3 x 6 bits
    output wire [35:0]  cal_o,                    // 3 x 12 bits

    // commands
    output wire         commit_o                  // one clock
);

  wire [7:0]   read_config_algo;
  wire [14:0]  config_algo_q;
  wire         config_algo_err;
  wire [7:0]   read_links;
  wire [15:0]  links_q;
  wire         links_err;
  wire [7:0]   read_keep;
  wire [143:0] keep_q;
  wire         keep_err;
  wire [7:0]   read_read_active;
  wire         read_active_q;
  wire         read_active_err;
  wire [7:0]   read_expected_crc;
  wire [31:0]  expected_crc_q;
  wire         expected_crc_err;
  wire [7:0]   read_rw_err_clr;
  wire         rw_err_clr_q;
  wire         rw_err_clr_err;
  wire [7:0]   read_mux;
  wire [17:0]  mux_q;
  wire [2:0]   mux_err;
  wire [7:0]   read_cal;
  wire [35:0]  cal_q;
  wire [2:0]   cal_err;
  wire         unused_kept;
  wire         clear;
  wire [7:0]   read_erx;
  wire         erx_count_err;
  wire [7:0]   read_mux_fix_calib;
  wire         mux_fix_calib_count_err;
  wire [7:0]   read_formatter_buffer;
  wire         formatter_buffer_count_err;
  wire [7:0]   read_auto_encoder;
  wire         auto_encoder_count_err;
  wire [7:0]   read_i2c_recovery;
  wire         i2c_recovery_count_err;
  wire [7:0]   read_misc;
  wire         misc_count_err;
  wire         mux_fix_calib_event;
  wire         formatter_buffer_event;
  wire         misc_event;
  wire [7:0]   read_weight_status;
  wire [7:0]   read_commit_count;
  wire [7:0]   read_computed_crc;
  wire [7:0]   read_build;

  // stored registers ----------------------------------------------------------------------------
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
  econ_config_array #(.Address(16'h1000), .Stride(1), .Count(3), .Bytes(1), .Width(6), .ResetValue(18'h2040),
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
  econ_config_array #(.Address(16'h1100), .Stride(2), .Count(3), .Bytes(2), .Width(12),
                      .ResetValue(36'h800800800), .Triplicate(1)) u_cal (
    .clk_i    (clk_i),
    .rst_ni   (rst_ni),
    .write_i  (write_i),
    .address_i(address_i),
    .data_i   (data_i),
    .read_o   (read_cal),
    .value_o  (cal_q),
    .err_o    (cal_err)
  );

  assign unused_kept = ^{links_q[2:0], config_algo_q[14:4]};

  // commands ------------------------------------------------------------------------------------
  assign clear = rw_err_clr_q;

  // counters of disagreements -------------------------------------------------------------------
  econ_counter_array #(.Address(16'h3f3), .Triplicate(0)) u_erx_count (
    .clk_i    (clk_i),
    .rst_ni   (rst_ni),
    .clear_i  (clear),
    .event_i  (erx_event_i),
    .address_i(address_i),
    .read_o   (read_erx),
    .err_o    (erx_count_err)
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

  assign mux_fix_calib_event    = mux_fix_calib_event_i | config_algo_err | (|mux_err) | (|cal_err);
  assign formatter_buffer_event = formatter_buffer_event_i | links_err | keep_err;
  assign misc_event             = misc_event_i | read_active_err | expected_crc_err | rw_err_clr_err
                                  | erx_count_err | mux_fix_calib_count_err | formatter_buffer_count_err
                                  | auto_encoder_count_err | i2c_recovery_count_err | misc_count_err;

  // status --------------------------------------------------------------------------------------
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
  assign data_o         = read_config_algo | read_links | read_keep | read_read_active | read_expected_crc
                          | read_rw_err_clr | read_mux | read_cal | read_erx | read_mux_fix_calib
                          | read_formatter_buffer | read_auto_encoder | read_i2c_recovery | read_misc
                          | read_weight_status | read_commit_count | read_computed_crc | read_build;
  assign algorithm_o    = config_algo_q[2:0];
  assign high_density_o = config_algo_q[3];
  assign active_etxs_o  = links_q[15:3];
  assign keep_o         = keep_q;
  assign read_active_o  = read_active_q;
  assign expected_crc_o = expected_crc_q;
  assign mux_o          = mux_q;
  assign cal_o          = cal_q;
  assign commit_o       = write_i & (address_i == 16'hc50) & data_i[0];

endmodule

`default_nettype wire
