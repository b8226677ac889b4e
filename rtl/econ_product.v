// One product of an unsigned value and a weight of the encoder, rounded down:
//
//   product = floor(value * weight / 2**Shift)
//
//   Kind 0  fixed: weight is two's complement
//   Kind 1  binary: one bit, 0 is +1 and 1 is -1
//   Kind 2  ternary: 00 is 0, 01 is +1, 11 is -1 (10 acts as 0)
//   Kind 3  power of two: sign above an exponent e; 0 for e = 0, else 2**(e-1)
// A fixed weight is read as digits of base 4, the highest one signed: each selects one of few multiples of
// the value. Three times the value comes from outside, for all products with the same value share it. The
// adders that are left are one less than the digits, where an array multiplier has one less than the bits.
`default_nettype none

module econ_product #(
    parameter Width      = 12,
    parameter WeightBits = 6,
    parameter Kind       = 0,
    parameter Growth     = 6,  // bits of the product, with sign, beyond those of the value
    parameter OutBits    = 14  // Width + Growth - Shift, at least 1: the sign
) (
    input  wire [Width-1:0]      value_i,
    input  wire [Width+1:0]      triple_i, // 3 * value_i; only fixed weights use it
    input  wire [WeightBits-1:0] weight_i,
    output wire [OutBits-1:0]    product_o // two's complement
);

  localparam ProductBits = Width + Growth;

  wire [ProductBits-1:0] product; // two's complement

  generate
    if (Kind == 0) begin : gen_fixed
      localparam Digits    = (WeightBits - 1) / 2; // of two bits, below the highest
      localparam Lower     = Width + 2 * Digits;
      localparam Multiples = (Width + 2) * (Digits + 1);
      localparam integer Kept = (1 << (2 * Digits)) - 1;

      reg  [Multiples-1:0] multiples; // of the value, one per digit; nobody reads the last one
      reg  [Lower+1:0]     lower;     // share of the digits below the highest, never in its last two bits
      reg  [Width+1:0]     high;      // -1 and -2 times the value as complements: one is to be added
      wire [Width+2:0]     upper;     // the weight's sign is the one: carried in below the lowest bit
      wire [Lower+1:0]     whole;
      integer              d;

      always @* begin
        multiples = {Multiples{1'b0}};
        for (d = 0; d < Digits; d = d + 1) begin
          case (weight_i[2*d +: 2])
            2'd0: multiples[(Width+2)*d +: Width+2] = {(Width+2){1'b0}};
            2'd1: multiples[(Width+2)*d +: Width+2] = {2'b00, value_i};
            2'd2: multiples[(Width+2)*d +: Width+2] = {1'b0, value_i, 1'b0};
            2'd3: multiples[(Width+2)*d +: Width+2] = triple_i;
          endcase
        end
        lower = {(Lower+2){1'b0}};
        for (d = 0; d < Digits; d = d + 1)
          lower = lower + ({{(2*Digits){1'b0}}, multiples[(Width+2)*d +: Width+2]} << (2 * d));
      end

      if (WeightBits % 2 == 0) begin : gen_two_bits
        always @* begin
          case (weight_i[WeightBits-1 -: 2])
            2'd0: high = {(Width+2){1'b0}};
            2'd1: high = {2'b00, value_i};
            2'd2: high = ~{1'b0, value_i, 1'b0};
            2'd3: high = ~{2'b00, value_i};
          endcase
        end
      end else begin : gen_one_bit
        always @* high = {(Width+2){weight_i[WeightBits-1]}} & ~{2'b00, value_i};
      end

      assign upper   = {high, 1'b1} + {2'b00, lower[Lower-1 -: Width], weight_i[WeightBits-1]};
      assign whole   = ({{(2*Digits){1'b0}}, upper[Width+2:1]} << (2 * Digits)) | (lower & Kept[Lower+1:0]);
      assign product = whole[ProductBits-1:0];

      wire unused_rest; // the carry's own place, and a second sign
      assign unused_rest = ^{upper[0], whole, lower, multiples, triple_i};
    end else begin : gen_multiple
      wire [ProductBits-1:0] value;
      reg  [ProductBits-1:0] magnitude;
      reg                    negative;

      assign value   = {{Growth{1'b0}}, value_i};
      assign product = (magnitude ^ {ProductBits{negative}}) + {{(ProductBits-1){1'b0}}, negative};

      if (Kind == 1) begin : gen_binary
        always @* begin
          magnitude = value;
          negative  = weight_i[0];
        end
      end else if (Kind == 2) begin : gen_ternary
        always @* begin
          magnitude = value & {ProductBits{weight_i[0]}};
          negative  = weight_i[0] & weight_i[1];
        end
      end else begin : gen_power
        integer k;

        always @* begin
          magnitude = {ProductBits{1'b0}};
          for (k = 1; k < (1 << (WeightBits - 1)); k = k + 1)
            if (weight_i[WeightBits-2:0] == k[WeightBits-2:0]) magnitude = value << (k - 1);
          negative = weight_i[WeightBits-1];
        end
      end

      wire unused_triple;
      assign unused_triple = ^triple_i;
    end
  endgenerate

  assign product_o = product[ProductBits-1 -: OutBits];

  wire unused_low; // rounded away
  assign unused_low = ^product;

endmodule

`default_nettype wire
