// Power-up state machine: the chip runs when the host has set pusm_run.
//
//   state   value   leaves to
//   Wait    1       Ready when run_i is 1
//   Ready   8       Wait when run_i is 0 (left_ready_o)
// These two values are publicly known; any other state is an upset (upset_o) and goes to Wait.
`default_nettype none

module econ_power_up #(
    parameter Triplicate = 0
) (
    input  wire       clk_i,
    input  wire       rst_ni,
    input  wire       run_i,
    output wire [3:0] state_o,
    output wire       running_o,
    output wire       left_ready_o,
    output wire       upset_o,
    output wire       err_o
);

  localparam [3:0] Wait  = 4'd1;
  localparam [3:0] Ready = 4'd8;

  reg [3:0] state_d;

  always @* begin
    case (state_o)
      Wait:    state_d = run_i ? Ready : Wait;
      Ready:   state_d = run_i ? Ready : Wait;
      default: state_d = Wait;
    endcase
  end

  econ_register #(.Width(4), .ResetValue(Wait), .Triplicate(Triplicate)) u_state (
    .clk_i (clk_i),
    .rst_ni(rst_ni),
    .en_i  (1'b1),
    .d_i   (state_d),
    .q_o   (state_o),
    .err_o (err_o)
  );

  assign running_o    = (state_o == Ready);
  assign left_ready_o = running_o & ~run_i;
  assign upset_o      = (state_o != Wait) & (state_o != Ready);

endmodule

`default_nettype wire
