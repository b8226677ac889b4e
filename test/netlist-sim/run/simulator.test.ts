import { expect, test } from 'vitest';
import { EconError } from '../../../src/base/index.js';
import { Simulator } from '../../../src/netlist-sim/index.js';

const COUNTER = `
module counter(input clk_i, input rst_ni, input en_i, output [7:0] count_o, output high_o);
  wire [7:0] count_q;
  genvar g;
  generate for (g = 0; g < 2; g = g + 1) begin : gen_half
    nibble u_nibble(.clk_i(clk_i), .rst_ni(rst_ni), .en_i(g == 0 ? en_i : en_i & (&count_q[3:0])), .q_o(count_q[4*g +: 4]));
  end endgenerate
  assign count_o = count_q;
  assign high_o = count_q > 8'd100;
endmodule
module nibble(input clk_i, input rst_ni, input en_i, output [3:0] q_o, output unseen_o);
  reg [3:0] value_q;
  reg unseen_q;
  wire [3:0] next = value_q + 4'd1;
  always @(posedge clk_i or negedge rst_ni) if (!rst_ni) value_q <= 4'd0; else if (en_i) value_q <= next;
  always @(posedge clk_i) unseen_q <= en_i;
  reg lost_q;
  always @(posedge clk_i) lost_q <= en_i;
  assign unseen_o = unseen_q;
  assign q_o = value_q;
endmodule
`;

async function counter(keepAll = false): Promise<Simulator> {
  const simulator = await Simulator.load({ 'counter.v': COUNTER }, { top: 'counter', keepAll });
  simulator.reset('rst_ni', 0);
  simulator.set('en_i', 1);
  return simulator;
}

test('a counter counts; signals are looked at and registers written by name', async () => {
  const simulator = await counter();
  expect(simulator.clock).toBe('clk_i');
  simulator.step(37);
  expect(simulator.get('count_o')).toBe(37);
  expect(simulator.peek('gen_half[1].u_nibble.value_q')).toBe(2n);
  expect(simulator.peek('gen_half[0].u_nibble.next')).toBe(6n);
  expect(simulator.width('gen_half[0].u_nibble.next')).toBe(4);
  simulator.poke('gen_half[1].u_nibble.value_q', 9);
  expect(simulator.get('count_o')).toBe(0x95);
  simulator.step();
  expect(simulator.get('count_o')).toBe(0x96);
  simulator.flip('gen_half[0].u_nibble.value_q', 3);
  expect(simulator.get('count_o')).toBe(0x9e);
  simulator.step(2);
  expect(simulator.get('count_o')).toBe(0xa0);
  simulator.set('en_i', 0);
  simulator.step(5);
  expect(simulator.get('count_o')).toBe(0xa0);
  expect(simulator.get('high_o')).toBe(1);
});

test('an asynchronous reset acts without a clock, and the next clock loads again', async () => {
  const simulator = await counter();
  simulator.step(20);
  simulator.set('rst_ni', 0);
  expect(simulator.get('count_o')).toBe(0);
  simulator.set('rst_ni', 1);
  expect(simulator.get('count_o')).toBe(0);
  simulator.step(3);
  expect(simulator.get('count_o')).toBe(3);
});

test('a snapshot brings everything back', async () => {
  const simulator = await counter();
  simulator.step(11);
  const saved = simulator.snapshot();
  simulator.step(100);
  expect(simulator.get('count_o')).toBe(111);
  simulator.restore(saved);
  expect(simulator.get('count_o')).toBe(11);
  simulator.step(1);
  expect(simulator.get('count_o')).toBe(12);
});

test('what reaches no output is left out unless it is asked for', async () => {
  const lean = await counter();
  expect(() => lean.peek('gen_half[0].u_nibble.unseen_q')).toThrowError(/keepAll/);
  const full = await counter(true);
  expect(full.statistics.registerBits).toBe(lean.statistics.registerBits + 4);
  full.step();
  expect(full.peek('gen_half[0].u_nibble.unseen_q')).toBe(1n);
  expect(full.peek('gen_half[0].u_nibble.lost_q')).toBe(1n);
});

