// Super trigger cells: charges of 4 or 16 consecutive cells are added; the position of the largest of them
// goes with the sum. Of equal charges the highest position wins.
//
// type  cells  sum    drop  position
// 0     4      5E4M   no    2 bits
// 1     16     5E4M   no    4 bits
// 2     4      4E3M   yes   not sent
// 3     4      4E3M   yes   2 bits
// 4     4      5E3M   no    not sent
//
// Layer    super trigger cells (alg_type 1)
// Formats  in  CALQ, unsigned integers, 22 bits
//          out codes 5E4M, 5E3M or 4E3M in slots of 9 bits
// Latency  1 BX
`default_nettype none

module econ_super_trigger_cell (
    // clock
    input  wire          clk_i,

    // configuration
    input  wire [2:0]    type_i,      // stc_type
    input  wire [2:0]    drop_i,

    // from the calibration
    input  wire [1055:0] charge_i,

    // to the formatter
    output wire [107:0]  codes_o,
    output wire [29:0]   positions_o,
    output wire          err_o        // copies of a register differ
);

  wire [287:0] sum4;          // unsigned integers
  wire [23:0]  position4;
  wire [77:0]  sum16;         // unsigned integers
  wire [11:0]  position16;
  wire         sixteen;       // groups of 16
  wire [311:0] sum;           // of group g in [26g+25:26g]
  wire [107:0] code_5e4m;
  wire [107:0] code_5e3m;
  wire [107:0] code_4e3m;
  reg  [107:0] codes_d;
  wire [107:0] codes_q;       // group g in [9g+8:9g], in the format of the type
  wire         codes_err;
  wire [29:0]  positions_d;
  wire [29:0]  positions_q;   // 4 bits of groups 0..2, 2 bits of the others
  wire         positions_err;

  // sums and positions --------------------------------------------------------------------------
  econ_super_cells #(.Sixteens(3), .HighestWins(1)) u_super_cells (
    .charge_i    (charge_i),
    .sum4_o      (sum4),
    .position4_o (position4),
    .sum16_o     (sum16),
    .position16_o(position16)
  );

  assign sixteen = type_i == 3'd1;
  assign sum     = {2'd0, sum4[287:264], 2'd0, sum4[263:240], 2'd0, sum4[239:216], 2'd0, sum4[215:192], 2'd0,
                    sum4[191:168], 2'd0, sum4[167:144], 2'd0, sum4[143:120], 2'd0, sum4[119:96], 2'd0,
                    sum4[95:72], sixteen ? sum16[77:52] : {2'd0, sum4[71:48]},
                    sixteen ? sum16[51:26] : {2'd0, sum4[47:24]}, sixteen ? sum16[25:0] : {2'd0, sum4[23:0]}};

  // codes ---------------------------------------------------------------------------------------
  econ_super_cell_codes #(.Groups(12)) u_codes_of_sums (
    .drop_i     (drop_i),
    .sum_i      (sum),
    .code_5e4m_o(code_5e4m),
    .code_5e3m_o(code_5e3m),
    .code_4e3m_o(code_4e3m)
  );

  always @* begin
    case (type_i)
      3'd0:    codes_d = code_5e4m;
      3'd1:    codes_d = code_5e4m;
      3'd2:    codes_d = code_4e3m;
      3'd3:    codes_d = code_4e3m;
      3'd4:    codes_d = code_5e3m;
      default: codes_d = 108'h0;
    endcase
  end

  econ_pipeline #(.Width(108), .Triplicate(0)) u_codes (
    .clk_i(clk_i),
    .d_i  (codes_d),
    .q_o  (codes_q),
    .err_o(codes_err)
  );

  assign positions_d = {position4[23:6], sixteen ? position16[11:8] : {2'd0, position4[5:4]},
                        sixteen ? position16[7:4] : {2'd0, position4[3:2]},
                        sixteen ? position16[3:0] : {2'd0, position4[1:0]}};

  econ_pipeline #(.Width(30), .Triplicate(0)) u_positions (
    .clk_i(clk_i),
    .d_i  (positions_d),
    .q_o  (positions_q),
    .err_o(positions_err)
  );

  assign codes_o     = codes_q;
  assign positions_o = positions_q;
  assign err_o       = codes_err | positions_err;

endmodule

`default_nettype wire
