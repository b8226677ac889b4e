// Calibration: CALQ = (linear * factor) >> 11, truncated. The factor carries 1 / cosh(eta).
//
// Layer    calibration
// Formats  in  unsigned integers, 21 bits; factors u1.11
//          out CALQ, unsigned integers, 22 bits, <= 4062240
// Latency  1 BX
`default_nettype none

module econ_calibration (
    // clock
    input  wire        clk_i,

    // configuration
    input  wire [35:0] cal_i,    // register cal k in [12k+11:12k]

    // from float-to-fixed
    input  wire [62:0] linear_i,
    input  wire [4:0]  bx_i,

    // to the normaliser
    output wire [65:0] charge_o,
    output wire [4:0]  bx_o,
    output wire        err_o     // copies of a register differ
);

  wire [65:0] charge_d;
  wire [65:0] charge_q;   // CALQ, unsigned, cell k in [22k+21:22k]
  wire        charge_err;
  wire [4:0]  bx_d;
  wire [4:0]  bx_q;
  wire        bx_err;

  econ_calibrate #(.Cells(3)) u_calibrate (
    .linear_i(linear_i),
    .factor_i(cal_i),
    .charge_o(charge_d)
  );
  econ_pipeline #(.Width(66), .Triplicate(0)) u_charge (
    .clk_i(clk_i),
    .d_i  (charge_d),
    .q_o  (charge_q),
    .err_o(charge_err)
  );

  assign bx_d = bx_i;

  econ_pipeline #(.Width(5), .Triplicate(1)) u_bx (
    .clk_i(clk_i),
    .d_i  (bx_d),
    .q_o  (bx_q),
    .err_o(bx_err)
  );

  assign charge_o = charge_q;
  assign bx_o     = bx_q;
  assign err_o    = charge_err | bx_err;

endmodule

`default_nettype wire
