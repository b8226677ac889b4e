// 4E3M codes of the charges of a wafer. 18-bit values need no saturation: the largest has exponent 15.
`default_nettype none

module econ_charge_codes #(
    parameter Cells = 48
) (
    input  wire [18*Cells-1:0] value_i,  // unsigned integers, cell k in [18k+17:18k]
    output wire [7*Cells-1:0]  code_o    // 4E3M, cell k in [7k+6:7k]
);

  genvar k;
  generate
    for (k = 0; k < Cells; k = k + 1) begin : gen_cell
      econ_float_encode #(.InWidth(18), .Exponent(4), .Mantissa(3)) u_encode (
        .value_i(value_i[18*k +: 18]),
        .code_o (code_o[7*k +: 7])
      );
    end
  endgenerate

endmodule

`default_nettype wire
