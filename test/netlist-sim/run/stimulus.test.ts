import { expect, test } from 'vitest';
import { EconError } from '../../../src/base/index.js';
import { parseStimulus, runStimulus, SaifRecorder, Simulator } from '../../../src/netlist-sim/index.js';

const DESIGN = `
module acc(input clk, input rst_n, input [39:0] d, input en, output reg [39:0] sum, output [3:0] low);
  always @(posedge clk or negedge rst_n) if (!rst_n) sum <= 40'd0; else if (en) sum <= sum + d;
  assign low = sum[3:0] ^ {4{en}};
endmodule`;

const JSON_TEXT = JSON.stringify({
  clock: 'clk',
  reset: { port: 'rst_n', active: 0 },
  inputs: { en: 1 },
  cycles: [
    { set: { d: '0x1000000001' }, expect: { sum: 0, low: "4'hf" } },
    { repeat: 2, expect: { low: '0b11xx' } },
    { set: { en: 0 }, expect: { sum: '0x3000000003', low: 3 } },
    { expect: { sum: null, low: '0x3' } },
  ],
});
const VECTORS = `# the same as text
clock clk
reset rst_n 0 4
in d en
out sum low
1000000001 1 | 0 f
. . | x x *2
. 0 | 3000000003 3
. . | xxxxxxxxx3 3
`;

test.each([
  ['JSON', JSON_TEXT, 7],
  ['vectors', VECTORS, 10],
])('a stimulus as %s is played and compared', async (_, text, compared) => {
  const simulator = await Simulator.load({ 'acc.v': DESIGN });
  const result = await runStimulus(simulator, parseStimulus(text, 'acc.txt'));
  expect(result).toMatchObject({ cycles: 5, compared, mismatches: 0, first: undefined });
  expect(result.outputs).toEqual({ sum: '0x3000000003', low: '0x3' });
});

test('the first mismatch names cycle, line, output and bit', async () => {
  const simulator = await Simulator.load({ 'acc.v': DESIGN });
  const wrong = VECTORS.replace('3000000003 3', '3000000023 2').replace('xxxxxxxxx3 3', 'x 5');
  const { mismatches, first } = await runStimulus(simulator, parseStimulus(wrong, 'acc.vec'));
  expect(mismatches).toBe(3);
  expect(first).toMatchObject({
    cycle: 3,
    place: 'line 8',
    port: 'sum',
    expected: '0x3000000023',
    simulated: '0x3000000003',
    bit: 5,
    others: ['low'],
    inputs: { d: '0x1000000001', en: '0x0' },
  });
});

test('outputs after the edge, and more cycles than rows', async () => {
  const simulator = await Simulator.load({ 'acc.v': DESIGN });
  const text = 'clock clk\nreset rst_n 0 1\ncompare after\nin d en\nout sum\n2 1 2\n3 1 5\n';
  const result = await runStimulus(simulator, parseStimulus(text, 'a.vec'), { cycles: 10 });
  expect(result).toMatchObject({ cycles: 10, compared: 2, mismatches: 0, outputs: { sum: '0x1d' } });
});

test.each([
  ['{"cycles": [{"set": {"d": "0x1g"}}]}', /^s cycles\[0\]\.set: d: "0x1g"/],
  ['{"cycles": [{"sets": {}}]}', /^s cycles\.0: Unrecognized key/],
  ['{"cycles": [', /^s: .*JSON/],
  ['in d en\nout sum\n1\n', /^s:3: 1 values.*2 inputs and 1 outputs/],
  ['in d\n1x\n', /^s:2: d: an input has no digits/],
  ['in dd\n1\n', /^s line 2: the design has no input dd\. It has: clk, rst_n, d, en/],
  ['in en\n2\n', /^s line 2 en: 2 is not a number of 1 bits/],
  ['in en\nout low\n1 1f\n', /^s line 3: 0x1f does not fit into the 4 bits of low/],
])('a wrong stimulus is refused with its place: %j', async (text, message) => {
  const simulator = await Simulator.load({ 'acc.v': DESIGN });
  const error = await Promise.resolve()
    .then(() => runStimulus(simulator, parseStimulus(text, 's')))
    .catch((e) => e);
  expect(error).toBeInstanceOf(EconError);
  expect(error.message).toMatch(message);
});

test('activity counts every change of a bit and its time at 1', async () => {
  const simulator = await Simulator.load({
    'count.v':
      "module top(input clk, output [3:0] q); count u_count(.clk(clk), .q(q)); endmodule\nmodule count(input clk, output reg [3:0] q); initial q = 0; always @(posedge clk) q <= q + 4'd1; endmodule",
  });
  const saif = new SaifRecorder(simulator);
  for (let t = 0; t <= 32; t++) {
    saif.sample(10 * t);
    simulator.step();
  }
  const q = saif.watch.signals.find((s) => s.name === 'u_count.q');
  expect([0, 1, 2, 3].map((bit) => saif.activity(q!, bit))).toEqual([
    { toggles: 32, high: 160 },
    { toggles: 16, high: 160 },
    { toggles: 8, high: 160 },
    { toggles: 4, high: 160 },
  ]);
  const text = saif.text();
  expect(text).toContain('(DURATION 320)');
  expect(text).toContain('(q\\[3\\] (T0 160) (T1 160) (TX 0) (TC 4) (IG 0))');
  expect(text).toMatch(/\(INSTANCE top\n\(NET[\s\S]*\(INSTANCE u_count\n\(NET/);
  expect([...text].filter((c) => c === '(').length).toBe([...text].filter((c) => c === ')').length);
});
