// Count equal configuration registers, Stride bytes apart from Address on.
//
// Bytes are little-endian; bits that do not exist read 0.
`default_nettype none

module econ_config_array #(
    parameter [15:0]            Address    = 16'd0,
    parameter                   Stride     = 1,
    parameter                   Count      = 1,
    parameter                   Bytes      = 1,
    parameter                   Width      = 8,
    parameter [Count*Width-1:0] ResetValue = {Count*Width{1'b0}},
    parameter                   Triplicate = 0
) (
    input  wire                   clk_i,
    input  wire                   rst_ni,
    input  wire                   write_i,
    input  wire [15:0]            address_i,
    input  wire [7:0]             data_i,
    output reg  [7:0]             read_o,   // 0 when the address is another
    output wire [Count*Width-1:0] value_o,  // register k at Width * k
    output wire [Count-1:0]       err_o
);

  // Registers as bytes: byte b of register k at 8 * (Bytes * k + b).
  wire [Count*Bytes-1:0]   hit; // the address is that of the byte
  wire [8*Count*Bytes-1:0] next;
  reg  [8*Count*Bytes-1:0] held;
  wire [Count*Width-1:0]   value_d;
  integer                  i;
  integer                  j;

  genvar k;
  genvar b;
  generate
    for (k = 0; k < Count; k = k + 1) begin : gen_register
      assign value_d[Width*k +: Width] = next[8*Bytes*k +: Width];

      for (b = 0; b < Bytes; b = b + 1) begin : gen_byte
        localparam [15:0] Own = Address + Stride * k + b;

        assign hit[Bytes*k+b]           = (address_i == Own);
        assign next[8*(Bytes*k+b) +: 8] = (write_i & hit[Bytes*k+b]) ? data_i : held[8*(Bytes*k+b) +: 8];
      end
    end
  endgenerate

  // Written in every clock: what is not addressed with what it holds.
  econ_register #(
    .Width(Count*Width), .ResetValue(ResetValue), .Triplicate(Triplicate), .Parts(Count)
  ) u_value (
    .clk_i (clk_i),
    .rst_ni(rst_ni),
    .en_i  (1'b1),
    .d_i   (value_d),
    .q_o   (value_o),
    .err_o (err_o)
  );

  always @* begin
    held = {8*Count*Bytes{1'b0}};
    for (i = 0; i < Count; i = i + 1) held[8*Bytes*i +: Width] = value_o[Width*i +: Width];
  end

  always @* begin
    read_o = 8'd0;
    for (j = 0; j < Count * Bytes; j = j + 1) read_o = read_o | ({8{hit[j]}} & held[8*j +: 8]);
  end

  wire unused_next; // bits that do not exist
  assign unused_next = ^next;

endmodule

`default_nettype wire
