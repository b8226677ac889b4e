import { expect, test } from 'vitest';
import { Random } from '../../src/base/index.js';
import { describeChip, emitChip, leafCells } from '../../src/chips/index.js';
import { optionalTool, runIcarus } from '../chips/rtl-bench.js';
import { createI2cTarget } from './i2c-model.js';

const iverilog = await optionalTool('iverilog');
const run = test.skipIf(iverilog === undefined);

/** Runs a bench and gives its lines that do not come from the simulator. */
async function lines(bench: string, files: ReadonlyMap<string, string> = leafCells()): Promise<string[]> {
  const output = await runIcarus(iverilog!, new Map([...files, ['bench.v', bench]]), 'bench');
  return output
    .trim()
    .split('\n')
    .filter((line) => !line.includes('$finish'));
}

const clock = `
  reg clk = 0, rst_n = 0;
  always #1 clk = ~clk;
`;

run('an upset of each bit of each copy is voted away at once, gone after one clock, and seen', async () => {
  const copies = ['a', 'b', 'c'].flatMap((c) => Array.from({ length: 4 }, (_, bit) => ({ c, bit })));
  const upsets = copies
    .map(
      ({ c, bit }) => `
    @(negedge clk) u_dut.gen_triple.u_copy_${c}.q_o[${bit}] = ~u_dut.gen_triple.u_copy_${c}.q_o[${bit}];
    #0 $display("${c}${bit} %h %b", q, err);
    @(negedge clk) $display("after %h %b %h", q, err, u_dut.gen_triple.u_copy_${c}.q_o);`,
    )
    .join('');
  const got = await lines(`
module bench;${clock}
  reg en = 0;
  wire [3:0] q;
  wire err;
  econ_register #(.Width(4), .ResetValue(4'h6), .Triplicate(1)) u_dut (
    .clk_i(clk), .rst_ni(rst_n), .en_i(en), .d_i(4'h0), .q_o(q), .err_o(err));
  initial begin
    repeat (2) @(negedge clk); rst_n = 1;${upsets}
    $finish;
  end
endmodule`);
  expect(got).toEqual(copies.flatMap(({ c, bit }) => [`${c}${bit} 6 1`, 'after 6 0 6']));
});

run('the error counter counts clocks with an error, saturates at 255 and is cleared', async () => {
  const got = await lines(`
module bench;${clock}
  reg clear = 0, err = 0;
  wire [7:0] count;
  wire own;
  econ_error_counter u_dut (.clk_i(clk), .rst_ni(rst_n), .clear_i(clear), .err_i(err), .count_o(count), .err_o(own));
  initial begin
    repeat (2) @(negedge clk); rst_n = 1;
    @(negedge clk) $display("%0d", count);
    err = 1; repeat (3) @(negedge clk); err = 0;
    repeat (5) @(negedge clk); $display("%0d", count);
    err = 1; repeat (300) @(negedge clk); $display("%0d", count);
    clear = 1; @(negedge clk) $display("%0d", count);
    repeat (2) @(negedge clk); $display("%0d", count);
    $finish;
  end
endmodule`);
  expect(got).toEqual(['0', '3', '255', '0', '0']);
});

run('reset asserts without a clock and is released on the second edge', async () => {
  const got = await lines(`
module bench;
  reg clk = 0, rst_n = 1;
  wire out, err;
  econ_reset_sync u_dut (.clk_i(clk), .rst_ni(rst_n), .rst_no(out), .err_o(err));
  initial begin
    #1 rst_n = 0; #1 $display("%b", out);
    rst_n = 1; #1 $display("%b", out);
    clk = 1; #1 clk = 0; #1 $display("%b", out);
    clk = 1; #1 clk = 0; #1 $display("%b", out);
    $finish;
  end
endmodule`);
  expect(got).toEqual(['0', '0', '0', '1']);
});

