// Whether fewer than so many bits are 1.
`default_nettype none

module econ_fewer_ones #(
    parameter Bits = 48  // at most 63
) (
    input  wire [Bits-1:0] bits_i,
    input  wire [5:0]      most_i,
    output wire            fewer_o
);

  reg [5:0] ones;
  integer   k;

  always @* begin
    ones = 6'd0;
    for (k = 0; k < Bits; k = k + 1) ones = ones + {5'd0, bits_i[k]};
  end

  assign fewer_o = ones < most_i;

endmodule

`default_nettype wire
