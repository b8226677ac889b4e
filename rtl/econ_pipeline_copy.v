// One of the three copies of a triplicated data-path register (no reset).
//
// A module of its own with kept hierarchy, for the reason given in econ_register_copy.v.
`default_nettype none

(* keep_hierarchy *)
module econ_pipeline_copy #(
    parameter Width = 1
) (
    input  wire             clk_i,
    input  wire [Width-1:0] d_i,
    output reg  [Width-1:0] q_o
);

  always @(posedge clk_i) q_o <= d_i;

endmodule

`default_nettype wire
