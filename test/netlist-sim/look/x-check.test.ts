import { expect, test } from 'vitest';
import { describeChip } from '../../../src/chips/index.js';
import { renderXReport, Simulator, type XPlay, xCheck } from '../../../src/netlist-sim/index.js';
import { loadChip } from '../../../src/verify/index.js';

/** One register of three is forgotten by the reset; a pipeline register without reset fills by itself. */
const DESIGN = `
module dut(input clk, input rst_n, input [7:0] d, input load, output [7:0] sum, output [7:0] late, output [3:0] rows);
  reg [7:0] total_q, pipe_q;
  reg [3:0] forgotten_q = 4'd0;
  core u_core(.clk(clk), .rst_n(rst_n), .add(d[3:0] ^ (forgotten_q & {4{load}})), .total(sum));
  always @(posedge clk) pipe_q <= d;
  always @(posedge clk) if (load) forgotten_q <= forgotten_q + 4'd1;
  reg [3:0] rom [0:3];
  initial begin rom[0] = 1; rom[1] = 2; rom[2] = 4; rom[3] = 8; end
  assign late = pipe_q;
  assign rows = rom[d[1:0]];
endmodule
module core(input clk, input rst_n, input [3:0] add, output [7:0] total);
  reg [7:0] total_q;
  always @(posedge clk or negedge rst_n) if (!rst_n) total_q <= 8'd0; else total_q <= total_q + add;
  assign total = total_q;
endmodule
`;

const play =
  (load: (t: number) => 0 | 1): XPlay =>
  (simulator, observe) => {
    simulator.set('load', 0);
    simulator.set('d', 9);
    simulator.reset('rst_n', 0);
    observe(-1);
    for (let t = 0; t < 20; t++) {
      simulator.set('d', (t * 29) & 255);
      simulator.set('load', load(t));
      simulator.step();
      observe(t);
    }
  };

test('a register that the reset forgot is found, with the outputs that show it', async () => {
  const simulator = await Simulator.load({ 'dut.v': DESIGN }, { top: 'dut' });
  const report = await xCheck(
    simulator,
    play((t) => (t === 12 ? 1 : 0)),
  );
  expect(report.unreset).toEqual([
    { kind: 'register', name: 'forgotten_q', bits: '3:0', count: 4, stillUnknown: 4, outputs: ['sum'] },
  ]);
  expect(report.outputs).toMatchObject([{ port: 'sum', firstCycle: 12 }]);
  expect(report).toMatchObject({ runs: 6, cycles: 20, stateBits: 8 + 8 + 4, memoryBits: 16 });
  expect(renderXReport(report)).toMatch(
    /not reset: forgotten_q\[3:0\] \(4 bits, 4 still unknown at the end\); seen at sum/,
  );
});

test('state that no output shows is told apart, and initial values count when they are kept', async () => {
  const simulator = await Simulator.load({ 'dut.v': DESIGN }, { top: 'dut' });
  const hidden = await xCheck(
    simulator,
    play(() => 0),
  );
  expect(hidden.unreset).toMatchObject([{ name: 'forgotten_q', outputs: [] }]);
  expect(hidden.outputs).toEqual([]);
  const kept = await xCheck(
    simulator,
    play((t) => (t === 12 ? 1 : 0)),
    { keepInitial: true },
  );
  expect(kept.unreset).toEqual([]);
  expect(renderXReport(kept)).toMatch(/reaches every bit/);
});

test('a memory that is read before it is written shows', async () => {
  const simulator = await Simulator.load({
    'm.v': `module m(input clk, input rst, input we, input [2:0] wa, ra, input [39:0] d, output [39:0] q);
      reg [39:0] mem [0:7];
      reg [2:0] count;
      always @(posedge clk) if (rst) count <= 0; else count <= count + 3'd1;
      always @(posedge clk) if (we & !rst) mem[wa] <= d;
      assign q = mem[ra ^ count];
    endmodule`,
  });
  const writeThenRead =
    (reads: number): XPlay =>
    (s, observe) => {
      s.reset('rst', 1);
      observe(-1);
      for (let t = 0; t < 12; t++) {
        s.set('we', t < 8 ? 1 : 0);
        s.set('wa', t & 7);
        s.set('d', 0x1234567890n + BigInt(t));
        s.set('ra', (Math.min(t, reads) ^ (t + 1)) & 7);
        s.step();
        observe(t);
      }
    };
  const early = await xCheck(simulator, writeThenRead(9));
  expect(early.unreset).toMatchObject([{ kind: 'memory', name: 'mem', bits: 'rows 7:0', stillUnknown: 0 }]);
  // Right after the reset row 0 is read, which nothing has written yet.
  expect(early.outputs).toMatchObject([{ port: 'q', firstCycle: -1, cycles: 1 }]);
});

test('nothing that leaves the emitted chip depends on the state before its reset', async () => {
  const chip = await loadChip(describeChip({ tmr: 'weights' }));
  const links = (t: number) =>
    Uint32Array.from(
      { length: 12 },
      (_, i) => (((t === 0 ? 9 : 10) << 28) | ((t * 7919 + i * 104729) & 0xfffffff)) >>> 0,
    );
  const report = await xCheck(
    chip,
    (simulator, observe) => {
      simulator.set('rst_ni', 1);
      simulator.set('scl_i', 1);
      simulator.set('sda_i', 1);
      simulator.set('link_i', links(1));
      simulator.reset('rst_ni', 0);
      observe(-1);
      for (let t = 0; t < 60; t++) {
        simulator.set('link_i', links(t));
        simulator.step();
        observe(t);
      }
    },
    { attribute: 4 },
  );
  expect(report.stateBits).toBeGreaterThan(30_000);
  // Pipeline registers have no reset: they fill from the inputs, and no output shows what was in them.
  expect(report.unreset.length).toBeGreaterThan(0);
  expect(report.unreset.map((s) => s.stillUnknown).filter((n) => n > 0)).toEqual([]);
  expect(report.outputs).toEqual([]);
});
