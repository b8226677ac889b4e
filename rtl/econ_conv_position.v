// All filters of the convolution at one output position, in parallel.
//
// The caller wires only the pixels that exist: image cells under padding or in the masked quarter cost
// no multiplier. Tap t is one such pixel; its weights for all filters lie side by side.
//
//   Exact = 0   act = max(0, 4 * bias + sum of floor(x * w / 32))     every product floored by itself
//   Exact = 1   act = max(0, floor((128 * bias + sum of x * w) / 32)) one truncation
// Range: |sum of products| <= 9 * 255 * 32, so 13 bits hold every sum after the shift, and 12 bits every
// activation (largest 2347): nothing wraps or saturates, whatever the weights and the image.
`default_nettype none

module econ_conv_position #(
    parameter Taps    = 9,
    parameter Filters = 8,
    parameter Exact   = 0
) (
    input  wire [8*Taps-1:0]         x_i,       // u1.7, tap t in [8t+7:8t]
    input  wire [6*Filters*Taps-1:0] weights_i, // s1.5 two's complement, tap t filter f at 6 * (Filters * t + f)
    input  wire [6*Filters-1:0]      bias_i,    // s1.5 two's complement, filter f at 6f
    output reg  [12*Filters-1:0]     act_o      // u5.7, filter f at 12f
);

  reg signed [13:0] product; // 8 bits unsigned x 6 bits signed
  reg signed [18:0] sum;     // units of 1/4096 (Exact) or 1/128
  reg signed [18:0] scaled;  // units of 1/128
  integer           f;
  integer           t;

  always @* begin
    product = 14'sd0;
    sum     = 19'sd0;
    scaled  = 19'sd0;
    for (f = 0; f < Filters; f = f + 1) begin
      sum = {{13{bias_i[6*f+5]}}, bias_i[6*f +: 6]};
      sum = (Exact != 0) ? sum <<< 7 : sum <<< 2;
      for (t = 0; t < Taps; t = t + 1) begin
        product = $signed({6'b0, x_i[8*t +: 8]}) * $signed({{8{weights_i[6*(Filters*t+f)+5]}}, weights_i[6*(Filters*t+f) +: 6]});
        if (Exact == 0) product = product >>> 5;
        sum = sum + {{5{product[13]}}, product};
      end
      scaled = (Exact != 0) ? sum >>> 5 : sum;
      act_o[12*f +: 12] = scaled[18] ? 12'd0 : scaled[11:0];
    end
  end

  wire unused_range;
  assign unused_range = |scaled[17:12];

endmodule

`default_nettype wire
