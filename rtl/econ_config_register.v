// One configuration register: up to 32 bytes on the register bus, of which the lowest Width bits exist.
//
// Bytes are little-endian. Bits that do not exist read 0; so does the register while it is not selected.
`default_nettype none

module econ_config_register #(
    parameter             Bytes      = 1,
    parameter             Width      = 8,
    parameter [Width-1:0] ResetValue = {Width{1'b0}},
    parameter             Triplicate = 0
) (
    input  wire             clk_i,
    input  wire             rst_ni,
    input  wire             select_i, // the address is one of the register
    input  wire [4:0]       byte_i,   // which of its bytes
    input  wire             write_i,
    input  wire [7:0]       data_i,
    output reg  [7:0]       read_o,
    output wire [Width-1:0] value_o,
    output wire             err_o
);

  reg [8*Bytes-1:0] held;
  reg [8*Bytes-1:0] next;
  integer           b;

  always @* begin
    held            = {8*Bytes{1'b0}};
    held[Width-1:0] = value_o;
    next            = held;
    read_o          = 8'd0;
    for (b = 0; b < Bytes; b = b + 1) begin
      if (select_i && byte_i == b[4:0]) begin
        next[8*b +: 8] = data_i;
        read_o         = held[8*b +: 8];
      end
    end
  end

  econ_register #(.Width(Width), .ResetValue(ResetValue), .Triplicate(Triplicate)) u_value (
    .clk_i (clk_i),
    .rst_ni(rst_ni),
    .en_i  (write_i & select_i),
    .d_i   (next[Width-1:0]),
    .q_o   (value_o),
    .err_o (err_o)
  );

  wire unused_next; // bits that do not exist
  assign unused_next = ^next;

endmodule

`default_nettype wire
