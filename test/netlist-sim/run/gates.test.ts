import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { Random } from '../../../src/base/index.js';
import { findTool, isMissing, runTool, runYosys, withTemporaryFolder } from '../../../src/eda/index.js';
import {
  fromSlices,
  GateSimulator,
  type Netlist,
  Simulator,
  STREAMS,
  toSlices,
} from '../../../src/netlist-sim/index.js';

const GATES: readonly [string, string][] = [
  ...['BUF', 'NOT'].map((t) => [t, 'A'] as [string, string]),
  ...['AND', 'NAND', 'OR', 'NOR', 'XOR', 'XNOR', 'ANDNOT', 'ORNOT'].map((t) => [t, 'AB'] as [string, string]),
  ...['AOI3', 'OAI3'].map((t) => [t, 'ABC'] as [string, string]),
  ...['AOI4', 'OAI4'].map((t) => [t, 'ABCD'] as [string, string]),
  ...['MUX', 'NMUX'].map((t) => [t, 'ABS'] as [string, string]),
];
/** Pins in the order of the letters in the type; V: reset value. */
const REGISTERS: readonly [string, string][] = [
  ['DFF', 'C'],
  ['DFFE', 'CE'],
  ['DFF', 'CRV'],
  ['DFFE', 'CRVE'],
  ['SDFF', 'CRV'],
  ['SDFFE', 'CRVE'],
  ['SDFFCE', 'CRVE'],
  ['DFFSR', 'CSR'],
  ['DFFSRE', 'CSRE'],
  ['DLATCH', 'E'],
  ['DLATCH', 'ERV'],
  ['DLATCHSR', 'ESR'],
];
const INPUTS = 8;
const CYCLES = 40;
/** Streams that Icarus simulates: the corners of the four words, and one inside. */
const JUDGED = [0, 31, 32, 77, 127];

/** A module of random gates and one register of every kind and polarity. Controls that act at once come from pins. */
function randomGates(random: Random): { verilog: string; registers: number; nets: number } {
  const lines: string[] = [];
  let nets = 0;
  const net = () => (random.below(12) === 0 ? `1'b${random.below(2)}` : `n${random.below(nets)}`);
  for (; nets < INPUTS; nets++) lines.push(`  assign n${nets} = in[${nets}];`);
  const gate = () => {
    const [type, pins] = GATES[random.below(GATES.length)];
    lines.push(
      `  \\$_${type}_ g${nets} (${[...pins].map((p) => `.${p}(${net()})`).join(', ')}, .Y(n${nets}));`,
    );
    nets++;
  };
  let registers = 0;
  for (const [type, pins] of REGISTERS) {
    for (let code = 0; code < 2 ** pins.length; code++) {
      const letters = [...pins].map((pin, i) =>
        pin === 'V' ? String((code >> i) & 1) : (code >> i) & 1 ? 'P' : 'N',
      );
      const latch = !pins.includes('C');
      const ports = [...pins].flatMap((pin, i) => {
        if (pin === 'V') return [];
        const positive = letters[i] === 'P';
        if (pin === 'C') return ['.C(clk)'];
        // What acts without the clock must be free of glitches: Icarus would see them.
        const direct = (pin === 'R' || pin === 'S' || latch) && !type.startsWith('SDFF');
        if (!direct) return [`.${pin}(${net()})`];
        return [`.${pin}(${positive ? '' : '~'}${pin === 'R' ? 'r' : pin === 'S' ? 's' : 'e'})`];
      });
      gate();
      lines.push(
        `  \\$_${type}_${letters.join('')}_ f${registers++} (.D(${net()}), ${ports.join(', ')}, .Q(n${nets++}));`,
      );
      gate();
    }
  }
  // Scalars, because Icarus takes much longer for bits of a vector.
  const names = Array.from({ length: nets }, (_, i) => `n${i}`);
  const verilog = `module gates(input clk, input r, input s, input e, input [${INPUTS - 1}:0] in, output [${nets - 1}:0] n);
  wire ${names.join(', ')};
${lines.join('\n')}
  assign n = {${names.reverse().join(', ')}};
endmodule
`;
  return { verilog, registers, nets };
}

/** Verilog of the simple cells, from the package of Yosys. */
async function cellModels(): Promise<string> {
  const bundle = createRequire(import.meta.url).resolve('@yowasp/yosys');
  const { filesystem } = await import(pathToFileURL(join(bundle, '..', 'resources-yosys.js')).href);
  return filesystem.share['simcells.v'];
}

