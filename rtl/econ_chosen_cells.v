// From sorted keys to the cells that are sent: a map of the cells at the chosen positions, and the sum of
// the values at the summed ones.
`default_nettype none

module econ_chosen_cells #(
    parameter Cells = 48  // at most 64
) (
    input  wire [24*Cells-1:0] keys_i,    // {value, cell}, position p in [24p+23:24p]
    input  wire [Cells-1:0]    choose_i,  // one bit per sorted position
    input  wire [Cells-1:0]    add_i,
    output wire [Cells-1:0]    map_o,     // one bit per cell
    output wire [23:0]         sum_o      // 48 times 18 bits
);

  wire [Cells*Cells-1:0] seats; // one-hot cell of each chosen position
  wire [18*Cells-1:0]    values;

  genvar p;
  generate
    for (p = 0; p < Cells; p = p + 1) begin : gen_position
      assign seats[Cells*p +: Cells] = {{(Cells-1){1'b0}}, choose_i[p]} << keys_i[24*p +: 6];
      assign values[18*p +: 18]      = keys_i[24*p+6 +: 18] & {18{add_i[p]}};
    end
  endgenerate

  reg [Cells-1:0] map;
  reg [23:0]      sum;
  integer         k;

  always @* begin
    map = {Cells{1'b0}};
    sum = 24'd0;
    for (k = 0; k < Cells; k = k + 1) begin
      map = map | seats[Cells*k +: Cells];
      sum = sum + {6'd0, values[18*k +: 18]};
    end
  end

  assign map_o = map;
  assign sum_o = sum;

endmodule

`default_nettype wire
