// Trigger-cell multiplexer: output k carries the code of input select_i[6k+5:6k].
//
// Selects 48..63 name no input: such an output has code 0. One input may feed several outputs.
// A tree that halves the table with each select bit, highest first: 63 two-way selects of 7 bits per
// output, and what is left after the last is the code.
`default_nettype none

module econ_cell_select #(
    parameter Cells = 48        // at most 64
) (
    input  wire [7*Cells-1:0] codes_i,   // 4E3M codes, input k in [7k+6:7k]
    input  wire [6*Cells-1:0] select_i,
    output reg  [7*Cells-1:0] codes_o
);

  wire [447:0] table64; // the inputs, then zeros
  reg  [223:0] table32;
  reg  [111:0] table16;
  reg  [55:0]  table8;
  reg  [27:0]  table4;
  reg  [13:0]  table2;
  integer      k;

  assign table64 = {{(7*(64-Cells)){1'b0}}, codes_i};

  always @* begin
    table32 = 224'd0;
    table16 = 112'd0;
    table8  = 56'd0;
    table4  = 28'd0;
    table2  = 14'd0;
    for (k = 0; k < Cells; k = k + 1) begin
      table32 = select_i[6*k+5] ? table64[447:224] : table64[223:0];
      table16 = select_i[6*k+4] ? table32[223:112] : table32[111:0];
      table8  = select_i[6*k+3] ? table16[111:56]  : table16[55:0];
      table4  = select_i[6*k+2] ? table8[55:28]    : table8[27:0];
      table2  = select_i[6*k+1] ? table4[27:14]    : table4[13:0];
      codes_o[7*k +: 7] = select_i[6*k] ? table2[13:7] : table2[6:0];
    end
  end

endmodule

`default_nettype wire
