import { expect, test } from 'vitest';
import { Simulator } from '../../../src/netlist-sim/index.js';

test('a latch follows while it is open and holds while it is closed', async () => {
  const simulator = await Simulator.load({
    'latch.v': `module latch(input e, r_n, input [39:0] d, output reg [39:0] q, p);
      always @* if (e) q = d;
      always @* if (!r_n) p = 40'd7; else if (e) p = q + 40'd1;
    endmodule`,
  });
  const q = () => [simulator.getBig('q'), simulator.getBig('p')];
  simulator.set('r_n', 1);
  simulator.set('e', 1);
  simulator.set('d', 0xff00000001n);
  expect(q()).toEqual([0xff00000001n, 0xff00000002n]);
  simulator.set('e', 0);
  simulator.eval();
  simulator.set('d', 5);
  expect(q()).toEqual([0xff00000001n, 0xff00000002n]);
  simulator.set('r_n', 0);
  expect(q()).toEqual([0xff00000001n, 7n]);
  simulator.set('r_n', 1);
  expect(q()).toEqual([0xff00000001n, 7n]);
  simulator.set('e', 1);
  expect(q()).toEqual([5n, 6n]);
});

test('a clock gate with a latch lets through whole clock pulses only', async () => {
  const simulator = await Simulator.load(
    {
      'gate.v': `module gate(input clk, input rst, output reg [7:0] all, output reg [7:0] some);
        reg open;
        always @* if (!clk) open = all[0] & ~all[3];
        wire gated = clk & open;
        initial all = 0;
        initial some = 0;
        always @(posedge clk) if (rst) all <= 0; else all <= all + 1;
        always @(posedge gated or posedge rst) if (rst) some <= 0; else some <= some + 1;
      endmodule`,
    },
    { clock: 'clk' },
  );
  simulator.reset('rst', 1);
  simulator.step(64);
  expect(simulator.get('all')).toBe(64);
  expect(simulator.get('some')).toBe(16);
});

test('two latches in a row on opposite levels of the clock are a register', async () => {
  const simulator = await Simulator.load(
    {
      'pair.v': `module pair(input clk, input [3:0] d, output reg [3:0] q, output reg [3:0] w);
        reg [3:0] m;
        always @* if (!clk) m = d;
        always @* if (clk) q = m;
        always @(posedge clk) w <= d;
      endmodule`,
    },
    { clock: 'clk' },
  );
  for (let i = 0; i < 40; i++) {
    simulator.set('d', (i * 7) & 15);
    simulator.step();
    expect([simulator.get('q'), simulator.get('w')]).toEqual([(i * 7) & 15, (i * 7) & 15]);
  }
});
