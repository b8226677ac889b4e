// Bitwise majority voter.
//
// Guarantees: vote_o is the majority of a_i, b_i and c_i in every bit, so one wrong copy never shows.
//   err_o is 1 when the copies differ in any bit. Which one it was is not told: that would cost more
//   gates than the vote itself, 12,864 times.
// Not for: copies that may differ for a good reason (unsynchronised inputs).
//
//   a b c | vote        the AND-OR form is free of glitches while one input moves and the
//   0 0 x |  0          other two agree, so it may also drive a reset
//   1 1 x |  1
`default_nettype none

(* keep_hierarchy *)
module econ_voter #(
    parameter Width = 1
) (
    input  wire [Width-1:0] a_i,
    input  wire [Width-1:0] b_i,
    input  wire [Width-1:0] c_i,
    output wire [Width-1:0] vote_o,
    output wire             err_o
);

  assign vote_o = (a_i & b_i) | (a_i & c_i) | (b_i & c_i);
  assign err_o  = |((a_i | b_i | c_i) & ~(a_i & b_i & c_i));

endmodule

`default_nettype wire
