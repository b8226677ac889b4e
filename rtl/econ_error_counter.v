// Counter of clocks in which the copies of a block's registers disagreed.
//
// Inputs in order of priority: rst_ni, clear_i (counter is 0 while it is 1), err_i (plus one).
// Saturates at 255, so that a full counter cannot look like a quiet one.
`default_nettype none

module econ_error_counter #(
    parameter Triplicate = 0
) (
    input  wire       clk_i,
    input  wire       rst_ni,
    input  wire       clear_i,
    input  wire       err_i,
    output wire [7:0] count_o,
    output wire       err_o
);

  wire       step;
  wire [7:0] count_d;

  assign step    = err_i & ~(&count_o);
  assign count_d = clear_i ? 8'd0 : count_o + 8'd1;

  econ_register #(.Width(8), .Triplicate(Triplicate)) u_count (
    .clk_i (clk_i),
    .rst_ni(rst_ni),
    .en_i  (clear_i | step),
    .d_i   (count_d),
    .q_o   (count_o),
    .err_o (err_o)
  );

`ifdef ECON_ASSERT
  // It counts up by one, or not at all, and never beyond 255, until it is cleared.
  reg [7:0] before_q;
  always @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) before_q <= 8'd0;
    else         before_q <= clear_i ? 8'd0 : count_o;
  end
  always @(posedge clk_i)
    assert (((count_o < before_q) | ({1'b0, count_o} > {1'b0, before_q} + 9'd1)) !== 1'b1);
`endif

endmodule

`default_nettype wire
