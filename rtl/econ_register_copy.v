// One of the three copies of a triplicated register with reset.
//
// A module of its own with kept hierarchy: synthesis merges three equal flip-flops whose parent it can
// see into one (attributes on the registers do not prevent that), and the redundancy is gone.
`default_nettype none

(* keep_hierarchy *)
module econ_register_copy #(
    parameter             Width      = 1,
    parameter [Width-1:0] ResetValue = {Width{1'b0}}
) (
    input  wire             clk_i,
    input  wire             rst_ni,
    input  wire [Width-1:0] d_i,
    output reg  [Width-1:0] q_o
);

  always @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) q_o <= ResetValue;
    else         q_o <= d_i;
  end

endmodule

`default_nettype wire
