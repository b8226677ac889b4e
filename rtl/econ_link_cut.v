// Cuts the packet of one wafer to the bits that N links carry and lays it out in link words.
//
//   packet = bx (5) | sum code (9) | payload (32 N - 14 bits, at most 146)
//   N            1   2   3    4    >= 5       N = number of ones in active_i; 0 gives zeros
//   payload     18  50  82  114     146       the lowest bits of the squeezed latents
// The first 32 bits of the packet are the word of eTx 0. Words that carry nothing are 0.
`default_nettype none

module econ_link_cut (
    input  wire         enable_i,  // 0: all words are 0
    input  wire [12:0]  active_i,  // active_etxs, one bit per eTx
    input  wire [4:0]   bx_i,
    input  wire [8:0]   sum_i,     // 5E4M
    input  wire [143:0] payload_i,
    output reg  [159:0] words_o    // eTx j in [32j+31:32j], j = 0..4
);

  reg [3:0]   links;
  reg [159:0] packet; // first bit of eTx 0 at the top
  integer     j;

  always @* begin
    links = 4'd0;
    for (j = 0; j < 13; j = j + 1) links = links + {3'd0, active_i[j]};
  end

  always @* begin
    case (links)
      4'd0:    packet = 160'd0;
      4'd1:    packet = {bx_i, sum_i, payload_i[17:0], 128'd0};
      4'd2:    packet = {bx_i, sum_i, payload_i[49:0], 96'd0};
      4'd3:    packet = {bx_i, sum_i, payload_i[81:0], 64'd0};
      4'd4:    packet = {bx_i, sum_i, payload_i[113:0], 32'd0};
      default: packet = {bx_i, sum_i, 2'b00, payload_i};
    endcase
    for (j = 0; j < 5; j = j + 1) words_o[32*j +: 32] = enable_i ? packet[159-32*j -: 32] : 32'd0;
  end

endmodule

`default_nettype wire
