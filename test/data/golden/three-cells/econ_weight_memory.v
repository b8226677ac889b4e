// Weight memory: 1 banks of 1072 bits, each a shadow written over I2C and an active half that the encoder
// uses. A commit checks the CRC-32 of all shadow bytes, and in the clock of the swap that none of them
// changed since, then swaps every bit: the convolution part in one clock and the dense part in the next,
// following a wafer through the encoder, so that every wafer meets one whole set of weights.
//
// Layer    weights of all layers
// Formats  the weight string of the encoder, bank after bank; econ_encoder says what lies where
// Latency  135 clocks from commit to decision; last layer effective 2 clocks later
`default_nettype none

module econ_weight_memory (
    // clock and reset
    input  wire          clk_i,
    input  wire          rst_ni,

    // register bus
    input  wire          write_i,
    input  wire [15:0]   address_i,
    input  wire [7:0]    data_i,
    output wire [7:0]    data_o,         // 0 if the address is not a weight
    output wire          ready_o,        // 0: a check runs, weights cannot be written

    // control and status registers
    input  wire          commit_i,
    input  wire          read_active_i,
    input  wire [31:0]   expected_crc_i,
    output wire          busy_o,
    output wire          done_o,
    output wire          failed_o,
    output wire [7:0]    count_o,
    output wire [31:0]   crc_o,

    // to the encoder
    output wire [1071:0] weights_00_o,   // active weights, block n
    output wire          err_o           // copies of a register differ
);

  wire       hit;
  wire [3:0] host_bank;
  wire [7:0] host_byte;
  wire [3:0] check_bank;
  wire [7:0] check_byte;
  wire       fold;               // all bytes at once
  wire [1:0] commit;             // one per layer
  wire       commit_err;
  wire [3:0] bank;               // byte that is read now
  wire [7:0] byte_select;
  wire [7:0] read_00;
  wire       weight_bank_00_err;
  wire [7:0] read_byte;

  // address -------------------------------------------------------------------------------------
  econ_weight_address #(.Banks(1)) u_address (
    .address_i(address_i),
    .hit_o    (hit),
    .bank_o   (host_bank),
    .byte_o   (host_byte)
  );

  // check and commit ----------------------------------------------------------------------------
  econ_weight_commit #(.Banks(1), .Bytes(134), .Layers(2), .Triplicate(1)) u_commit (
    .clk_i     (clk_i),
    .rst_ni    (rst_ni),
    .start_i   (commit_i),
    .expected_i(expected_crc_i),
    .bank_o    (check_bank),
    .byte_o    (check_byte),
    .fold_o    (fold),
    .data_i    (read_byte),
    .commit_o  (commit),
    .busy_o    (busy_o),
    .done_o    (done_o),
    .failed_o  (failed_o),
    .count_o   (count_o),
    .crc_o     (crc_o),
    .err_o     (commit_err)
  );

  assign bank        = busy_o ? check_bank : host_bank;
  assign byte_select = busy_o ? check_byte : host_byte;

  // banks ---------------------------------------------------------------------------------------
  econ_weight_bank #(.Bytes(134), .EarlyBits(30), .TriplicateShadow(0),
                     .TriplicateActive(1)) u_weight_bank_00 (
    .clk_i         (clk_i),
    .rst_ni        (rst_ni),
    .write_i       (write_i & hit & ~busy_o & (host_bank == 4'd0)),
    .byte_i        (byte_select),
    .data_i        (data_i),
    .read_active_i (read_active_i & ~busy_o),
    .fold_i        (fold),
    .read_o        (read_00),
    .commit_early_i(commit[0]),
    .commit_i      (commit[1]),
    .active_o      (weights_00_o),
    .err_o         (weight_bank_00_err)
  );

  // read-back -----------------------------------------------------------------------------------
  assign read_byte = {8{fold | (bank == 4'd0)}} & read_00;

  assign data_o  = hit ? read_byte : 8'd0;
  assign ready_o = ~(hit & busy_o);
  assign err_o   = commit_err | weight_bank_00_err;

endmodule

`default_nettype wire
