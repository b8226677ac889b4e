// Trigger-cell multiplexer: output k carries the code of input select_i[6k+5:6k].
//
// Selects from Cells on name no input: such an output has code 0. One input may feed several outputs.
// A tree that halves the table with each select bit, highest first: 63 two-way selects of a code per
// output, and what is left after the last is the code.
`default_nettype none

module econ_cell_select #(
    parameter Cells    = 48,     // at most 64
    parameter CodeBits = 7
) (
    input  wire [CodeBits*Cells-1:0] codes_i,   // input k in [CodeBits*k +: CodeBits]
    input  wire [6*Cells-1:0]        select_i,
    output reg  [CodeBits*Cells-1:0] codes_o
);

  reg [64*CodeBits-1:0] table64; // the inputs, then zeros
  reg [32*CodeBits-1:0] table32;
  reg [16*CodeBits-1:0] table16;
  reg [8*CodeBits-1:0]  table8;
  reg [4*CodeBits-1:0]  table4;
  reg [2*CodeBits-1:0]  table2;
  integer               k;

  always @* begin
    table64 = {(64*CodeBits){1'b0}};
    table64[CodeBits*Cells-1:0] = codes_i;
  end

  always @* begin
    table32 = {(32*CodeBits){1'b0}};
    table16 = {(16*CodeBits){1'b0}};
    table8  = {(8*CodeBits){1'b0}};
    table4  = {(4*CodeBits){1'b0}};
    table2  = {(2*CodeBits){1'b0}};
    for (k = 0; k < Cells; k = k + 1) begin
      table32 = select_i[6*k+5] ? table64[64*CodeBits-1:32*CodeBits] : table64[32*CodeBits-1:0];
      table16 = select_i[6*k+4] ? table32[32*CodeBits-1:16*CodeBits] : table32[16*CodeBits-1:0];
      table8  = select_i[6*k+3] ? table16[16*CodeBits-1:8*CodeBits]  : table16[8*CodeBits-1:0];
      table4  = select_i[6*k+2] ? table8[8*CodeBits-1:4*CodeBits]    : table8[4*CodeBits-1:0];
      table2  = select_i[6*k+1] ? table4[4*CodeBits-1:2*CodeBits]    : table4[2*CodeBits-1:0];
      codes_o[CodeBits*k +: CodeBits] = select_i[6*k] ? table2[2*CodeBits-1:CodeBits] : table2[CodeBits-1:0];
    end
  end

endmodule

`default_nettype wire
