// A charge in units of 2^drop, clamped to 18 bits: the largest that a 4E3M code tells apart, and the width
// of a sorting key.
//
//   value = min(charge >> drop, 262143)     drop 0..4; 5..7 act as 0
`default_nettype none

module econ_drop_clamp #(
    parameter Width = 22  // more than 18
) (
    input  wire [2:0]       drop_i,    // register drop_lsb
    input  wire [Width-1:0] charge_i,  // unsigned integer
    output wire [17:0]      value_o    // unsigned integer
);

  wire [2:0]       shift;
  wire [Width-1:0] dropped;

  assign shift   = (drop_i > 3'd4) ? 3'd0 : drop_i;
  assign dropped = charge_i >> shift;
  assign value_o = (|dropped[Width-1:18]) ? 18'h3FFFF : dropped[17:0];

endmodule

`default_nettype wire
