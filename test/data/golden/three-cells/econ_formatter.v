// Formatter: makes the packet of the selected algorithm, a string of bits with the first one on top.
// A BX before it the data of autoencoder are put together.
//
// autoencoder        bx5 | sum (9) | kept latent bits (32 N - 14, at most 146)
//
// Layer    formatter
// Formats  bx5 is 31 at BX 0, else BX mod 16
//          codes and sums as the algorithms make them; addresses and charges ascending
// Latency  1 BX; autoencoder 2 BX
`default_nettype none

module econ_formatter (
    // clock
    input  wire         clk_i,

    // configuration
    input  wire [2:0]   algorithm_i,
    input  wire [143:0] keep_i,        // keep_auto_encoder_bits
    input  wire [12:0]  active_etxs_i, // its ones are counted

    // from the encoder
    input  wire [143:0] latents_i,
    input  wire [8:0]   sum_code_i,
    input  wire [4:0]   latents_bx_i,

    // to the link buffer
    output wire [159:0] packet_o,
    output wire         err_o          // copies of a register differ
);

  wire [1151:0] move;
  wire [1151:0] stay;
  wire [143:0]  payload_d;
  wire [143:0]  payload_q;          // kept bits of the latents, squeezed toward bit 0
  wire          payload_err;
  wire [8:0]    sum_code_d;
  wire [8:0]    sum_code_q;         // 5E4M
  wire          sum_code_err;
  wire [4:0]    bx_latents_d;
  wire [4:0]    bx_latents_q;
  wire          bx_latents_err;
  wire [159:0]  latent_words;       // eTx j in [32j+31:32j]
  wire [159:0]  autoencoder_packet;
  reg  [159:0]  packet_d;
  wire [159:0]  packet_q;           // first bit on top
  wire          packet_err;

  // autoencoder ---------------------------------------------------------------------------------
  econ_squeeze_control #(.Width(144), .Stages(8)) u_squeeze_control (
    .keep_i(keep_i),
    .move_o(move),
    .stay_o(stay)
  );
  econ_squeeze #(.Width(144), .Stages(8)) u_squeeze (
    .data_i(latents_i),
    .move_i(move),
    .stay_i(stay),
    .data_o(payload_d)
  );
  econ_pipeline #(.Width(144), .Triplicate(0)) u_payload (
    .clk_i(clk_i),
    .d_i  (payload_d),
    .q_o  (payload_q),
    .err_o(payload_err)
  );

  assign sum_code_d = sum_code_i;

  econ_pipeline #(.Width(9), .Triplicate(0)) u_sum_code (
    .clk_i(clk_i),
    .d_i  (sum_code_d),
    .q_o  (sum_code_q),
    .err_o(sum_code_err)
  );

  assign bx_latents_d = latents_bx_i;

  econ_pipeline #(.Width(5), .Triplicate(1)) u_bx_latents (
    .clk_i(clk_i),
    .d_i  (bx_latents_d),
    .q_o  (bx_latents_q),
    .err_o(bx_latents_err)
  );
  econ_link_cut u_link_cut (
    .enable_i (1'b1),
    .active_i (active_etxs_i),
    .bx_i     (bx_latents_q),
    .sum_i    (sum_code_q),
    .payload_i(payload_q),
    .words_o  (latent_words)
  );

  assign autoencoder_packet = {latent_words[31:0], latent_words[63:32], latent_words[95:64],
                               latent_words[127:96], latent_words[159:128]};

  // packet --------------------------------------------------------------------------------------
  always @* begin
    case (algorithm_i)
      3'd4:    packet_d = autoencoder_packet;
      default: packet_d = 160'h0;
    endcase
  end

  econ_pipeline #(.Width(160), .Triplicate(0)) u_packet (
    .clk_i(clk_i),
    .d_i  (packet_d),
    .q_o  (packet_q),
    .err_o(packet_err)
  );

  assign packet_o = packet_q;
  assign err_o    = payload_err | sum_code_err | bx_latents_err | packet_err;

endmodule

`default_nettype wire
