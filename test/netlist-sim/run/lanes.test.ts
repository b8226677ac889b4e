import { expect, test } from 'vitest';
import { runYosys } from '../../../src/eda/index.js';
import { type Netlist, Simulator } from '../../../src/netlist-sim/index.js';
import { randomDesign, stimuli } from '../random-design.js';

const DESIGNS = 12;
const CYCLES = 50;

async function netlistOf(verilog: string): Promise<Netlist> {
  const { stdout } = await runYosys('read_verilog all.v; hierarchy -check; proc; opt_clean; write_json', {
    'all.v': verilog,
    'none.hex': '1 0',
  });
  return JSON.parse(stdout) as Netlist;
}

test(`four lanes agree with four simulators on ${DESIGNS} random designs in every cycle`, async () => {
  const designs = Array.from({ length: DESIGNS }, (_, i) => randomDesign(900 + i, `d${i}`));
  const netlist = await netlistOf(designs.map((d) => d.verilog).join('\n'));
  let compared = 0;
  let unlike = 0;
  for (const [i, design] of designs.entries()) {
    const options = { top: design.name, clock: 'clk' };
    const lanes = await Simulator.load(netlist, { ...options, lanes: 4 });
    const alone = await Promise.all(Array.from({ length: 4 }, () => Simulator.load(netlist, options)));
    const rows = alone.map((_, lane) => stimuli(design, 100 * i + lane, CYCLES));
    for (let t = 0; t < CYCLES; t++) {
      for (const [lane, simulator] of alone.entries()) {
        // Lanes are reset at different times, so asynchronous resets act in some of them only.
        const rst = t < 2 || t === 20 + lane ? 1 : 0;
        const rstN = t < 2 || t === 30 + 2 * lane ? 0 : 1;
        simulator.set('rst', rst);
        simulator.set('rst_n', rstN);
        lanes.set('rst', rst, lane);
        lanes.set('rst_n', rstN, lane);
        design.inputs.forEach((input, k) => {
          if ((t + k + lane) % 3 !== 0) return;
          simulator.set(input.name, rows[lane][t][k]);
          lanes.set(input.name, rows[lane][t][k], lane);
        });
        simulator.step();
      }
      lanes.step();
      for (const { name } of design.outputs) {
        const values = alone.map((simulator) => simulator.getBig(name));
        if (new Set(values).size > 1) unlike++;
        expect(
          values.map((_, lane) => lanes.getBig(name, lane)),
          `${design.name}, ${name}, cycle ${t}\n${design.verilog}`,
        ).toEqual(values);
        compared += 4;
      }
    }
  }
  expect(compared).toBeGreaterThan(DESIGNS * CYCLES * 20);
  expect(unlike).toBeGreaterThan(compared / 16); // the lanes do different things
});

const CLOCKS = `module clocks(input clk, input rst_n, input gate, input [7:0] d, output reg [7:0] q, output reg [7:0] r,
    output reg [3:0] n, output [7:0] m);
  wire gated = clk & gate;
  reg half;
  reg [7:0] mem [0:3];
  always @(posedge clk or negedge rst_n) if (!rst_n) half <= 0; else half <= half ^ d[0];
  always @(posedge gated or negedge rst_n) if (!rst_n) q <= 0; else q <= q + d;
  always @(negedge half or negedge rst_n) if (!rst_n) r <= 8'h55; else r <= r ^ q;
  always @(posedge half or negedge rst_n) if (!rst_n) n <= 0; else n <= n + 1;
  always @(posedge half) mem[d[1:0]] <= q;
  assign m = mem[d[1:0]];
endmodule
`;

test('clocks made by logic have edges in some lanes only', async () => {
  const netlist = await netlistOf(CLOCKS);
  const options = { top: 'clocks', clock: 'clk' };
  const lanes = await Simulator.load(netlist, { ...options, lanes: 4 });
  const alone = await Promise.all(Array.from({ length: 4 }, () => Simulator.load(netlist, options)));
  const names = ['q', 'r', 'n', 'm'];
  for (let t = 0; t < 80; t++) {
    alone.forEach((simulator, lane) => {
      const value = (7 * t * (lane + 3) + lane) & 255;
      const put = (name: string, v: number) => {
        simulator.set(name, v);
        lanes.set(name, v, lane);
      };
      put('rst_n', t < 2 || t === 40 + lane ? 0 : 1);
      put('gate', (t >> lane) & 1);
      put('d', value);
      simulator.step();
    });
    lanes.step();
    for (const name of names) {
      expect(
        alone.map((_, lane) => lanes.get(name, lane)),
        `${name}, cycle ${t}`,
      ).toEqual(alone.map((simulator) => simulator.get(name)));
    }
  }
  expect(new Set(alone.map((simulator) => simulator.get('n'))).size).toBeGreaterThan(1);
});

