// Output ring: 512 words of 16 bits. Up to 25 consecutive words are written and 26 read per clock.
//
// Word n is in bank n modulo 32, row n / 32, so that consecutive words are in different banks: every bank
// writes and reads at most one word per clock. Words are turned to their banks and back by rotation.
`default_nettype none

module econ_word_ring #(
    parameter Triplicate = 0
) (
    input  wire         clk_i,
    input  wire [8:0]   write_at_i,     // number of the first word to be written
    input  wire [4:0]   write_count_i,  // 0..25
    input  wire [399:0] words_i,        // first word on top
    input  wire [8:0]   read_at_i,      // number of the first word to be read
    input  wire [4:0]   read_count_i,   // words that exist, for err_o
    output wire [415:0] words_o,        // first word on top
    output wire         err_o
);

  localparam Banks = 32;

  wire [399:0] first_low;  // word i at 16 i
  wire [511:0] to_banks;   // for bank b at 16 b
  wire [511:0] from_banks;
  wire [511:0] turned;     // word i at 16 i
  wire [31:0]  bank_err;

  econ_first_on_top #(.Count(25), .Width(16)) u_write_order (
    .fields_i(words_i),
    .packet_o(first_low)
  );
  econ_word_rotate #(.Words(Banks), .Width(16), .PlaceBits(5)) u_write_rotate (
    .places_i(write_at_i[4:0]),
    .words_i ({112'd0, first_low}),
    .words_o (to_banks)
  );

  genvar b;
  generate
    for (b = 0; b < Banks; b = b + 1) begin : gen_bank
      localparam [4:0] Bank = b;

      wire [4:0] write_place; // which of the words comes to this bank
      wire [4:0] read_place;
      wire [8:0] write_number; // number of that word; the row is in the upper bits
      wire [8:0] read_number;
      wire       err;

      assign write_place  = Bank - write_at_i[4:0];
      assign read_place   = Bank - read_at_i[4:0];
      assign write_number = write_at_i + {4'd0, write_place};
      assign read_number  = read_at_i + {4'd0, read_place};

      econ_ring_bank #(.RowBits(4), .Width(16), .Triplicate(Triplicate)) u_bank (
        .clk_i      (clk_i),
        .write_i    (write_place < write_count_i),
        .write_row_i(write_number[8:5]),
        .data_i     (to_banks[16*b +: 16]),
        .read_row_i (read_number[8:5]),
        .data_o     (from_banks[16*b +: 16]),
        .err_o      (err)
      );
      assign bank_err[b] = err & (read_place < read_count_i);

      wire unused_bank; // the number of the bank again
      assign unused_bank = ^{write_number[4:0], read_number[4:0]};
    end
  endgenerate

  econ_word_rotate #(.Words(Banks), .Width(16), .PlaceBits(5)) u_read_rotate (
    .places_i(5'd0 - read_at_i[4:0]),
    .words_i (from_banks),
    .words_o (turned)
  );
  econ_first_on_top #(.Count(26), .Width(16)) u_read_order (
    .fields_i(turned[415:0]),
    .packet_o(words_o)
  );

  assign err_o = |bank_err;

  wire unused_turned; // no more than 26 words leave per BX
  assign unused_turned = ^turned[511:416];

endmodule

`default_nettype wire
