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

  // Each pair is compared once: value j, j < k, is not smaller than value k, at k (k - 1) / 2 + j.
  wire [Values*(Values-1)/2-1:0] first;
  // Bit j of row k: value j goes before value k.
  wire [Values*Values-1:0]       ahead;

  genvar j;
  genvar k;
  generate
    for (k = 0; k < Values; k = k + 1) begin : gen_value
      assign ahead[Values*k+k] = 1'b0;
      for (j = 0; j < k; j = j + 1) begin : gen_pair
        assign first[k*(k-1)/2+j] = values_i[Bits*j +: Bits] >= values_i[Bits*k +: Bits];
        assign ahead[Values*k+j]  = first[k*(k-1)/2+j];
        assign ahead[Values*j+k]  = ~first[k*(k-1)/2+j];
      end

      econ_fewer_ones #(.Bits(Values)) u_fewer_ones (
        .bits_i (ahead[Values*k +: Values]),
        .most_i (Most),
        .fewer_o(map_o[k])
      );
    end
  endgenerate

endmodule

`default_nettype wire
