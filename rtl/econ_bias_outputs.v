// Outputs of a layer at a position that sees no cell: their biases, where they are not negative.
//
//   y = bias < 0 ? 0 : bias << BiasShift
//   out = y > the largest of OutBits and Zeros ? that : y, without Zeros low bits
`default_nettype none

module econ_bias_outputs #(
    parameter Outputs   = 8,
    parameter BiasShift = 2,
    parameter OutBits   = 5,
    parameter Zeros     = 2 // low bits that are always 0, not wired
) (
    input  wire [6*Outputs-1:0]       bias_i, // s1.5 two's complement, output f at 6f
    output reg  [OutBits*Outputs-1:0] out_o   // unsigned, output f at OutBits * f
);

  localparam Bits = OutBits + Zeros + BiasShift + 5;

  reg     [Bits-1:0] value;
  integer            f;

  always @* begin
    value = {Bits{1'b0}};
    for (f = 0; f < Outputs; f = f + 1) begin
      value = ({{(Bits-5){1'b0}}, bias_i[6*f +: 5]} << BiasShift) >> Zeros;
      if (|value[Bits-1:OutBits]) value = {Bits{1'b1}};
      out_o[OutBits*f +: OutBits] = bias_i[6*f+5] ? {OutBits{1'b0}} : value[OutBits-1:0];
    end
  end

endmodule

`default_nettype wire
