// Share of one conv position in one output of the dense layer: sum over its filters of
// floor(act * w / 2**Shift), times 2**Scale.
`default_nettype none

module econ_dense_part #(
    parameter Filters = 8,
    parameter Width   = 12,
    parameter Shift   = 4,
    parameter Scale   = 0,
    parameter SumBits = 25
) (
    input  wire [Width*Filters-1:0]     act_i,     // filter f at Width * f
    input  wire [(Width+2)*Filters-1:0] triple_i,  // 3 * act, filter f at (Width + 2) * f
    input  wire [6*Filters-1:0]         weights_i, // s1.5 two's complement, filter f at 6f
    output wire [SumBits-1:0]           sum_o      // two's complement
);

  localparam ProductBits = Width + 6 - Shift;
  localparam Bits        = ProductBits + 3; // of the sum of eight

  wire [ProductBits*Filters-1:0] products;
  reg  [Bits-1:0]                sum;
  integer                        k;

  genvar f;
  generate
    for (f = 0; f < Filters; f = f + 1) begin : gen_filter
      econ_weight_product #(.Width(Width), .Shift(Shift)) u_product (
        .value_i  (act_i[Width*f +: Width]),
        .triple_i (triple_i[(Width+2)*f +: Width+2]),
        .weight_i (weights_i[6*f +: 6]),
        .product_o(products[ProductBits*f +: ProductBits])
      );
    end
  endgenerate

  always @* begin
    sum = {Bits{1'b0}};
    for (k = 0; k < Filters; k = k + 1)
      sum = sum + {{3{products[ProductBits*k+ProductBits-1]}}, products[ProductBits*k +: ProductBits]};
  end

  assign sum_o = {{(SumBits-Bits){sum[Bits-1]}}, sum} << Scale;

endmodule

`default_nettype wire
