// Bunch tag: what travels beside the data of a BX, whatever the algorithm: its BX counter, and whether it
// falls into a link reset (256 BX from the fast command on). The selected algorithm decides after how many BX
// the tag meets its packet.
//
// Layer    beside the data path
// Formats  tag {resetting, bx}; bx 31 at BX 0, else BX mod 16
// Latency  5 BX with threshold-sum, 4 BX with super-trigger-cell, 6 BX with best-choice, 4 BX with repeater,
// 8 BX with autoencoder, from bx_i
`default_nettype none

module econ_bunch_tag (
    // clock and reset
    input  wire       clk_i,
    input  wire       rst_ni,

    // configuration
    input  wire [2:0] algorithm_i,

    // from pin and link input
    input  wire       link_reset_i, // with the words of its first BX
    input  wire [4:0] bx_i,

    // to the formatter
    output wire [4:0] bx_o,
    output wire       resetting_o,
    output wire       err_o         // copies of a register differ
);

  wire       resetting;
  wire       link_reset_err;
  wire [5:0] tag_2_d;
  wire [5:0] tag_2_q;
  wire       tag_2_err;
  wire [5:0] tag_3_d;
  wire [5:0] tag_3_q;
  wire       tag_3_err;
  wire [5:0] tag_4_d;
  wire [5:0] tag_4_q;
  wire       tag_4_err;
  wire [5:0] tag_5_d;
  wire [5:0] tag_5_q;
  wire       tag_5_err;
  wire [5:0] tag_6_d;
  wire [5:0] tag_6_q;
  wire       tag_6_err;
  wire [5:0] tag_7_d;
  wire [5:0] tag_7_q;
  wire       tag_7_err;
  wire [5:0] tag_8_d;
  wire [5:0] tag_8_q;
  wire       tag_8_err;
  wire [5:0] tag_9_d;
  wire [5:0] tag_9_q;
  wire       tag_9_err;
  reg  [5:0] tag;

  econ_link_reset #(.Triplicate(1)) u_link_reset (
    .clk_i      (clk_i),
    .rst_ni     (rst_ni),
    .reset_i    (link_reset_i),
    .resetting_o(resetting),
    .err_o      (link_reset_err)
  );

  // delay ---------------------------------------------------------------------------------------
  assign tag_2_d = {resetting, bx_i};

  econ_pipeline #(.Width(6), .Triplicate(1)) u_tag_2 (
    .clk_i(clk_i),
    .d_i  (tag_2_d),
    .q_o  (tag_2_q),
    .err_o(tag_2_err)
  );

  assign tag_3_d = tag_2_q;

  econ_pipeline #(.Width(6), .Triplicate(1)) u_tag_3 (
    .clk_i(clk_i),
    .d_i  (tag_3_d),
    .q_o  (tag_3_q),
    .err_o(tag_3_err)
  );

  assign tag_4_d = tag_3_q;

  econ_pipeline #(.Width(6), .Triplicate(1)) u_tag_4 (
    .clk_i(clk_i),
    .d_i  (tag_4_d),
    .q_o  (tag_4_q),
    .err_o(tag_4_err)
  );

  assign tag_5_d = tag_4_q;

  econ_pipeline #(.Width(6), .Triplicate(1)) u_tag_5 (
    .clk_i(clk_i),
    .d_i  (tag_5_d),
    .q_o  (tag_5_q),
    .err_o(tag_5_err)
  );

  assign tag_6_d = tag_5_q;

  econ_pipeline #(.Width(6), .Triplicate(1)) u_tag_6 (
    .clk_i(clk_i),
    .d_i  (tag_6_d),
    .q_o  (tag_6_q),
    .err_o(tag_6_err)
  );

  assign tag_7_d = tag_6_q;

  econ_pipeline #(.Width(6), .Triplicate(1)) u_tag_7 (
    .clk_i(clk_i),
    .d_i  (tag_7_d),
    .q_o  (tag_7_q),
    .err_o(tag_7_err)
  );

  assign tag_8_d = tag_7_q;

  econ_pipeline #(.Width(6), .Triplicate(1)) u_tag_8 (
    .clk_i(clk_i),
    .d_i  (tag_8_d),
    .q_o  (tag_8_q),
    .err_o(tag_8_err)
  );

  assign tag_9_d = tag_8_q;

  econ_pipeline #(.Width(6), .Triplicate(1)) u_tag_9 (
    .clk_i(clk_i),
    .d_i  (tag_9_d),
    .q_o  (tag_9_q),
    .err_o(tag_9_err)
  );

  always @* begin
    case (algorithm_i)
      3'd0:                   tag = tag_6_q; // threshold-sum
      3'd1:                   tag = tag_5_q; // super-trigger-cell
      3'd2:                   tag = tag_7_q; // best-choice
      3'd3, 3'd5, 3'd6, 3'd7: tag = tag_5_q; // repeater
      3'd4:                   tag = tag_9_q; // autoencoder
      default:                tag = 6'd0;
    endcase
  end

  assign bx_o        = tag[4:0];
  assign resetting_o = tag[5];
  assign err_o       = link_reset_err | tag_2_err | tag_3_err | tag_4_err | tag_5_err | tag_6_err | tag_7_err
                       | tag_8_err | tag_9_err;

endmodule

`default_nettype wire
