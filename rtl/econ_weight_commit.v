// Commit of new weights: checks the shadow banks against the expected CRC-32, then swaps.
//
// start_i begins a check if none runs: one byte of the shadow per clock, in the order of the register
//   addresses. Equal CRC: commit_early_o for one clock, commit_o in the next. Different CRC: the active
//   weights stay as they are and failed_o is set. busy_o = 1 meanwhile: shadow writes must be refused.
// done_o and failed_o tell about the last check; count_o counts successful commits, modulo 256.
`default_nettype none

module econ_weight_commit #(
    parameter Banks      = 12,
    parameter Bytes      = 134,
    parameter Triplicate = 0
) (
    input  wire        clk_i,
    input  wire        rst_ni,
    input  wire        start_i,
    input  wire [31:0] expected_i,

    output wire [3:0]  bank_o,         // shadow byte wanted now
    output wire [7:0]  byte_o,
    input  wire [7:0]  data_i,

    output wire        commit_early_o, // convolution
    output wire        commit_o,       // dense layer, one clock later
    output wire        busy_o,
    output wire        done_o,
    output wire        failed_o,
    output wire [7:0]  count_o,
    output wire [31:0] crc_o,          // CRC-32 found by the last check
    output wire        err_o
);

  localparam [2:0] Idle    = 3'd0;
  localparam [2:0] Check   = 3'd1;
  localparam [2:0] Compare = 3'd2;
  localparam [2:0] Early   = 3'd3;
  localparam [2:0] Late    = 3'd4;

  localparam [3:0] LastBank = Banks - 1;
  localparam [7:0] LastByte = Bytes - 1;

  localparam StateWidth = 57;

  wire [2:0]  state_q;
  wire [3:0]  bank_q;
  wire [7:0]  byte_q;
  wire [31:0] crc_q;
  wire        done_q;
  wire        failed_q;
  wire [7:0]  count_q;

  reg  [2:0]  state_d;
  reg  [3:0]  bank_d;
  reg  [7:0]  byte_d;
  reg  [31:0] crc_d;
  reg         done_d;
  reg         failed_d;
  reg  [7:0]  count_d;

  wire [31:0] crc_next;

  econ_register #(.Width(StateWidth), .Triplicate(Triplicate)) u_state (
    .clk_i (clk_i),
    .rst_ni(rst_ni),
    .en_i  (1'b1),
    .d_i   ({state_d, bank_d, byte_d, crc_d, done_d, failed_d, count_d}),
    .q_o   ({state_q, bank_q, byte_q, crc_q, done_q, failed_q, count_q}),
    .err_o (err_o)
  );

  econ_crc32_byte u_crc (
    .crc_i (crc_q),
    .data_i(data_i),
    .crc_o (crc_next)
  );

  always @* begin
    state_d  = state_q;
    bank_d   = bank_q;
    byte_d   = byte_q;
    crc_d    = crc_q;
    done_d   = done_q;
    failed_d = failed_q;
    count_d  = count_q;

    case (state_q)
      Idle: if (start_i) begin
        state_d  = Check;
        bank_d   = 4'd0;
        byte_d   = 8'd0;
        crc_d    = 32'hFFFFFFFF;
        done_d   = 1'b0;
        failed_d = 1'b0;
      end
      Check: begin
        crc_d  = crc_next;
        byte_d = byte_q + 8'd1;
        if (byte_q == LastByte) begin
          byte_d = 8'd0;
          bank_d = bank_q + 4'd1;
          if (bank_q == LastBank) state_d = Compare;
        end
      end
      Compare: begin
        failed_d = (crc_o != expected_i);
        state_d  = failed_d ? Idle : Early;
      end
      Early: state_d = Late;
      Late: begin
        state_d = Idle;
        done_d  = 1'b1;
        count_d = count_q + 8'd1;
      end
      default: state_d = Idle; // an upset into an unused state commits nothing
    endcase
  end

  assign bank_o         = bank_q;
  assign byte_o         = byte_q;
  assign busy_o         = (state_q != Idle);
  assign commit_early_o = (state_q == Early);
  assign commit_o       = (state_q == Late);
  assign done_o         = done_q;
  assign failed_o       = failed_q;
  assign count_o        = count_q;
  assign crc_o          = ~crc_q;

endmodule

`default_nettype wire
