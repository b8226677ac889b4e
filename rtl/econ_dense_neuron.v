// One output of the dense layer: all products in parallel, ReLU, saturation.
//
//   Exact = 0   y = 8 * bias + sum of floor(act * w / 16)         every product floored by itself
//   Exact = 1   y = floor((128 * bias + sum of act * w) / 16)     one truncation
//   latent = y < 0 ? 0 : y > 511 ? 511 : y
// Range: |act * w| <= 4095 * 32, 128 of them: 25 bits hold every sum before, 21 bits after the shift.
`default_nettype none

module econ_dense_neuron #(
    parameter Inputs = 128,
    parameter Exact  = 0
) (
    input  wire [12*Inputs-1:0] act_i,     // u5.7, input m at 12m
    input  wire [6*Inputs-1:0]  weights_i, // s1.5 two's complement, input m at 6m
    input  wire [5:0]           bias_i,    // s1.5 two's complement
    output reg  [8:0]           latent_o   // u1.8
);

  localparam signed [24:0] Largest = 25'sd511;

  reg signed [17:0] product; // 12 bits unsigned x 6 bits signed
  reg signed [24:0] sum;     // units of 1/4096 (Exact) or 1/256
  reg signed [24:0] scaled;  // units of 1/256
  integer           m;

  always @* begin
    product = 18'sd0;
    sum     = {{19{bias_i[5]}}, bias_i};
    sum     = (Exact != 0) ? sum <<< 7 : sum <<< 3;
    for (m = 0; m < Inputs; m = m + 1) begin
      product = $signed({6'b0, act_i[12*m +: 12]}) * $signed({{12{weights_i[6*m+5]}}, weights_i[6*m +: 6]});
      if (Exact == 0) product = product >>> 4;
      sum = sum + {{7{product[17]}}, product};
    end
    scaled = (Exact != 0) ? sum >>> 4 : sum;
    if (scaled[24])            latent_o = 9'd0;
    else if (scaled > Largest) latent_o = 9'd511;
    else                       latent_o = scaled[8:0];
  end

endmodule

`default_nettype wire
