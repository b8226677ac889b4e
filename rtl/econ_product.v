// One exact product of an unsigned value and a weight of the encoder, two's complement.
//
//   Kind 0  fixed: weight is two's complement
//   Kind 1  binary: one bit, 0 is +1 and 1 is -1
//   Kind 2  ternary: 00 is 0, 01 is +1, 11 is -1 (10 acts as 0)
//   Kind 3  power of two: sign above an exponent e; 0 for e = 0, else 2**(e-1)
// ProductBits must hold the largest magnitude and the sign: then nothing wraps.
`default_nettype none

module econ_product #(
    parameter Width       = 8,
    parameter WeightBits  = 6,
    parameter Kind        = 0,
    parameter ProductBits = 14
) (
    input  wire [Width-1:0]       value_i,
    input  wire [WeightBits-1:0]  weight_i,
    output reg  [ProductBits-1:0] product_o
);

  wire [ProductBits-1:0] value;

  assign value = {{(ProductBits-Width){1'b0}}, value_i};

  generate
    if (Kind == 0) begin : gen_fixed
      integer k;

      always @* begin
        product_o = {ProductBits{1'b0}};
        for (k = 0; k < WeightBits - 1; k = k + 1)
          product_o = product_o + ((value << k) & {ProductBits{weight_i[k]}});
        product_o = product_o - ((value << (WeightBits - 1)) & {ProductBits{weight_i[WeightBits-1]}});
      end
    end else if (Kind == 1) begin : gen_binary
      always @* begin
        product_o = (value ^ {ProductBits{weight_i[0]}}) + {{(ProductBits-1){1'b0}}, weight_i[0]};
      end
    end else if (Kind == 2) begin : gen_ternary
      reg negative;

      always @* begin
        negative  = weight_i[0] & weight_i[1];
        product_o = ((value & {ProductBits{weight_i[0]}}) ^ {ProductBits{negative}})
                  + {{(ProductBits-1){1'b0}}, negative};
      end
    end else begin : gen_power
      reg [ProductBits-1:0] magnitude;
      reg                   negative;
      integer               k;

      always @* begin
        magnitude = {ProductBits{1'b0}};
        for (k = 1; k < (1 << (WeightBits - 1)); k = k + 1)
          if (weight_i[WeightBits-2:0] == k[WeightBits-2:0]) magnitude = value << (k - 1);
        negative  = weight_i[WeightBits-1];
        product_o = (magnitude ^ {ProductBits{negative}}) + {{(ProductBits-1){1'b0}}, negative};
      end
    end
  endgenerate

endmodule

`default_nettype wire
