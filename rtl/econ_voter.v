// Bitwise majority voter.
//
// Guarantees: vote_o is the majority of a_i, b_i and c_i in every bit, so one wrong copy never shows.
//   err_o        at least one copy differs from the vote
//   err_loc_o    which copies differ: bit 0 = a, bit 1 = b, bit 2 = c
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
    output wire             err_o,
    output wire [2:0]       err_loc_o
);

  assign vote_o    = (a_i & b_i) | (a_i & c_i) | (b_i & c_i);
  assign err_loc_o = {|(c_i ^ vote_o), |(b_i ^ vote_o), |(a_i ^ vote_o)};
  assign err_o     = |err_loc_o;

endmodule

`default_nettype wire
