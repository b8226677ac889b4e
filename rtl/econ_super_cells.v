// Super trigger cells of a wafer: groups of 4 and groups of 16 consecutive cells, sum of each and position
// of its largest charge (ties: econ_largest_of_four.v).
`default_nettype none

module econ_super_cells #(
    parameter Sixteens    = 3,
    parameter HighestWins = 1
) (
    input  wire [352*Sixteens-1:0] charge_i,      // CALQ, unsigned integers, cell k in [22k+21:22k]
    output wire [96*Sixteens-1:0]  sum4_o,        // unsigned integers, group g in [24g+23:24g]
    output wire [8*Sixteens-1:0]   position4_o,   // group g in [2g+1:2g]
    output wire [26*Sixteens-1:0]  sum16_o,
    output wire [4*Sixteens-1:0]   position16_o
);

  localparam Fours = 4 * Sixteens;

  wire [22*Fours-1:0]    largest4;
  wire [22*Sixteens-1:0] unused_largest16;

  genvar g;
  genvar h;
  generate
    for (g = 0; g < Fours; g = g + 1) begin : gen_four
      econ_super_cell #(.SumIn(22), .Width(22), .HighestWins(HighestWins)) u_super_cell (
        .sum_i     (charge_i[88*g +: 88]),
        .value_i   (charge_i[88*g +: 88]),
        .sum_o     (sum4_o[24*g +: 24]),
        .position_o(position4_o[2*g +: 2]),
        .value_o   (largest4[22*g +: 22])
      );
    end
    for (h = 0; h < Sixteens; h = h + 1) begin : gen_sixteen
      wire [1:0] four; // which of the four groups has the largest cell

      econ_super_cell #(.SumIn(24), .Width(22), .HighestWins(HighestWins)) u_super_cell (
        .sum_i     (sum4_o[96*h +: 96]),
        .value_i   (largest4[88*h +: 88]),
        .sum_o     (sum16_o[26*h +: 26]),
        .position_o(four),
        .value_o   (unused_largest16[22*h +: 22])
      );
      assign position16_o[4*h +: 4] = {four, position4_o[8*h + 2*four +: 2]};
    end
  endgenerate

endmodule

`default_nettype wire
