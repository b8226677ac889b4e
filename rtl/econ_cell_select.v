// Trigger-cell multiplexer: output k carries the code of input select_i[6k+5:6k].
//
// Selects 48..63 name no input and act as 0. One input may feed several outputs.
// The table has a stride of 8 bits so that the select is the address of a bit field without arithmetic.
`default_nettype none

module econ_cell_select #(
    parameter Cells = 48
) (
    input  wire [7*Cells-1:0] codes_i,   // 4E3M codes, input k in [7k+6:7k]
    input  wire [6*Cells-1:0] select_i,
    output reg  [7*Cells-1:0] codes_o
);

  reg [511:0] codes_table;
  integer     k;

  always @* begin
    codes_table = 512'd0;
    for (k = 0; k < 64; k = k + 1) codes_table[8*k +: 7] = (k < Cells) ? codes_i[7*(k % Cells) +: 7] : codes_i[6:0];
  end

  always @* begin
    for (k = 0; k < Cells; k = k + 1) codes_o[7*k +: 7] = codes_table[{select_i[6*k +: 6], 3'b000} +: 7];
  end

endmodule

`default_nettype wire
