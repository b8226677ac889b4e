// Link input: takes the trigger-cell codes out of the 12 eRx words of a BX and counts bunch crossings.
// Word: header (4 bits), then 4 codes; code 4r is in bits 27:21 of eRx r, code 4r+3 in bits 6:0.
//
// Layer    link input
// Formats  codes 4E3M, 7 bits, code m in [7m+6:7m]
//          bx 31 at BX 0, else BX mod 16
// Latency  1 BX
`default_nettype none

module econ_link_input (
    // clock and reset
    input  wire         clk_i,
    input  wire         rst_ni,

    // input links
    input  wire [383:0] link_i,  // eRx r in [32r+31:32r]

    // to the mux
    output wire [335:0] codes_o, // 4E3M
    output wire [4:0]   bx_o,
    output wire         err_o    // copies of a register differ
);

  wire         unused_headers;
  wire [4:0]   bx_q;
  wire         bx_err;
  wire [4:0]   bx_d;
  wire [335:0] codes_d;
  wire [335:0] codes_q;
  wire         codes_err;

  assign unused_headers = ^{link_i[383:380], link_i[351:348], link_i[319:316], link_i[287:284],
                            link_i[255:252], link_i[223:220], link_i[191:188], link_i[159:156],
                            link_i[127:124], link_i[95:92], link_i[63:60]};

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

  assign codes_d = {link_i[358:352], link_i[365:359], link_i[372:366], link_i[379:373], link_i[326:320],
                    link_i[333:327], link_i[340:334], link_i[347:341], link_i[294:288], link_i[301:295],
                    link_i[308:302], link_i[315:309], link_i[262:256], link_i[269:263], link_i[276:270],
                    link_i[283:277], link_i[230:224], link_i[237:231], link_i[244:238], link_i[251:245],
                    link_i[198:192], link_i[205:199], link_i[212:206], link_i[219:213], link_i[166:160],
                    link_i[173:167], link_i[180:174], link_i[187:181], link_i[134:128], link_i[141:135],
                    link_i[148:142], link_i[155:149], link_i[102:96], link_i[109:103], link_i[116:110],
                    link_i[123:117], link_i[70:64], link_i[77:71], link_i[84:78], link_i[91:85],
                    link_i[38:32], link_i[45:39], link_i[52:46], link_i[59:53], link_i[6:0], link_i[13:7],
                    link_i[20:14], link_i[27:21]};

  econ_pipeline #(.Width(336), .Triplicate(0)) u_codes (
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
