// Normaliser: BX 1 adds the 3 charges; BX 2 divides them by the power of two at or below that sum and
// encodes the sum for the packet.
//
// Layer    normaliser
// Formats  in  CALQ, unsigned integers, 22 bits
//          out x u1.7; sum 5E4M, 9 bits
// Latency  2 BX
`default_nettype none

module econ_normaliser (
    // clock
    input  wire        clk_i,

    // from the calibration
    input  wire [65:0] charge_i,
    input  wire [4:0]  bx_i,

    // to the encoder
    output wire [23:0] x_o,
    output wire [8:0]  sum_code_o,
    output wire [4:0]  bx_o,
    output wire        err_o       // copies of a register differ
);

  wire [23:0] sum_d;
  wire [23:0] sum_q;        // unsigned
  wire        sum_err;
  wire [65:0] charge_d;
  wire [65:0] charge_q;     // CALQ, unsigned, cell k in [22k+21:22k]
  wire        charge_err;
  wire [4:0]  bx_sum_d;
  wire [4:0]  bx_sum_q;
  wire        bx_sum_err;
  wire [23:0] x_d;
  wire [8:0]  sum_code_d;
  wire [23:0] x_q;          // u1.7, image position k in [8k+7:8k]
  wire        x_err;
  wire [8:0]  sum_code_q;   // 5E4M
  wire        sum_code_err;
  wire [4:0]  bx_d;
  wire [4:0]  bx_q;
  wire        bx_err;

  // BX 1: sum -----------------------------------------------------------------------------------
  econ_wafer_sum #(.Cells(3), .SumBits(24)) u_wafer_sum (
    .charge_i(charge_i),
    .sum_o   (sum_d)
  );
  econ_pipeline #(.Width(24), .Triplicate(0)) u_sum (
    .clk_i(clk_i),
    .d_i  (sum_d),
    .q_o  (sum_q),
    .err_o(sum_err)
  );

  assign charge_d = charge_i;

  econ_pipeline #(.Width(66), .Triplicate(0)) u_charge (
    .clk_i(clk_i),
    .d_i  (charge_d),
    .q_o  (charge_q),
    .err_o(charge_err)
  );

  assign bx_sum_d = bx_i;

  econ_pipeline #(.Width(5), .Triplicate(1)) u_bx_sum (
    .clk_i(clk_i),
    .d_i  (bx_sum_d),
    .q_o  (bx_sum_q),
    .err_o(bx_sum_err)
  );

  // BX 2: shift and code ------------------------------------------------------------------------
  econ_normalise #(.Cells(3), .SumBits(24)) u_normalise (
    .charge_i(charge_q),
    .sum_i   (sum_q),
    .x_o     (x_d)
  );
  econ_float_encode #(.InWidth(24), .Exponent(5), .Mantissa(4)) u_float_encode (
    .value_i(sum_q),
    .code_o (sum_code_d)
  );
  econ_pipeline #(.Width(24), .Triplicate(0)) u_x (
    .clk_i(clk_i),
    .d_i  (x_d),
    .q_o  (x_q),
    .err_o(x_err)
  );
  econ_pipeline #(.Width(9), .Triplicate(0)) u_sum_code (
    .clk_i(clk_i),
    .d_i  (sum_code_d),
    .q_o  (sum_code_q),
    .err_o(sum_code_err)
  );

  assign bx_d = bx_sum_q;

  econ_pipeline #(.Width(5), .Triplicate(1)) u_bx (
    .clk_i(clk_i),
    .d_i  (bx_d),
    .q_o  (bx_q),
    .err_o(bx_err)
  );

  assign x_o        = x_q;
  assign sum_code_o = sum_code_q;
  assign bx_o       = bx_q;
  assign err_o      = sum_err | charge_err | bx_sum_err | x_err | sum_code_err | bx_err;

endmodule

`default_nettype wire