run(
  'weight memory: refused and accepted commit, conv one clock before dense, upset healed and counted',
  async () => {
    const files = emitChip(describeChip({ tmr: 'weights' })).files;
    const got = await lines(
      `
module bench;${clock}
  reg write = 0, commit = 0, read_active = 0;
  reg [15:0] address = 0;
  reg [7:0] data = 0;
  reg [31:0] expected = 0;
  wire [7:0] rdata, count;
  wire ready, busy, done, failed, err;
  wire [31:0] crc;
  wire [1071:0] first, last;
  integer i, clocks, early, late;
  econ_weight_memory u_dut (.clk_i(clk), .rst_ni(rst_n), .write_i(write), .address_i(address), .data_i(data),
    .data_o(rdata), .ready_o(ready), .commit_i(commit), .read_active_i(read_active), .expected_crc_i(expected),
    .busy_o(busy), .done_o(done), .failed_o(failed), .count_o(count), .crc_o(crc),
    .weights_00_o(first), .weights_01_o(), .weights_02_o(), .weights_03_o(), .weights_04_o(), .weights_05_o(),
    .weights_06_o(), .weights_07_o(), .weights_08_o(), .weights_09_o(), .weights_10_o(), .weights_11_o(last),
    .err_o(err));
  task start; begin
    commit = 1; @(negedge clk) commit = 0;
    address = 16'h0600; #0 $display("ready %b", ready);
    data = 8'hEE; write = 1; @(negedge clk) write = 0;
    clocks = 1; early = -1; late = -1;
    while (busy) begin
      @(negedge clk) clocks = clocks + 1;
      if (early < 0 && first[7:0] == 8'hFF) early = clocks;
      if (late < 0 && last[1071:1064] == 8'hFF) late = clocks;
    end
  end endtask
  initial begin
    repeat (2) @(negedge clk); rst_n = 1;
    for (i = 0; i < 1608; i = i + 1) begin
      address = 16'h0600 + i; data = 8'hFF; write = 1; @(negedge clk);
    end
    write = 0;
    start; $display("failed %b done %b count %0d crc %h active %h", failed, done, count, crc, last[1071:1064]);
    expected = crc;
    start; $display("failed %b done %b count %0d dense minus conv %0d", failed, done, count, late - early);
    address = 16'h0c47; #0 $display("shadow %h", rdata);
    read_active = 1; #0 $display("active %h", rdata);
    @(negedge clk) u_dut.u_weight_bank_07.gen_whole.u_active.gen_triple.u_copy_b.q_o[100] = 0;
    #0 $display("err %b", err);
    @(negedge clk) $display("err %b copy %b", err, u_dut.u_weight_bank_07.gen_whole.u_active.gen_triple.u_copy_b.q_o[100]);
    $finish;
  end
endmodule`,
      files,
    );
    const { crc32 } = await import('../../src/base/index.js');
    const crc = crc32(new Uint8Array(1608).fill(255)).toString(16).padStart(8, '0');
    expect(got).toEqual([
      'ready 0',
      `failed 1 done 0 count 0 crc ${crc} active 00`,
      'ready 0',
      'failed 0 done 1 count 1 dense minus conv 1',
      'shadow ff',
      'active ff',
      'err 1',
      'err 0 copy 1',
    ]);
  },
);

/** A random I2C conversation as bench calls, and what the byte-level model answers. */
function conversation(seed: number): { calls: string[]; want: string[] } {
  const random = new Random(seed);
  const memory = Uint8Array.from({ length: 256 }, (_, i) => 37 * i + 11);
  const target = createI2cTarget(0x23, {
    read: (address) => memory[address & 255],
    write: (address, byte) => {
      // The bench's bus refuses addresses that end in 0xf0..0xff.
      if ((address & 0xf0) === 0xf0) return false;
      memory[address & 255] = byte;
      return true;
    },
  });
  const calls: string[] = [];
  const want: string[] = [];
  const start = (): void => {
    calls.push('start;');
    target.start();
  };
  const send = (byte: number): void => {
    calls.push(`send(8'h${byte.toString(16)});`);
    want.push(`ack ${target.send(byte) ? 1 : 0}`);
  };
  for (let n = 0; n < 40; n++) {
    start();
    const device = random.below(5) === 0 ? random.below(128) : 0x23;
    const reading = random.below(2) === 1;
    if (!reading || random.below(3) > 0) {
      send(device << 1);
      send(random.below(256));
      if (random.below(8) > 0) send(random.below(3) === 0 ? 0xee + random.below(8) : random.below(256));
      if (reading) start();
    }
    const count = 1 + random.below(4);
    if (reading) {
      send((device << 1) | 1);
      for (let i = 0; i < count; i++) {
        const more = i < count - 1;
        calls.push(`receive(1'b${more ? 1 : 0});`);
        want.push(`byte ${target.receive(more).toString(16).padStart(2, '0')}`);
      }
    } else for (let i = 0; i < count; i++) send(random.below(256));
    if (random.below(4) === 0) {
      // A byte cut short is dropped.
      calls.push(`part(${1 + random.below(7)});`);
    }
    calls.push('stop;');
    target.stop();
  }
  return { calls, want };
}

