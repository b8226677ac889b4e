// The charges of a wafer in units of 2^drop, clamped to 18 bits each (econ_drop_clamp.v).
`default_nettype none

module econ_drop_charges #(
    parameter Cells = 48
) (
    input  wire [2:0]          drop_i,    // register drop_lsb
    input  wire [22*Cells-1:0] charge_i,  // CALQ, unsigned integers, cell k in [22k+21:22k]
    output wire [18*Cells-1:0] value_o    // unsigned integers, cell k in [18k+17:18k]
);

  genvar k;
  generate
    for (k = 0; k < Cells; k = k + 1) begin : gen_cell
      econ_drop_clamp #(.Width(22)) u_drop_clamp (
        .drop_i  (drop_i),
        .charge_i(charge_i[22*k +: 22]),
        .value_o (value_o[18*k +: 18])
      );
    end
  endgenerate

endmodule

`default_nettype wire
