// Number of thresholds that each latent reaches: its code.
`default_nettype none

module econ_level_codes #(
    parameter                Latents    = 16,
    parameter                Bits       = 3,
    parameter                Levels     = 7,
    parameter [9*Levels-1:0] Thresholds = {Levels{9'd0}} // rising, threshold k in [9k+8:9k]
) (
    input  wire [9*Latents-1:0]    values_i, // latent o in [9o+8:9o]
    output reg  [Bits*Latents-1:0] codes_o   // of latent o at Bits * o
);

  integer o;
  integer k;

  always @* begin
    codes_o = {(Bits*Latents){1'b0}};
    for (o = 0; o < Latents; o = o + 1)
      for (k = 0; k < Levels; k = k + 1)
        if (values_i[9*o +: 9] >= Thresholds[9*k +: 9]) codes_o[Bits*o +: Bits] = k[Bits-1:0] + 1'b1;
  end

endmodule

`default_nettype wire
