// The largest of four values and where it is.
//
// Of equal values the one at the highest position wins (HighestWins = 1, as in the public test vectors) or
// the one at the lowest (0).
`default_nettype none

module econ_largest_of_four #(
    parameter Width       = 22,
    parameter HighestWins = 1
) (
    input  wire [4*Width-1:0] value_i,     // unsigned, position a in [Width*a+Width-1:Width*a]
    output wire [1:0]         position_o,
    output wire [Width-1:0]   value_o
);

  wire [Width-1:0] v0;
  wire [Width-1:0] v1;
  wire [Width-1:0] v2;
  wire [Width-1:0] v3;
  wire [Width-1:0] lower;  // larger of v0 and v1
  wire [Width-1:0] upper;  // larger of v2 and v3
  wire             take1;
  wire             take3;
  wire             take_upper;

  assign {v3, v2, v1, v0} = value_i;

  assign take1      = (HighestWins != 0) ? (v1 >= v0) : (v1 > v0);
  assign take3      = (HighestWins != 0) ? (v3 >= v2) : (v3 > v2);
  assign lower      = take1 ? v1 : v0;
  assign upper      = take3 ? v3 : v2;
  assign take_upper = (HighestWins != 0) ? (upper >= lower) : (upper > lower);

  assign position_o = take_upper ? {1'b1, take3} : {1'b0, take1};
  assign value_o    = take_upper ? upper : lower;

endmodule

`default_nettype wire
