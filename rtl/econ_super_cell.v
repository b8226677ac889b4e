// Sum of four neighbours, and the largest of them with its position.
//
// Used on four trigger cells and, one level up, on the four groups of a group of 16: there the sums of the
// groups are added and their largest cells compared.
`default_nettype none

module econ_super_cell #(
    parameter SumIn       = 22,
    parameter Width       = 22,
    parameter HighestWins = 1
) (
    input  wire [4*SumIn-1:0] sum_i,       // unsigned
    input  wire [4*Width-1:0] value_i,     // unsigned
    output wire [SumIn+1:0]   sum_o,
    output wire [1:0]         position_o,
    output wire [Width-1:0]   value_o
);

  assign sum_o = {2'b00, sum_i[0 +: SumIn]} + {2'b00, sum_i[SumIn +: SumIn]}
               + {2'b00, sum_i[2*SumIn +: SumIn]} + {2'b00, sum_i[3*SumIn +: SumIn]};

  econ_largest_of_four #(.Width(Width), .HighestWins(HighestWins)) u_largest (
    .value_i   (value_i),
    .position_o(position_o),
    .value_o   (value_o)
  );

endmodule

`default_nettype wire
