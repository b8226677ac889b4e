// Sums of super trigger cells in the three formats that the types send, one 9-bit slot a group.
`default_nettype none

module econ_super_cell_codes #(
    parameter Groups = 12
) (
    input  wire [2:0]           drop_i,       // register drop_lsb, acts on 4E3M only
    input  wire [26*Groups-1:0] sum_i,        // unsigned integers, group g in [26g+25:26g]
    output wire [9*Groups-1:0]  code_5e4m_o,  // group g in [9g+8:9g]
    output wire [9*Groups-1:0]  code_5e3m_o,  // 8 bits, below a 0
    output wire [9*Groups-1:0]  code_4e3m_o   // 7 bits, below 00
);

  genvar g;
  generate
    for (g = 0; g < Groups; g = g + 1) begin : gen_group
      wire [17:0] dropped;

      econ_float_encode #(.InWidth(26), .Exponent(5), .Mantissa(4)) u_encode_5e4m (
        .value_i(sum_i[26*g +: 26]),
        .code_o (code_5e4m_o[9*g +: 9])
      );
      econ_float_encode #(.InWidth(26), .Exponent(5), .Mantissa(3)) u_encode_5e3m (
        .value_i(sum_i[26*g +: 26]),
        .code_o (code_5e3m_o[9*g +: 8])
      );
      econ_drop_clamp #(.Width(26)) u_drop_clamp (
        .drop_i  (drop_i),
        .charge_i(sum_i[26*g +: 26]),
        .value_o (dropped)
      );
      econ_float_encode #(.InWidth(18), .Exponent(4), .Mantissa(3)) u_encode_4e3m (
        .value_i(dropped),
        .code_o (code_4e3m_o[9*g +: 7])
      );
      assign code_5e3m_o[9*g+8]      = 1'b0;
      assign code_4e3m_o[9*g+7 +: 2] = 2'b00;
    end
  endgenerate

endmodule

`default_nettype wire
