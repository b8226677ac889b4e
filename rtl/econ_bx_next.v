// Next value of the 5-bit bunch-crossing counter that packets carry.
//
// BX 0 is 31, every other BX is BX mod 16, so that BX 0 is unique. Header 0x9 on eRx 0 marks BX 0;
// nothing else restarts the count.
//   header  bx     next
//   9       any    31            BX 0
//   other   31     1             BX 1: the low bits of 31 are 15, and 15 + 2 = 1 mod 16
//   other   0..15  bx + 1 mod 16
`default_nettype none

module econ_bx_next (
    input  wire [3:0] header_i,
    input  wire [4:0] bx_i,
    output wire [4:0] bx_o
);

  localparam [3:0] OrbitHeader = 4'h9;

  wire [3:0] step;

  assign step = bx_i[4] ? 4'd2 : 4'd1;
  assign bx_o = (header_i == OrbitHeader) ? 5'd31 : {1'b0, bx_i[3:0] + step};

endmodule

`default_nettype wire
