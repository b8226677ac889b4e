// Number of active links: the ones in register active_etxs.
`default_nettype none

module econ_link_count #(
    parameter Links = 13  // at most 15
) (
    input  wire [Links-1:0] active_i,
    output reg  [3:0]       count_o
);

  integer j;

  always @* begin
    count_o = 4'd0;
    for (j = 0; j < Links; j = j + 1) count_o = count_o + {3'd0, active_i[j]};
  end

endmodule

`default_nettype wire
