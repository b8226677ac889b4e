// Mux: image position k carries the code of input mux[k]. The mux carries the geometry of the module:
// which link brings which trigger cell.
//
// Layer    mux
// Formats  codes 4E3M, 7 bits
// Latency  1 BX
`default_nettype none

module econ_mux (
    // clock
    input  wire        clk_i,

    // configuration
    input  wire [17:0] mux_i,   // register mux k in [6k+5:6k]

    // from the link input
    input  wire [20:0] codes_i,
    input  wire [4:0]  bx_i,

    // to float-to-fixed
    output wire [20:0] codes_o,
    output wire [4:0]  bx_o,
    output wire        err_o    // copies of a register differ
);

  wire [20:0] codes_d;
  wire [20:0] codes_q;   // 4E3M, image position k in [7k+6:7k]
  wire        codes_err;
  wire [4:0]  bx_d;
  wire [4:0]  bx_q;
  wire        bx_err;

  econ_cell_select #(.Cells(3)) u_select (
    .codes_i (codes_i),
    .select_i(mux_i),
    .codes_o (codes_d)
  );
  econ_pipeline #(.Width(21), .Triplicate(0)) u_codes (
    .clk_i(clk_i),
    .d_i  (codes_d),
    .q_o  (codes_q),
    .err_o(codes_err)
  );

  assign bx_d = bx_i;

  econ_pipeline #(.Width(5), .Triplicate(1)) u_bx (
    .clk_i(clk_i),
    .d_i  (bx_d),
    .q_o  (bx_q),
    .err_o(bx_err)
  );

  assign codes_o = codes_q;
  assign bx_o    = bx_q;
  assign err_o   = codes_err | bx_err;

endmodule

`default_nettype wire
