// One copy of a bank of the output ring: Rows words, one written and one read per clock. No reset: only
// words that were written are ever sent.
//
// A module of its own with kept hierarchy, for the reason given in econ_register_copy.v.
`default_nettype none

(* keep_hierarchy *)
module econ_ring_copy #(
    parameter RowBits = 4,
    parameter Width   = 16
) (
    input  wire               clk_i,
    input  wire               write_i,
    input  wire [RowBits-1:0] write_row_i,
    input  wire [Width-1:0]   data_i,
    input  wire [RowBits-1:0] read_row_i,
    output wire [Width-1:0]   data_o
);

  reg [Width-1:0] rows_q [0:(1<<RowBits)-1];

  always @(posedge clk_i) if (write_i) rows_q[write_row_i] <= data_i;

  assign data_o = rows_q[read_row_i];

`ifdef ECON_ASSERT
  // The word that was written last is there.
  reg               written_q;
  reg [RowBits-1:0] row_q;
  reg [Width-1:0]   word_q;
  always @(posedge clk_i) begin
    if (write_i) {written_q, row_q, word_q} <= {1'b1, write_row_i, data_i};
    assert (written_q !== 1'b1 || rows_q[row_q] === word_q);
  end
`endif

endmodule

`default_nettype wire
