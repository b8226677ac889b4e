// CRC-32 of IEEE 802.3 over a stream of bytes, lowest bit first; the result is inverted.
module crc32 (
  input             clk,
  input             rst,
  input             clear,
  input             valid,
  input      [7:0]  byte_in,
  output     [31:0] crc
);
  function [31:0] next;
    input [31:0] state;
    input [7:0] value;
    integer i;
    begin
      next = state ^ {24'd0, value};
      for (i = 0; i < 8; i = i + 1)
        next = next[0] ? (next >> 1) ^ 32'hedb88320 : next >> 1;
    end
  endfunction
  reg [31:0] state;
  always @(posedge clk)
    if (rst | clear) state <= 32'hffffffff;
    else if (valid) state <= next(state, byte_in);
  assign crc = ~state;
endmodule
