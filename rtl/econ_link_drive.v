// Link words of a BX: the packet, or reset words; zeros on links that are not active.
`default_nettype none

module econ_link_drive #(
    parameter Links = 13
) (
    input  wire                run_i,        // 0: all links carry 0
    input  wire [3:0]          links_i,      // number of active links
    input  wire                resetting_i,
    input  wire [15:0]         reset_i,      // reset word, sent twice per link
    input  wire [32*Links-1:0] packet_i,     // first bit on top
    output wire [32*Links-1:0] words_o       // eTx j in [32j+31:32j]
);

  genvar j;
  generate
    for (j = 0; j < Links; j = j + 1) begin : gen_link
      localparam [3:0] Link = j;

      assign words_o[32*j +: 32] = ~(run_i & (Link < links_i)) ? 32'd0
                                 : resetting_i                 ? {reset_i, reset_i}
                                 : packet_i[32*(Links-1-j) +: 32];
    end
  endgenerate

endmodule

`default_nettype wire
