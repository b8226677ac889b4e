// Self-checking testbench of econ_chip.
//
// Configures the chip and loads the weights over the I2C pins with a bus master of its own, then streams
// wafers, one per BX, and compares every bit of every output word, in the BX that the latency says.
//
// Reads, from the folder vectors/ below the working directory (all hex, for $readmemh):
//   run.hex        rows, latency in BX, bytes of registers.hex, clocks per half I2C bit, straps, weight
//                  bytes per bank to read back
//   registers.hex  writes: length (2 bytes), address (2 bytes), data; high byte first
//   link_in.hex    one row per BX: the highest eRx first
//   link_out.hex   one row per BX: the highest eTx first, of the wafer of the same row
// Ends with a line `PASS rows/rows` or `FAIL ...`. Time unit: half a clock period.
//
// To run it:
//   $ iverilog -g2005 -s tb_econ_chip -o sim -f econ_chip.f tb/tb_econ_chip.v && vvp -n sim
//   $ verilator --binary --timing -O3 --unroll-count 1 --top-module tb_econ_chip -f econ_chip.f \
//     tb/tb_econ_chip.v && obj_dir/Vtb_econ_chip
// (with --unroll-count 1 the loops over products stay loops in C++: four times less to compile)
// A first look, well below a minute in Icarus: `vvp -n sim +smoke` loads and commits the weights, but streams
// the first 16 wafers only, reads no weights back and leaves out the checks of the I2C protocol and of a
// refused commit.
`default_nettype none
`ifndef ECON_INPUT_LINKS
`define ECON_INPUT_LINKS 12
`define ECON_OUTPUT_LINKS 13
`define ECON_CAL_REGISTER 16'h043f
`endif

module tb_econ_chip;

  localparam Erx = `ECON_INPUT_LINKS;
  localparam Etx = `ECON_OUTPUT_LINKS;

  localparam MaxRows  = 65536;
  localparam MaxBytes = 8192;
  localparam SmokeRows = 16;

  localparam [15:0] WeightBase    = 16'h0600;
  localparam [15:0] WeightEnd     = 16'h0c48;
  localparam [15:0] CalRegister   = `ECON_CAL_REGISTER;
  localparam [15:0] WeightCommand = 16'h0c50;
  localparam [15:0] WeightControl = 16'h0c51;
  localparam [15:0] WeightStatus  = 16'h0c52;
  localparam [15:0] ExpectedCrc   = 16'h0c54;

  reg [31:0]  run_table   [0:5];
  reg [7:0]   script      [0:MaxBytes-1];
  reg [32*Erx-1:0] rows_in     [0:MaxRows-1];
  reg [32*Etx-1:0] rows_out    [0:MaxRows-1];

  integer rows;
  integer latency;
  integer script_bytes;
  integer half;
  integer weight_bytes;
  reg     smoke; // plusarg: see above

  // ------------------------------------------------------------------- chip
  reg          clk;
  reg          rst_n;
  reg  [2:0]   strap;
  reg          scl;
  reg          host_pull;
  reg  [32*Erx-1:0] link_in;
`ifdef ECON_LINK_RESET
  reg          link_reset;
`endif
  wire [32*Etx-1:0] link_out;
  wire         chip_pull;
  wire         sda;

  assign sda = ~(host_pull | chip_pull); // open drain with pull-up

  econ_chip u_chip (
    .clk_i   (clk),
    .rst_ni  (rst_n),
`ifdef ECON_LINK_RESET
    .link_reset_i(link_reset),
