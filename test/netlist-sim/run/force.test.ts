import { expect, test } from 'vitest';
import { Simulator } from '../../../src/netlist-sim/index.js';

const DESIGN = `
module top(input clk, input rst_n, input [39:0] d, output [39:0] y, output [7:0] n);
  wire [39:0] mixed = d ^ 40'h00ff00ff00;
  core u_core(.clk(clk), .rst_n(rst_n), .in(mixed), .out(y), .count(n));
endmodule
module core(input clk, input rst_n, input [39:0] in, output reg [39:0] out, output reg [7:0] count);
  wire [39:0] sum = in + 40'd1;
  always @(posedge clk) out <= sum;
  always @(posedge clk or negedge rst_n) if (!rst_n) count <= 8'd0; else count <= count + 8'd1;
endmodule`;

const forceable = ['mixed', 'u_core.sum', 'u_core.count'];
const load = () => Simulator.load({ 'top.v': DESIGN }, { top: 'top', forceable });

test('logic that is forced keeps the value until it is released', async () => {
  const simulator = await load();
  simulator.reset('rst_n', 0);
  simulator.set('d', 0x1234567890n);
  simulator.step();
  const free = (0x1234567890n ^ 0x00ff00ff00n) + 1n;
  expect(simulator.getBig('y')).toBe(free);
  simulator.force('u_core.sum', 0xff00000001n);
  simulator.step();
  expect([simulator.getBig('y'), simulator.peek('u_core.sum')]).toEqual([0xff00000001n, 0xff00000001n]);
  simulator.set('d', 7);
  simulator.step(3);
  expect(simulator.getBig('y')).toBe(0xff00000001n);
  simulator.release('u_core.sum');
  simulator.step();
  expect(simulator.getBig('y')).toBe((7n ^ 0x00ff00ff00n) + 1n);
  simulator.force('mixed', 41);
  expect(simulator.peek('u_core.in')).toBe(41n); // the same net
  simulator.step();
  expect(simulator.getBig('y')).toBe(42n);
});

test('a register that is forced ignores clock and reset, and keeps the value when it is released', async () => {
  const simulator = await load();
  simulator.reset('rst_n', 0);
  simulator.step(5);
  simulator.force('u_core.count', 200);
  expect(simulator.get('n')).toBe(200);
  simulator.step(9);
  simulator.set('rst_n', 0);
  expect(simulator.get('n')).toBe(200);
  simulator.set('rst_n', 1);
  simulator.release('u_core.count');
  expect(simulator.get('n')).toBe(200);
  simulator.step();
  expect(simulator.get('n')).toBe(201);
  simulator.force('u_core.count', 3);
  simulator.release('u_core.count');
  simulator.set('rst_n', 0);
  expect(simulator.get('n')).toBe(0);
});

test('only what was prepared can be forced', async () => {
  const simulator = await load();
  expect(() => simulator.force('y', 1)).toThrow(/forceable/);
  expect(() => simulator.force('rst_n', 1)).toThrow(/forceable/);
  expect(() => simulator.force('mixed', -1)).toThrow(/40 bits/);
  await expect(
    Simulator.load({ 'top.v': DESIGN }, { top: 'top', forceable: ['u_core.sun'] }),
  ).rejects.toThrow(/u_core has no signal sun.*sum/);
});

test('a clone goes its own way', async () => {
  const simulator = await load();
  simulator.reset('rst_n', 0);
  simulator.step(10);
  simulator.force('u_core.sum', 5);
  const copy = await simulator.clone();
  expect(copy.get('n')).toBe(10);
  copy.step(3);
  simulator.step(20);
  copy.set('rst_n', 0);
  expect([simulator.get('n'), copy.get('n'), copy.getBig('y')]).toEqual([30, 0, 5n]);
  copy.release('u_core.sum');
  simulator.step();
  expect(simulator.getBig('y')).toBe(5n);
});
