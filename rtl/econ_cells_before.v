// For every cell of a map, how many cells below it are not in the map: the places that it moves down when
// the cells of the map are put together. Counted by doubling.
`default_nettype none

module econ_cells_before #(
    parameter Cells = 48  // at most 63
) (
    input  wire [Cells-1:0]   map_i,
    output wire [6*Cells-1:0] missing_o,  // cell k in [6k+5:6k]; valid for cells of the map
    output wire [5:0]         count_o     // cells in the map
);

  localparam [5:0] All = Cells;

  // counts_N: cells not in the map among the N up to and including each one
  wire [6*Cells-1:0] counts_1;
  wire [6*Cells-1:0] counts_2;
  wire [6*Cells-1:0] counts_4;
  wire [6*Cells-1:0] counts_8;
  wire [6*Cells-1:0] counts_16;
  wire [6*Cells-1:0] counts_32;

  genvar k;
  generate
    for (k = 0; k < Cells; k = k + 1) begin : gen_cell
      assign counts_1[6*k +: 6] = {5'd0, ~map_i[k]};
    end
  endgenerate

  econ_count_step #(.Cells(Cells), .Reach(1))  u_step_1  (.counts_i(counts_1),  .counts_o(counts_2));
  econ_count_step #(.Cells(Cells), .Reach(2))  u_step_2  (.counts_i(counts_2),  .counts_o(counts_4));
  econ_count_step #(.Cells(Cells), .Reach(4))  u_step_4  (.counts_i(counts_4),  .counts_o(counts_8));
  econ_count_step #(.Cells(Cells), .Reach(8))  u_step_8  (.counts_i(counts_8),  .counts_o(counts_16));
  econ_count_step #(.Cells(Cells), .Reach(16)) u_step_16 (.counts_i(counts_16), .counts_o(counts_32));
  econ_count_step #(.Cells(Cells), .Reach(32)) u_step_32 (.counts_i(counts_32), .counts_o(missing_o));

  assign count_o = All - missing_o[6*Cells-1 -: 6];

endmodule

`default_nettype wire
