// One block of weights: 134 bytes of shadow, written over I2C, and 134 bytes that the encoder uses.
//
// Inputs in order of priority: rst_ni (all 0), write_i (byte byte_i of the shadow), commit_i (all bits of
//   the active half are replaced by the shadow in one clock).
// EarlyBits: the lowest bits follow commit_early_i instead. They hold the convolution, which works on a
//   wafer one BX before the dense layer does: with commit_i one clock after commit_early_i every wafer
//   meets one set of weights, old or new, never a mixture.
// The active half is refreshed with its own vote in every clock when triplicated.
`default_nettype none

module econ_weight_bank #(
    parameter Bytes            = 134,
    parameter EarlyBits        = 0,
    parameter TriplicateShadow = 0,
    parameter TriplicateActive = 0
) (
    input  wire               clk_i,
    input  wire               rst_ni,

    input  wire               write_i,
    input  wire [7:0]         byte_i,
    input  wire [7:0]         data_i,
    input  wire               read_active_i, // read_o shows the active half instead of the shadow
    input  wire               fold_i,        // read_o is the XOR of all bytes instead of byte byte_i
    output reg  [7:0]         read_o,

    input  wire               commit_early_i,
    input  wire               commit_i,
    output wire [8*Bytes-1:0] active_o,
    output wire               err_o
);

  localparam Width = 8 * Bytes;
  localparam Rows  = (Bytes + 15) / 16;

  wire [Width-1:0] shadow_q;
  reg  [Width-1:0] shadow_d;
  wire             shadow_err;
  integer          w;

  always @* begin
    shadow_d = shadow_q;
    for (w = 0; w < Bytes; w = w + 1) if (write_i && byte_i == w[7:0]) shadow_d[8*w +: 8] = data_i;
  end

  econ_register #(.Width(Width), .Triplicate(TriplicateShadow)) u_shadow (
    .clk_i (clk_i),
    .rst_ni(rst_ni),
    .en_i  (write_i),
    .d_i   (shadow_d),
    .q_o   (shadow_q),
    .err_o (shadow_err)
  );

  generate
    if (EarlyBits != 0) begin : gen_early
      wire early_err;
      wire late_err;

      econ_register #(.Width(EarlyBits), .Triplicate(TriplicateActive)) u_active_early (
        .clk_i (clk_i),
        .rst_ni(rst_ni),
        .en_i  (commit_early_i),
        .d_i   (shadow_q[EarlyBits-1:0]),
        .q_o   (active_o[EarlyBits-1:0]),
        .err_o (early_err)
      );
      econ_register #(.Width(Width - EarlyBits), .Triplicate(TriplicateActive)) u_active (
        .clk_i (clk_i),
        .rst_ni(rst_ni),
        .en_i  (commit_i),
        .d_i   (shadow_q[Width-1:EarlyBits]),
        .q_o   (active_o[Width-1:EarlyBits]),
        .err_o (late_err)
      );
      assign err_o = shadow_err | early_err | late_err;
    end else begin : gen_whole
      wire active_err;
      wire unused_commit_early;

      econ_register #(.Width(Width), .Triplicate(TriplicateActive)) u_active (
        .clk_i (clk_i),
        .rst_ni(rst_ni),
        .en_i  (commit_i),
        .d_i   (shadow_q),
        .q_o   (active_o),
        .err_o (active_err)
      );
      assign err_o               = shadow_err | active_err;
      assign unused_commit_early = commit_early_i;
    end
  endgenerate

  // Read-back in two levels, row of 16 bytes then byte: one wide shift by a variable costs synthesis
  // tools far more. With every row and byte selected the same gates give the XOR of all bytes. A row is
  // selected together with its half: an AND-OR a bit, where a multiplexer before the rows costs twice that.
  wire [128*Rows-1:0] shadow;
  wire [128*Rows-1:0] active;
  reg                 selected;
  reg  [127:0]        row;
  integer             r;

  assign shadow = {{(128*Rows-Width){1'b0}}, shadow_q};
  assign active = {{(128*Rows-Width){1'b0}}, active_o};

  always @* begin
    row    = 128'd0;
    read_o = 8'd0;
    for (r = 0; r < Rows; r = r + 1) begin
      selected = fold_i || byte_i[7:4] == r[3:0];
      row      = row ^ (({128{selected & ~read_active_i}} & shadow[128*r +: 128])
                      | ({128{selected &  read_active_i}} & active[128*r +: 128]));
    end
    for (r = 0; r < 16; r = r + 1) if (fold_i || byte_i[3:0] == r[3:0]) read_o = read_o ^ row[8*r +: 8];
  end

endmodule

`default_nettype wire