test('negative edges, clocks made by logic, and clocks read as values', async () => {
  const simulator = await Simulator.load({
    'clocks.v': `module clocks(input clk, input en, input [3:0] d, output reg [3:0] rise, fall, slow, output wire level);
      reg half = 0;
      wire gated = clk & en;
      always @(posedge clk) half <= ~half;
      always @(posedge clk) rise <= d;
      always @(negedge clk) fall <= rise;
      always @(posedge half) slow <= slow + 4'd1;
      reg [3:0] gate_count = 0;
      always @(posedge gated) gate_count <= gate_count + 4'd1;
      assign level = clk ^ gate_count[0];
    endmodule`,
  });
  simulator.set('d', 5);
  simulator.set('clk', 1);
  expect([simulator.get('rise'), simulator.get('fall'), simulator.get('level')]).toEqual([5, 0, 1]);
  simulator.set('clk', 0);
  expect([simulator.get('rise'), simulator.get('fall'), simulator.get('level')]).toEqual([5, 5, 0]);
  expect(simulator.get('slow')).toBe(1);
  simulator.set('en', 1);
  simulator.step(3);
  expect(simulator.get('slow')).toBe(2);
  expect(simulator.peek('gate_count')).toBe(3n);
});

test('the clock rests low, also where only its falling edge counts', async () => {
  const simulator = await Simulator.load(
    {
      'fall.v': `module fall(input clk, input en, output reg [3:0] n, output reg [3:0] g);
        initial begin n = 0; g = 0; end
        always @(negedge clk) n <= n + 4'd1;
        wire gated = clk & en;
        always @(posedge gated) g <= g + 4'd1;
      endmodule`,
    },
    { clock: 'clk' },
  );
  simulator.step();
  expect(simulator.get('n')).toBe(1);
  simulator.step(4);
  simulator.set('en', 1); // no edge of the gated clock: the clock is low
  expect([simulator.get('n'), simulator.get('g')]).toEqual([5, 0]);
  simulator.step(2);
  expect([simulator.get('n'), simulator.get('g')]).toEqual([7, 2]);
});

test('two clocks are clocked by themselves', async () => {
  const simulator = await Simulator.load(
    {
      'two.v': `module two(input a, input b, output reg [7:0] x, y);
        initial begin x = 0; y = 8'd7; end
        always @(posedge a) x <= x + 1;
        always @(posedge b) y <= y + x;
      endmodule`,
    },
    { clock: 'a' },
  );
  simulator.step(5);
  expect([simulator.get('x'), simulator.get('y')]).toEqual([5, 7]);
  simulator.set('b', 1);
  expect([simulator.get('x'), simulator.get('y')]).toEqual([5, 12]);
});

async function failure(verilog: string, top?: string): Promise<EconError> {
  const error = await Simulator.load({ 'bad.v': verilog }, { top }).catch((e) => e);
  expect(error).toBeInstanceOf(EconError);
  return error;
}

test.each([
  [
    'a combinational loop',
    'module m(input a, output y);\n  wire b;\n  assign b = y ^ a;\n  assign y = b & a;\nendmodule\n',
    'simulation/combinational-loop',
    /^bad\.v:[34] /,
    /bad\.v:3.*bad\.v:4|bad\.v:4.*bad\.v:3/,
  ],
  [
    'two drivers',
    'module m(input a, b, output y);\n  assign y = a & b;\n  assign y = a | b;\nendmodule\n',
    'simulation/multiple-drivers',
    /^bad\.v:/,
    /two drivers/,
  ],
  [
    'a bidirectional port',
    'module m(inout a, output y);\n  assign y = a;\nendmodule\n',
    'simulation/inout',
    /^a$/,
    /inout/,
  ],
  ['a syntax error', 'module m(input a;\nendmodule\n', 'eda/yosys', /^bad\.v:1/, /syntax/],
])('%s is reported with its place', async (_, verilog, code, where, what) => {
  const error = await failure(verilog);
  expect(error.code).toBe(code);
  expect(error.where).toMatch(where);
  expect(error.what).toMatch(what);
  expect(error.remedy.length).toBeGreaterThan(10);
});

test('wrong names and values say what is there', async () => {
  const simulator = await counter();
  const message = (f: () => unknown) => {
    try {
      f();
    } catch (error) {
      return (error as EconError).message;
    }
    return 'no error';
  };
  expect(message(() => simulator.set('en', 1))).toMatch(/no input of this name.*en_i/);
  expect(message(() => simulator.get('nothing'))).toMatch(/count_o/);
  expect(message(() => simulator.set('en_i', 2))).toMatch(/not a number of 1 bits/);
  expect(message(() => simulator.set('en_i', -1))).toMatch(/not a number of 1 bits/);
  expect(message(() => simulator.peek('gen_half[0].u_nibble.valu_q'))).toMatch(/value_q/);
  expect(message(() => simulator.poke('count_q', 1))).toBe('no error'); // a bus of registers
  expect(message(() => simulator.poke('high_o', 1))).toMatch(/not a register/);
  expect(message(() => simulator.flip('gen_half[0].u_nibble.value_q', 4))).toMatch(/0 to 3/);
  expect((await failure('module m(output y); assign y = 1; endmodule', 'top')).what).toMatch(
    /no module of this name/,
  );
});
