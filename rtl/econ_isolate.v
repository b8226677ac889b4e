// Operand isolation: the data of a block that is selected, zeros for one that is not.
//
// A block whose inputs stand still draws no switching power and, in simulation, costs no time.
`default_nettype none

module econ_isolate #(
    parameter Width = 1
) (
    input  wire             enable_i,
    input  wire [Width-1:0] data_i,
    output wire [Width-1:0] data_o
);

  assign data_o = data_i & {Width{enable_i}};

endmodule

`default_nettype wire
