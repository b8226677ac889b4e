// Threshold sum: a cell is sent when its charge is at or above its threshold. The module sum is of the cells
// that are not sent, or of all with use_sum. Truncated packets carry the sum of all whatever use_sum says.
//
// Layer    threshold sum (alg_type 0)
// Formats  in  CALQ, unsigned integers, 22 bits; thresholds alike, compared before any drop
//          out codes 4E3M of charge >> drop_lsb; sums (28 bits, no drop) 5E3M
// Latency  1 BX
`default_nettype none

module econ_threshold_sum (
    // clock
    input  wire          clk_i,

    // configuration
    input  wire [1055:0] threshold_i,    // register threshold k in [22k+21:22k]
    input  wire [2:0]    drop_i,
    input  wire          use_sum_i,      // 1: module sum of all cells

    // from the calibration
    input  wire [1055:0] charge_i,

    // to the formatter
    output wire [47:0]   map_o,          // one bit per cell
    output wire [335:0]  codes_o,
    output wire [7:0]    sum_code_o,
    output wire [7:0]    all_sum_code_o,
    output wire          err_o           // copies of a register differ
);

  wire [47:0]   map_d;
  wire [1055:0] rest;             // charges of cells below threshold
  wire [863:0]  value;            // charge >> drop, at most 2^18 - 1
  wire [335:0]  codes_d;
  wire [27:0]   all_sum;          // unsigned integers
  wire [27:0]   rest_sum;
  wire [7:0]    all_sum_code_d;
  wire [7:0]    rest_sum_code;
  wire [47:0]   map_q;            // cells at or above threshold
  wire          map_err;
  wire [335:0]  codes_q;          // 4E3M of charge >> drop, cell k in [7k+6:7k]
  wire          codes_err;
  wire [7:0]    all_sum_code_q;   // 5E3M of the sum of all cells
  wire          all_sum_code_err;
  wire [7:0]    sum_code_d;
  wire [7:0]    sum_code_q;       // 5E3M
  wire          sum_code_err;

  // selection -----------------------------------------------------------------------------------
  econ_threshold_cells #(.Cells(48)) u_threshold_cells (
    .threshold_i(threshold_i),
    .charge_i   (charge_i),
    .pass_o     (map_d),
    .rest_o     (rest)
  );
  econ_drop_charges #(.Cells(48)) u_drop_charges (
    .drop_i  (drop_i),
    .charge_i(charge_i),
    .value_o (value)
  );
  econ_charge_codes #(.Cells(48)) u_charge_codes (
    .value_i(value),
    .code_o (codes_d)
  );

  // sums ----------------------------------------------------------------------------------------
  econ_wafer_sum #(.Cells(48)) u_all_sum (
    .charge_i(charge_i),
    .sum_o   (all_sum)
  );
  econ_wafer_sum #(.Cells(48)) u_rest_sum (
    .charge_i(rest),
    .sum_o   (rest_sum)
  );
  econ_float_encode #(.InWidth(28), .Exponent(5), .Mantissa(3)) u_encode_all (
    .value_i(all_sum),
    .code_o (all_sum_code_d)
  );
  econ_float_encode #(.InWidth(28), .Exponent(5), .Mantissa(3)) u_encode_rest (
    .value_i(rest_sum),
    .code_o (rest_sum_code)
  );
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
  econ_pipeline #(.Width(8), .Triplicate(0)) u_all_sum_code (
    .clk_i(clk_i),
    .d_i  (all_sum_code_d),
    .q_o  (all_sum_code_q),
    .err_o(all_sum_code_err)
  );

  assign sum_code_d = use_sum_i ? all_sum_code_d : rest_sum_code;

  econ_pipeline #(.Width(8), .Triplicate(0)) u_sum_code (
    .clk_i(clk_i),
    .d_i  (sum_code_d),
    .q_o  (sum_code_q),
    .err_o(sum_code_err)
  );

  assign map_o          = map_q;
  assign codes_o        = codes_q;
  assign sum_code_o     = sum_code_q;
  assign all_sum_code_o = all_sum_code_q;
  assign err_o          = map_err | codes_err | all_sum_code_err | sum_code_err;

endmodule

`default_nettype wire
