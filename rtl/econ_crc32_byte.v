// CRC-32 of IEEE 802.3 (polynomial 0x04C11DB7, reflected: 0xEDB88320), one byte per step.
//
// Start from 0xFFFFFFFF; the CRC of the message is the inverse of the last value.
`default_nettype none

module econ_crc32_byte (
    input  wire [31:0] crc_i,
    input  wire [7:0]  data_i,
    output reg  [31:0] crc_o
);

  integer b;

  always @* begin
    crc_o = crc_i ^ {24'd0, data_i};
    for (b = 0; b < 8; b = b + 1) crc_o = {1'b0, crc_o[31:1]} ^ (crc_o[0] ? 32'hEDB88320 : 32'd0);
  end

endmodule

`default_nettype wire
