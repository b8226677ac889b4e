// Link buffer: lays the packet of a BX out on the active links, eTx 0 first; reset words during a link reset;
// zeros on all links until the chip runs.
// Packets of the threshold sum have any length. They go through a ring of 512 words of 16 bits, from which 2
// N
// words leave per BX; what is missing are idle words. A packet that would fill it beyond T1, or a short one
// while
// more than T2 words wait, is sent as one word with the sum of all cells. A link reset empties the ring.
//
// Layer    output
// Formats  packet, first bit on top; link words 32 bits, eTx j in [32j+31:32j]
//          truncated word bx (5) | 110 or 111 | sum 5E3M (8); idle word bx (5) | idle_pattern (11)
//          reset word bx (5) | link_reset_pattern (11)
// Latency  1 BX, threshold sum 2 BX
`default_nettype none

module econ_link_buffer (
    // clock and reset
    input  wire         clk_i,
    input  wire         rst_ni,

    // configuration
    input  wire         run_i,                // the chip runs
    input  wire [3:0]   links_i,              // number of active links N
    input  wire [10:0]  link_reset_pattern_i,
    input  wire [2:0]   algorithm_i,
    input  wire [10:0]  idle_pattern_i,
    input  wire [8:0]   t1_i,
    input  wire [8:0]   t2_i,
    input  wire [4:0]   t3_i,
    input  wire         clear_i,              // clears overflow_o

    // packets of the threshold sum
    input  wire [4:0]   length_i,             // words of a packet
    input  wire [7:0]   all_sum_code_i,       // 5E3M

    // from the formatter
    input  wire [399:0] packet_i,
    input  wire [4:0]   bx_i,
    input  wire         resetting_i,

    // output links and status
    output wire [415:0] link_o,
    output wire         overflow_o,           // more than 400 words waited
    output wire         err_o                 // copies of a register differ
);

  wire         buffered;           // the algorithm uses the ring
  wire [9:0]   held_q;             // words in the ring
  wire         held_err;
  wire [4:0]   read;               // words that leave
  wire [4:0]   write;              // words that are written
  wire         truncate;
  wire         short_packet;
  wire [9:0]   held_d;
  wire [8:0]   write_at_q;         // number of the next word to be written, modulo 512
  wire         write_at_err;
  wire [8:0]   write_at_d;
  wire         overflow_d;
  wire         overflow_q;
  wire         overflow_err;
  wire [15:0]  truncated;
  wire [399:0] words;              // to be written, first on top
  wire [415:0] held_words;
  wire         ring_err;
  wire [4:0]   bx_read_d;
  wire [4:0]   bx_read_q;          // of the BX that is read, one after its write
  wire         bx_read_err;
  wire         resetting_read_d;
  wire         resetting_read_q;
  wire         resetting_read_err;
  wire [415:0] ring_words;
  wire [415:0] packet;             // first bit on top
  wire [4:0]   bx;                 // of the words that leave
  wire         resetting;
  wire [415:0] link_d;
  wire [415:0] link_q;             // eTx j in [32j+31:32j]
  wire         link_err;

  // filling -------------------------------------------------------------------------------------
  assign buffered = run_i & (algorithm_i == 3'd0);

  econ_register #(.Width(10), .ResetValue(10'd0), .Triplicate(1)) u_held (
    .clk_i (clk_i),
    .rst_ni(rst_ni),
    .en_i  (1'b1),
    .d_i   (held_d),
    .q_o   (held_q),
    .err_o (held_err)
  );
  econ_buffer_fill u_buffer_fill (
    .held_i    (held_q),
    .links_i   (links_i),
    .packet_i  (buffered & ~resetting_i),
    .length_i  (length_i),
    .t1_i      (t1_i),
    .t2_i      (t2_i),
    .t3_i      (t3_i),
    .read_o    (read),
    .write_o   (write),
    .truncate_o(truncate),
    .short_o   (short_packet),
    .held_o    (held_d)
  );
  econ_register #(.Width(9), .ResetValue(9'd0), .Triplicate(1)) u_write_at (
    .clk_i (clk_i),
    .rst_ni(rst_ni),
    .en_i  (1'b1),
    .d_i   (write_at_d),
    .q_o   (write_at_q),
    .err_o (write_at_err)
  );

  assign write_at_d = write_at_q + {4'd0, write};
  assign overflow_d = ~clear_i;

  econ_register #(.Width(1), .ResetValue(1'b0), .Triplicate(0)) u_overflow (
    .clk_i (clk_i),
    .rst_ni(rst_ni),
    .en_i  (clear_i | (held_d > 10'd400)),
    .d_i   (overflow_d),
    .q_o   (overflow_q),
    .err_o (overflow_err)
  );

  // ring ----------------------------------------------------------------------------------------
  assign truncated = {bx_i, short_packet ? 3'd7 : 3'd6, all_sum_code_i};
  assign words     = truncate ? {truncated, 384'h0} : packet_i;

  econ_word_ring #(.Triplicate(0)) u_ring (
    .clk_i        (clk_i),
    .write_at_i   (write_at_q),
    .write_count_i(write),
    .words_i      (words),
    .read_at_i    (write_at_q - held_q[8:0]),
    .read_count_i (read),
    .words_o      (held_words),
    .err_o        (ring_err)
  );

  assign bx_read_d = bx_i;

  econ_pipeline #(.Width(5), .Triplicate(1)) u_bx_read (
    .clk_i(clk_i),
    .d_i  (bx_read_d),
    .q_o  (bx_read_q),
    .err_o(bx_read_err)
  );

  assign resetting_read_d = resetting_i;

  econ_pipeline #(.Width(1), .Triplicate(1)) u_resetting_read (
    .clk_i(clk_i),
    .d_i  (resetting_read_d),
    .q_o  (resetting_read_q),
    .err_o(resetting_read_err)
  );
  econ_idle_fill #(.Words(26)) u_idle_fill (
    .count_i(read),
    .words_i(held_words),
    .idle_i ({bx_read_q, idle_pattern_i}),
    .words_o(ring_words)
  );

  // link words ----------------------------------------------------------------------------------
  assign packet    = buffered ? ring_words : {packet_i, 16'd0};
  assign bx        = buffered ? bx_read_q : bx_i;
  assign resetting = buffered ? resetting_read_q : resetting_i;

  econ_link_drive #(.Links(13)) u_link_drive (
    .run_i      (run_i),
    .links_i    (links_i),
    .resetting_i(resetting),
    .reset_i    ({bx, link_reset_pattern_i}),
    .packet_i   (packet),
    .words_o    (link_d)
  );
  econ_pipeline #(.Width(416), .Triplicate(0)) u_link (
    .clk_i(clk_i),
    .d_i  (link_d),
    .q_o  (link_q),
    .err_o(link_err)
  );

  assign link_o     = link_q;
  assign overflow_o = overflow_q;
  assign err_o      = held_err | write_at_err | overflow_err | ring_err | bx_read_err | resetting_read_err
                      | link_err;

endmodule

`default_nettype wire