test('random gates and registers of every kind agree with Icarus on the cell models of Yosys', async (context) => {
  const iverilog = await findTool('iverilog');
  if (isMissing(iverilog)) {
    console.log(`skipped: ${iverilog.reason}`);
    return context.skip();
  }
  const random = new Random(20);
  const { verilog, registers, nets } = randomGates(random);
  const { stdout } = await runYosys(
    'read_verilog -icells gates.v; hierarchy -top gates; simplemap; write_json',
    { 'gates.v': verilog },
  );
  const models = await cellModels();
  const simulator = await GateSimulator.load(JSON.parse(stdout) as Netlist);
  // r and s are never active together: what Verilog says when one of them ends is not what a cell does.
  const stimuli = Array.from({ length: CYCLES }, () =>
    Array.from(
      { length: STREAMS },
      () => (random.below(3) << (INPUTS + 1)) | random.below(2 ** (INPUTS + 1)),
    ),
  );
  const bench = [
    'module bench;',
    `  reg [${INPUTS + 2}:0] in [0:${JUDGED.length - 1}];`,
    '  reg clk = 0;',
    '  integer t;',
    `  reg [31:0] stim [0:${CYCLES * JUDGED.length - 1}];`,
  ];
  JUDGED.forEach((_, k) => {
    bench.push(`  wire [${nets - 1}:0] n${k};`);
    bench.push(
      `  gates u${k}(.clk(clk), .in(in[${k}][${INPUTS - 1}:0]), .e(in[${k}][${INPUTS}]), .r(in[${k}][${INPUTS + 1}]), .s(in[${k}][${INPUTS + 2}]), .n(n${k}));`,
    );
  });
  bench.push('  initial begin', '    $readmemh("stim.hex", stim);');
  for (const k of JUDGED.keys()) bench.push(`    in[${k}] = 0;`);
  bench.push('    #1;'); // with all inputs 0 no control is active, and registers keep what they are given
  for (const k of JUDGED.keys()) {
    for (let f = 0; f < registers; f++) bench.push(`    u${k}.f${f}.Q = 0;`);
  }
  bench.push(`    #1 for (t = 0; t < ${CYCLES}; t = t + 1) begin`);
  for (const k of JUDGED.keys()) bench.push(`      in[${k}] = stim[t * ${JUDGED.length} + ${k}];`);
  bench.push('      #1 clk = 1; #1 clk = 0; #1;');
  for (const k of JUDGED.keys()) bench.push(`      $display("%h", n${k});`);
  bench.push('    end', '  end', 'endmodule');
  const expected = await withTemporaryFolder(async (folder) => {
    writeFileSync(join(folder, 'all.v'), `${models}\n${verilog}\n${bench.join('\n')}\n`);
    const rows = stimuli.flatMap((row) => JUDGED.map((stream) => row[stream].toString(16)));
    writeFileSync(join(folder, 'stim.hex'), rows.join('\n'));
    const args = ['-g2005', '-o', 'all.vvp', '-s', 'bench', 'all.v'];
    const built = await runTool(iverilog.path, args, { cwd: folder });
    expect(built.status, built.stderr).toBe(0);
    return (await runTool('vvp', ['-n', 'all.vvp'], { cwd: folder })).stdout.trim().split('\n');
  });
  expect(expected.length).toBe(CYCLES * JUDGED.length);
  expect(expected.filter((line) => /[xz]/i.test(line))).toEqual([]);
  simulator.set('in', 0);
  const part = (row: readonly number[], from: number, width: number) =>
    toSlices(
      row.map((v) => (v >>> from) & (2 ** width - 1)),
      width,
    );
  stimuli.forEach((row, t) => {
    simulator.setSlices('in', part(row, 0, INPUTS));
    simulator.setSlices('e', part(row, INPUTS, 1));
    simulator.setSlices('r', part(row, INPUTS + 1, 1));
    simulator.setSlices('s', part(row, INPUTS + 2, 1));
    simulator.step();
    JUDGED.forEach((stream, k) => {
      const want = BigInt(`0x${expected[t * JUDGED.length + k]}`);
      const differ = simulator.getBig('n', stream) ^ want;
      const at = differ === 0n ? '' : `net ${differ.toString(2).length - 1}`;
      expect(differ, `cycle ${t}, stream ${stream}, ${at}\n${verilog}`).toBe(0n);
    });
  });
});

