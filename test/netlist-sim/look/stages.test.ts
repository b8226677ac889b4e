import { expect, test } from 'vitest';
import { Simulator, type Stage, stageText } from '../../../src/netlist-sim/index.js';

const files = {
  'pair.v': `module leaf(input clk, input [3:0] by, output reg [3:0] q);
  always @(posedge clk) q <= q + by;
endmodule
module pair(input clk, input open, input [3:0] by, input [1:0] at, output [5:0] y, output reg [3:0] held);
  reg [5:0] rom [0:3];
  initial begin rom[0] = 1; rom[1] = 2; rom[2] = 4; rom[3] = 8; end
  wire [3:0] sum;
  leaf u_leaf(.clk(clk), .by(by), .q(sum));
  always @* if (open) held = sum;
  assign y = rom[at] ^ {2'b01, sum};
endmodule
`,
};

const stage = async (name: Stage) =>
  stageText((await Simulator.load(files, { top: 'pair', keepAll: true })).parts, name);

test('the netlist as read', async () => {
  expect(await stage('read')).toBe(`design pair
ports
  input clk: 1
  input open: 1
  input by: 4
  input at: 2
  output y: 6
  output held: 4
cells
  $not A=open Y=$1  # pair.v:9 (pair)
  $dlatch D=sum[3:0] EN=open Q=held[3:0]  # pair.v:9 (pair)
  $meminit_v2 ADDR=32'b00000000000000000000000000000000 DATA=6'b000001 EN=6'b111111  # pair.v:6 (pair)
  $meminit_v2 ADDR=32'b00000000000000000000000000000001 DATA=6'b000010 EN=6'b111111  # pair.v:6 (pair)
  $meminit_v2 ADDR=32'b00000000000000000000000000000010 DATA=6'b000100 EN=6'b111111  # pair.v:6 (pair)
  $meminit_v2 ADDR=32'b00000000000000000000000000000011 DATA=6'b001000 EN=6'b111111  # pair.v:6 (pair)
  $memrd ADDR=at[1:0] CLK=1'b0 DATA=$2[5:0] EN=1'b0  # pair.v:10 (pair)
  $xor A=$2[5:0] B={2'b01, sum[3:0]} Y=y[5:0]  # pair.v:10 (pair)
  $add A=sum[3:0] B=by[3:0] Y=$3[3:0]  # pair.v:2 (u_leaf)
  $dff CLK=clk D=$3[3:0] Q=sum[3:0]  # pair.v:2 (u_leaf)`);
});

test('the graph', async () => {
  expect(await stage('graph')).toBe(`graph pair
operations
  %1 = Shl at[1:0], 2
  %2 = Read %1, 0, rom
  %3 = Or u_leaf.q[3:0], 16
  %4 = Xor %2, %3
  %5 = Select open, u_leaf.q[3:0], held[3:0]
  %6 = Add by[3:0], u_leaf.q[3:0]
  %7 = And %6, 15
registers
  held[3:0] <= %5 while open
  u_leaf.q[3:0] <= %7 at the rising edge of clk
memory writes
outputs
  y = %4
  held = held[3:0]`);
});

test('memory and order of evaluation', async () => {
  expect(await stage('emit')).toBe(`code pair: 520 bytes, 9 functions, 96 bytes of state
state
  0x0034 clk, group 1
  0x001c open, group 2
  0x0028 by[3:0], group 3
  0x0010 at[1:0], group 4
  0x0040 rom, group 5
  0x0014 u_leaf.q[3:0], group 6
  0x0020 held[3:0], group 7
block 0: after a change in group 0, 2, 3, 4, 5, 6, 7
  %1 = Shl at[1:0], 2
  %2 = Read %1, 0, rom
  %3 = Or u_leaf.q[3:0], 16
  %4 = Xor %2, %3 -> 0x0018
  %5 = Select open, u_leaf.q[3:0], held[3:0] -> 0x0024
  %6 = Add by[3:0], u_leaf.q[3:0]
  %7 = And %6, 15 -> 0x002c
  %8 = Copy held[3:0] -> 0x0030`);
});

test('text does not depend on how often a design was looked at', async () => {
  const simulator = await Simulator.load(files, { top: 'pair', keepAll: true });
  const first = stageText(simulator.parts, 'graph');
  simulator.step(3);
  simulator.peek('u_leaf.q');
  expect(stageText(simulator.parts, 'graph')).toBe(first);
});
