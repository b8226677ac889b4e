// Outputs of an encoder layer that see the same inputs, in parallel: products, sum, bias, ReLU, saturation.
//
//   Exact = 0   y = (bias << BiasShift) + sum of floor(x * w / 2**Shift)               a floor per product
//   Exact = 1   y = floor(((bias << (BiasShift + Shift)) + sum of x * w) / 2**Shift)    one floor
//   out = y < 0 ? 0 : y > 2**OutBits - 1 ? 2**OutBits - 1 : y
// A negative Shift goes to the left.
// Inputs come in runs of one format, each an unsigned number with so many zeros below that are not wired: an
// input that is never large, or always a multiple of 4, costs a smaller multiplier.
// Half the range of a product is added to it, so that no term is negative and a sum needs no signs; what was
// added to all of them is taken away once.
// SumBits holds the sum and any term; on the way a sum may wrap.
`default_nettype none

module econ_neurons #(
    parameter               Inputs     = 9,
    parameter               InBits     = 72,     // of all inputs
    parameter               Outputs    = 8,
    parameter               Runs       = 1,
    parameter [32*Runs-1:0] RunInputs  = 32'd9,  // inputs of run r in [32r+31:32r]
    parameter [32*Runs-1:0] RunBits    = 32'd8,  // bits of each
    parameter [32*Runs-1:0] RunZeros   = 32'd0,  // zeros below them
    parameter               WeightBits = 6,
    parameter               Kind       = 0,      // of the weights, see econ_product
    parameter               Growth     = 6,
    parameter               Shift      = 5,
    parameter               Scale      = 0,      // a negative shift
    parameter               BiasShift  = 2,
    parameter               Exact      = 0,
    parameter               SumBits    = 13,
    parameter               OutBits    = 12,
    parameter               Saturates  = 0       // sums go beyond OutBits
) (
    input  wire [InBits-1:0]                    x_i,       // run after run, the first input lowest
    input  wire [InBits+2*Inputs-1:0]           triple_i,  // 3 * each input, for fixed weights
    input  wire [WeightBits*Outputs*Inputs-1:0] weights_i, // input t output f, number Outputs * t + f
    input  wire [6*Outputs-1:0]                 bias_i,    // s1.5 two's complement, output f at 6f
    output reg  [OutBits*Outputs-1:0]           out_o      // unsigned, output f at OutBits * f
);

  localparam After = (Exact != 0) ? Shift : 0; // shift of the sum
  localparam Each  = (Exact != 0) ? 0 : Shift; // shift of a product

  // What stands before run r.
  function integer inputs_before(input integer r);
    integer k;
    begin
      inputs_before = 0;
      for (k = 0; k < r; k = k + 1) inputs_before = inputs_before + RunInputs[32*k +: 32];
    end
  endfunction

  function integer bits_before(input integer r);
    integer k;
    begin
      bits_before = 0;
      for (k = 0; k < r; k = k + 1) bits_before = bits_before + RunInputs[32*k +: 32] * RunBits[32*k +: 32];
    end
  endfunction

  // Right shift of the products of run r, negative: left.
  function integer shift_of(input integer r);
    shift_of = Each - Scale - RunZeros[32*r +: 32];
  endfunction

  function integer term_bits(input integer r);
    begin
      term_bits = RunBits[32*r +: 32] + Growth;
      if (shift_of(r) > 0) term_bits = (term_bits > shift_of(r)) ? term_bits - shift_of(r) : 1;
    end
  endfunction

  // What is too much in the sum: half the range of every term, and of the bias.
  function integer surplus(input integer runs);
    integer k;
    begin
      surplus = 32 << (BiasShift + After);
      for (k = 0; k < runs; k = k + 1)
        surplus = surplus
                + (RunInputs[32*k +: 32] << (term_bits(k) - 1 + ((shift_of(k) < 0) ? -shift_of(k) : 0)));
    end
  endfunction

  localparam integer Surplus = surplus(Runs);

  wire [SumBits*Outputs*Inputs-1:0] terms;
  reg  [SumBits-1:0]                sum;
  reg  [SumBits-1:0]                scaled;
  integer                           k;
  integer                           m;

  genvar r;
  genvar t;
  genvar f;
  generate
    for (r = 0; r < Runs; r = r + 1) begin : gen_run
      localparam Bits     = RunBits[32*r +: 32];
      localparam First    = inputs_before(r);
      localparam At       = bits_before(r);
      localparam Left     = (shift_of(r) < 0) ? -shift_of(r) : 0;
      localparam TermBits = term_bits(r);
      localparam integer Half = 1 << (TermBits - 1);

      for (t = 0; t < RunInputs[32*r +: 32]; t = t + 1) begin : gen_input
        for (f = 0; f < Outputs; f = f + 1) begin : gen_output
          wire [TermBits-1:0] product;

          econ_product #(
            .Width(Bits), .WeightBits(WeightBits), .Kind(Kind), .Growth(Growth), .OutBits(TermBits)
          ) u_product (
            .value_i  (x_i[At + Bits*t +: Bits]),
            .triple_i (triple_i[At + 2*First + (Bits+2)*t +: Bits+2]),
            .weight_i (weights_i[WeightBits*(Outputs*(First+t)+f) +: WeightBits]),
            .product_o(product)
          );

          assign terms[SumBits*(Outputs*(First+t)+f) +: SumBits] =
            {{(SumBits-TermBits){1'b0}}, product ^ Half[TermBits-1:0]} << Left;
        end
      end
    end
  endgenerate

  always @* begin
    sum    = {SumBits{1'b0}};
    scaled = {SumBits{1'b0}};
    for (k = 0; k < Outputs; k = k + 1) begin
      sum = {{(SumBits-6){1'b0}}, ~bias_i[6*k+5], bias_i[6*k +: 5]} << (BiasShift + After);
      for (m = 0; m < Inputs; m = m + 1) sum = sum + terms[SumBits*(Outputs*m+k) +: SumBits];
      sum    = sum - Surplus[SumBits-1:0];
      scaled = $signed(sum) >>> After;
      out_o[OutBits*k +: OutBits] = scaled[OutBits-1:0];
      if (Saturates != 0 && (scaled >> OutBits) != 0) out_o[OutBits*k +: OutBits] = {OutBits{1'b1}};
      if (scaled[SumBits-1]) out_o[OutBits*k +: OutBits] = {OutBits{1'b0}};
    end
  end

  wire unused_range; // without saturation
  assign unused_range = ^scaled;

endmodule

`default_nettype wire