const SYNTHESISED = `module leaf #(parameter W = 9) (input clk, input rst_n, input en, input [W-1:0] a, b, output reg [2*W-1:0] p);
  wire [2*W-1:0] full = a * b;
  always @(posedge clk or negedge rst_n) if (!rst_n) p <= 0; else if (en) p <= full;
endmodule
module gates_top(input clk, input rst_n, input en, input [8:0] a, b, output [18:0] sum, output reg [7:0] count);
  wire [17:0] p, q;
  leaf u_left(.clk(clk), .rst_n(rst_n), .en(en), .a(a), .b(b), .p(p));
  leaf u_right(.clk(clk), .rst_n(rst_n), .en(1'b1), .a(b), .b(p[8:0]), .p(q));
  assign sum = p + q;
  always @(posedge clk) if (!rst_n) count <= 8'd3; else count <= count + sum[0];
endmodule
`;

test('a synthesised design agrees with its words, upsets, forces and counters included', async () => {
  const words = await Simulator.load({ 'g.v': SYNTHESISED }, { top: 'gates_top' });
  const gates = await GateSimulator.load({ 'g.v': SYNTHESISED }, { top: 'gates_top', toggles: true });
  const start = words.snapshot();
  const random = new Random(4);
  const rows = Array.from({ length: 30 }, () =>
    Array.from({ length: 3 }, (_, k) =>
      Uint32Array.from({ length: STREAMS }, () => random.below(k === 2 ? 2 : 512)),
    ),
  );
  const outputs: { sum: Uint32Array; count: Uint32Array }[] = [];
  let toggles = 0;
  let last: Uint32Array = new Uint32Array(STREAMS);
  const upset = 50;
  rows.forEach(([a, b, en], t) => {
    gates.set('rst_n', t < 2 ? 0 : 1);
    gates.setSlices('a', toSlices(a, 9));
    gates.setSlices('b', toSlices(b, 9));
    gates.setSlices('en', toSlices(en, 1));
    gates.step();
    if (t === 10) gates.flip('u_left.p', 3, upset);
    if (t === 20) gates.force('count[7]', 1, 90);
    gates.countToggles();
    const sum = fromSlices(gates.getSlices('sum'));
    sum.forEach((v, s) => {
      toggles += ones(v ^ last[s]);
    });
    last = sum;
    outputs.push({ sum, count: fromSlices(gates.getSlices('count')) });
  });
  // All values were 0 before the first count.
  expect(gates.toggles('sum').reduce((x, y) => x + y)).toBe(toggles);
  for (const stream of [0, 1, 50, 90, 127]) {
    words.restore(start);
    rows.forEach(([a, b, en], t) => {
      words.set('rst_n', t < 2 ? 0 : 1);
      words.set('a', a[stream]);
      words.set('b', b[stream]);
      words.set('en', en[stream]);
      words.step();
      if (t === 10 && stream === upset) words.flip('u_left.p', 3);
      if (t >= 20 && stream === 90) words.poke('count', words.get('count') | 128);
      expect(outputs[t].sum[stream], `sum, cycle ${t}, stream ${stream}`).toBe(words.get('sum'));
      expect(outputs[t].count[stream], `count, cycle ${t}, stream ${stream}`).toBe(words.get('count'));
    });
  }
  expect(() => gates.flip('sum', 0, 1)).toThrow(/not the output of a simulated register/);
  expect(gates.totalToggles()).toBeGreaterThan(gates.toggles('sum').reduce((x, y) => x + y));
});

function ones(v: number): number {
  let n = 0;
  for (let rest = v; rest !== 0; rest &= rest - 1) n++;
  return n;
}

test('an output that hangs on nothing outside keeps its value inside its module', async () => {
  const not = (A: number, Y: number) => ({
    type: '$_NOT_',
    parameters: {},
    attributes: {},
    connections: { A: [A], Y: [Y] },
  });
  const input = { direction: 'input', bits: [2] } as const;
  const output = (bit: number) => ({ direction: 'output', bits: [bit] }) as const;
  const inner = { type: 'inner', parameters: {}, attributes: {}, connections: { a: [2], n: ['x'], y: [3] } };
  const module = { attributes: {}, netnames: {} };
  const netlist = {
    modules: {
      top: { ...module, ports: { a: input, y: output(3) }, cells: { u: inner } },
      inner: {
        ...module,
        ports: { a: input, n: output(3), y: output(4) },
        cells: { first: not(2, 3), second: not(3, 4) },
      },
    },
  } as Netlist;
  const gates = await GateSimulator.load(netlist, { top: 'top' });
  for (const value of [1, 0]) {
    gates.set('a', value);
    expect(gates.get('y')).toBe(value);
  }
});
