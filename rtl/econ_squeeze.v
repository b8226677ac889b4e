// Squeeze network: moves the kept bits of data_i together toward bit 0, order unchanged, zeros above.
//
// Stages rows of two-way selects under the control of econ_squeeze_control.v; every bit passes at most
// Stages AND-OR gates.
`default_nettype none

module econ_squeeze #(
    parameter Width  = 144,
    parameter Stages = 8
) (
    input  wire [Width-1:0]        data_i,
    input  wire [Width*Stages-1:0] move_i,
    input  wire [Width*Stages-1:0] stay_i,
    output reg  [Width-1:0]        data_o
);

  integer s;

  always @* begin
    data_o = data_i;
    for (s = 0; s < Stages; s = s + 1)
      data_o = (data_o & stay_i[Width*s +: Width]) | ((data_o & move_i[Width*s +: Width]) >> (1 << s));
  end

endmodule

`default_nettype wire
