// Count equal configuration registers, Stride bytes apart from Address on.
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

  wire [8*Count-1:0] reads;
  integer            i;

  genvar k;
  generate
    for (k = 0; k < Count; k = k + 1) begin : gen_register
      localparam [15:0] First = Address + Stride * k;

      wire [15:0] offset;

      assign offset = address_i - First;

      econ_config_register #(
        .Bytes(Bytes), .Width(Width), .ResetValue(ResetValue[Width*k +: Width]), .Triplicate(Triplicate)
      ) u_register (
        .clk_i   (clk_i),
        .rst_ni  (rst_ni),
        .select_i(offset < Bytes),
        .byte_i  (offset[4:0]),
        .write_i (write_i),
        .data_i  (data_i),
        .read_o  (reads[8*k +: 8]),
        .value_o (value_o[Width*k +: Width]),
        .err_o   (err_o[k])
      );
    end
  endgenerate

  always @* begin
    read_o = 8'd0;
    for (i = 0; i < Count; i = i + 1) read_o = read_o | reads[8*i +: 8];
  end

endmodule

`default_nettype wire
