// FIFO between two clocks: Gray-coded pointers, two synchronising registers each way.
module async_fifo #(
  parameter WIDTH = 12,
  parameter BITS = 3
) (
  input                  clk,
  input                  clk_r,
  input                  rst,
  input                  push,
  input  [WIDTH-1:0]     in,
  output reg             full,
  input                  pop,
  output [WIDTH-1:0]     out,
  output reg             empty
);
  reg [WIDTH-1:0] store [0:(1<<BITS)-1];
  reg [BITS:0] w_bin, w_gray, r_bin, r_gray;
  reg [BITS:0] w_sync0, w_sync1, r_sync0, r_sync1;

  wire do_push = push & ~full;
  wire [BITS:0] w_next = w_bin + {{BITS{1'b0}}, do_push};
  wire [BITS:0] w_gray_next = (w_next >> 1) ^ w_next;
  always @(posedge clk) if (do_push) store[w_bin[BITS-1:0]] <= in;
  always @(posedge clk or posedge rst)
    if (rst) begin
      w_bin <= 0;
      w_gray <= 0;
      full <= 1'b0;
      r_sync0 <= 0;
      r_sync1 <= 0;
    end else begin
      w_bin <= w_next;
      w_gray <= w_gray_next;
      {r_sync1, r_sync0} <= {r_sync0, r_gray};
      full <= w_gray_next == {~r_sync1[BITS:BITS-1], r_sync1[BITS-2:0]};
    end

  wire do_pop = pop & ~empty;
  wire [BITS:0] r_next = r_bin + {{BITS{1'b0}}, do_pop};
  wire [BITS:0] r_gray_next = (r_next >> 1) ^ r_next;
  assign out = empty ? {WIDTH{1'b0}} : store[r_bin[BITS-1:0]];
  always @(posedge clk_r or posedge rst)
    if (rst) begin
      r_bin <= 0;
      r_gray <= 0;
      empty <= 1'b1;
      w_sync0 <= 0;
      w_sync1 <= 0;
    end else begin
      r_bin <= r_next;
      r_gray <= r_gray_next;
      {w_sync1, w_sync0} <= {w_sync0, w_gray};
      empty <= r_gray_next == w_sync1;
    end
endmodule
