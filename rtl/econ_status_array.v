// Count equal read-only registers of Bytes bytes, Stride bytes apart from Address on.
`default_nettype none

module econ_status_array #(
    parameter [15:0] Address = 16'd0,
    parameter        Stride  = 1,
    parameter        Count   = 1,
    parameter        Bytes   = 1
) (
    input  wire [15:0]              address_i,
    input  wire [8*Bytes*Count-1:0] value_i,   // register k at 8 * Bytes * k, little-endian
    output reg  [7:0]               read_o     // 0 when the address is another
);

  integer k;
  integer b;

  always @* begin
    read_o = 8'd0;
    for (k = 0; k < Count; k = k + 1)
      for (b = 0; b < Bytes; b = b + 1)
        read_o = read_o
          | ({8{address_i == Address + Stride * k[15:0] + b[15:0]}} & value_i[8*(Bytes*k+b) +: 8]);
  end

endmodule

`default_nettype wire
