// Filling of the output ring in one BX: how many words leave, and what is written of the packet that comes.
//
//   Nbuf  = words left after 2 N of the held ones have left
//   1  Nbuf + length >  T1                               one word, truncated, type 110
//   2  Nbuf + length <= T1, Nbuf > T2, length <= T3      one word, truncated, type 111
//   3, 4  else                                           the whole packet
// The read of a BX comes one clock after its write, so that words written in a BX can leave in the same BX.
// T1 has 9 bits, so 512 words are enough with a link; without one (N = 0) nothing is written to a full ring.
`default_nettype none

module econ_buffer_fill (
    input  wire [9:0] held_i,     // words in the ring
    input  wire [3:0] links_i,    // N
    input  wire       packet_i,   // 0: nothing comes and the ring is emptied
    input  wire [4:0] length_i,   // words of the packet, 1..25
    input  wire [8:0] t1_i,
    input  wire [8:0] t2_i,
    input  wire [4:0] t3_i,
    output wire [4:0] read_o,     // words that leave
    output wire [4:0] write_o,    // words that are written
    output wire       truncate_o, // the one word of a truncated packet
    output wire       short_o,    // truncated for the second reason
    output wire [9:0] held_o
);

  wire [9:0] most; // 2 N
  wire [9:0] left; // Nbuf
  wire [9:0] sum;
  wire       too_much;

  assign most       = {5'd0, links_i, 1'b0};
  assign read_o     = (held_i < most) ? held_i[4:0] : most[4:0];
  assign left       = held_i - {5'd0, read_o};
  assign sum        = left + {5'd0, length_i};
  assign too_much   = (sum > {1'b0, t1_i});
  assign short_o    = ~too_much & (left > {1'b0, t2_i}) & (length_i <= t3_i);
  assign truncate_o = too_much | short_o;
  assign write_o    = (~packet_i | left[9]) ? 5'd0 : truncate_o ? 5'd1 : length_i;
  assign held_o     = packet_i ? left + {5'd0, write_o} : 10'd0;

endmodule

`default_nettype wire
