// Best choice: sorts the 48 charges by Batcher's merge exchange and sends the largest, as many as the links
// carry. 367 comparators in 21 rows; BX 1 has the first 10 of them. A comparator swaps only when the
// second key is larger, so the network decides which of equal charges is sent.
//
// BX   signals             content
// 0    charge_i            charges
// 1    keys_middle_q       keys after half of the network, codes beside them
// 2    map_q, sum_code_q   cells that are sent, sum of the others (or of all, with use_sum)
//
// Layer    best choice (alg_type 2)
// Formats  in  CALQ, unsigned integers, 22 bits
//          key charge >> drop_lsb, clamped to 18 bits; sum of keys 24 bits
//          out codes 4E3M of the keys; sum 5E3M
// Latency  2 BX
`default_nettype none

module econ_best_choice (
    // clock
    input  wire          clk_i,

    // configuration
    input  wire [2:0]    drop_i,
    input  wire          use_sum_i,  // 1: module sum of all cells
    input  wire [3:0]    links_i,    // number of active links

    // from the calibration
    input  wire [1055:0] charge_i,

    // to the formatter
    output wire [47:0]   map_o,      // one bit per cell
    output wire [335:0]  codes_o,
    output wire [7:0]    sum_code_o,
    output wire          err_o       // copies of a register differ
);

  wire [863:0]  value;            // charge >> drop, at most 2^18 - 1
  wire [335:0]  codes_middle_d;
  wire [335:0]  codes_middle_q;   // 4E3M, cell k in [7k+6:7k]
  wire          codes_middle_err;
  wire [1151:0] sort_keys;
  wire [1151:0] keys_01;
  wire [1151:0] keys_02;
  wire [1151:0] keys_03;
  wire [1151:0] keys_04;
  wire [1151:0] keys_05;
  wire [1151:0] keys_06;
  wire [1151:0] keys_07;
  wire [1151:0] keys_08;
  wire [1151:0] keys_09;
  wire [1151:0] keys_middle_d;
  wire [1151:0] keys_middle_q;    // {value, cell}, position p in [24p+23:24p]
  wire          keys_middle_err;
  wire [1151:0] keys_11;
  wire [1151:0] keys_12;
  wire [1151:0] keys_13;
  wire [1151:0] keys_14;
  wire [1151:0] keys_15;
  wire [1151:0] keys_16;
  wire [1151:0] keys_17;
  wire [1151:0] keys_18;
  wire [1151:0] keys_19;
  wire [1151:0] keys_20;
  wire [1151:0] keys_21;
  reg  [47:0]   choose;           // sorted positions that are sent
  wire [47:0]   rest;             // positions that are added
  wire [47:0]   map_d;
  wire [23:0]   sum;              // unsigned, in units of 2^drop
  wire [7:0]    sum_code_d;
  wire [47:0]   map_q;            // cells that are sent
  wire          map_err;
  wire [335:0]  codes_d;
  wire [335:0]  codes_q;          // 4E3M, cell k in [7k+6:7k]
  wire          codes_err;
  wire [7:0]    sum_code_q;       // 5E3M
  wire          sum_code_err;

  // BX 1: keys, codes, first half of the network ------------------------------------------------
  econ_drop_charges #(.Cells(48)) u_drop_charges (
    .drop_i  (drop_i),
    .charge_i(charge_i),
    .value_o (value)
  );
  econ_charge_codes #(.Cells(48)) u_charge_codes (
    .value_i(value),
    .code_o (codes_middle_d)
  );
  econ_pipeline #(.Width(336), .Triplicate(0)) u_codes_middle (
    .clk_i(clk_i),
    .d_i  (codes_middle_d),
    .q_o  (codes_middle_q),
    .err_o(codes_middle_err)
  );
  econ_sort_keys #(.Cells(48)) u_sort_keys (
    .value_i(value),
    .keys_o (sort_keys)
  );
  econ_sort_stage #(.Distance(32), .Lower(48'hffff)) u_sort_01 (
    .keys_i(sort_keys),
    .keys_o(keys_01)
  );
  econ_sort_stage #(.Distance(16), .Lower(48'hffff)) u_sort_02 (
    .keys_i(keys_01),
    .keys_o(keys_02)
  );
  econ_sort_stage #(.Distance(16), .Lower(48'hffff0000)) u_sort_03 (
    .keys_i(keys_02),
    .keys_o(keys_03)
  );
  econ_sort_stage #(.Distance(8), .Lower(48'hff00ff00ff)) u_sort_04 (
    .keys_i(keys_03),
    .keys_o(keys_04)
  );
  econ_sort_stage #(.Distance(24), .Lower(48'hff00)) u_sort_05 (
    .keys_i(keys_04),
    .keys_o(keys_05)
  );
  econ_sort_stage #(.Distance(8), .Lower(48'hff00ff00)) u_sort_06 (
    .keys_i(keys_05),
    .keys_o(keys_06)
  );
  econ_sort_stage #(.Distance(4), .Lower(48'hf0f0f0f0f0f)) u_sort_07 (
    .keys_i(keys_06),
    .keys_o(keys_07)
  );
  econ_sort_stage #(.Distance(28), .Lower(48'hf0f0)) u_sort_08 (
    .keys_i(keys_07),
    .keys_o(keys_08)
  );
  econ_sort_stage #(.Distance(12), .Lower(48'hf0f0f0f0)) u_sort_09 (
    .keys_i(keys_08),
    .keys_o(keys_09)
  );
  econ_sort_stage #(.Distance(4), .Lower(48'hf0f0f0f0f0)) u_sort_10 (
    .keys_i(keys_09),
    .keys_o(keys_middle_d)
  );
  econ_pipeline #(.Width(1152), .Triplicate(0)) u_keys_middle (
    .clk_i(clk_i),
    .d_i  (keys_middle_d),
    .q_o  (keys_middle_q),
    .err_o(keys_middle_err)
  );

  // BX 2: second half, choice and sum -----------------------------------------------------------
  econ_sort_stage #(.Distance(2), .Lower(48'h333333333333)) u_sort_11 (
    .keys_i(keys_middle_q),
    .keys_o(keys_11)
  );
  econ_sort_stage #(.Distance(30), .Lower(48'hcccc)) u_sort_12 (
    .keys_i(keys_11),
    .keys_o(keys_12)
  );
  econ_sort_stage #(.Distance(14), .Lower(48'hcccccccc)) u_sort_13 (
    .keys_i(keys_12),
    .keys_o(keys_13)
  );
  econ_sort_stage #(.Distance(6), .Lower(48'hcccccccccc)) u_sort_14 (
    .keys_i(keys_13),
    .keys_o(keys_14)
  );
  econ_sort_stage #(.Distance(2), .Lower(48'hccccccccccc)) u_sort_15 (
    .keys_i(keys_14),
    .keys_o(keys_15)
  );
  econ_sort_stage #(.Distance(1), .Lower(48'h555555555555)) u_sort_16 (
    .keys_i(keys_15),
    .keys_o(keys_16)
  );
  econ_sort_stage #(.Distance(31), .Lower(48'haaaa)) u_sort_17 (
    .keys_i(keys_16),
    .keys_o(keys_17)
  );
  econ_sort_stage #(.Distance(15), .Lower(48'haaaaaaaa)) u_sort_18 (
    .keys_i(keys_17),
    .keys_o(keys_18)
  );
  econ_sort_stage #(.Distance(7), .Lower(48'haaaaaaaaaa)) u_sort_19 (
    .keys_i(keys_18),
    .keys_o(keys_19)
  );
  econ_sort_stage #(.Distance(3), .Lower(48'haaaaaaaaaaa)) u_sort_20 (
    .keys_i(keys_19),
    .keys_o(keys_20)
  );
  econ_sort_stage #(.Distance(1), .Lower(48'h2aaaaaaaaaaa)) u_sort_21 (
    .keys_i(keys_20),
    .keys_o(keys_21)
  );

  always @* begin
    case (links_i)
      4'd1:    choose = 48'h1;            // 1 cells
      4'd2:    choose = 48'hf;            // 4 cells
      4'd3:    choose = 48'h3f;           // 6 cells
      4'd4:    choose = 48'h1ff;          // 9 cells
      4'd5:    choose = 48'h3fff;         // 14 cells
      4'd6:    choose = 48'h3ffff;        // 18 cells
      4'd7:    choose = 48'h7fffff;       // 23 cells
      4'd8:    choose = 48'hfffffff;      // 28 cells
      4'd9:    choose = 48'hffffffff;     // 32 cells
      4'd10:   choose = 48'h1fffffffff;   // 37 cells
      4'd11:   choose = 48'h1ffffffffff;  // 41 cells
      4'd12:   choose = 48'h3fffffffffff; // 46 cells
      4'd13:   choose = 48'hffffffffffff; // 48 cells
      default: choose = 48'h0;
    endcase
  end

  assign rest = {48{use_sum_i}} | ~choose;

  econ_chosen_cells #(.Cells(48)) u_chosen_cells (
    .keys_i  (keys_21),
    .choose_i(choose),
    .add_i   (rest),
    .map_o   (map_d),
    .sum_o   (sum)
  );
  econ_float_encode #(.InWidth(24), .Exponent(5), .Mantissa(3)) u_float_encode (
    .value_i(sum),
    .code_o (sum_code_d)
  );
  econ_pipeline #(.Width(48), .Triplicate(0)) u_map (
    .clk_i(clk_i),
    .d_i  (map_d),
    .q_o  (map_q),
    .err_o(map_err)
  );

  assign codes_d = codes_middle_q;

  econ_pipeline #(.Width(336), .Triplicate(0)) u_codes (
    .clk_i(clk_i),
    .d_i  (codes_d),
    .q_o  (codes_q),
    .err_o(codes_err)
  );
  econ_pipeline #(.Width(8), .Triplicate(0)) u_sum_code (
    .clk_i(clk_i),
    .d_i  (sum_code_d),
    .q_o  (sum_code_q),
    .err_o(sum_code_err)
  );

  assign map_o      = map_q;
  assign codes_o    = codes_q;
  assign sum_code_o = sum_code_q;
  assign err_o      = codes_middle_err | keys_middle_err | map_err | codes_err | sum_code_err;

endmodule

`default_nettype wire
