// Rotates words to higher places: word i goes to place (i + places_i) modulo Words.
`default_nettype none

module econ_word_rotate #(
    parameter Words  = 32,  // a power of 2, 2^PlaceBits
    parameter Width  = 16,
    parameter PlaceBits = 5
) (
    input  wire [PlaceBits-1:0]   places_i,
    input  wire [Words*Width-1:0] words_i,  // word i at Width * i
    output reg  [Words*Width-1:0] words_o
);

  integer s;

  always @* begin
    words_o = words_i;
    for (s = 0; s < PlaceBits; s = s + 1)
      if (places_i[s]) words_o = (words_o << (Width << s)) | (words_o >> (Width * (Words - (1 << s))));
  end

endmodule

`default_nettype wire
