// Sum of the charges of one wafer: 48 numbers of 22 bits in 28 bits, which cannot overflow.
// Of other numbers of cells SumBits is 22 and the bits that count them.
`default_nettype none

module econ_wafer_sum #(
    parameter Cells   = 48,
    parameter SumBits = 28
) (
    input  wire [22*Cells-1:0] charge_i,  // CALQ, unsigned integers
    output reg  [SumBits-1:0]  sum_o
);

  integer k;

  always @* begin
    sum_o = {SumBits{1'b0}};
    for (k = 0; k < Cells; k = k + 1) sum_o = sum_o + {{(SumBits-22){1'b0}}, charge_i[22*k +: 22]};
  end

endmodule

`default_nettype wire
