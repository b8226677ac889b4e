// Control of the squeeze network: from a keep mask, which bits move by 2^s places in stage s.
//
// Kept bit i has to move right by the number of dropped bits below it. Bit s of that number is a parity:
// the prefix XOR of "dropped below" counts modulo 2, and what is left after removing the bits already
// counted is counted again for the next stage (H. S. Warren, Hacker's Delight, section 7-4, "compress").
// The mask is configuration: this logic settles once and then stands still, and may take many BX; its
// boundary is kept so that the timing constraints can say so.
//
//   move_o     bits of stage s that move right by 2^s, stage s at Width * s
//   stay_o     bits of stage s that are kept and do not move, stage s at Width * s
`default_nettype none

(* keep_hierarchy *)
module econ_squeeze_control #(
    parameter Width  = 144,
    parameter Stages = 8       // 2^Stages >= Width
) (
    input  wire [Width-1:0]        keep_i,
    output reg  [Width*Stages-1:0] move_o,
    output reg  [Width*Stages-1:0] stay_o
);

  reg [Width-1:0] kept;    // where the kept bits are before this stage
  reg [Width-1:0] dropped; // one for every dropped bit below that this and later stages must count
  reg [Width-1:0] parity;
  reg [Width-1:0] moving;
  integer         s;
  integer         p;

  always @* begin
    kept    = keep_i;
    dropped = ~keep_i << 1;
    parity  = {Width{1'b0}};
    moving  = {Width{1'b0}};
    for (s = 0; s < Stages; s = s + 1) begin
      parity = dropped;
      for (p = 0; p < Stages; p = p + 1) parity = parity ^ (parity << (1 << p));
      moving = parity & kept;
      move_o[Width*s +: Width] = moving;
      stay_o[Width*s +: Width] = kept & ~moving;
      kept    = (kept & ~moving) | (moving >> (1 << s));
      dropped = dropped & ~parity;
    end
  end

endmodule

`default_nettype wire
