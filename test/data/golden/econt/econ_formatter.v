// Formatter: makes the packet of the selected algorithm, a string of bits with the first one on top.
// A BX before it the data of threshold sum, best choice and autoencoder are put together.
//
// threshold sum      bx5 | type (3) | sum (8) | count (3), addresses (6 each) or map (48) | charges (7 each)
// super trigger cell bx4 | positions (2 or 4 each) | sums (7 to 9 each)
// best choice        bx4 | sum (8) | addresses (6 each) or map (48) | charges (7 each)
// repeater           bx5 | 48 charges (7 each)
// autoencoder        bx5 | sum (9) | kept latent bits (32 N - 14, at most 146)
//
// Layer    formatter
// Formats  bx5 is 31 at BX 0, else BX mod 16; bx4 are its bits 4, 2, 1, 0
//          codes and sums as the algorithms make them; addresses and charges ascending
// Latency  1 BX; threshold sum, best choice and autoencoder 2 BX
`default_nettype none

module econ_formatter (
    // clock
    input  wire         clk_i,

    // configuration
    input  wire [2:0]   algorithm_i,
    input  wire [2:0]   stc_type_i,
    input  wire [3:0]   links_i,                  // number of active links
    input  wire [143:0] keep_i,                   // keep_auto_encoder_bits
    input  wire [12:0]  active_etxs_i,            // its ones are counted

    // from the threshold sum
    input  wire [47:0]  threshold_map_i,
    input  wire [335:0] threshold_codes_i,
    input  wire [7:0]   threshold_sum_code_i,
    input  wire [7:0]   threshold_all_sum_code_i,

    // from the super trigger cells
    input  wire [107:0] super_codes_i,
    input  wire [29:0]  super_positions_i,

    // from best choice
    input  wire [47:0]  choice_map_i,
    input  wire [335:0] choice_codes_i,
    input  wire [7:0]   choice_sum_code_i,

    // from the repeater
    input  wire [335:0] repeater_codes_i,

    // from the encoder
    input  wire [143:0] latents_i,
    input  wire [8:0]   sum_code_i,
    input  wire [4:0]   latents_bx_i,

    // beside the data
    input  wire [4:0]   bx_i,                     // of the packet that is made in this BX
    input  wire         resetting_i,

    // to the link buffer
    output wire [399:0] packet_o,
    output wire [4:0]   bx_o,
    output wire         resetting_o,
    output wire [4:0]   length_o,
    output wire [7:0]   all_sum_code_o,
    output wire         err_o                     // copies of a register differ
);

  wire          choice_selected;
  wire [47:0]   map_all;            // as the algorithm chose
  wire [335:0]  codes_all;          // of all cells
  wire [335:0]  codes_d;
  wire [41:0]   addresses_d;
  wire [5:0]    count_d;
  wire [47:0]   map_d;
  wire [47:0]   map_q;              // cells that are sent
  wire          map_err;
  wire [335:0]  codes_q;            // 4E3M of the cells that are sent, place j in [7j+6:7j]
  wire          codes_err;
  wire [41:0]   addresses_q;        // their numbers, the first ones
  wire          addresses_err;
  wire [7:0]    map_sum_code_d;
  wire [7:0]    map_sum_code_q;     // 5E3M
  wire          map_sum_code_err;
  wire [335:0]  codes_sent;         // place 0 on top
  wire [41:0]   addresses_sent;     // place 0 on top
  wire [5:0]    count_q;            // cells that are sent
  wire          count_err;
  wire [7:0]    map_all_code_d;
  wire [7:0]    map_all_code_q;     // 5E3M of the sum of all cells
  wire          map_all_code_err;
  reg  [399:0]  threshold_packet;
  wire [8:0]    map_length;         // bits of a packet with a map
  wire          unused_map_length;
  reg  [4:0]    length_d;
  wire [3:0]    bx4;
  reg  [399:0]  super_packet;
  reg  [399:0]  choice_packet;
  wire [335:0]  repeater_sent;      // cell 0 on top
  wire [399:0]  repeater_packet;
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
  wire [399:0]  autoencoder_packet;
  reg  [399:0]  packet_d;
  wire [399:0]  packet_q;           // first bit on top
  wire          packet_err;
  wire [4:0]    bx_d;
  wire [4:0]    bx_q;
  wire          bx_err;
  wire          resetting_d;
  wire          resetting_q;
  wire          resetting_err;
  wire [4:0]    length_q;           // words of 16 bits
  wire          length_err;
  wire [7:0]    all_sum_code_d;
  wire [7:0]    all_sum_code_q;     // 5E3M
  wire          all_sum_code_err;

  // threshold sum and best choice, BX 1: cells that are sent ------------------------------------
  assign choice_selected = algorithm_i == 3'd2;
  assign map_all         = choice_selected ? choice_map_i : threshold_map_i;
  assign codes_all       = choice_selected ? choice_codes_i : threshold_codes_i;

  econ_gather_cells #(.Cells(48), .Addresses(7)) u_gather_cells (
    .map_i      (map_all),
    .codes_i    (codes_all),
    .codes_o    (codes_d),
    .addresses_o(addresses_d),
    .count_o    (count_d)
  );

  assign map_d = map_all;

  econ_pipeline #(.Width(48), .Triplicate(0)) u_map (
    .clk_i(clk_i),
    .d_i  (map_d),
    .q_o  (map_q),
    .err_o(map_err)
  );
  econ_pipeline #(.Width(336), .Triplicate(0)) u_codes (
    .clk_i(clk_i),
    .d_i  (codes_d),
    .q_o  (codes_q),
    .err_o(codes_err)
  );
  econ_pipeline #(.Width(42), .Triplicate(0)) u_addresses (
    .clk_i(clk_i),
    .d_i  (addresses_d),
    .q_o  (addresses_q),
    .err_o(addresses_err)
  );

  assign map_sum_code_d = choice_selected ? choice_sum_code_i : threshold_sum_code_i;

  econ_pipeline #(.Width(8), .Triplicate(0)) u_map_sum_code (
    .clk_i(clk_i),
    .d_i  (map_sum_code_d),
    .q_o  (map_sum_code_q),
    .err_o(map_sum_code_err)
  );
  econ_first_on_top #(.Count(48), .Width(7)) u_codes_sent (
    .fields_i(codes_q),
    .packet_o(codes_sent)
  );
  econ_first_on_top #(.Count(7), .Width(6)) u_addresses_sent (
    .fields_i(addresses_q),
    .packet_o(addresses_sent)
  );

  // threshold sum -------------------------------------------------------------------------------
  econ_pipeline #(.Width(6), .Triplicate(0)) u_count (
    .clk_i(clk_i),
    .d_i  (count_d),
    .q_o  (count_q),
    .err_o(count_err)
  );

  assign map_all_code_d = threshold_all_sum_code_i;

  econ_pipeline #(.Width(8), .Triplicate(0)) u_map_all_code (
    .clk_i(clk_i),
    .d_i  (map_all_code_d),
    .q_o  (map_all_code_q),
    .err_o(map_all_code_err)
  );

  always @* begin
    case (count_q)
      6'd0:    threshold_packet = {bx_i, 3'd0, map_sum_code_q, 384'h0};
      6'd1:    threshold_packet = {bx_i, 3'd2, map_sum_code_q, 3'd1, addresses_sent[41:36],
                                   codes_sent[335:329], 368'h0};
      6'd2:    threshold_packet = {bx_i, 3'd2, map_sum_code_q, 3'd2, addresses_sent[41:30],
                                   codes_sent[335:322], 355'h0};
      6'd3:    threshold_packet = {bx_i, 3'd2, map_sum_code_q, 3'd3, addresses_sent[41:24],
                                   codes_sent[335:315], 342'h0};
      6'd4:    threshold_packet = {bx_i, 3'd2, map_sum_code_q, 3'd4, addresses_sent[41:18],
                                   codes_sent[335:308], 329'h0};
      6'd5:    threshold_packet = {bx_i, 3'd2, map_sum_code_q, 3'd5, addresses_sent[41:12],
                                   codes_sent[335:301], 316'h0};
      6'd6:    threshold_packet = {bx_i, 3'd2, map_sum_code_q, 3'd6, addresses_sent[41:6],
                                   codes_sent[335:294], 303'h0};
      6'd7:    threshold_packet = {bx_i, 3'd2, map_sum_code_q, 3'd7, addresses_sent, codes_sent[335:287],
                                   290'h0};
      default: threshold_packet = {bx_i, 3'd4, map_sum_code_q, map_q, codes_sent};
    endcase
  end

  assign map_length        = ({count_q, 3'd0} - {3'd0, count_q}) + 9'd79;
  assign unused_map_length = ^map_length[3:0];

  always @* begin
    case (count_q)
      6'd0:    length_d = 5'd1;
      6'd1:    length_d = 5'd2;
      6'd2:    length_d = 5'd3;
      6'd3:    length_d = 5'd4;
      6'd4:    length_d = 5'd5;
      6'd5:    length_d = 5'd6;
      6'd6:    length_d = 5'd7;
      6'd7:    length_d = 5'd7;
      default: length_d = map_length[8:4];
    endcase
  end

  // super trigger cells -------------------------------------------------------------------------
  assign bx4 = {bx_i[4], bx_i[2:0]};

  always @* begin
    case ({stc_type_i, links_i})
      {3'd0, 4'd1}: super_packet = {bx4, super_positions_i[1:0], super_positions_i[5:4], super_codes_i[8:0],
                                    super_codes_i[17:9], 374'h0};
      {3'd0, 4'd2}: super_packet = {bx4, super_positions_i[1:0], super_positions_i[5:4],
                                    super_positions_i[9:8], super_positions_i[13:12],
                                    super_positions_i[15:14], super_codes_i[8:0], super_codes_i[17:9],
                                    super_codes_i[26:18], super_codes_i[35:27], super_codes_i[44:36], 341'h0};
      {3'd0, 4'd3}: super_packet = {bx4, super_positions_i[1:0], super_positions_i[5:4],
                                    super_positions_i[9:8], super_positions_i[13:12],
                                    super_positions_i[15:14], super_positions_i[17:16],
                                    super_positions_i[19:18], super_positions_i[21:20], super_codes_i[8:0],
                                    super_codes_i[17:9], super_codes_i[26:18], super_codes_i[35:27],
                                    super_codes_i[44:36], super_codes_i[53:45], super_codes_i[62:54],
                                    super_codes_i[71:63], 308'h0};
      {3'd0, 4'd4}: super_packet = {bx4, super_positions_i[1:0], super_positions_i[5:4],
                                    super_positions_i[9:8], super_positions_i[13:12],
                                    super_positions_i[15:14], super_positions_i[17:16],
                                    super_positions_i[19:18], super_positions_i[21:20],
                                    super_positions_i[23:22], super_positions_i[25:24],
                                    super_positions_i[27:26], super_codes_i[8:0], super_codes_i[17:9],
                                    super_codes_i[26:18], super_codes_i[35:27], super_codes_i[44:36],
                                    super_codes_i[53:45], super_codes_i[62:54], super_codes_i[71:63],
                                    super_codes_i[80:72], super_codes_i[89:81], super_codes_i[98:90], 275'h0};
      {3'd0, 4'd5}: super_packet = {bx4, super_positions_i[1:0], super_positions_i[5:4],
                                    super_positions_i[9:8], super_positions_i[13:12],
                                    super_positions_i[15:14], super_positions_i[17:16],
                                    super_positions_i[19:18], super_positions_i[21:20],
                                    super_positions_i[23:22], super_positions_i[25:24],
                                    super_positions_i[27:26], super_positions_i[29:28], super_codes_i[8:0],
                                    super_codes_i[17:9], super_codes_i[26:18], super_codes_i[35:27],
                                    super_codes_i[44:36], super_codes_i[53:45], super_codes_i[62:54],
                                    super_codes_i[71:63], super_codes_i[80:72], super_codes_i[89:81],
                                    super_codes_i[98:90], super_codes_i[107:99], 264'h0};
      {3'd1, 4'd1}: super_packet = {bx4, super_positions_i[3:0], super_positions_i[7:4], super_codes_i[8:0],
                                    super_codes_i[17:9], 370'h0};
      {3'd1, 4'd2}: super_packet = {bx4, super_positions_i[3:0], super_positions_i[7:4],
                                    super_positions_i[11:8], super_codes_i[8:0], super_codes_i[17:9],
                                    super_codes_i[26:18], 357'h0};
      {3'd2, 4'd1}: super_packet = {bx4, super_codes_i[6:0], super_codes_i[15:9], super_codes_i[24:18],
                                    super_codes_i[33:27], 368'h0};
      {3'd2, 4'd2}: super_packet = {bx4, super_codes_i[6:0], super_codes_i[15:9], super_codes_i[24:18],
                                    super_codes_i[33:27], super_codes_i[42:36], super_codes_i[51:45],
                                    super_codes_i[60:54], super_codes_i[69:63], 340'h0};
      {3'd2, 4'd3}: super_packet = {bx4, super_codes_i[6:0], super_codes_i[15:9], super_codes_i[24:18],
                                    super_codes_i[33:27], super_codes_i[42:36], super_codes_i[51:45],
                                    super_codes_i[60:54], super_codes_i[69:63], super_codes_i[78:72],
                                    super_codes_i[87:81], super_codes_i[96:90], super_codes_i[105:99],
                                    312'h0};
      {3'd3, 4'd1}: super_packet = {bx4, super_positions_i[1:0], super_positions_i[5:4],
                                    super_positions_i[9:8], super_codes_i[6:0], super_codes_i[15:9],
                                    super_codes_i[24:18], 369'h0};
      {3'd3, 4'd2}: super_packet = {bx4, super_positions_i[1:0], super_positions_i[5:4],
                                    super_positions_i[9:8], super_positions_i[13:12],
                                    super_positions_i[15:14], super_positions_i[17:16], super_codes_i[6:0],
                                    super_codes_i[15:9], super_codes_i[24:18], super_codes_i[33:27],
                                    super_codes_i[42:36], super_codes_i[51:45], 342'h0};
      {3'd3, 4'd3}: super_packet = {bx4, super_positions_i[1:0], super_positions_i[5:4],
                                    super_positions_i[9:8], super_positions_i[13:12],
                                    super_positions_i[15:14], super_positions_i[17:16],
                                    super_positions_i[19:18], super_positions_i[21:20],
                                    super_positions_i[23:22], super_positions_i[25:24], super_codes_i[6:0],
                                    super_codes_i[15:9], super_codes_i[24:18], super_codes_i[33:27],
                                    super_codes_i[42:36], super_codes_i[51:45], super_codes_i[60:54],
                                    super_codes_i[69:63], super_codes_i[78:72], super_codes_i[87:81], 306'h0};
      {3'd3, 4'd4}: super_packet = {bx4, super_positions_i[1:0], super_positions_i[5:4],
                                    super_positions_i[9:8], super_positions_i[13:12],
                                    super_positions_i[15:14], super_positions_i[17:16],
                                    super_positions_i[19:18], super_positions_i[21:20],
                                    super_positions_i[23:22], super_positions_i[25:24],
                                    super_positions_i[27:26], super_positions_i[29:28], super_codes_i[6:0],
                                    super_codes_i[15:9], super_codes_i[24:18], super_codes_i[33:27],
                                    super_codes_i[42:36], super_codes_i[51:45], super_codes_i[60:54],
                                    super_codes_i[69:63], super_codes_i[78:72], super_codes_i[87:81],
                                    super_codes_i[96:90], super_codes_i[105:99], 288'h0};
      {3'd4, 4'd1}: super_packet = {bx4, super_codes_i[7:0], super_codes_i[16:9], super_codes_i[25:18],
                                    372'h0};
      {3'd4, 4'd2}: super_packet = {bx4, super_codes_i[7:0], super_codes_i[16:9], super_codes_i[25:18],
                                    super_codes_i[34:27], super_codes_i[43:36], super_codes_i[52:45],
                                    super_codes_i[61:54], 340'h0};
      {3'd4, 4'd3}: super_packet = {bx4, super_codes_i[7:0], super_codes_i[16:9], super_codes_i[25:18],
                                    super_codes_i[34:27], super_codes_i[43:36], super_codes_i[52:45],
                                    super_codes_i[61:54], super_codes_i[70:63], super_codes_i[79:72],
                                    super_codes_i[88:81], super_codes_i[97:90], 308'h0};
      {3'd4, 4'd4}: super_packet = {bx4, super_codes_i[7:0], super_codes_i[16:9], super_codes_i[25:18],
                                    super_codes_i[34:27], super_codes_i[43:36], super_codes_i[52:45],
                                    super_codes_i[61:54], super_codes_i[70:63], super_codes_i[79:72],
                                    super_codes_i[88:81], super_codes_i[97:90], super_codes_i[106:99],
                                    300'h0};
      default:      super_packet = 400'h0;
    endcase
  end

  // best choice ---------------------------------------------------------------------------------
  always @* begin
    case (links_i)
      4'd1:    choice_packet = {bx4, map_sum_code_q, addresses_sent[41:36], codes_sent[335:329], 375'h0};
      4'd2:    choice_packet = {bx4, map_sum_code_q, addresses_sent[41:18], codes_sent[335:308], 336'h0};
      4'd3:    choice_packet = {bx4, map_sum_code_q, addresses_sent[41:6], codes_sent[335:294], 310'h0};
      default: choice_packet = {bx4, map_sum_code_q, map_q, codes_sent, 4'd0};
    endcase
  end

  // repeater ------------------------------------------------------------------------------------
  econ_first_on_top #(.Count(48), .Width(7)) u_repeater_sent (
    .fields_i(repeater_codes_i),
    .packet_o(repeater_sent)
  );

  assign repeater_packet = {bx_i, repeater_sent, 59'h0};

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
                               latent_words[127:96], latent_words[159:128], 240'h0};

  // packet --------------------------------------------------------------------------------------
  always @* begin
    case (algorithm_i)
      3'd0:                   packet_d = threshold_packet;
      3'd1:                   packet_d = super_packet;
      3'd2:                   packet_d = choice_packet;
      3'd3, 3'd5, 3'd6, 3'd7: packet_d = repeater_packet;
      3'd4:                   packet_d = autoencoder_packet;
      default:                packet_d = 400'h0;
    endcase
  end

  econ_pipeline #(.Width(400), .Triplicate(0)) u_packet (
    .clk_i(clk_i),
    .d_i  (packet_d),
    .q_o  (packet_q),
    .err_o(packet_err)
  );

  assign bx_d = bx_i;

  econ_pipeline #(.Width(5), .Triplicate(1)) u_bx (
    .clk_i(clk_i),
    .d_i  (bx_d),
    .q_o  (bx_q),
    .err_o(bx_err)
  );

  assign resetting_d = resetting_i;

  econ_pipeline #(.Width(1), .Triplicate(1)) u_resetting (
    .clk_i(clk_i),
    .d_i  (resetting_d),
    .q_o  (resetting_q),
    .err_o(resetting_err)
  );
  econ_pipeline #(.Width(5), .Triplicate(1)) u_length (
    .clk_i(clk_i),
    .d_i  (length_d),
    .q_o  (length_q),
    .err_o(length_err)
  );

  assign all_sum_code_d = map_all_code_q;

  econ_pipeline #(.Width(8), .Triplicate(0)) u_all_sum_code (
    .clk_i(clk_i),
    .d_i  (all_sum_code_d),
    .q_o  (all_sum_code_q),
    .err_o(all_sum_code_err)
  );

  assign packet_o       = packet_q;
  assign bx_o           = bx_q;
  assign resetting_o    = resetting_q;
  assign length_o       = length_q;
  assign all_sum_code_o = all_sum_code_q;
  assign err_o          = map_err | codes_err | addresses_err | map_sum_code_err | count_err
                          | map_all_code_err | payload_err | sum_code_err | bx_latents_err | packet_err
                          | bx_err | resetting_err | length_err | all_sum_code_err;

endmodule

`default_nettype wire
