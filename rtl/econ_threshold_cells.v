// Cells at or above their threshold, and the charges of the others.
`default_nettype none

module econ_threshold_cells #(
    parameter Cells = 48
) (
    input  wire [22*Cells-1:0] threshold_i,  // unsigned integers, cell k in [22k+21:22k]
    input  wire [22*Cells-1:0] charge_i,     // CALQ, unsigned integers
    output wire [Cells-1:0]    pass_o,
    output wire [22*Cells-1:0] rest_o        // 0 for cells that pass
);

  genvar k;
  generate
    for (k = 0; k < Cells; k = k + 1) begin : gen_cell
      assign pass_o[k]          = (charge_i[22*k +: 22] >= threshold_i[22*k +: 22]);
      assign rest_o[22*k +: 22] = charge_i[22*k +: 22] & {22{~pass_o[k]}};
    end
  endgenerate

endmodule

`default_nettype wire