test('state of a lane can be looked at, written, upset, saved and counted', async () => {
  const netlist = await netlistOf(
    `module count(input clk, input [3:0] by, output reg [39:0] q);
      initial q = 40'd5;
      always @(posedge clk) q <= q + by;
    endmodule`,
  );
  const lanes = await Simulator.load(netlist, { lanes: 4, toggles: true });
  const all = () => [0, 1, 2, 3].map((lane) => lanes.peek('q', lane));
  expect(all()).toEqual([5n, 5n, 5n, 5n]);
  lanes.set('by', 1);
  lanes.set('by', 3, 2);
  lanes.countToggles();
  const before = [0, 2].map((lane) => lanes.toggles('q', lane));
  lanes.step();
  lanes.countToggles();
  expect(all()).toEqual([6n, 6n, 8n, 6n]);
  // 101 -> 110: two bits; 101 -> 1000: three
  expect([0, 2].map((lane, i) => lanes.toggles('q', lane) - before[i])).toEqual([2, 3]);
  const saved = lanes.snapshot();
  lanes.flip('q', 39, 1);
  lanes.poke('q', 100n, 3);
  lanes.step(2);
  expect(all()).toEqual([8n, (1n << 39n) + 8n, 14n, 102n]);
  lanes.restore(saved);
  lanes.flip('q', 0);
  expect(all()).toEqual([7n, 7n, 9n, 7n]);
  expect(() => lanes.set('by', 1, 4)).toThrow(/lane 4/);
  expect(() => lanes.set('clk', 1, 1)).not.toThrow();
  expect(() => lanes.eval()).toThrow(/clock input was set in some lanes only/);
});

test('a batch of stimuli gives the same on any number of threads, and as one by one', async () => {
  const netlist = await netlistOf(
    `module mix(input clk, input rst, input [39:0] a, input [4:0] b, output reg [39:0] q, output [7:0] y, output [3:0] k);
      reg [7:0] mem [0:31];
      always @(posedge clk) begin
        q <= rst ? 40'd1 : {q[38:0], q[39]} ^ a;
        mem[b] <= q[7:0] + mem[b];
      end
      assign y = mem[b] ^ a[7:0];
      assign k = 4'd9;
    endmodule`,
  );
  const lanes = await Simulator.load(netlist, { top: 'mix', lanes: 4 });
  const alone = await Simulator.load(netlist, { top: 'mix' });
  for (const simulator of [lanes, alone]) {
    simulator.set('rst', 1);
    simulator.step(3);
    simulator.set('rst', 0);
    simulator.set('a', 0x1234567890n);
    simulator.step(7);
  }
  const saved = alone.snapshot();
  const stimuli = Array.from({ length: 19 }, (_, i) => ({
    words: Uint32Array.from({ length: 3 * (i + 1) }, (_, k) =>
      k % 3 === 2 ? (i * k) & 31 : k % 3 === 1 ? (i + k) & 255 : Math.imul(i + 7, 0x9e3779b1 + k) >>> 0,
    ),
    upsets: i % 3 === 0 ? [{ cycle: i >> 1, name: 'q', bit: (5 * i) % 40 }] : [],
  }));
  const options = { inputs: ['a', 'b'], outputs: ['q', 'y', 'k'] };
  const [one, two] = await Promise.all(
    [1, 2].map((threads) => lanes.runBatch(stimuli, { ...options, threads })),
  );
  expect(two).toEqual(one);
  stimuli.forEach(({ words, upsets }, i) => {
    alone.restore(saved);
    const want: number[] = [];
    for (let t = 0; t < words.length / 3; t++) {
      for (const u of upsets) if (u.cycle === t) alone.flip(u.name, u.bit);
      alone.set('a', words.subarray(3 * t, 3 * t + 2));
      alone.set('b', words[3 * t + 2]);
      alone.step();
      want.push(...alone.getWords('q'), alone.get('y'), alone.get('k'));
    }
    expect([...one[i]], `stimulus ${i}`).toEqual(want);
  });
  await expect(lanes.runBatch([{ words: new Uint32Array(4) }], options)).rejects.toThrow(/no multiple of 3/);
});
