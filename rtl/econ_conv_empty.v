// All filters of the convolution at a position whose image cells are all zero: act = max(0, 4 * bias).
//
// At most 4 * 31 = 124, a multiple of 4: bits 6:2 are the magnitude of a bias that is not negative.
`default_nettype none

module econ_conv_empty #(
    parameter Filters = 8
) (
    input  wire [6*Filters-1:0] bias_i, // s1.5 two's complement, filter f at 6f
    output reg  [5*Filters-1:0] act_o   // bits 6:2 of the activation (u0.5), filter f at 5f
);

  integer f;

  always @* begin
    for (f = 0; f < Filters; f = f + 1) act_o[5*f +: 5] = bias_i[6*f+5] ? 5'd0 : bias_i[6*f +: 5];
  end

endmodule

`default_nettype wire
