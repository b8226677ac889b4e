// Comparator of the sorting network: the larger key, with its address, goes first.
//
// Equal keys stay where they are, whatever their addresses: which of them is sent depends on this.
`default_nettype none

module econ_sort_exchange #(
    parameter KeyBits     = 18,
    parameter AddressBits = 6
) (
    input  wire [KeyBits+AddressBits-1:0] first_i,   // key above address
    input  wire [KeyBits+AddressBits-1:0] second_i,
    output wire [KeyBits+AddressBits-1:0] first_o,
    output wire [KeyBits+AddressBits-1:0] second_o
);

  wire swap;

  assign swap     = (first_i[AddressBits +: KeyBits] < second_i[AddressBits +: KeyBits]);
  assign first_o  = swap ? second_i : first_i;
  assign second_o = swap ? first_i : second_i;

endmodule

`default_nettype wire