const i2cBench = (half: number, body: string, timeoutBits = 20, triplicate = 0): string => `
module bench;${clock}
  localparam Half = ${half};
  reg scl = 1, host = 0;
  wire pull, write, recover, err;
  wire sda = ~(host | pull);
  wire [15:0] address;
  wire [7:0] data;
  reg [7:0] memory [0:255];
  wire [7:0] rdata = memory[address[7:0]];
  wire ready = (address[7:4] != 4'hf);
  integer i, recovers = 0;
  reg [7:0] value;
  econ_i2c_target #(.TimeoutBits(${timeoutBits}), .Triplicate(${triplicate})) u_dut (
    .clk_i(clk), .rst_ni(rst_n), .device_i(7'h23), .scl_i(scl), .sda_i(sda), .sda_oe_o(pull), .write_o(write),
    .address_o(address), .data_o(data), .data_i(rdata), .ready_i(ready), .recover_o(recover), .err_o(err));
  always @(posedge clk) if (write) memory[address[7:0]] <= data;
  always @(posedge clk) if (recover) recovers = recovers + 1;
  task waits(input integer n); repeat (n) @(negedge clk); endtask
  task bits(input v, output s); begin
    waits(Half / 2); host = ~v; waits(Half - Half / 2); scl = 1; waits(Half / 2); s = sda; waits(Half - Half / 2); scl = 0;
  end endtask
  task start; begin waits(Half / 2); host = 0; waits(Half - Half / 2); scl = 1; waits(Half); host = 1; waits(Half); scl = 0; end endtask
  task stop; begin waits(Half / 2); host = 1; waits(Half - Half / 2); scl = 1; waits(Half); host = 0; waits(2 * Half); end endtask
  task send(input [7:0] v); reg s; integer b; begin
    for (b = 7; b >= 0; b = b - 1) bits(v[b], s);
    bits(1'b1, s); $display("ack %b", ~s);
  end endtask
  task receive(input more); reg s; integer b; begin
    for (b = 7; b >= 0; b = b - 1) begin bits(1'b1, s); value[b] = s; end
    bits(~more, s); $display("byte %h", value);
  end endtask
  task part(input integer n); reg s; integer b; for (b = 0; b < n; b = b + 1) bits(1'b1, s); endtask
  initial begin
    for (i = 0; i < 256; i = i + 1) memory[i] = 37 * i + 11;
    repeat (2) @(negedge clk); rst_n = 1; waits(20);
    ${body}
    $finish;
  end
endmodule`;

for (const half of [8, 11, 20, 50]) {
  run(`I2C target against the byte model, random conversations, ${2 * half} clocks per bit`, async () => {
    const { calls, want } = conversation(half);
    expect(await lines(i2cBench(half, calls.join('\n    ')))).toEqual(want);
    expect(want.filter((w) => w === 'ack 0').length).toBeGreaterThan(5);
    expect(
      want.filter((w) => w.startsWith('byte') && w !== 'byte 00' && w !== 'byte ff').length,
    ).toBeGreaterThan(3);
  });
}

run('I2C recovers when SCL stands still while it drives SDA', async () => {
  const got = await lines(
    i2cBench(
      8,
      `memory[0] = 8'h00;
    start; send(8'h46); send(8'h00); send(8'h00); start; send(8'h47);
    part(2); host = 0;
    $display("pulls %b", pull); waits(300); $display("pulls %b recovers %0d", pull, recovers);
    scl = 1; waits(20);
    start; send(8'h46); stop;`,
      8,
    ),
  );
  expect(got).toEqual(['ack 1', 'ack 1', 'ack 1', 'ack 1', 'pulls 1', 'pulls 0 recovers 1', 'ack 1']);
});

run('I2C with triplicated state survives an upset of one copy in mid-transaction', async () => {
  const got = await lines(
    i2cBench(
      8,
      `start; send(8'h46); send(8'h00); send(8'h07);
    u_dut.u_state.gen_triple.u_copy_c.q_o = 36'd0; #0 $display("err %b", err);
    send(8'h5a); stop;
    $display("memory %h", memory[7]);`,
      20,
      1,
    ),
  );
  expect(got).toEqual(['ack 1', 'ack 1', 'ack 1', 'err 1', 'ack 1', 'memory 5a']);
});
