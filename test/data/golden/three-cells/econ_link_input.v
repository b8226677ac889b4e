// Link input: takes the trigger-cell codes out of the 1 eRx words of a BX and counts bunch crossings.
// Word: header (4 bits), then 4 codes; code 4r is in bits 27:21 of eRx r, code 4r+3 in bits 6:0.
//
// Layer    link input
// Formats  codes 4E3M, 7 bits, code m in [7m+6:7m]
//          bx 31 at BX 0, else BX mod 16
// Latency  1 BX
`default_nettype none

module econ_link_input (
    // clock and reset
    input  wire        clk_i,
    input  wire        rst_ni,

    // input links
    input  wire [31:0] link_i,  // eRx r in [32r+31:32r]

    // to the mux
    output wire [20:0] codes_o, // 4E3M
    output wire [4:0]  bx_o,
    output wire        err_o    // copies of a register differ
);

  wire        unused_payload;
  wire [4:0]  bx_q;
  wire        bx_err;
  wire [4:0]  bx_d;
  wire [20:0] codes_d;
  wire [20:0] codes_q;
  wire        codes_err;

  assign unused_payload = ^link_i[6:0];

  econ_register #(.Width(5), .ResetValue(5'd15), .Triplicate(1)) u_bx (
    .clk_i (clk_i),
    .rst_ni(rst_ni),
    .en_i  (1'b1),
    .d_i   (bx_d),
    .q_o   (bx_q),
    .err_o (bx_err)
  );
  econ_bx_next u_bx_next (
    .header_i(link_i[31:28]),
    .bx_i    (bx_q),
    .bx_o    (bx_d)
  );

  assign codes_d = {link_i[13:7], link_i[20:14], link_i[27:21]};

  econ_pipeline #(.Width(21), .Triplicate(0)) u_codes (
    .clk_i(clk_i),
    .d_i  (codes_d),
    .q_o  (codes_q),
    .err_o(codes_err)
  );

  assign codes_o = codes_q;
  assign bx_o    = bx_q;
  assign err_o   = bx_err | codes_err;

endmodule

`default_nettype wire
