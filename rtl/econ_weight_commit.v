// Commit of new weights: checks the shadow banks against the expected CRC-32, then swaps them in.
//
// start_i begins a check if none runs: one byte of the shadow per clock, in the order of the register
//   addresses. Then, in one clock, the CRC and the XOR of all shadow bytes at once (fold_o) are compared
//   and, if both are right, commit_o[0] swaps the first layer; commit_o[1] the next one in the next clock,
//   and so on. busy_o = 1 meanwhile: shadow writes must be refused.
// The fold is there because the shadow is kept once: a bit that flips after its byte was read would become
//   a weight. It is compared to the last layer: a flip between the first layer and the last comes too late
//   to leave the old weights alone, but is told.
// done_o and failed_o tell about the last check, neither of them when an upset broke it off;
//   count_o counts successful commits, modulo 256.
//
//   state   value  leaves to
//   Idle    000    Check with start_i
//   Check   011    Early behind the last byte
//   Early   101    Late, or Idle when the shadow is not what it should be
//   Late    110    Idle behind the last layer
// The values differ in two bits: an upset of one leads to an unused value, and from there to Idle.
`default_nettype none

module econ_weight_commit #(
    parameter Banks      = 12,
    parameter Bytes      = 134,
    parameter Layers     = 2,
    parameter Triplicate = 0
) (
    input  wire              clk_i,
    input  wire              rst_ni,
    input  wire              start_i,
    input  wire [31:0]       expected_i,

    output wire [3:0]        bank_o,   // shadow byte wanted now
    output wire [7:0]        byte_o,
    output wire              fold_o,   // instead of it the XOR of all bytes
    input  wire [7:0]        data_i,

    output wire [Layers-1:0] commit_o, // layer by layer, a clock each
    output wire              busy_o,
    output wire              done_o,
    output wire              failed_o,
    output wire [7:0]        count_o,
    output wire [31:0]       crc_o,    // CRC-32 found by the last check
    output wire              err_o
);

  localparam [2:0] Idle  = 3'b000;
  localparam [2:0] Check = 3'b011;
  localparam [2:0] Early = 3'b101;
  localparam [2:0] Late  = 3'b110;

  localparam [3:0] LastBank  = Banks - 1;
  localparam [7:0] LastByte  = Bytes - 1;
  localparam [7:0] LastLayer = Layers - 1;

  localparam StateWidth = 65;

  wire [2:0]  state_q;
  wire [3:0]  bank_q;
  wire [7:0]  byte_q;   // behind the check: layer that is swapped
  wire [31:0] crc_q;
  wire [7:0]  fold_q;   // XOR of the bytes that were read
  wire        done_q;
  wire        failed_q;
  wire [7:0]  count_q;

  reg  [2:0]  state_d;
  reg  [3:0]  bank_d;
  reg  [7:0]  byte_d;
  reg  [31:0] crc_d;
  reg  [7:0]  fold_d;
  reg         done_d;
  reg         failed_d;
  reg  [7:0]  count_d;

  wire [31:0] crc_next;
  wire        right;    // the shadow is now what the host announced

  econ_register #(.Width(StateWidth), .Triplicate(Triplicate)) u_state (
    .clk_i (clk_i),
    .rst_ni(rst_ni),
    .en_i  (1'b1),
    .d_i   ({state_d, bank_d, byte_d, crc_d, fold_d, done_d, failed_d, count_d}),
    .q_o   ({state_q, bank_q, byte_q, crc_q, fold_q, done_q, failed_q, count_q}),
    .err_o (err_o)
  );

  econ_crc32_byte u_crc (
    .crc_i (crc_q),
    .data_i(data_i),
    .crc_o (crc_next)
  );

  assign right = (crc_o == expected_i) & (data_i == fold_q);

  always @* begin
    state_d  = state_q;
    bank_d   = bank_q;
    byte_d   = byte_q;
    crc_d    = crc_q;
    fold_d   = fold_q;
    done_d   = done_q;
    failed_d = failed_q;
    count_d  = count_q;

    case (state_q)
      Idle: if (start_i) begin
        state_d  = Check;
        bank_d   = 4'd0;
        byte_d   = 8'd0;
        crc_d    = 32'hFFFFFFFF;
        fold_d   = 8'd0;
        done_d   = 1'b0;
        failed_d = 1'b0;
      end
      Check: begin
        crc_d  = crc_next;
        fold_d = fold_q ^ data_i;
        byte_d = byte_q + 8'd1;
        if (byte_q == LastByte) begin
          byte_d = 8'd0;
          bank_d = bank_q + 4'd1;
          if (bank_q == LastBank) state_d = Early;
        end
      end
      Early: begin
        failed_d = ~right;
        byte_d   = 8'd1;
        state_d  = right ? Late : Idle;
      end
      Late: begin
        failed_d = failed_q | ~right;
        byte_d   = byte_q + 8'd1;
        if (byte_q == LastLayer) begin
          state_d = Idle;
          done_d  = ~failed_d;
          count_d = count_q + {7'd0, done_d};
        end
      end
      default: state_d = Idle; // an upset into an unused state commits nothing
    endcase
  end

  assign commit_o[0] = (state_q == Early) & right;

  genvar n;
  generate
    for (n = 1; n < Layers; n = n + 1) begin : gen_layer
      localparam [7:0] Layer = n;

      assign commit_o[n] = (state_q == Late) & (byte_q == Layer);
    end
  endgenerate

  assign bank_o   = bank_q;
  assign byte_o   = byte_q;
  assign fold_o   = (state_q == Early) | (state_q == Late);
  assign busy_o   = (state_q != Idle);
  assign done_o   = done_q;
  assign failed_o = failed_q;
  assign count_o  = count_q;
  assign crc_o    = ~crc_q;

`ifdef ECON_ASSERT
  // Behind the first layer come all others, a clock each: every wafer meets one whole set of weights.
  reg [Layers-2:0] commit_q;
  always @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) commit_q <= {Layers-1{1'b0}};
    else         commit_q <= commit_o[Layers-2:0];
  end
  always @(posedge clk_i) begin
    assert ((commit_o[Layers-1:1] != commit_q) !== 1'b1);
    assert (((state_q == Late) & ((byte_q == 8'd0) | (byte_q > LastLayer))) !== 1'b1);
  end
`endif

endmodule

`default_nettype wire
