// Keys for the sorting network: each value with the number of its cell below it.
`default_nettype none

module econ_sort_keys #(
    parameter Cells = 48  // at most 64
) (
    input  wire [18*Cells-1:0] value_i,  // unsigned integers, cell k in [18k+17:18k]
    output wire [24*Cells-1:0] keys_o    // {value, k}
);

  genvar k;
  generate
    for (k = 0; k < Cells; k = k + 1) begin : gen_cell
      localparam [5:0] Cell = k;

      assign keys_o[24*k +: 24] = {value_i[18*k +: 18], Cell};
    end
  endgenerate

endmodule

`default_nettype wire
