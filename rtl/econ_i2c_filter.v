// One I2C line: two-stage synchroniser, glitch filter, optional delay.
//
// Guarantees: pulses of one or two clocks (50 ns at 40 MHz, the limit of the I2C standard) never pass;
//   a level that lasts four clocks or more always does, 5 clocks (6 with Delay) after the pin.
// Out of reset the line counts as low until it was seen high: a level that nobody saw makes no edge.
// Delay = 1 on SDA: a change of SDA that meets the falling edge of SCL is seen after the edge even if
//   the two synchronisers resolve one clock apart, so it cannot be taken for START or STOP.
`default_nettype none

module econ_i2c_filter #(
    parameter Delay      = 0,
    parameter Triplicate = 0
) (
    input  wire clk_i,
    input  wire rst_ni,
    input  wire line_i,
    output wire line_o,
    output wire err_o
);

  wire [3:0] sample_q; // bit 0 may be metastable; bits 3:1 are the three samples that must agree
  wire       level_q;
  wire       level_d;
  wire       sample_err;
  wire       level_err;
  wire       delay_err;

  econ_register #(.Width(4), .Triplicate(Triplicate)) u_sample (
    .clk_i (clk_i),
    .rst_ni(rst_ni),
    .en_i  (1'b1),
    .d_i   ({sample_q[2:0], line_i}),
    .q_o   (sample_q),
    .err_o (sample_err)
  );

  assign level_d = level_q ? |sample_q[3:1] : &sample_q[3:1];

  econ_register #(.Width(1), .Triplicate(Triplicate)) u_level (
    .clk_i (clk_i),
    .rst_ni(rst_ni),
    .en_i  (1'b1),
    .d_i   (level_d),
    .q_o   (level_q),
    .err_o (level_err)
  );

  generate
    if (Delay != 0) begin : gen_delay
      econ_register #(.Width(1), .Triplicate(Triplicate)) u_delay (
        .clk_i (clk_i),
        .rst_ni(rst_ni),
        .en_i  (1'b1),
        .d_i   (level_q),
        .q_o   (line_o),
        .err_o (delay_err)
      );
    end else begin : gen_direct
      assign line_o    = level_q;
      assign delay_err = 1'b0;
    end
  endgenerate

  assign err_o = sample_err | level_err | delay_err;

endmodule

`default_nettype wire
