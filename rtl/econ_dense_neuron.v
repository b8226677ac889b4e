// One output of the dense layer: all products in parallel, ReLU, saturation.
//
//   Exact = 0   y = 8 * bias + sum of floor(act * w / 16)         every product floored by itself
//   Exact = 1   y = floor((128 * bias + sum of act * w) / 16)     one truncation
//   latent = y < 0 ? 0 : y > 511 ? 511 : y
// The conv positions come in three groups by the largest activation that they can have: 12 bits, 11 bits, and
// those that see no cell, a multiple of 4 below 128 (all the same: one set of activations serves them).
// Range: |act * w| <= 2347 * 32, 128 of them: 21 bits hold every sum after the shift, 25 bits before.
`default_nettype none

module econ_dense_neuron #(
    parameter Filters = 8,
    parameter Wide    = 6,  // positions in each group
    parameter Narrow  = 6,
    parameter Empty   = 4,
    parameter Exact   = 0
) (
    input  wire [12*Filters*Wide-1:0]   wide_i,           // u5.7, position p filter f at 12 * (Filters * p + f)
    input  wire [14*Filters*Wide-1:0]   wide_triple_i,    // 3 * wide_i
    input  wire [6*Filters*Wide-1:0]    wide_weights_i,   // s1.5 two's complement, in the order of the activations
    input  wire [11*Filters*Narrow-1:0] narrow_i,         // u4.7
    input  wire [13*Filters*Narrow-1:0] narrow_triple_i,
    input  wire [6*Filters*Narrow-1:0]  narrow_weights_i,
    input  wire [5*Filters-1:0]         empty_i,          // u0.5: bits 6:2 of the activation
    input  wire [7*Filters-1:0]         empty_triple_i,
    input  wire [6*Filters*Empty-1:0]   empty_weights_i,
    input  wire [5:0]                   bias_i,           // s1.5 two's complement
    output reg  [8:0]                   latent_o          // u1.8
);

  localparam SumBits   = (Exact != 0) ? 25 : 21;
  localparam Shift     = (Exact != 0) ? 0 : 4;
  localparam Positions = Wide + Narrow + Empty;
  localparam signed [SumBits-1:0] Largest = 511;

  wire        [SumBits*Positions-1:0] parts;
  reg  signed [SumBits-1:0]           sum;    // units of 1/4096 (Exact) or 1/256
  reg  signed [SumBits-1:0]           scaled; // units of 1/256
  integer                             k;

  genvar p;
  generate
    for (p = 0; p < Wide; p = p + 1) begin : gen_wide
      econ_dense_part #(.Filters(Filters), .Width(12), .Shift(Shift), .SumBits(SumBits)) u_part (
        .act_i    (wide_i[12*Filters*p +: 12*Filters]),
        .triple_i (wide_triple_i[14*Filters*p +: 14*Filters]),
        .weights_i(wide_weights_i[6*Filters*p +: 6*Filters]),
        .sum_o    (parts[SumBits*p +: SumBits])
      );
    end
    for (p = 0; p < Narrow; p = p + 1) begin : gen_narrow
      econ_dense_part #(.Filters(Filters), .Width(11), .Shift(Shift), .SumBits(SumBits)) u_part (
        .act_i    (narrow_i[11*Filters*p +: 11*Filters]),
        .triple_i (narrow_triple_i[13*Filters*p +: 13*Filters]),
        .weights_i(narrow_weights_i[6*Filters*p +: 6*Filters]),
        .sum_o    (parts[SumBits*(Wide+p) +: SumBits])
      );
    end
    // floor(4 * a * w / 16) = floor(a * w / 4)
    for (p = 0; p < Empty; p = p + 1) begin : gen_empty
      econ_dense_part #(
        .Filters(Filters), .Width(5), .Shift((Exact != 0) ? 0 : 2), .Scale((Exact != 0) ? 2 : 0), .SumBits(SumBits)
      ) u_part (
        .act_i    (empty_i),
        .triple_i (empty_triple_i),
        .weights_i(empty_weights_i[6*Filters*p +: 6*Filters]),
        .sum_o    (parts[SumBits*(Wide+Narrow+p) +: SumBits])
      );
    end
  endgenerate

  always @* begin
    sum = {{(SumBits-6){bias_i[5]}}, bias_i};
    sum = (Exact != 0) ? sum <<< 7 : sum <<< 3;
    for (k = 0; k < Positions; k = k + 1) sum = sum + $signed(parts[SumBits*k +: SumBits]);
    scaled = (Exact != 0) ? sum >>> 4 : sum;
    if (scaled[SumBits-1])     latent_o = 9'd0;
    else if (scaled > Largest) latent_o = 9'd511;
    else                       latent_o = scaled[8:0];
  end

endmodule

`default_nettype wire
