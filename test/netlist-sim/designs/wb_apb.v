// Bridge from Wishbone B4 (classic cycles) to APB3 with four selects and a time-out, and a small APB register file.
module wb_apb (
  input             clk,
  input             rst,
  input             cyc_i,
  input             stb_i,
  input             we_i,
  input      [3:0]  sel_i,
  input      [15:0] adr_i,
  input      [31:0] dat_i,
  output     [31:0] dat_o,
  output            ack_o,
  output            err_o,
  output     [3:0]  psel,
  output            penable
);
  localparam IDLE = 2'd0, SETUP = 2'd1, ACCESS = 2'd2, DONE = 2'd3;
  reg [1:0] state;
  reg [3:0] wait_left;
  reg [31:0] result;
  reg failed;
  wire request = cyc_i & stb_i;
  wire active = state == SETUP || state == ACCESS;
  assign psel = active ? 4'd1 << adr_i[15:14] : 4'd0;
  assign penable = state == ACCESS;
  wire [3:0] ready, error;
  wire [31:0] read [0:3];
  genvar g;
  generate
    for (g = 0; g < 4; g = g + 1) begin : slave
      apb_registers #(.DEPTH(4 << g), .WAIT(g)) u_registers (
        .clk(clk), .rst(rst), .psel(psel[g]), .penable(penable), .pwrite(we_i),
        .pstrb(sel_i), .paddr(adr_i[13:0]), .pwdata(dat_i),
        .prdata(read[g]), .pready(ready[g]), .pslverr(error[g])
      );
    end
  endgenerate
  always @(posedge clk)
    if (rst) begin
      state <= IDLE;
      wait_left <= 4'd0;
      result <= 32'd0;
      failed <= 1'b0;
    end else
      case (state)
        IDLE: if (request) state <= SETUP;
        SETUP: begin
          state <= ACCESS;
          wait_left <= 4'd9;
        end
        ACCESS:
          if (|(ready & psel)) begin
            result <= read[adr_i[15:14]];
            failed <= |(error & psel);
            state <= DONE;
          end else if (wait_left == 4'd0) begin
            failed <= 1'b1;
            state <= DONE;
          end else wait_left <= wait_left - 4'd1;
        default: state <= IDLE;
      endcase
  assign dat_o = result;
  assign ack_o = state == DONE && !failed;
  assign err_o = state == DONE && failed;
endmodule

module apb_registers #(
  parameter DEPTH = 4,
  parameter WAIT = 0
) (
  input             clk,
  input             rst,
  input             psel,
  input             penable,
  input             pwrite,
  input      [3:0]  pstrb,
  input      [13:0] paddr,
  input      [31:0] pwdata,
  output     [31:0] prdata,
  output            pready,
  output            pslverr
);
  reg [31:0] mem [0:DEPTH-1];
  reg [3:0] count;
  integer i;
  initial for (i = 0; i < DEPTH; i = i + 1) mem[i] = 32'h01010101 * i;
  wire [11:0] index = paddr[13:2];
  wire hit = index < DEPTH;
  assign pready = penable && count == WAIT;
  assign pslverr = pready && !hit;
  assign prdata = hit ? mem[index] : 32'hdeadbeef;
  always @(posedge clk)
    if (rst | ~psel | ~penable) count <= 4'd0;
    else if (count != WAIT) count <= count + 4'd1;
  always @(posedge clk)
    if (psel & pready & pwrite & hit) begin
      if (pstrb[0]) mem[index][7:0] <= pwdata[7:0];
      if (pstrb[1]) mem[index][15:8] <= pwdata[15:8];
      if (pstrb[2]) mem[index][23:16] <= pwdata[23:16];
      if (pstrb[3]) mem[index][31:24] <= pwdata[31:24];
    end
endmodule
