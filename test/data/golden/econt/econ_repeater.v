// Repeater: all 48 charges, 4E3M each, without a selection.
//
// Layer    repeater (alg_type 3)
// Formats  in  CALQ, unsigned integers, 22 bits
//          out codes 4E3M of charge >> drop_lsb, 7 bits
// Latency  1 BX
`default_nettype none

module econ_repeater (
    // clock
    input  wire          clk_i,

    // configuration
    input  wire [2:0]    drop_i,

    // from the calibration
    input  wire [1055:0] charge_i,

    // to the formatter
    output wire [335:0]  codes_o,
    output wire          err_o     // copies of a register differ
);

  wire [863:0] value;     // charge >> drop, at most 2^18 - 1
  wire [335:0] codes_d;
  wire [335:0] codes_q;   // 4E3M of charge >> drop, cell k in [7k+6:7k]
  wire         codes_err;

  econ_drop_charges #(.Cells(48)) u_drop_charges (
    .drop_i  (drop_i),
    .charge_i(charge_i),
    .value_o (value)
  );
  econ_charge_codes #(.Cells(48)) u_charge_codes (
    .value_i(value),
    .code_o (codes_d)
  );
  econ_pipeline #(.Width(336), .Triplicate(0)) u_codes (
    .clk_i(clk_i),
    .d_i  (codes_d),
    .q_o  (codes_q),
    .err_o(codes_err)
  );

  assign codes_o = codes_q;
  assign err_o   = codes_err;

endmodule

`default_nettype wire
