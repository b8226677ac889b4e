import { expect, test } from 'vitest';
import { GateSimulator, Simulator } from '../../../src/netlist-sim/index.js';

/** A register over a boundary of words, a memory, a register counted upwards in its range. */
const files = {
  'inside.v': `module core(input clk, input en, input [1:0] at, input [34:0] d, output [34:0] y);
  reg [34:0] mem [0:3];
  reg [0:3] up;
  always @(posedge clk) if (en) begin mem[at] <= d; up <= d[3:0]; end
  assign y = mem[at] ^ {31'd0, up};
endmodule
module inside(input clk, input en, input [1:0] at, input [34:0] d, output [34:0] y, output reg [35:0] q);
  core u_core(.clk(clk), .en(en), .at(at), .d(d), .y(y));
  always @(posedge clk) if (en) q <= {y[0], y};
endmodule
`,
};

test('words, lanes and gates show and change every register and row alike, in the lane that is named', async () => {
  const options = { top: 'inside', keepAll: true };
  const all = [
    { simulator: await Simulator.load(files, options), lane: 0 },
    { simulator: await Simulator.load(files, { ...options, lanes: 4 }), lane: 3 },
    { simulator: await GateSimulator.load(files, options), lane: 77 },
  ];
  for (const { simulator: s, lane } of all) {
    s.set('en', 1);
    for (let row = 0; row < 4; row++) {
      s.set('at', row);
      s.set('d', BigInt(row + 1) << 31n);
      s.step();
    }
    s.set('en', 0);
    expect(s.peek('u_core.mem[2]', lane)).toBe(3n << 31n);
    expect(s.width('u_core.mem[2]')).toBe(35);
    s.poke('u_core.mem[2]', (1n << 34n) | 5n, lane);
    s.flip('u_core.mem[2]', 33, lane);
    s.set('at', 2);
    s.poke('u_core.up', 0b0110, lane);
    // Bit 0 of [0:3] is the highest.
    expect([s.peek('u_core.up[0]', lane), s.peek('u_core.up[1]', lane)]).toEqual([0n, 1n]);
    expect(s.getBig('y', lane)).toBe(((1n << 34n) | (1n << 33n) | 5n) ^ 0b0110n);
    const before = s.peek('q[35]', lane);
    s.flip('q[35]', 0, lane);
    expect(s.peek('q', lane) >> 35n).toBe(1n - before);
    if (s.lanes > 1) {
      expect(s.getBig('y', lane - 1)).toBe(3n << 31n);
      expect(s.peek('q[35]', lane - 1)).toBe(before);
    }
    expect(() => s.peek('q', s.lanes)).toThrow(`lane ${s.lanes} does not exist`);
    expect(() => s.flip('u_core.mem[2]', 35)).toThrow(/bit 35 does not exist/);
    expect(() => s.peek('u_core.mem[4]')).toThrow(/no row 4|no signal mem\[4\]/);
    expect(() => s.peek('q[36]')).toThrow(/no signal q\[36\]/);
  }
  const [words, lanes, gates] = all.map(({ simulator }) => simulator.registers());
  expect(words).toEqual(
    expect.arrayContaining([
      { name: 'q', width: 36 },
      { name: 'u_core.up', width: 4 },
    ]),
  );
  expect(lanes).toEqual(words);
  const rows = [0, 1, 2, 3].map((row) => ({ name: `u_core.mem[${row}]`, width: 35 }));
  const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
  expect([...gates].sort(byName)).toEqual([...words, ...rows].sort(byName));
  for (const { simulator } of all.slice(0, 2))
    expect(simulator.memories()).toEqual([{ name: 'u_core.mem', width: 35, rows: 4, first: 0 }]);
  expect(gates.length).toBe(6);
});

test('a register that is held in one lane leaves the others alone, in words and in gates', async () => {
  const text = {
    'c.v':
      "module c(input clk, output reg [3:0] n); initial n = 0; always @(posedge clk) n <= n + 4'd1; endmodule",
  };
  for (const s of [
    await Simulator.load(text, { lanes: 4, forceable: ['n'] }),
    await GateSimulator.load(text),
  ]) {
    s.step(2);
    s.force('n', 9, 1);
    expect([s.get('n', 0), s.get('n', 1)]).toEqual([2, 9]);
    s.step(3);
    expect([s.get('n', 0), s.get('n', 1)]).toEqual([5, 9]);
    s.release('n', 1);
    s.step();
    expect([s.get('n', 0), s.get('n', 1)]).toEqual([6, 10]);
  }
});

test('what looks at one stimulus refuses a simulator of four', async () => {
  const s = await Simulator.load(files, { top: 'inside', lanes: 4 });
  expect(() => s.parts).toThrow(/one stimulus/);
  await expect(
    (await Simulator.load(files, { top: 'inside' })).runBatch([], { inputs: [], outputs: [] }),
  ).rejects.toThrow(/four lanes/);
});
