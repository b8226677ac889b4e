// Float-to-fixed: 4E3M codes to linear charges, in the middle of the interval of the code.
//
// Layer    float-to-fixed
// Formats  in  codes 4E3M, 7 bits
//          out unsigned integers, 21 bits (19 used in low density)
// Latency  1 BX
`default_nettype none

module econ_float_to_fixed (
    // clock
    input  wire        clk_i,

    // configuration
    input  wire        high_density_i,

    // from the mux
    input  wire [20:0] codes_i,
    input  wire [4:0]  bx_i,

    // to the calibration
    output wire [62:0] linear_o,
    output wire [4:0]  bx_o,
    output wire        err_o           // copies of a register differ
);

  wire [62:0] linear_d;
  wire [62:0] linear_q;   // unsigned, cell k in [21k+20:21k]
  wire        linear_err;
  wire [4:0]  bx_d;
  wire [4:0]  bx_q;
  wire        bx_err;

  econ_float_decode #(.Cells(3)) u_decode (
    .high_density_i(high_density_i),
    .codes_i       (codes_i),
    .linear_o      (linear_d)
  );
  econ_pipeline #(.Width(63), .Triplicate(0)) u_linear (
    .clk_i(clk_i),
    .d_i  (linear_d),
    .q_o  (linear_q),
    .err_o(linear_err)
  );

  assign bx_d = bx_i;

  econ_pipeline #(.Width(5), .Triplicate(1)) u_bx (
    .clk_i(clk_i),
    .d_i  (bx_d),
    .q_o  (bx_q),
    .err_o(bx_err)
  );

  assign linear_o = linear_q;
  assign bx_o     = bx_q;
  assign err_o    = linear_err | bx_err;

endmodule

`default_nettype wire
