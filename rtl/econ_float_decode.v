// 4E3M trigger-cell codes to linear charge, in the middle of the code's interval.
//
//   code = {e, m}, s = max(e - 1, 0), base = e == 0 ? m : (8 + m) << s, d = high density ? 3 : 1
//   linear = base << d, plus half of the step: 1 << (s + d - 1)
// The half step never meets a mantissa bit, so it is a wire appended below the mantissa: {1, m, 1} << s,
// read with 2 fraction bits less in low density. Code 0 gives 4 (high) or 1 (low density), never 0.
`default_nettype none

module econ_float_decode #(
    parameter Cells = 48
) (
    input  wire                high_density_i,
    input  wire [7*Cells-1:0]  codes_i,   // 4E3M, cell k in [7k+6:7k]
    output reg  [21*Cells-1:0] linear_o   // unsigned integers, cell k in [21k+20:21k]
);

  reg [3:0]  exponent;
  reg [4:0]  mantissa;  // leading one, three mantissa bits, half step
  reg [3:0]  shift;
  reg [18:0] low;       // value in low density; high density is four times that
  integer    k;

  always @* begin
    for (k = 0; k < Cells; k = k + 1) begin
      exponent           = codes_i[7*k+3 +: 4];
      mantissa           = {exponent != 4'd0, codes_i[7*k +: 3], 1'b1};
      shift              = (exponent == 4'd0) ? 4'd0 : exponent - 4'd1;
      low                = {14'd0, mantissa} << shift;
      linear_o[21*k +: 21] = high_density_i ? {low, 2'b00} : {2'b00, low};
    end
  end

endmodule

`default_nettype wire
