// A bank of the output ring, once or three times with a voter on the word that is read.
//
// A word lives for at most 256 BX, so the copies are not refreshed. err_o is 1 when the copies of the word
// that is read differ; ask for it only while that word was written.
`default_nettype none

module econ_ring_bank #(
    parameter RowBits    = 4,
    parameter Width      = 16,
    parameter Triplicate = 0
) (
    input  wire               clk_i,
    input  wire               write_i,
    input  wire [RowBits-1:0] write_row_i,
    input  wire [Width-1:0]   data_i,
    input  wire [RowBits-1:0] read_row_i,
    output wire [Width-1:0]   data_o,
    output wire               err_o
);

  generate
    if (Triplicate != 0) begin : gen_triple
      wire [Width-1:0] a;
      wire [Width-1:0] b;
      wire [Width-1:0] c;

      econ_ring_copy #(.RowBits(RowBits), .Width(Width)) u_copy_a (
        .clk_i      (clk_i),
        .write_i    (write_i),
        .write_row_i(write_row_i),
        .data_i     (data_i),
        .read_row_i (read_row_i),
        .data_o     (a)
      );
      econ_ring_copy #(.RowBits(RowBits), .Width(Width)) u_copy_b (
        .clk_i      (clk_i),
        .write_i    (write_i),
        .write_row_i(write_row_i),
        .data_i     (data_i),
        .read_row_i (read_row_i),
        .data_o     (b)
      );
      econ_ring_copy #(.RowBits(RowBits), .Width(Width)) u_copy_c (
        .clk_i      (clk_i),
        .write_i    (write_i),
        .write_row_i(write_row_i),
        .data_i     (data_i),
        .read_row_i (read_row_i),
        .data_o     (c)
      );
      econ_voter #(.Width(Width)) u_voter (
        .a_i   (a),
        .b_i   (b),
        .c_i   (c),
        .vote_o(data_o),
        .err_o (err_o)
      );
    end else begin : gen_single
      econ_ring_copy #(.RowBits(RowBits), .Width(Width)) u_copy (
        .clk_i      (clk_i),
        .write_i    (write_i),
        .write_row_i(write_row_i),
        .data_i     (data_i),
        .read_row_i (read_row_i),
        .data_o     (data_o)
      );
      assign err_o = 1'b0;
    end
  endgenerate

endmodule

`default_nettype wire
