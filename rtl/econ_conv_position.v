// All filters of the convolution at one output position, in parallel.
//
// The caller wires only the pixels that exist: image cells under padding or in the masked quarter cost
// no multiplier. Tap t is one such pixel; its weights for all filters lie side by side.
//
//   Exact = 0   act = max(0, 4 * bias + sum of floor(x * w / 32))     every product floored by itself
//   Exact = 1   act = max(0, floor((128 * bias + sum of x * w) / 32)) one truncation
// Range: act <= 124 + Taps * 247 whatever weights and image; ActBits must hold that, then nothing wraps.
`default_nettype none

module econ_conv_position #(
    parameter Taps    = 9,
    parameter Filters = 8,
    parameter ActBits = 12,
    parameter Exact   = 0
) (
    input  wire [8*Taps-1:0]          x_i,       // u1.7, tap t in [8t+7:8t]
    input  wire [6*Filters*Taps-1:0]  weights_i, // s1.5 two's complement, tap t filter f at 6 * (Filters * t + f)
    input  wire [6*Filters-1:0]       bias_i,    // s1.5 two's complement, filter f at 6f
    output reg  [ActBits*Filters-1:0] act_o      // 7 fraction bits, filter f at ActBits * f
);

  localparam Shift       = (Exact != 0) ? 0 : 5;
  localparam ProductBits = 14 - Shift;
  localparam SumBits     = (Exact != 0) ? 18 : 13;

  wire        [10*Taps-1:0]                  triples;
  wire        [ProductBits*Filters*Taps-1:0] products; // tap t filter f at ProductBits * (Filters * t + f)
  reg  signed [SumBits-1:0]                  sum;      // units of 1/4096 (Exact) or 1/128
  reg  signed [SumBits-1:0]                  scaled;   // units of 1/128
  integer                                    k;
  integer                                    m;

  econ_triple #(.Width(8), .Count(Taps)) u_triple (
    .value_i (x_i),
    .triple_o(triples)
  );

  genvar t;
  genvar f;
  generate
    for (t = 0; t < Taps; t = t + 1) begin : gen_tap
      for (f = 0; f < Filters; f = f + 1) begin : gen_filter
        econ_weight_product #(.Width(8), .Shift(Shift)) u_product (
          .value_i  (x_i[8*t +: 8]),
          .triple_i (triples[10*t +: 10]),
          .weight_i (weights_i[6*(Filters*t+f) +: 6]),
          .product_o(products[ProductBits*(Filters*t+f) +: ProductBits])
        );
      end
    end
  endgenerate

  always @* begin
    sum    = {SumBits{1'b0}};
    scaled = {SumBits{1'b0}};
    for (k = 0; k < Filters; k = k + 1) begin
      sum = {{(SumBits-6){bias_i[6*k+5]}}, bias_i[6*k +: 6]};
      sum = (Exact != 0) ? sum <<< 7 : sum <<< 2;
      for (m = 0; m < Taps; m = m + 1)
        sum = sum + $signed({{(SumBits-ProductBits){products[ProductBits*(Filters*m+k)+ProductBits-1]}},
                             products[ProductBits*(Filters*m+k) +: ProductBits]});
      scaled = (Exact != 0) ? sum >>> 5 : sum;
      act_o[ActBits*k +: ActBits] = scaled[SumBits-1] ? {ActBits{1'b0}} : scaled[ActBits-1:0];
    end
  end

  wire unused_range;
  assign unused_range = |scaled[SumBits-2:ActBits-1];

endmodule

`default_nettype wire
