// Encoder: 8x8 image, convolution of 4 positions x 1 filters, at most 9 taps, dense 4 x 3 latents.
// Fully parallel, one layer per BX: 27, 12 products.
//
// BX   signals             weights in the string of the weight blocks
// 1    act_conv_q          bits 0..59: fixed, 6 bits, then biases
// 2    latents_q           bits 60..149: fixed, 6 bits, then biases
//
// Layer    conv, latents; arithmetic 'econt' (each product floored by itself)
// Formats  x u1.7, 8 bits; biases s1.5, 6 bits with sign; activations with 7 fraction bits
//          latents u1.8, 9 bits, saturating at 511, sent as their top 9 bits
// Latency  2 BX
`default_nettype none

module econ_encoder (
    // clock
    input  wire          clk_i,

    // weights, one port per bank
    input  wire [1071:0] weights_00_i, // the weight string, block after block

    // from the normaliser
    input  wire [383:0]  x_i,
    input  wire [8:0]    sum_code_i,
    input  wire [4:0]    bx_i,

    // to the formatter
    output wire [143:0]  latents_o,
    output wire [8:0]    sum_code_o,
    output wire [4:0]    bx_o,
    output wire          err_o         // copies of a register differ
);

  wire [269:0] triple_conv_8;     // 3 times the inputs of 8 bits
  wire [11:0]  conv_00;
  wire [11:0]  conv_01;
  wire [11:0]  conv_02;
  wire [4:0]   conv_empty;        // of all positions that see no cell
  wire [40:0]  act_conv_d;
  wire [40:0]  act_conv_q;        // 7 fraction bits, only the bits that a position can need
  wire         act_conv_err;
  wire [8:0]   sum_code_conv_d;
  wire [8:0]   sum_code_conv_q;   // 5E4M
  wire         sum_code_conv_err;
  wire [4:0]   bx_conv_d;
  wire [4:0]   bx_conv_q;
  wire         bx_conv_err;
  wire [41:0]  triple_latents_12; // 3 times the inputs of 12 bits
  wire [6:0]   triple_latents_5;  // 3 times the inputs of 5 bits
  wire [8:0]   latents_00;
  wire [8:0]   latents_01;
  wire [8:0]   latents_02;
  wire [26:0]  latent_values;     // before their codes
  wire [26:0]  latents_d;
  wire [26:0]  latents_q;         // codes, the first latent lowest
  wire         latents_err;
  wire [8:0]   sum_code_d;
  wire [8:0]   sum_code_q;        // 5E4M
  wire         sum_code_err;
  wire [4:0]   bx_d;
  wire [4:0]   bx_q;
  wire         bx_err;
  wire         unused_weights;
  wire         unused_cells;

  // BX 1: convolution of 4 positions x 1 filters, at most 9 taps --------------------------------
  econ_triple #(.Width(8), .Count(27)) u_triple_conv_8 (
    .value_i ({x_i[343:320], x_i[311:288], x_i[279:256], x_i[183:160], x_i[151:128], x_i[119:96], x_i[87:64],
               x_i[55:32], x_i[23:0]}),
    .triple_o(triple_conv_8)
  );
  econ_neurons #(.Inputs(9), .InBits(72), .Outputs(1), .Runs(1), .RunInputs(9), .RunBits(8), .RunZeros(0),
                 .WeightBits(6), .Kind(0), .Growth(6), .Shift(5), .Scale(0), .BiasShift(2), .Exact(0),
                 .SumBits(13), .OutBits(12), .Saturates(0)) u_conv_00 (
    .x_i      ({x_i[151:128], x_i[87:64], x_i[23:0]}),
    .triple_i ({triple_conv_8[149:120], triple_conv_8[89:60], triple_conv_8[29:0]}),
    .weights_i(weights_00_i[53:0]),
    .bias_i   (weights_00_i[59:54]),
    .out_o    (conv_00)
  );
  econ_neurons #(.Inputs(9), .InBits(72), .Outputs(1), .Runs(1), .RunInputs(9), .RunBits(8), .RunZeros(0),
                 .WeightBits(6), .Kind(0), .Growth(6), .Shift(5), .Scale(0), .BiasShift(2), .Exact(0),
                 .SumBits(13), .OutBits(12), .Saturates(0)) u_conv_01 (
    .x_i      ({x_i[183:160], x_i[119:96], x_i[55:32]}),
    .triple_i ({triple_conv_8[179:150], triple_conv_8[119:90], triple_conv_8[59:30]}),
    .weights_i(weights_00_i[53:0]),
    .bias_i   (weights_00_i[59:54]),
    .out_o    (conv_01)
  );
  econ_neurons #(.Inputs(9), .InBits(72), .Outputs(1), .Runs(1), .RunInputs(9), .RunBits(8), .RunZeros(0),
                 .WeightBits(6), .Kind(0), .Growth(6), .Shift(5), .Scale(0), .BiasShift(2), .Exact(0),
                 .SumBits(13), .OutBits(12), .Saturates(0)) u_conv_02 (
    .x_i      ({x_i[343:320], x_i[311:288], x_i[279:256]}),
    .triple_i (triple_conv_8[269:180]),
    .weights_i(weights_00_i[53:0]),
    .bias_i   (weights_00_i[59:54]),
    .out_o    (conv_02)
  );
  econ_bias_outputs #(.Outputs(1), .BiasShift(2), .OutBits(5), .Zeros(2)) u_conv_empty (
    .bias_i(weights_00_i[59:54]),
    .out_o (conv_empty)
  );

  assign act_conv_d = {conv_empty, conv_02, conv_01, conv_00};

  econ_pipeline #(.Width(41), .Triplicate(0)) u_act_conv (
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

  // BX 2: dense 4 x 3 latents -------------------------------------------------------------------
  econ_triple #(.Width(12), .Count(3)) u_triple_latents_12 (
    .value_i (act_conv_q[35:0]),
    .triple_o(triple_latents_12)
  );
  econ_triple #(.Width(5), .Count(1)) u_triple_latents_5 (
    .value_i (act_conv_q[40:36]),
    .triple_o(triple_latents_5)
  );
  econ_neurons #(.Inputs(4), .InBits(41), .Outputs(1), .Runs(2), .RunInputs(64'h100000003),
                 .RunBits(64'h50000000c), .RunZeros(64'h200000000), .WeightBits(6), .Kind(0), .Growth(6),
                 .Shift(4), .Scale(0), .BiasShift(3), .Exact(0), .SumBits(15), .OutBits(9),
                 .Saturates(1)) u_latents_00 (
    .x_i      (act_conv_q),
    .triple_i ({triple_latents_5, triple_latents_12}),
    .weights_i(weights_00_i[83:60]),
    .bias_i   (weights_00_i[137:132]),
    .out_o    (latents_00)
  );
  econ_neurons #(.Inputs(4), .InBits(41), .Outputs(1), .Runs(2), .RunInputs(64'h100000003),
                 .RunBits(64'h50000000c), .RunZeros(64'h200000000), .WeightBits(6), .Kind(0), .Growth(6),
                 .Shift(4), .Scale(0), .BiasShift(3), .Exact(0), .SumBits(15), .OutBits(9),
                 .Saturates(1)) u_latents_01 (
    .x_i      (act_conv_q),
    .triple_i ({triple_latents_5, triple_latents_12}),
    .weights_i(weights_00_i[107:84]),
    .bias_i   (weights_00_i[143:138]),
    .out_o    (latents_01)
  );
  econ_neurons #(.Inputs(4), .InBits(41), .Outputs(1), .Runs(2), .RunInputs(64'h100000003),
                 .RunBits(64'h50000000c), .RunZeros(64'h200000000), .WeightBits(6), .Kind(0), .Growth(6),
                 .Shift(4), .Scale(0), .BiasShift(3), .Exact(0), .SumBits(15), .OutBits(9),
                 .Saturates(1)) u_latents_02 (
    .x_i      (act_conv_q),
    .triple_i ({triple_latents_5, triple_latents_12}),
    .weights_i(weights_00_i[131:108]),
    .bias_i   (weights_00_i[149:144]),
    .out_o    (latents_02)
  );

  assign latent_values = {latents_02, latents_01, latents_00};
  assign latents_d     = latent_values;

  econ_pipeline #(.Width(27), .Triplicate(0)) u_latents (
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

  assign unused_weights = ^weights_00_i[1071:150];
  assign unused_cells   = ^{x_i[383:344], x_i[319:312], x_i[287:280], x_i[255:184], x_i[159:152],
                            x_i[127:120], x_i[95:88], x_i[63:56], x_i[31:24]};

  assign latents_o  = {117'h0, latents_q};
  assign sum_code_o = sum_code_q;
  assign bx_o       = bx_q;
  assign err_o      = act_conv_err | sum_code_conv_err | bx_conv_err | latents_err | sum_code_err | bx_err;

endmodule

`default_nettype wire
