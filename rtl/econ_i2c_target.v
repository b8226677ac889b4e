// I2C target: 7-bit device address, 16-bit register address (high byte first), auto-increment.
//
//   write   START device+W high low data ... STOP
//   read    START device+W high low START device+R data ... STOP; without the first part, reading goes
//           on at the address where the last transaction ended
// Acknowledges: its own device address; every register address; data while ready_i is 1. Another device
//   address, or a data byte that is not taken, gets no acknowledge, and the rest up to the next START or
//   STOP is ignored. A byte cut short by START or STOP is dropped.
// Never holds SCL. Timing: at least 8 clocks SCL low, 6 high, SDA stable 2 clocks before SCL rises; SDA
//   follows the falling edge of SCL after 7 clocks at most. That is up to 1 MHz, and beyond, at 40 MHz.
// After reset: a START counts when both lines were seen high before it. A reset that ends in the middle of
//   somebody else's transaction waits for its STOP, a repeated START, or a free bus.
// Recovery: a host that finds SDA low clocks SCL until SDA is high, nine times at most from any state of the
//   flip-flops. The START that it makes there is seen, and everything before it forgotten; a byte that was
//   being written may end with ones. A transaction without an edge of SCL for 2^TimeoutBits - 1 clocks
//   (26 ms with 20 bits at 40 MHz) is abandoned, SDA released, recover_o pulses.
`default_nettype none

module econ_i2c_target #(
    parameter TimeoutBits = 20,
    parameter Triplicate  = 0
) (
    input  wire        clk_i,
    input  wire        rst_ni,

    // pins
    input  wire [6:0]  device_i,
    input  wire        scl_i,
    input  wire        sda_i,
    output wire        sda_oe_o,  // 1 pulls SDA low

    // register bus
    output wire        write_o,   // data_o belongs to address_o, one clock
    output wire [15:0] address_o,
    output wire [7:0]  data_o,
    input  wire [7:0]  data_i,    // content of address_o
    input  wire        ready_i,   // address_o can be written

    output wire        recover_o,
    output wire        err_o
);

  localparam [2:0] Idle        = 3'd0;
  localparam [2:0] Device      = 3'd1;
  localparam [2:0] AddressHigh = 3'd2;
  localparam [2:0] AddressLow  = 3'd3;
  localparam [2:0] WriteData   = 3'd4;
  localparam [2:0] ReadData    = 3'd5;
  localparam [2:0] Ignore      = 3'd6;

  localparam StateWidth = 36;

  wire scl;
  wire sda;
  wire scl_err;
  wire sda_err;
  wire state_err;
  wire timeout_err;

  econ_i2c_filter #(.Delay(0), .Triplicate(Triplicate)) u_scl (
    .clk_i (clk_i),
    .rst_ni(rst_ni),
    .line_i(scl_i),
    .line_o(scl),
    .err_o (scl_err)
  );

  econ_i2c_filter #(.Delay(1), .Triplicate(Triplicate)) u_sda (
    .clk_i (clk_i),
    .rst_ni(rst_ni),
    .line_i(sda_i),
    .line_o(sda),
    .err_o (sda_err)
  );

  // ------------------------------------------------------------------ state
  wire        scl_q;
  wire        sda_q;
  wire [2:0]  state_q;
  wire [3:0]  bit_q;     // bits of this byte seen so far; 8 = acknowledge on its way, 9 = seen
  wire [7:0]  shift_q;   // received so far, or still to be sent (top bit is on the bus)
  wire [15:0] address_q;
  wire        pull_q;    // SDA pulled low
  wire        more_q;    // the host acknowledged the byte it read
  wire        read_q;    // direction bit of this transaction

  reg  [2:0]  state_d;
  reg  [3:0]  bit_d;
  reg  [7:0]  shift_d;
  reg  [15:0] address_d;
  reg         pull_d;
  reg         more_d;
  reg         read_d;

  econ_register #(
    .Width     (StateWidth),
    .Triplicate(Triplicate)
  ) u_state (
    .clk_i (clk_i),
    .rst_ni(rst_ni),
    .en_i  (1'b1),
    .d_i   ({scl, sda, state_d, bit_d, shift_d, address_d, pull_d, more_d, read_d}),
    .q_o   ({scl_q, sda_q, state_q, bit_q, shift_q, address_q, pull_q, more_q, read_q}),
    .err_o (state_err)
  );

  // ----------------------------------------------------------------- events
  wire rise;
  wire fall;
  wire start;
  wire stop;

  assign rise  = scl & ~scl_q;
  assign fall  = ~scl & scl_q;
  assign start = scl & scl_q & sda_q & ~sda;
  assign stop  = scl & scl_q & ~sda_q & sda;

  wire [TimeoutBits-1:0] timeout_q;
  wire                   quiet;
  wire                   timed_out;

  assign quiet     = (state_q == Idle) | rise | fall;
  assign timed_out = &timeout_q;

  econ_register #(.Width(TimeoutBits), .Triplicate(Triplicate)) u_timeout (
    .clk_i (clk_i),
    .rst_ni(rst_ni),
    .en_i  (~quiet | (|timeout_q)),
    .d_i   (quiet ? {TimeoutBits{1'b0}} : timeout_q + 1'b1),
    .q_o   (timeout_q),
    .err_o (timeout_err)
  );

  // --------------------------------------------------------------- protocol
  wire byte_end; // eight bits are in or out, the acknowledge comes next
  wire next_byte;
  wire mine;
  wire active;
  wire acknowledge; // this is the ninth bit

  assign byte_end    = fall & (bit_q == 4'd8);
  assign next_byte   = fall & (bit_q == 4'd9);
  assign mine        = (shift_q[7:1] == device_i);
  assign active      = (state_q != Idle) & (state_q != Ignore);
  assign acknowledge = (bit_q == 4'd9) | ((bit_q == 4'd8) & ~scl_q);
  assign write_o   = byte_end & (state_q == WriteData) & ready_i & ~timed_out;

  always @* begin
    state_d   = state_q;
    bit_d     = bit_q;
    shift_d   = shift_q;
    address_d = address_q;
    pull_d    = pull_q;
    more_d    = more_q;
    read_d    = read_q;

    // what an upset can leave behind and no host can cause: a pull out of place, a tenth bit, state 7
    if (!active || acknowledge == (state_q == ReadData)) pull_d = 1'b0;
    if (active && bit_q >= 4'd9 && (rise || bit_q != 4'd9)) state_d = Ignore;
    if (state_q == 3'd7) state_d = Idle;

    if (rise && active) begin
      bit_d  = bit_q + 4'd1;
      more_d = ~sda;
      if (state_q != ReadData && bit_q < 4'd8) shift_d = {shift_q[6:0], sda};
    end

    if (byte_end) begin
      pull_d = 1'b0;
      case (state_q)
        Device: begin
          read_d = shift_q[0];
          pull_d = mine;
          if (!mine) state_d = Ignore;
        end
        AddressHigh: begin
          address_d[15:8] = shift_q;
          pull_d          = 1'b1;
        end
        AddressLow: begin
          address_d[7:0] = shift_q;
          pull_d         = 1'b1;
        end
        WriteData: begin
          pull_d = ready_i;
          if (!ready_i) state_d = Ignore;
        end
        // the next byte is fetched while the host acknowledges this one
        ReadData: address_d = address_q + 16'd1;
        default: ;
      endcase
    end else if (next_byte) begin
      bit_d  = 4'd0;
      pull_d = 1'b0;
      case (state_q)
        Device:      state_d = read_q ? ReadData : AddressHigh;
        AddressHigh: state_d = AddressLow;
        AddressLow:  state_d = WriteData;
        WriteData:   address_d = address_q + 16'd1;
        ReadData:    if (!more_q) state_d = Ignore;
        default: ;
      endcase
      if (state_d == ReadData) begin
        shift_d = data_i;
        pull_d  = ~data_i[7];
      end
    end else if (fall && state_q == ReadData) begin
      shift_d = {shift_q[6:0], 1'b0};
      pull_d  = ~shift_q[6];
    end

    if (start || stop || timed_out) begin
      state_d = start ? Device : Idle;
      bit_d   = 4'd0;
      pull_d  = 1'b0;
    end
  end

  assign sda_oe_o  = pull_q;
  assign address_o = address_q;
  assign data_o    = shift_q;
  assign recover_o = timed_out;
  assign err_o     = scl_err | sda_err | state_err | timeout_err;

`ifdef ECON_ASSERT
  // SDA is pulled down only behind a falling edge of SCL, and a byte is written in one clock only.
  reg pull_before_q;
  reg write_before_q;
  always @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) {pull_before_q, write_before_q} <= 2'b00;
    else         {pull_before_q, write_before_q} <= {sda_oe_o, write_o};
  end
  always @(posedge clk_i) begin
    assert ((sda_oe_o & ~pull_before_q & scl_q) !== 1'b1);
    assert ((write_o & write_before_q) !== 1'b1);
  end
`endif

endmodule

`default_nettype wire
