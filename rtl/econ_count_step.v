// One step of counting by doubling: to the count of every cell, that of the cell Reach places below it.
`default_nettype none

module econ_count_step #(
    parameter Cells = 48,
    parameter Reach = 1
) (
    input  wire [6*Cells-1:0] counts_i,  // cell k in [6k+5:6k]
    output wire [6*Cells-1:0] counts_o
);

  genvar k;
  generate
    for (k = 0; k < Cells; k = k + 1) begin : gen_cell
      if (k >= Reach) begin : gen_add
        assign counts_o[6*k +: 6] = counts_i[6*k +: 6] + counts_i[6*(k-Reach) +: 6];
      end else begin : gen_done
        assign counts_o[6*k +: 6] = counts_i[6*k +: 6];
      end
    end
  endgenerate

endmodule

`default_nettype wire
