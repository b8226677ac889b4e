import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findTool, isMissing, runTool, withTemporaryFolder } from '../../../src/eda/index.js';
import { Simulator, VcdWriter } from '../../../src/netlist-sim/index.js';
import { readVcd } from './vcd-file.js';

const DESIGN = `
module dut(input clk, input rst, input [39:0] d, output [39:0] sum, output [7:0] count);
  wire [15:8] upper = d[15:8];
  genvar g;
  generate for (g = 0; g < 2; g = g + 1) begin : half
    counter #(.STEP(g + 1)) u_counter(.clk(clk), .rst(rst), .enable(upper[8 + g]), .value(count[4*g +: 4]));
  end endgenerate
  reg [39:0] total;
  always @(posedge clk) if (rst) total <= 40'd0; else total <= total + d;
  assign sum = total ^ {32'd0, count};
endmodule
module counter #(parameter STEP = 1)(input clk, input rst, input enable, output reg [3:0] value);
  wire [3:0] next = value + STEP;
  always @(posedge clk or posedge rst) if (rst) value <= 4'd0; else if (enable) value <= next;
endmodule
`;
const CYCLES = 60;
const data = (t: number): bigint => BigInt.asUintN(40, 0x9e3779b97f4a7c15n * BigInt(t + 1));

const inputs = (simulator: Simulator, t: number) => {
  simulator.set('rst', t < 2 ? 1 : 0);
  simulator.set('d', data(t));
};

async function recorded(options = {}): Promise<string> {
  const simulator = await Simulator.load({ 'dut.v': DESIGN }, { top: 'dut', keepAll: true });
  const parts: string[] = [];
  const vcd = new VcdWriter(simulator, (part) => parts.push(part), options);
  for (let t = 0; t < CYCLES; t++) {
    inputs(simulator, t);
    vcd.cycle();
  }
  vcd.end();
  return parts.join('');
}

test('a dump has the changes that Icarus dumps for the same design, at the same times', async (context) => {
  const iverilog = await findTool('iverilog');
  if (isMissing(iverilog)) {
    console.log(`skipped: ${iverilog.reason}`);
    return context.skip();
  }
  const rows = Array.from(
    { length: CYCLES },
    (_, t) => `    #5 clk = 0; rst = ${t < 2 ? 1 : 0}; d = 40'h${data(t).toString(16)}; #5 clk = 1;`,
  );
  const bench = `\`timescale 1ns/1ns
module bench; reg clk, rst; reg [39:0] d; wire [39:0] sum; wire [7:0] count;
  dut dut(.clk(clk), .rst(rst), .d(d), .sum(sum), .count(count));
  initial begin $dumpfile("out.vcd"); $dumpvars(0, dut);
${rows.join('\n').replace('#5', '')}
    #5 $finish; end
endmodule`;
  const text = await withTemporaryFolder(async (folder) => {
    writeFileSync(join(folder, 'a.v'), `${DESIGN}\n${bench}`);
    await runTool(iverilog.path, ['-g2005', '-o', 'a.vvp', '-s', 'bench', 'a.v'], { cwd: folder });
    await runTool('vvp', ['-n', 'a.vvp'], { cwd: folder });
    return readFileSync(join(folder, 'out.vcd'), 'utf8');
  });
  const ours = readVcd(await recorded());
  const theirs = readVcd(text);
  let compared = 0;
  for (const [name, changes] of ours) {
    const wanted = theirs.get(`bench.${name}`);
    expect(wanted, name).toBeDefined();
    // Before the reset Icarus has x; from then on every change is the same. Wires settle in the same instant.
    const known = (wanted ?? []).filter(([, value]) => !/[xz]/.test(value));
    const last = new Map(known);
    const settled = [...last].filter(([, value], i, all) => i === 0 || value !== all[i - 1][1]);
    const from = settled[0][0];
    const same = changes.filter(([time]) => time > from);
    expect(same, name).toEqual(settled.filter(([time]) => time > from));
    compared += same.length;
  }
  expect([...ours.keys()]).toContain('dut.half[1].u_counter.next');
  expect(compared).toBeGreaterThan(500);
});

test('the last cycles only, and chosen scopes only', async () => {
  const [all, last] = [readVcd(await recorded()), readVcd(await recorded({ last: 8 }))];
  for (const [name, changes] of last) {
    const expected = (all.get(name) as [number, string][]).filter(([time]) => time > 10 * (CYCLES - 8));
    expect(changes.filter(([time]) => time > 10 * (CYCLES - 8))).toEqual(expected);
    expect(changes[0][0]).toBe(10 * (CYCLES - 8));
  }
  const scope = readVcd(await recorded({ select: ['half[0]', 'sum'] }));
  expect([...scope.keys()].sort()).toEqual(
    [...['clk', 'enable', 'next', 'rst', 'value'].map((n) => `dut.half[0].u_counter.${n}`), 'dut.sum'].sort(),
  );
  const shallow = readVcd(await recorded({ depth: 0, from: 10, to: 12 }));
  expect([...shallow.keys()].every((name) => name.split('.').length === 2)).toBe(true);
  for (const changes of shallow.values())
    for (const [time] of changes) expect(time).toBeGreaterThanOrEqual(100);
  await expect(recorded({ select: ['half[3]'] })).rejects.toThrow(/no scope or signal/);
});

test('a reader that is not ours reads the dump', async (context) => {
  const text = await recorded();
  const script = `
import sys, json
from vcdvcd import VCDVCD
vcd = VCDVCD(sys.argv[1])
print(json.dumps({name: vcd[name].tv for name in vcd.signals}))`;
  const answer = await withTemporaryFolder(async (folder) => {
    const path = join(folder, 'a.vcd');
    writeFileSync(path, text);
    return runTool('python3', ['-c', script, path]).catch(() => undefined);
  });
  if (answer === undefined || answer.status !== 0) {
    console.log('skipped: the Python package vcdvcd not found');
    return context.skip();
  }
  const theirs = new Map<string, [number, string][]>(Object.entries(JSON.parse(answer.stdout)));
  for (const [name, changes] of readVcd(text)) {
    const signal = [...theirs].find(([n]) => n.replace(/\[\d+:\d+\]$/, '') === name);
    const value = (v: string) => BigInt(`0b${v}`);
    expect(
      signal?.[1].map(([t, v]) => [t, value(v)]),
      name,
    ).toEqual(changes.map(([t, v]) => [t, value(v)]));
  }
});

test("GTKWave's reader takes the dump and gives back every change", async (context) => {
  const text = await recorded();
  const read = await withTemporaryFolder(async (folder) => {
    const [dump, packed] = [join(folder, 'a.vcd'), join(folder, 'a.fst')];
    writeFileSync(dump, text);
    const taken = await runTool('vcd2fst', [dump, packed]).catch(() => undefined);
    if (taken === undefined) return undefined;
    expect(taken.status, taken.stderr).toBe(0);
    return (await runTool('fst2vcd', [packed])).stdout;
  });
  if (read === undefined) {
    console.log('skipped: vcd2fst (comes with gtkwave) not found');
    return context.skip();
  }
  expect(readVcd(read)).toEqual(readVcd(text));
});
