// Number of thresholds that a value reaches: the code of a latent.
`default_nettype none

module econ_level_code #(
    parameter                Bits       = 3,
    parameter                Levels     = 7,
    parameter [9*Levels-1:0] Thresholds = {Levels{9'd0}} // rising, threshold k in [9k+8:9k]
) (
    input  wire [8:0]      value_i,
    output reg  [Bits-1:0] code_o
);

  integer k;

  always @* begin
    code_o = {Bits{1'b0}};
    for (k = 0; k < Levels; k = k + 1)
      if (value_i >= Thresholds[9*k +: 9]) code_o = k[Bits-1:0] + 1'b1;
  end

endmodule

`default_nettype wire
