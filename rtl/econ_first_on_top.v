// Fields in the order in which a packet sends them: field 0 on top.
`default_nettype none

module econ_first_on_top #(
    parameter Count = 48,
    parameter Width = 7
) (
    input  wire [Count*Width-1:0] fields_i,  // field k at Width * k
    output wire [Count*Width-1:0] packet_o   // field 0 in the highest bits
);

  genvar k;
  generate
    for (k = 0; k < Count; k = k + 1) begin : gen_field
      assign packet_o[Width*(Count-1-k) +: Width] = fields_i[Width*k +: Width];
    end
  endgenerate

endmodule

`default_nettype wire
