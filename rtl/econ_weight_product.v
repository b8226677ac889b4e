// One product of an unsigned value and a 6-bit weight, rounded down: floor(value * weight / 2**Shift).
//
// The weight is read as three digits of base 4, the highest one signed:
//   weight = 16 * high + 4 * middle + low     high -2..1, middle and low 0..3
// so each digit selects one of few multiples of the value. Three times the value comes from outside: all
// products with the same value share it. Two adders are left where an array multiplier has five.
`default_nettype none

module econ_weight_product #(
    parameter Width = 12,
    parameter Shift = 4
) (
    input  wire [Width-1:0]       value_i,
    input  wire [Width+1:0]       triple_i,  // 3 * value_i
    input  wire [5:0]             weight_i,  // s1.5 two's complement
    output wire [Width+5-Shift:0] product_o  // two's complement
);

  reg  [Width+1:0] low;
  reg  [Width+1:0] middle;
  reg  [Width+1:0] high;  // -1 and -2 times the value as complements: one is to be added
  wire [Width+3:0] lower; // (4 * middle + low) * value
  wire [Width+2:0] upper; // the weight's sign is the one: carried in below the lowest bit
  wire [Width+5:0] whole;

  always @* begin
    case (weight_i[1:0])
      2'd0: low = {(Width+2){1'b0}};
      2'd1: low = {2'b00, value_i};
      2'd2: low = {1'b0, value_i, 1'b0};
      2'd3: low = triple_i;
    endcase
    case (weight_i[3:2])
      2'd0: middle = {(Width+2){1'b0}};
      2'd1: middle = {2'b00, value_i};
      2'd2: middle = {1'b0, value_i, 1'b0};
      2'd3: middle = triple_i;
    endcase
    case (weight_i[5:4])
      2'd0: high = {(Width+2){1'b0}};
      2'd1: high = {2'b00, value_i};
      2'd2: high = ~{1'b0, value_i, 1'b0};
      2'd3: high = ~{2'b00, value_i};
    endcase
  end

  assign lower     = {middle, 2'b00} + {2'b00, low};
  assign upper     = {high, 1'b1} + {2'b00, lower[Width+3:4], weight_i[5]};
  assign whole     = {upper[Width+2:1], lower[3:0]};
  assign product_o = whole[Width+5:Shift];

  wire unused_rest; // the carry's own place, and the bits that are rounded away
  assign unused_rest = ^{upper[0], whole};

endmodule

`default_nettype wire
