// Calibration: charge = (linear * factor) >> 11, truncating; factor 2048 is 1.0.
//
// 21 x 12 bits give 33; the largest charge is 4,062,240, which fits the 22 bits that are kept.
`default_nettype none

module econ_calibrate #(
    parameter Cells = 48
) (
    input  wire [21*Cells-1:0] linear_i,  // unsigned integers
    input  wire [12*Cells-1:0] factor_i,  // unsigned, 11 fraction bits
    output reg  [22*Cells-1:0] charge_o   // CALQ, unsigned integers
);

  reg [32:0] product;
  integer    k;

  always @* begin
    product = 33'd0;
    for (k = 0; k < Cells; k = k + 1) begin
      product              = {12'd0, linear_i[21*k +: 21]} * {21'd0, factor_i[12*k +: 12]};
      charge_o[22*k +: 22] = product[32:11];
    end
  end

  wire unused_fraction;
  assign unused_fraction = |product[10:0];

endmodule

`default_nettype wire