`endif
    .strap_i (strap),
    .scl_i   (scl),
    .sda_i   (sda),
    .sda_oe_o(chip_pull),
    .link_i  (link_in),
    .link_o  (link_out)
  );

  initial clk = 1'b0;
  always #1 clk = ~clk;

  // ---------------------------------------------------------------- verdict
  integer checks;
  integer failed;

  task check(input ok, input [8*48-1:0] what);
    begin
      checks = checks + 1;
      if (ok !== 1'b1) begin
        failed = failed + 1;
        $display("check failed: %0s", what);
      end
    end
  endtask

  // ------------------------------------------------------------- I2C master
  // Drives on the falling edge of the clock; a quarter of a bit between SCL falling and SDA moving.
  task wait_clocks(input integer n);
    repeat (n) @(negedge clk);
  endtask

  task i2c_bit(input value, output seen);
    begin
      wait_clocks(half / 2);
      host_pull = ~value;
      wait_clocks(half - half / 2);
      scl = 1'b1;
      wait_clocks(half / 2);
      seen = sda;
      wait_clocks(half - half / 2);
      scl = 1'b0;
    end
  endtask

  task i2c_start;
    begin
      wait_clocks(half / 2);
      host_pull = 1'b0;
      wait_clocks(half - half / 2);
      scl = 1'b1;
      wait_clocks(half);
      host_pull = 1'b1;
      wait_clocks(half);
      scl = 1'b0;
    end
  endtask

  task i2c_stop;
    begin
      wait_clocks(half / 2);
      host_pull = 1'b1;
      wait_clocks(half - half / 2);
      scl = 1'b1;
      wait_clocks(half);
      host_pull = 1'b0;
      wait_clocks(2 * half);
    end
  endtask

  task i2c_send(input [7:0] value, output ack);
    integer b;
    reg     seen;
    begin
      for (b = 7; b >= 0; b = b - 1) i2c_bit(value[b], seen);
      i2c_bit(1'b1, seen);
      ack = ~seen;
    end
  endtask

  task i2c_receive(input more, output [7:0] value);
    integer b;
    reg     seen;
    begin
      for (b = 7; b >= 0; b = b - 1) begin
        i2c_bit(1'b1, seen);
        value[b] = seen;
      end
      i2c_bit(~more, seen);
      host_pull = 1'b0;
    end
  endtask

  // START device+W address, up to the first data byte
  task i2c_select(input [6:0] device, input [15:0] address, output ack);
    reg a;
    reg b;
    reg c;
    begin
      i2c_start;
      i2c_send({device, 1'b0}, a);
      i2c_send(address[15:8], b);
      i2c_send(address[7:0], c);
      ack = a & b & c;
    end
  endtask

  task i2c_write_byte(input [15:0] address, input [7:0] value);
    reg a;
    reg b;
    begin
      i2c_select({4'h4, strap}, address, a);
      i2c_send(value, b);
      i2c_stop;
      check(a & b, "write acknowledged");
    end
  endtask

  // repeated-start read of one byte
  task i2c_read_byte(input [15:0] address, output [7:0] value);
    reg a;
    reg b;
    begin
      i2c_select({4'h4, strap}, address, a);
      i2c_start;
      i2c_send({4'h4, strap, 1'b1}, b);
      i2c_receive(1'b0, value);
      i2c_stop;
      check(a & b, "read acknowledged");
    end
  endtask

  // ------------------------------------------------------------- protocol
  task protocol_checks;
    reg [7:0] value;
    reg       ack;
    reg       seen;
    integer   b;
    begin
      i2c_start;
      i2c_send({4'h4, ~strap, 1'b0}, ack);
      i2c_stop;
      check(~ack, "another device address is not acknowledged");

      i2c_read_byte(CalRegister + 16'd1, value);
      check(value == 8'h08, "reset value of cal 0, high byte");

      // a byte cut short by STOP is dropped
      i2c_select({4'h4, strap}, CalRegister, ack);
      for (b = 0; b < 4; b = b + 1) i2c_bit(1'b1, seen);
      i2c_stop;
      i2c_read_byte(CalRegister, value);
      check(ack & (value == 8'h00), "STOP in mid-byte writes nothing");

      // nine clocks and a STOP free the bus in the middle of a read
      i2c_select({4'h4, strap}, CalRegister, ack);
      i2c_start;
      i2c_send({4'h4, strap, 1'b1}, ack);
      for (b = 0; b < 3; b = b + 1) i2c_bit(1'b1, seen);
      host_pull = 1'b0;
      for (b = 0; b < 9; b = b + 1) i2c_bit(1'b1, seen);
      i2c_stop;
      check(sda, "nine clocks and STOP free SDA");

      // two-clock glitches on both lines, then a write with a glitch in the middle
      scl = 1'b0;
      wait_clocks(2);
      scl = 1'b1;
      wait_clocks(half);
      host_pull = 1'b1;
      wait_clocks(2);
      host_pull = 1'b0;
      wait_clocks(half);
      i2c_select({4'h4, strap}, CalRegister, ack);
      wait_clocks(half);
      scl = 1'b1;
      wait_clocks(2);
      scl = 1'b0;
      wait_clocks(half);
      i2c_send(8'hA5, seen);
      i2c_stop;
      i2c_read_byte(CalRegister, value);
      check(ack & seen & (value == 8'hA5), "glitches are filtered");
      i2c_write_byte(CalRegister, 8'h00);
    end
  endtask

  // ------------------------------------------------------------ configuration
  reg [31:0] crc_bytes; // as the script writes them, lowest address in bits 7:0

  task poll_commit(output [7:0] status);
    integer tries;
    begin
      status = 8'h01;
      for (tries = 0; tries < 100 && status[0]; tries = tries + 1) i2c_read_byte(WeightStatus, status);
    end
  endtask

  // A commit with the wrong CRC must be refused and leave the active weights (all 0 after reset).
  task refused_commit;
    reg [7:0] value;
    integer   b;
    begin
      i2c_write_byte(ExpectedCrc, ~crc_bytes[7:0]);
      i2c_write_byte(WeightCommand, 8'h01);
      poll_commit(value);
      check(value == 8'h04, "commit with a wrong CRC is refused");
      i2c_write_byte(WeightControl, 8'h01);
      for (b = 0; b < 12; b = b + 1) begin
        i2c_read_byte(WeightBase + 16'd134 * b[15:0], value);
        check(value == 8'h00, "refused commit leaves the active weights");
      end
      i2c_write_byte(WeightControl, 8'h00);
      i2c_write_byte(ExpectedCrc, crc_bytes[7:0]);
    end
  endtask

  // Reads `count` bytes in one transaction and compares them with the script.
  task read_back(input [15:0] address, input integer first, input integer count);
    reg       a;
    reg       b;
    reg [7:0] value;
    integer   i;
    begin
      i2c_select({4'h4, strap}, address, a);
      i2c_start;
      i2c_send({4'h4, strap, 1'b1}, b);
      check(a & b, "read acknowledged");
      for (i = 0; i < count; i = i + 1) begin
        i2c_receive(i < count - 1, value);
        check(value == script[first + i], "read-back");
        if (value !== script[first + i])
          $display("  address %h: read %h, wrote %h", address + i[15:0], value, script[first + i]);
      end
      i2c_stop;
    end
  endtask

  task play_script;
    integer    at;
    integer    length;
    integer    i;
    reg [15:0] address;
    reg        ack;
    reg        all;
    reg [7:0]  value;
    begin
      at = 0;
      while (at < script_bytes) begin
        length  = {16'd0, script[at], script[at+1]};
        address = {script[at+2], script[at+3]};
        at      = at + 4;
        if (address == ExpectedCrc) crc_bytes = {script[at+3], script[at+2], script[at+1], script[at]};
        if (address == WeightCommand && !smoke) refused_commit;
        i2c_select({4'h4, strap}, address, all);
        for (i = 0; i < length; i = i + 1) begin
          i2c_send(script[at + i], ack);
          all = all & ack;
        end
        i2c_stop;
        check(all, "script write acknowledged");
        if (address == WeightCommand) begin
          poll_commit(value);
          check(value == 8'h02, "commit accepted");
        end else if (address >= WeightBase && address < WeightEnd) begin
          if (weight_bytes > 0) read_back(address, at, (length < weight_bytes) ? length : weight_bytes);
        end else read_back(address, at, length);
        at = at + length;
      end
    end
  endtask

  // ---------------------------------------------------------------- stream
  integer good;
  integer measured;

  task report_mismatch(input integer row);
    integer    j;
    reg        told;
    reg [31:0] got;
    reg [31:0] want;
    begin
      told = 1'b0;
      for (j = 0; j < Etx; j = j + 1) begin
        got  = link_out[32*j +: 32];
        want = rows_out[row][32*j +: 32];
        if (!told && got !== want) begin
          $display("first mismatch: row %0d, eTx %0d: got %h, expected %h, differing bits %h",
                   row, j, got, want, got ^ want);
          told = 1'b1;
        end
      end
    end
  endtask

`ifdef ECON_LINK_RESET
  // 256 BX of link reset, so that no words of earlier BX wait when row 0 comes. BX 0 is the first of them.
  task empty_buffer;
    begin
      link_in    = {Erx{32'h90000000}};
      link_reset = 1'b1;
      @(negedge clk);
      link_in    = {Erx{32'hA0000000}};
      link_reset = 1'b0;
      wait_clocks(255);
    end
  endtask
`endif

  task stream;
    integer k;
    begin
      good     = 0;
      measured = -1;
      for (k = 0; k < rows + latency; k = k + 1) begin
        // at this falling edge, k rising edges have passed since row 0 was presented
        if (k > 0 && measured < 0 && link_out[31:28] == 4'hf) measured = k;
        if (k >= latency) begin
          if (link_out === rows_out[k - latency]) good = good + 1;
          else if (good == k - latency) report_mismatch(k - latency);
        end
        link_in = (k < rows) ? rows_in[k] : {Erx{32'hA0000000}};
        @(negedge clk);
      end
    end
  endtask

  initial begin
    checks    = 0;
    failed    = 0;
    rst_n     = 1'b1;
    scl       = 1'b1;
    host_pull = 1'b0;
    link_in   = {Erx{32'hA0000000}};
`ifdef ECON_LINK_RESET
    link_reset = 1'b0;
`endif
    $readmemh("vectors/run.hex", run_table);
    rows         = run_table[0];
    latency      = run_table[1];
    script_bytes = run_table[2];
    half         = run_table[3];
    strap        = run_table[4][2:0];
    weight_bytes = run_table[5];
    smoke        = $test$plusargs("smoke") != 0;
    if (smoke) begin
      weight_bytes = 0;
      if (rows > SmokeRows) rows = SmokeRows;
    end
    if (rows > MaxRows || script_bytes > MaxBytes) begin
      $display("FAIL vectors too large: %0d rows, %0d script bytes", rows, script_bytes);
      $finish;
    end
    $readmemh("vectors/registers.hex", script, 0, script_bytes - 1);
    $readmemh("vectors/link_in.hex", rows_in, 0, run_table[0] - 1);
    $readmemh("vectors/link_out.hex", rows_out, 0, run_table[0] - 1);
`ifdef ECON_VCD
    $dumpfile("econ_chip.vcd");
    $dumpvars(0, tb_econ_chip);
`endif

    wait_clocks(2);
    rst_n = 1'b0;
    wait_clocks(4);
    check(chip_pull === 1'b0, "SDA released in reset");
    rst_n = 1'b1;
    wait_clocks(8);

    if (!smoke) protocol_checks;
    play_script;
    $display("i2c: %0d checks, %0d failed", checks, failed);

    wait_clocks(4);
`ifdef ECON_LINK_RESET
    empty_buffer;
`endif
    stream;
    if (measured >= 0) begin
      $display("latency: %0d BX measured, %0d BX promised", measured, latency);
      check(measured == latency, "latency");
    end
    if (smoke) $display("smoke: the first %0d rows only, no weights read back", rows);
    if (failed == 0 && good == rows) $display("PASS %0d/%0d", good, rows);
    else $display("FAIL %0d/%0d rows equal, %0d of %0d other checks failed", good, rows, failed, checks);
    $finish;
  end

endmodule

`default_nettype wire
