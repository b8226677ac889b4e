// Reset synchroniser: asserts at once, releases with the clock.
//
// Guarantees: rst_no falls with rst_ni without a clock, and rises on the second rising edge of clk_i
// after rst_ni has risen, so that no flip-flop of the chip sees its reset released near a clock edge.
`default_nettype none

module econ_reset_sync #(
    parameter Triplicate = 0
) (
    input  wire clk_i,
    input  wire rst_ni,
    output wire rst_no,
    output wire err_o
);

  wire released_q;
  wire first_err;
  wire second_err;

  econ_register #(.Width(1), .Triplicate(Triplicate)) u_first (
    .clk_i (clk_i),
    .rst_ni(rst_ni),
    .en_i  (1'b1),
    .d_i   (1'b1),
    .q_o   (released_q),
    .err_o (first_err)
  );

  econ_register #(.Width(1), .Triplicate(Triplicate)) u_second (
    .clk_i (clk_i),
    .rst_ni(rst_ni),
    .en_i  (1'b1),
    .d_i   (released_q),
    .q_o   (rst_no),
    .err_o (second_err)
  );

  assign err_o = first_err | second_err;

endmodule

`default_nettype wire
