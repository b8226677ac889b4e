// Which weight byte a register address names: block n at 0x600 + 0x86 n, 134 bytes each.
`default_nettype none

module econ_weight_address #(
    parameter Banks = 12
) (
    input  wire [15:0] address_i,
    output reg         hit_o,
    output reg  [3:0]  bank_o,
    output reg  [7:0]  byte_o
);

  localparam [15:0] Base  = 16'h0600;
  localparam [15:0] Bytes = 16'd134;

  reg [15:0] first;
  reg [15:0] offset;
  integer    n;

  always @* begin
    hit_o  = 1'b0;
    bank_o = 4'd0;
    byte_o = 8'd0;
    offset = 16'd0;
    first  = Base;
    for (n = 0; n < Banks; n = n + 1) begin
      if (address_i >= first) begin
        offset = address_i - first;
        hit_o  = (offset < Bytes);
        bank_o = n[3:0];
        byte_o = offset[7:0];
      end
      first = first + Bytes;
    end
  end

  wire unused_offset;
  assign unused_offset = |offset[15:8];

endmodule

`default_nettype wire
