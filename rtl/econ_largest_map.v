// The Count largest of the values: a value is one of them when fewer than Count others go before it. A larger
// value goes before a smaller one, and of equal values the first. So there are always exactly Count.
`default_nettype none

module econ_largest_map #(
    parameter Values = 48,  // at most 63
    parameter Bits   = 9,
    parameter Count  = 7    // below Values
) (
    input  wire [Bits*Values-1:0] values_i,  // unsigned, value k in [Bits*k +: Bits]
    output wire [Values-1:0]      map_o
);

  localparam [5:0] Most = Count;

  // Bit j of row k: value j goes before value k. Each pair is compared once.
  wire [Values*Values-1:0] before;

  genvar j;
  genvar k;
  generate
    for (k = 0; k < Values; k = k + 1) begin : gen_value
      assign before[Values*k+k] = 1'b0;
      for (j = 0; j < k; j = j + 1) begin : gen_pair
        assign before[Values*k+j] = values_i[Bits*j +: Bits] >= values_i[Bits*k +: Bits];
        assign before[Values*j+k] = ~before[Values*k+j];
      end

      econ_fewer_ones #(.Bits(Values)) u_fewer_ones (
        .bits_i (before[Values*k +: Values]),
        .most_i (Most),
        .fewer_o(map_o[k])
      );
    end
  endgenerate

endmodule

`default_nettype wire
