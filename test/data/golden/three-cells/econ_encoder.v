// Encoder: 2x2 image, convolution of 4 positions x 1 filters, at most 3 taps, dense 4 x 2 latents.
// Fully parallel, one layer per BX: 5, 8 products.
//
// BX   signals             weights in the string of the weight blocks
// 1    act_conv_q          bits 0..29: fixed, 6 bits, then biases
// 2    latents_q           bits 30..89: fixed, 6 bits, then biases
//
// Layer    conv, latents; arithmetic 'econt' (each product floored by itself)
// Formats  x u1.7, 8 bits; biases s1.5, 6 bits with sign; activations with 7 fraction bits
//          latents u1.8, 9 bits, saturating at 511, sent as their top 4, 9 bits
// Latency  2 BX
`default_nettype none

module econ_encoder (
    // clock
    input  wire          clk_i,

    // weights, one port per bank
    input  wire [1071:0] weights_00_i, // the weight string, block after block

    // from the normaliser
    input  wire [23:0]   x_i,
    input  wire [8:0]    sum_code_i,
    input  wire [4:0]    bx_i,

    // to the formatter
    output wire [143:0]  latents_o,
    output wire [8:0]    sum_code_o,
    output wire [4:0]    bx_o,
    output wire          err_o         // copies of a register differ
);

  wire [29:0] triple_conv_8;     // 3 times the inputs of 8 bits
  wire [9:0]  conv_00;
  wire [8:0]  conv_01;
  wire [8:0]  conv_02;
  wire [4:0]  conv_empty;        // of all positions that see no cell
  wire [32:0] act_conv_d;
  wire [32:0] act_conv_q;        // 7 fraction bits, only the bits that a position can need
  wire        act_conv_err;
  wire [8:0]  sum_code_conv_d;
  wire [8:0]  sum_code_conv_q;   // 5E4M
  wire        sum_code_conv_err;
  wire [4:0]  bx_conv_d;
  wire [4:0]  bx_conv_q;
  wire        bx_conv_err;
  wire [11:0] triple_latents_10; // 3 times the inputs of 10 bits
  wire [21:0] triple_latents_9;  // 3 times the inputs of 9 bits
  wire [6:0]  triple_latents_5;  // 3 times the inputs of 5 bits
  wire [8:0]  latents_00;
  wire [8:0]  latents_01;
  wire [17:0] latent_values;     // before their codes
  wire        unused_low;
  wire [12:0] latents_d;
  wire [12:0] latents_q;         // codes, the first latent lowest
  wire        latents_err;
  wire [8:0]  sum_code_d;
  wire [8:0]  sum_code_q;        // 5E4M
  wire        sum_code_err;
  wire [4:0]  bx_d;
  wire [4:0]  bx_q;
  wire        bx_err;
  wire        unused_weights;

  // BX 1: convolution of 4 positions x 1 filters, at most 3 taps --------------------------------
  econ_triple #(.Width(8), .Count(3)) u_triple_conv_8 (
    .value_i (x_i),
    .triple_o(triple_conv_8)
  );
  econ_neurons #(.Inputs(3), .InBits(24), .Outputs(1), .Runs(1), .RunInputs(3), .RunBits(8), .RunZeros(0),
                 .WeightBits(6), .Kind(0), .Growth(6), .Shift(5), .Scale(0), .BiasShift(2), .Exact(0),
                 .SumBits(11), .OutBits(10), .Saturates(0)) u_conv_00 (
    .x_i      (x_i),
    .triple_i (triple_conv_8),
    .weights_i(weights_00_i[17:0]),
    .bias_i   (weights_00_i[29:24]),
    .out_o    (conv_00)
  );
  econ_neurons #(.Inputs(1), .InBits(8), .Outputs(1), .Runs(1), .RunInputs(1), .RunBits(8), .RunZeros(0),
                 .WeightBits(6), .Kind(0), .Growth(6), .Shift(5), .Scale(0), .BiasShift(2), .Exact(0),
                 .SumBits(11), .OutBits(9), .Saturates(0)) u_conv_01 (
    .x_i      (x_i[15:8]),
    .triple_i (triple_conv_8[19:10]),
    .weights_i(weights_00_i[5:0]),
    .bias_i   (weights_00_i[29:24]),
    .out_o    (conv_01)
  );
  econ_neurons #(.Inputs(1), .InBits(8), .Outputs(1), .Runs(1), .RunInputs(1), .RunBits(8), .RunZeros(0),
                 .WeightBits(6), .Kind(0), .Growth(6), .Shift(5), .Scale(0), .BiasShift(2), .Exact(0),
                 .SumBits(11), .OutBits(9), .Saturates(0)) u_conv_02 (
    .x_i      (x_i[23:16]),
    .triple_i (triple_conv_8[29:20]),
    .weights_i(weights_00_i[5:0]),
    .bias_i   (weights_00_i[29:24]),
    .out_o    (conv_02)
  );
  econ_bias_outputs #(.Outputs(1), .BiasShift(2), .OutBits(5), .Zeros(2)) u_conv_empty (
    .bias_i(weights_00_i[29:24]),
    .out_o (conv_empty)
  );

  assign act_conv_d = {conv_empty, conv_02, conv_01, conv_00};

  econ_pipeline #(.Width(33), .Triplicate(0)) u_act_conv (
    .clk_i(clk_i),
    .d_i  (act_conv_d),
    .q_o  (act_conv_q),
    .err_o(act_conv_err)
  );

  assign sum_code_conv_d = sum_code_i;

  econ_pipeline #(.Width(9), .Triplicate(0)) u_sum_code_conv (
    .clk_i(clk_i),
    .d_i  (sum_code_conv_d),
    .q_o  (sum_code_conv_q),
    .err_o(sum_code_conv_err)
  );

  assign bx_conv_d = bx_i;

  econ_pipeline #(.Width(5), .Triplicate(1)) u_bx_conv (
    .clk_i(clk_i),
    .d_i  (bx_conv_d),
    .q_o  (bx_conv_q),
    .err_o(bx_conv_err)
  );

  // BX 2: dense 4 x 2 latents -------------------------------------------------------------------
  econ_triple #(.Width(10), .Count(1)) u_triple_latents_10 (
    .value_i (act_conv_q[9:0]),
    .triple_o(triple_latents_10)
  );
  econ_triple #(.Width(9), .Count(2)) u_triple_latents_9 (
    .value_i (act_conv_q[27:10]),
    .triple_o(triple_latents_9)
  );
  econ_triple #(.Width(5), .Count(1)) u_triple_latents_5 (
    .value_i (act_conv_q[32:28]),
    .triple_o(triple_latents_5)
  );
  econ_neurons #(.Inputs(4), .InBits(33), .Outputs(1), .Runs(3), .RunInputs(96'h10000000200000001),
                 .RunBits(96'h5000000090000000a), .RunZeros(96'h20000000000000000), .WeightBits(6), .Kind(0),
                 .Growth(6), .Shift(4), .Scale(0), .BiasShift(3), .Exact(0), .SumBits(13), .OutBits(9),
                 .Saturates(1)) u_latents_00 (
    .x_i      (act_conv_q),
    .triple_i ({triple_latents_5, triple_latents_9, triple_latents_10}),
    .weights_i(weights_00_i[53:30]),
    .bias_i   (weights_00_i[83:78]),
    .out_o    (latents_00)
  );
  econ_neurons #(.Inputs(4), .InBits(33), .Outputs(1), .Runs(3), .RunInputs(96'h10000000200000001),
                 .RunBits(96'h5000000090000000a), .RunZeros(96'h20000000000000000), .WeightBits(6), .Kind(0),
                 .Growth(6), .Shift(4), .Scale(0), .BiasShift(3), .Exact(0), .SumBits(13), .OutBits(9),
                 .Saturates(1)) u_latents_01 (
    .x_i      (act_conv_q),
    .triple_i ({triple_latents_5, triple_latents_9, triple_latents_10}),
    .weights_i(weights_00_i[77:54]),
    .bias_i   (weights_00_i[89:84]),
    .out_o    (latents_01)
  );

  assign latent_values = {latents_01, latents_00};
  assign unused_low    = ^latent_values;
  assign latents_d     = latent_values[17:5];

  econ_pipeline #(.Width(13), .Triplicate(0)) u_latents (
    .clk_i(clk_i),
    .d_i  (latents_d),
    .q_o  (latents_q),
    .err_o(latents_err)
  );

  assign sum_code_d = sum_code_conv_q;

  econ_pipeline #(.Width(9), .Triplicate(0)) u_sum_code (
    .clk_i(clk_i),
    .d_i  (sum_code_d),
    .q_o  (sum_code_q),
    .err_o(sum_code_err)
  );

  assign bx_d = bx_conv_q;

  econ_pipeline #(.Width(5), .Triplicate(1)) u_bx (
    .clk_i(clk_i),
    .d_i  (bx_d),
    .q_o  (bx_q),
    .err_o(bx_err)
  );

  assign unused_weights = ^{weights_00_i[1071:90], weights_00_i[23:18]};

  assign latents_o  = {131'h0, latents_q};
  assign sum_code_o = sum_code_q;
  assign bx_o       = bx_q;
  assign err_o      = act_conv_err | sum_code_conv_err | bx_conv_err | latents_err | sum_code_err | bx_err;

endmodule

`default_nettype wire
