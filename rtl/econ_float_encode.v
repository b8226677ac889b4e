// Small-float encoder: truncating, n = bit length of value_i, M = Mantissa bits.
//
//   n <= M : exponent 0, mantissa = value
//   n >  M : exponent n - M, mantissa = the M bits below the leading one
// Not for: widths whose largest exponent InWidth - Mantissa needs more than Exponent bits; this cell
// does not saturate.
`default_nettype none

module econ_float_encode #(
    parameter InWidth  = 28,
    parameter Exponent = 5,
    parameter Mantissa = 4
) (
    input  wire [InWidth-1:0]           value_i,
    output reg  [Exponent+Mantissa-1:0] code_o
);

  integer b;

  always @* begin
    code_o = {{Exponent{1'b0}}, value_i[Mantissa-1:0]};
    for (b = Mantissa; b < InWidth; b = b + 1)
      if (value_i[b]) code_o = {b[Exponent-1:0] - Mantissa[Exponent-1:0] + 1'b1, value_i[b-1 -: Mantissa]};
  end

endmodule

`default_nettype wire
