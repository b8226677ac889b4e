// Three times each of some values: the only multiple that the products of a layer cannot make by wiring.
`default_nettype none

module econ_triple #(
    parameter Width = 12,
    parameter Count = 8
) (
    input  wire [Width*Count-1:0]     value_i,  // value k at Width * k
    output reg  [(Width+2)*Count-1:0] triple_o  // 3 * value k at (Width + 2) * k
);

  integer k;

  always @* begin
    for (k = 0; k < Count; k = k + 1)
      triple_o[(Width+2)*k +: Width+2] = {1'b0, value_i[Width*k +: Width], 1'b0}
                                         + {2'b00, value_i[Width*k +: Width]};
  end

endmodule

`default_nettype wire
