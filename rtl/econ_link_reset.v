// Link reset: from the BX of the fast command on, 256 BX carry reset words.
//
// Inputs in order of priority: rst_ni, reset_i (starts the 256 BX anew), else counting down to 0.
// resetting_o belongs to the BX that is in the registers of the link input.
`default_nettype none

module econ_link_reset #(
    parameter Triplicate = 0
) (
    input  wire clk_i,
    input  wire rst_ni,
    input  wire reset_i,      // fast command, in the BX whose words stand on link_i
    output wire resetting_o,
    output wire err_o
);

  wire [7:0] left_q; // BX still to come
  reg  [7:0] left_d;
  wire       active;

  assign active = reset_i | (|left_q);

  always @* begin
    left_d = left_q;
    if (reset_i)      left_d = 8'd255;
    else if (|left_q) left_d = left_q - 8'd1;
  end

  econ_register #(.Width(9), .Triplicate(Triplicate)) u_state (
    .clk_i (clk_i),
    .rst_ni(rst_ni),
    .en_i  (1'b1),
    .d_i   ({active, left_d}),
    .q_o   ({resetting_o, left_q}),
    .err_o (err_o)
  );

`ifdef ECON_ASSERT
  // 256 BX from the last command on, no more and no fewer: the BX since then, up to 256.
  reg [8:0] since_q;
  always @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) since_q <= 9'd256;
    else         since_q <= reset_i ? 9'd0 : since_q + {8'd0, ~since_q[8]};
  end
  always @(posedge clk_i) begin
    assert (resetting_o === ~since_q[8]);
    assert (left_q === (since_q[8] ? 8'd0 : ~since_q[7:0]));
  end
`endif

endmodule

`default_nettype wire
