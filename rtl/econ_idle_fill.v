// Words that leave the ring in a BX: those that exist, then idle words.
`default_nettype none

module econ_idle_fill #(
    parameter Words = 26
) (
    input  wire [4:0]          count_i,  // words that exist
    input  wire [16*Words-1:0] words_i,  // first word on top
    input  wire [15:0]         idle_i,
    output wire [16*Words-1:0] words_o
);

  genvar w;
  generate
    for (w = 0; w < Words; w = w + 1) begin : gen_word
      localparam [4:0] Place = w;

      assign words_o[16*(Words-1-w) +: 16] = (Place < count_i) ? words_i[16*(Words-1-w) +: 16] : idle_i;
    end
  endgenerate

endmodule

`default_nettype wire
