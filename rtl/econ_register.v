// State register with enable and asynchronous reset, once or three times with a voter.
//
// Inputs in order of priority: rst_ni (loads ResetValue), en_i (loads d_i), else the value is held.
// Triplicate = 1: three kept copies. While held, every copy is rewritten with the vote in each clock, so
//   an upset of one copy is gone after one clock; err_o is 1 in the clock in which the copies differ, one bit
//   for each of Parts equal parts of the value.
// Triplicate = 0: one register; err_o is 0.
// Not for: registers that are written in every clock and need no reset (econ_pipeline.v is smaller).
`default_nettype none

module econ_register #(
    parameter             Width      = 1,
    parameter [Width-1:0] ResetValue = {Width{1'b0}},
    parameter             Triplicate = 0,
    parameter             Parts      = 1
) (
    input  wire             clk_i,
    input  wire             rst_ni,
    input  wire             en_i,
    input  wire [Width-1:0] d_i,
    output wire [Width-1:0] q_o,
    output wire [Parts-1:0] err_o
);

  generate
    if (Triplicate != 0) begin : gen_triple
      wire [Width-1:0] next_d;
      wire [Width-1:0] a_q;
      wire [Width-1:0] b_q;
      wire [Width-1:0] c_q;

      assign next_d = en_i ? d_i : q_o;

      econ_register_copy #(.Width(Width), .ResetValue(ResetValue)) u_copy_a (
        .clk_i (clk_i),
        .rst_ni(rst_ni),
        .d_i   (next_d),
        .q_o   (a_q)
      );
      econ_register_copy #(.Width(Width), .ResetValue(ResetValue)) u_copy_b (
        .clk_i (clk_i),
        .rst_ni(rst_ni),
        .d_i   (next_d),
        .q_o   (b_q)
      );
      econ_register_copy #(.Width(Width), .ResetValue(ResetValue)) u_copy_c (
        .clk_i (clk_i),
        .rst_ni(rst_ni),
        .d_i   (next_d),
        .q_o   (c_q)
      );
      genvar p;
      for (p = 0; p < Parts; p = p + 1) begin : gen_part
        econ_voter #(.Width(Width/Parts)) u_voter (
          .a_i      (a_q[Width/Parts*p +: Width/Parts]),
          .b_i      (b_q[Width/Parts*p +: Width/Parts]),
          .c_i      (c_q[Width/Parts*p +: Width/Parts]),
          .vote_o   (q_o[Width/Parts*p +: Width/Parts]),
          .err_o    (err_o[p])
        );
      end

`ifdef ECON_ASSERT
      // Two equal copies decide, and what one copy had wrong is right in the next clock.
      reg wrong_q;
      always @(posedge clk_i or negedge rst_ni) begin
        if (!rst_ni) wrong_q <= 1'b0;
        else         wrong_q <= |err_o;
      end
      wire decided = (a_q !== b_q || q_o === a_q)
                  && (b_q !== c_q || q_o === b_q)
                  && (c_q !== a_q || q_o === c_q);
      always @(posedge clk_i) begin
        assert (decided);
        assert ((wrong_q & (|err_o)) !== 1'b1);
      end
`endif
    end else begin : gen_single
      reg [Width-1:0] value_q;

      always @(posedge clk_i or negedge rst_ni) begin
        if (!rst_ni)   value_q <= ResetValue;
        else if (en_i) value_q <= d_i;
      end

      assign q_o   = value_q;
      assign err_o = {Parts{1'b0}};
    end
  endgenerate

endmodule

`default_nettype wire
