// Normaliser: divides the charges by the power of two at or below the wafer sum.
//
//   L      = min(bit length of sum - 1, 21), 0 for sum = 0
//   x[k]   = (charge[k] << 7) >> L     unsigned, 1 integer and 7 fraction bits
// Every x fits 8 bits: a charge is at most the sum (L < 21) or below 2^22 (L = 21).
`default_nettype none

module econ_normalise #(
    parameter Cells   = 48,
    parameter SumBits = 28
) (
    input  wire [22*Cells-1:0] charge_i,  // CALQ, unsigned integers
    input  wire [SumBits-1:0]  sum_i,
    output reg  [8*Cells-1:0]  x_o        // u1.7
);

  reg [4:0]  length;
  reg [28:0] shifted;
  integer    b;
  integer    k;

  always @* begin
    length = 5'd0;
    for (b = 1; b < SumBits; b = b + 1) if (sum_i[b]) length = (b > 21) ? 5'd21 : b[4:0];
  end

  always @* begin
    shifted = 29'd0;
    for (k = 0; k < Cells; k = k + 1) begin
      shifted        = {charge_i[22*k +: 22], 7'd0} >> length;
      x_o[8*k +: 8]  = shifted[7:0];
    end
  end

  wire unused_zeros;
  assign unused_zeros = |shifted[28:8];

endmodule

`default_nettype wire
