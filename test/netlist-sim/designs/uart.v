// Asynchronous serial port, 8 data bits, no parity, 1 stop bit; DIVIDER clocks a bit.
module uart #(
  parameter DIVIDER = 8
) (
  input        clk,
  input        rst_n,
  input        rx,
  output       tx,
  input        send,
  input  [7:0] send_data,
  output       busy,
  output reg       valid,
  output reg [7:0] data,
  output reg       framing_error
);
  // Transmitter: start bit, data from the lowest bit on, stop bit.
  reg [9:0] tx_shift;
  reg [3:0] tx_left;
  reg [15:0] tx_count;
  assign busy = tx_left != 4'd0;
  assign tx = busy ? tx_shift[0] : 1'b1;
  always @(posedge clk or negedge rst_n)
    if (!rst_n) begin
      tx_left <= 4'd0;
      tx_count <= 16'd0;
      tx_shift <= 10'h3ff;
    end else if (!busy) begin
      if (send) begin
        tx_shift <= {1'b1, send_data, 1'b0};
        tx_left <= 4'd10;
        tx_count <= DIVIDER - 1;
      end
    end else if (tx_count == 16'd0) begin
      tx_count <= DIVIDER - 1;
      tx_shift <= {1'b1, tx_shift[9:1]};
      tx_left <= tx_left - 4'd1;
    end else tx_count <= tx_count - 16'd1;

  // Receiver: samples in the middle of each bit.
  localparam IDLE = 2'd0, START = 2'd1, BITS = 2'd2, STOP = 2'd3;
  reg [1:0] state;
  reg [1:0] sync;
  reg [15:0] rx_count;
  reg [2:0] index;
  wire line = sync[1];
  always @(posedge clk or negedge rst_n)
    if (!rst_n) sync <= 2'b11;
    else sync <= {sync[0], rx};
  always @(posedge clk or negedge rst_n)
    if (!rst_n) begin
      state <= IDLE;
      rx_count <= 16'd0;
      index <= 3'd0;
      data <= 8'd0;
      valid <= 1'b0;
      framing_error <= 1'b0;
    end else begin
      valid <= 1'b0;
      case (state)
        IDLE:
          if (!line) begin
            state <= START;
            rx_count <= DIVIDER / 2 - 1;
          end
        START:
          if (rx_count != 16'd0) rx_count <= rx_count - 16'd1;
          else if (line) state <= IDLE;
          else begin
            state <= BITS;
            index <= 3'd0;
            rx_count <= DIVIDER - 1;
          end
        BITS:
          if (rx_count != 16'd0) rx_count <= rx_count - 16'd1;
          else begin
            data <= {line, data[7:1]};
            index <= index + 3'd1;
            rx_count <= DIVIDER - 1;
            if (index == 3'd7) state <= STOP;
          end
        default:
          if (rx_count != 16'd0) rx_count <= rx_count - 16'd1;
          else begin
            valid <= line;
            framing_error <= !line;
            state <= IDLE;
          end
      endcase
    end
endmodule
