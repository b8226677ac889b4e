// Data-path register: loads d_i in every clock; once, or three times with a voter.
//
// It has no reset: a value lives for one BX only, and whatever the power-up state is leaves the chip
// after its latency. An upset (Triplicate = 1) is voted away at once and overwritten in the next clock;
// err_o is 1 in the clock in which the copies differ. Triplicate = 0: err_o is 0.
`default_nettype none

module econ_pipeline #(
    parameter Width      = 1,
    parameter Triplicate = 0
) (
    input  wire             clk_i,
    input  wire [Width-1:0] d_i,
    output wire [Width-1:0] q_o,
    output wire             err_o
);

  generate
    if (Triplicate != 0) begin : gen_triple
      wire [Width-1:0] a_q;
      wire [Width-1:0] b_q;
      wire [Width-1:0] c_q;

      econ_pipeline_copy #(.Width(Width)) u_copy_a (
        .clk_i(clk_i),
        .d_i  (d_i),
        .q_o  (a_q)
      );
      econ_pipeline_copy #(.Width(Width)) u_copy_b (
        .clk_i(clk_i),
        .d_i  (d_i),
        .q_o  (b_q)
      );
      econ_pipeline_copy #(.Width(Width)) u_copy_c (
        .clk_i(clk_i),
        .d_i  (d_i),
        .q_o  (c_q)
      );
      econ_voter #(.Width(Width)) u_voter (
        .a_i      (a_q),
        .b_i      (b_q),
        .c_i      (c_q),
        .vote_o   (q_o),
        .err_o    (err_o)
      );
    end else begin : gen_single
      reg [Width-1:0] value_q;

      always @(posedge clk_i) value_q <= d_i;

      assign q_o   = value_q;
      assign err_o = 1'b0;
    end
  endgenerate

endmodule

`default_nettype wire
