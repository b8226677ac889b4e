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

endmodule

`default_nettype wire
