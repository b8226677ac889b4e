// Trigger-cell codes to linear charge, in the middle of the code's interval. M is Mantissa, 3 of HGCAL:
//
//   code = {e, m}, s = max(e - 1, 0), base = e == 0 ? m : (2^M + m) << s, d = high density ? 3 : 1
//   linear = base << d, plus half of the step: 1 << (s + d - 1)
// The half step never meets a mantissa bit, so it is a wire appended below the mantissa: {1, m, 1} << s,
// read with 2 fraction bits less in low density. Code 0 gives 4 (high) or 1 (low density), never 0.
// What has more than 21 bits becomes the largest of 21 bits; of 4E3M nothing has.
`default_nettype none

module econ_float_decode #(
    parameter Cells    = 48,
    parameter Exponent = 4,
    parameter Mantissa = 3
) (
    input  wire                                 high_density_i,
    input  wire [(Exponent+Mantissa)*Cells-1:0] codes_i,   // cell k in [(E+M)*k +: E+M]
    output reg  [21*Cells-1:0]                  linear_o   // unsigned integers, cell k in [21k+20:21k]
);

  localparam Code = Exponent + Mantissa;
  localparam Wide = Mantissa + (1 << Exponent) + 3; // of the largest value in high density, and a zero on top

  reg [Exponent-1:0] exponent;
  reg [Mantissa+1:0] mantissa;  // leading one, mantissa bits, half step
  reg [Exponent-1:0] shift;
  reg [Wide-1:0]     value;
  integer            k;

  always @* begin
    for (k = 0; k < Cells; k = k + 1) begin
      exponent = codes_i[Code*k+Mantissa +: Exponent];
      mantissa = {exponent != {Exponent{1'b0}}, codes_i[Code*k +: Mantissa], 1'b1};
      shift    = (exponent == {Exponent{1'b0}}) ? {Exponent{1'b0}} : exponent - 1'b1;
      value    = {{(Wide-Mantissa-2){1'b0}}, mantissa} << shift;
      value    = high_density_i ? {value[Wide-3:0], 2'b00} : value;
      linear_o[21*k +: 21] = (value[Wide-1:21] != {(Wide-21){1'b0}}) ? {21{1'b1}} : value[20:0];
    end
  end

endmodule

`default_nettype wire
