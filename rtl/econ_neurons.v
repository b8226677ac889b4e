// Outputs of an encoder layer that see the same inputs, in parallel: products, sum, bias, ReLU, saturation.
//
//   Exact = 0   y = (bias << BiasShift) + sum of (floor(x * w / 2**Shift) << Scale)     a floor per product
//   Exact = 1   y = floor(((bias << (BiasShift + Shift)) + sum of (x * w << Scale)) / 2**Shift)
//   out = y < 0 ? 0 : y > 2**OutBits - 1 ? 2**OutBits - 1 : y
// SumBits holds every partial sum and is at least OutBits + 2.
`default_nettype none

module econ_neurons #(
    parameter Inputs      = 9,
    parameter InBits      = 8,
    parameter Outputs     = 8,
    parameter WeightBits  = 6,
    parameter Kind        = 0,  // of the weights, see econ_product
    parameter ProductBits = 14,
    parameter Shift       = 5,
    parameter Scale       = 0,
    parameter BiasShift   = 2,
    parameter Exact       = 0,
    parameter SumBits     = 18,
    parameter OutBits     = 12
) (
    input  wire [InBits*Inputs-1:0]             x_i,       // unsigned, input t in [InBits*t +: InBits]
    input  wire [WeightBits*Outputs*Inputs-1:0] weights_i, // input t output f at WeightBits * (Outputs * t + f)
    input  wire [6*Outputs-1:0]                 bias_i,    // s1.5 two's complement, output f at 6f
    output reg  [OutBits*Outputs-1:0]           out_o      // unsigned, output f at OutBits * f
);

  localparam After = (Exact != 0) ? Shift : 0; // shift of the sum
  localparam Each  = (Exact != 0) ? 0 : Shift; // shift of a product
  localparam signed [SumBits-1:0] Largest = {{(SumBits-OutBits){1'b0}}, {OutBits{1'b1}}};

  wire        [ProductBits*Outputs*Inputs-1:0] products;
  reg  signed [ProductBits-1:0]                product;
  reg  signed [SumBits-1:0]                    sum;
  reg  signed [SumBits-1:0]                    scaled;
  integer                                      k;
  integer                                      m;

  genvar t;
  genvar f;
  generate
    for (t = 0; t < Inputs; t = t + 1) begin : gen_input
      for (f = 0; f < Outputs; f = f + 1) begin : gen_output
        econ_product #(
          .Width(InBits), .WeightBits(WeightBits), .Kind(Kind), .ProductBits(ProductBits)
        ) u_product (
          .value_i  (x_i[InBits*t +: InBits]),
          .weight_i (weights_i[WeightBits*(Outputs*t+f) +: WeightBits]),
          .product_o(products[ProductBits*(Outputs*t+f) +: ProductBits])
        );
      end
    end
  endgenerate

  always @* begin
    product = {ProductBits{1'b0}};
    sum     = {SumBits{1'b0}};
    scaled  = {SumBits{1'b0}};
    for (k = 0; k < Outputs; k = k + 1) begin
      sum = {{(SumBits-6){bias_i[6*k+5]}}, bias_i[6*k +: 6]};
      sum = sum <<< (BiasShift + After);
      for (m = 0; m < Inputs; m = m + 1) begin
        product = $signed(products[ProductBits*(Outputs*m+k) +: ProductBits]) >>> Each;
        sum     = sum + ($signed({{(SumBits-ProductBits){product[ProductBits-1]}}, product}) <<< Scale);
      end
      scaled = sum >>> After;
      if (scaled[SumBits-1])     out_o[OutBits*k +: OutBits] = {OutBits{1'b0}};
      else if (scaled > Largest) out_o[OutBits*k +: OutBits] = {OutBits{1'b1}};
      else                       out_o[OutBits*k +: OutBits] = scaled[OutBits-1:0];
    end
  end

endmodule

`default_nettype wire
