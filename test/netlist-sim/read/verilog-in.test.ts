import { expect, test } from 'vitest';
import { EconError } from '../../../src/base/index.js';
import { type LoadOptions, Simulator } from '../../../src/netlist-sim/index.js';

const load = (text: string, options: LoadOptions = {}, name = 'm.v') =>
  Simulator.load({ [name]: text }, { cache: false, keepAll: true, ...options });

async function refused(text: string, options?: LoadOptions, name?: string): Promise<EconError> {
  try {
    await load(text, options, name);
  } catch (error) {
    if (error instanceof EconError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

test.each([
  [
    'undriven',
    'module m(input [3:0] a, output [7:0] y);\nwire [7:0] t;\nassign t[3:0] = a; assign y = t; endmodule',
    'm.v:2',
    /t\[7:4\]/,
  ],
  [
    'undriven',
    'module s(input i, input j, output o); assign o = i & j; endmodule\nmodule m(input a, output y);\n s u(.i(a), .o(y)); endmodule',
    'm.v:1',
    /u\.j/,
  ],
  [
    'undriven',
    'module m(input [1:0] a, output [3:0] y); reg [3:0] r [0:3];\nassign y = r[a]; endmodule',
    'm.v:2',
    /memory r/,
  ],
  ['implicit', 'module m(input data, output y);\n assign y = dtaa; endmodule', 'm.v:2', /dtaa/],
  [
    'implicit',
    'module s(input i, output o); assign o = i; endmodule\nmodule m(input a, output y);\n s u(nxt, y); endmodule',
    'm.v:3',
    /nxt/,
  ],
  [
    'multiple-drivers',
    'module m(input a, input b, output y);\n assign y = a; assign y = b; endmodule',
    'm.v:1',
    /y has two drivers/,
  ],
  [
    'multiple-drivers',
    'module s(input i, output o); assign o = i; endmodule\nmodule m(input a, output y);\n s u(a, y); assign y = 0; endmodule',
    'm.v:3',
    /u\.o/,
  ],
  [
    'multiple-drivers',
    "module m(output y, output [3:0] z);\n assign z[3:2] = 2'd1, y = 1'b1;\n assign y = 1'b0; endmodule",
    'm.v:3',
    /y has two drivers: this constant and the one of m.v:2/,
  ],
  [
    'multiple-drivers',
    "module m(output [3:0] z);\n assign z = 4'd0;\n assign z[1] = 1'b1; endmodule",
    'm.v:3',
    /z has two drivers/,
  ],
  [
    'timing',
    'module m(input c, output reg q);\n initial begin q = 0; #10 q = 1; end endmodule',
    'm.v:2',
    /waits/,
  ],
  [
    'timing',
    'module m(input c, output reg q);\n initial begin q = 0; @(posedge c) q = 1; end endmodule',
    'm.v:2',
    /event/,
  ],
  [
    'system-function',
    'module m(input c, output reg [31:0] q);\n always @(posedge c) q <= $random; endmodule',
    'm.v:2',
    /\$random/,
  ],
  [
    'tristate',
    "module m(input e, input d, output y);\n assign y = e ? d : 1'bz; endmodule",
    'm.v:2',
    /z drives/,
  ],
] as const)('%s is an error with its place', async (kind, text, where, what) => {
  const error = await refused(text);
  expect(error.code).toBe(`simulation/${kind}`);
  expect(error.where).toContain(where);
  expect(error.what).toMatch(what);
});

test('an allowed fault is a warning, and only that kind', async () => {
  const text =
    'module m(input [3:0] a, output [7:0] y); wire [7:0] t; assign t[3:0] = a; assign y = t ^ q; endmodule';
  const m = await load(text, { allow: ['undriven', 'implicit'] });
  expect(m.warnings.map((w) => w.kind)).toEqual(['implicit', 'undriven', 'undriven']);
  m.set('a', 5);
  expect(m.get('y')).toBe(5);
  expect((await refused(text, { allow: ['undriven'] })).code).toBe('simulation/implicit');
});

test('what Yosys leaves out without a word is told', async () => {
  const text = `module s(input [7:0] i, output [7:0] o); assign o = i; endmodule
module m(input clk, input a, input b, input [3:0] n, output reg q, output reg r, output [7:0] o);
  always @(posedge clk) begin q <= #1 a; $display("%b", q); if (b) $finish; end
  always @(a) r = a & b;
  s u(n, o);
  // synthesis translate_off
  initial q = 1;
  // synthesis translate_on
endmodule`;
  const m = await load(text);
  expect(m.warnings.map(({ kind, where }) => `${kind} ${where}`).sort()).toEqual([
    'delay m.v:3',
    'sensitivity m.v:4',
    'system-task m.v:3',
    'system-task m.v:3',
    'translate-off m.v:6',
    'width m.v:5',
  ]);
});

test('a block that waits for nothing, or not for what its functions read, is told by line', async () => {
  const m = await load(`module m(input [7:0] a, b, output reg [7:0] k, l, n, f1, f2, f3, ok, t, s);
  parameter P = 3; reg [5:0] i; reg [7:0] j, late; initial late = 4;
  function [7:0] f(input [7:0] d); f = d + g(1); endfunction
  function [7:0] g(input [7:0] d); g = d + a; endfunction
  task add(input [7:0] d, output [7:0] r); r = d + 1; endtask
  always @* begin k = 3; for (i = 0; i < 3; i = i + 1) k = {k, i}; end
  always @(*) l = P;
  always @( * ) begin j = 1; n = j; end
  always @* begin : own reg [7:0] v; v = 1; f1 = f(v); end
  always @* f2 = f(b);
  always @(b) f3 = f(b);
  always @* begin ok = 1; ok[a[2:0]] = 0; end
  always @* add(b, t);
  always @* s = late;
  reg c; reg [6:0] h; always @(a or b) {c, h} = a + b;
endmodule`);
  const told = m.warnings.map(
    ({ where, what }) => `${where} ${/reads nothing|for a\b|lacks a:/.exec(what)?.[0]}`,
  );
  expect(told).toEqual([
    'm.v:6 reads nothing',
    'm.v:7 reads nothing',
    'm.v:8 reads nothing',
    'm.v:9 reads nothing',
    'm.v:10 for a',
    'm.v:11 lacks a:',
  ]);
  m.set('a', 2);
  expect([m.get('l'), m.get('n'), m.get('f1')]).toEqual([3, 1, 4]);
});

test('a comparison `<=` reads: in brackets, behind a product, in a choice', async () => {
  const m = await load(
    `module m(input [3:0] a, input [3:0] b, input c, output reg x, output reg y, output reg z);
  always @* x = (a <= 4'd3);
  always @* y = 4'd2 * a <= b;
  always @* begin z = 0; case (c) 1'd1: z = c ? b <= a : a <= b; endcase end
endmodule`,
  );
  expect(m.warnings).toEqual([]);
  m.set('a', 3);
  m.set('b', 7);
  m.set('c', 1);
  m.eval();
  expect(['x', 'y', 'z'].map((name) => m.get(name))).toEqual([1, 1, 0]);
});

test('always_comb runs once by itself, and for what its functions read', async () => {
  const m = await load(
    `module m(input [7:0] a, output logic [7:0] k, f1); typedef enum logic [1:0] {A, B} e;
      function automatic [7:0] f(input [7:0] d); f = d + a; endfunction
      always_comb k = B; always_comb f1 = f(k);
    endmodule`,
    {},
    'm.sv',
  );
  expect(m.warnings).toEqual([]);
  expect(
    (await load('module m(output logic [1:0] y); enum {A, B} e;\n always @* y = B; endmodule', {}, 'm.sv'))
      .warnings[0],
  ).toMatchObject({ kind: 'sensitivity', where: 'm.sv:2' });
});

test('latches are told by line, those of always_latch are wanted', async () => {
  const text = `module m(input e, input [1:0] s, input [3:0] d, output reg [3:0] q, r, w, z, output [3:0] k);
  always @* if (e) q = d;
  always @* case (s) 0: r = d; 1: begin r = 1; w = d; end default: w = 2; endcase
  always_latch if (e) z = d;
  generate if (1) assign k = 4'd1; else assign k = 4'd2; endgenerate
endmodule`;
  const m = await load(text, {}, 'm.sv');
  expect(m.warnings.map(({ kind, where, what }) => [kind, where, what.split(':')[0]])).toEqual([
    ['latch', 'm.sv:2', 'q is a latch'],
    ['latch', 'm.sv:3', 'r, w are latches'],
  ]);
  expect(m.get('k')).toBe(1);
});

test('values of initial blocks alone are constants', async () => {
  const m = await load(
    "module m(output [7:0] y, output z); reg [7:0] k = 8'ha5; reg o; initial o = 1; assign y = k, z = o; endmodule",
  );
  expect([m.get('y'), m.get('z')]).toEqual([0xa5, 1]);
});

test('hints that only synthesis follows change nothing', async () => {
  const m = await load(
    `module m(input [1:0] s, input a, output reg y, output reg [1:0] z);
      always @* begin y = 0; (* parallel_case, full_case *) case (1'b1) s[0]: y = a; s[1]: y = ~a; endcase end
      always @* begin z = 3; unique case (s) 2'd0: z = 1; 2'd1: z = 2; endcase end
    endmodule`,
    {},
    'm.sv',
  );
  m.set('s', 3);
  m.set('a', 0);
  expect([m.get('y'), m.get('z')]).toEqual([0, 3]);
});

const LEAF = `module leaf(input clk, input [7:0] d, output [7:0] y);
  reg signed [7:0] acc = 0; reg [7:0] mem [0:3];
  always @(posedge clk) begin acc <= acc + d; mem[acc[1:0]] <= d; end
  assign y = acc ^ m.mode;
endmodule
module mid(input clk, input [7:0] d, output [7:0] y); leaf l(clk, d, y); endmodule`;

test('hierarchical names: down, up, into memories and generate blocks, with width and sign', async () => {
  const m = await load(`${LEAF}
module m(input clk, input [7:0] d, input [7:0] mode, input [1:0] a, output [7:0] y, output [15:0] z, output [7:0] q, output b, output [7:0] g0);
  mid u(clk, d, y); assign z = u.l.acc; assign q = u.l.mem[a]; assign b = u.l.acc[3];
  genvar i; generate for (i = 0; i < 2; i = i + 1) begin : g leaf k(clk, d, ); wire [7:0] w = k.acc; end endgenerate
  assign g0 = g[1].k.acc + g[0].w;
endmodule`);
  m.set('d', 0xf9);
  m.set('mode', 0x55);
  m.step(3);
  const acc = (3 * 0xf9) & 0xff;
  expect([m.get('y'), m.get('z'), m.get('b')]).toEqual([acc ^ 0x55, acc | 0xff00, (acc >> 3) & 1]);
  m.set('a', 1);
  expect([m.get('q'), m.get('g0')]).toEqual([0xf9, (2 * acc) & 0xff]);
  expect(
    (
      await refused(
        'module s(input i); endmodule\nmodule m(input i, output y); s u(i);\nassign y = u.nothing; endmodule',
      )
    ).where,
  ).toBe('m.v:3');
});

test('interfaces: by modport or whole, by place or name, handed on', async () => {
  const m = await load(
    `interface bus #(parameter W = 8) (input logic clk);
  logic [W-1:0] d; logic v; modport m(output d, v, input clk); modport s(input d, v, clk);
endinterface
module src(bus.m b, input logic [7:0] by); always_ff @(posedge b.clk) begin b.d <= b.d + by; b.v <= 1; end endmodule
module snk(input logic [7:0] k, bus.s port, output logic [7:0] y); assign y = port.v ? port.d ^ k : 8'h0; endmodule
module pass(bus x, output logic [7:0] y); snk s(.y, .port(x), .k(8'hf0)); endmodule
module m(input logic clk, output logic [7:0] q, y); bus #(8) b(clk); src u(b.m, 8'd3); pass p(.x(b.s), .y(y)); assign q = b.d; endmodule`,
    { top: 'm', clock: 'clk' },
    'm.sv',
  );
  m.step(5);
  expect([m.get('q'), m.get('y')]).toEqual([15, 15 ^ 0xf0]);
});

test('loops count with the width and the sign of their variable', async () => {
  const m =
    await load(`module m(input [5:0] a, output reg [2:0] n, output reg [7:0] c, output reg [5:0] w, output reg [3:0] t);
  reg signed [3:0] i; wire signed [5:0] s = a; reg signed [2:0] j; integer k; reg [1:0] u; parameter [3:0] STEP = 1;
  always @* begin n = 0; for (i = 4'd0; i < 4'd5; i = i + 4'd1) if (s < i) n = n + 1; end
  always @* begin c = a; for (j = 5; j < 3; j = j + 1) if (s < j) c = c + 1; for (k = 4'd8; k < 12; k = k + STEP) if (s < k) c = c + 16; end
  always @* begin w = a; for (u = 0; u < 3; u = u + 1) w = {w, u}; end
  always @* begin t = 0; for (u = 0; u < 2; u = u + 1) for (j = u; j < 3; j = j + 1) if (a[u] ^ a[j]) t = t + 1; end
endmodule`);
  const at = (a: number) => {
    m.set('a', a);
    return ['n', 'c', 'w', 't'].map((port) => m.get(port));
  };
  expect(at(0x3f)).toEqual([5, (0x3f + 3 + 64) & 0xff, 6, 0]);
  expect(at(2)).toEqual([2, 2 + 64, 6, 2]);
  expect(at(0)).toEqual([4, 2 + 64, 6, 0]);
});

test('processes and copies of processes may count with one variable', async () => {
  const m = await load(
    `module m(input clk, input [15:0] a, output [31:0] q, output reg [7:0] b, c, output reg [3:0] s, output reg [3:0] n);
  integer i; reg signed [3:0] j; reg [3:0] k; reg [7:0] mem [0:3]; genvar g;
  initial for (i = 0; i < 4; i = i + 1) mem[i] = 8'h10 * i;
  function [3:0] count(input [7:0] d); begin count = 0; for (i = 0; i < 8; i = i + 1) if (d[i]) count = count + 1; end endfunction
  always @(posedge clk) for (i = 0; i < 8; i = i + 1) if (a[i]) b[i] <= a[8 + i]; else for (j = -2; j < 2; j = j + 1) b[i] <= j;
  always @(negedge clk) for (i = 0; i < 2; i = i + 1) c <= mem[a[1:0]] + i;
  always @* begin s = 0; for (i = 7; i >= 0; i = i - 1) for (j = 0; j < 2; j = j + 1) s = s + (a[i] & ~j[0]); n = count(a[15:8]); end
  generate for (g = 0; g < 4; g = g + 1) begin : gg reg [7:0] r;
    always @(posedge clk) for (k = 0; k < 8; k = k + 1) r[k] <= a[k] ^ a[g + k];
    assign q[8*g +: 8] = r; end endgenerate
endmodule`,
    { clock: 'clk' },
  );
  const a = 0xa5c3;
  m.set('a', a);
  m.step();
  const bits = [0, 1, 2, 3, 4, 5, 6, 7];
  const byte = (bit: (i: number) => number) => bits.reduce((v, i) => v | ((bit(i) & 1) << i), 0);
  expect([m.get('b'), m.get('c'), m.get('s'), m.get('n')]).toEqual([
    byte((i) => ((a >> i) & 1 ? a >> (8 + i) : 1)),
    0x31,
    4,
    4,
  ]);
  expect(m.get('q') >>> 0).toBe(
    [0, 1, 2, 3].reduce((q, g) => q + byte((k) => (a >> k) ^ (a >> (g + k))) * 256 ** g, 0),
  );
  // What another process reads is no counter.
  const text = `module m(input clk, input [3:0] a, output reg [3:0] x, output reg [2:0] y, output [3:0] z); integer i; assign z = i;
  always @(posedge clk) for (i = 0; i < 4; i = i + 1) x[i] <= a[i];
  always @(posedge clk) for (i = 0; i < 3; i = i + 1) y[i] <= a[i]; endmodule`;
  expect((await refused(text)).code).toBe('simulation/multiple-drivers');
});

test('places of a memory may be negative', async () => {
  const m =
    await load(`module m(input clk, input we, input signed [2:0] wa, ra, input [2:0] ua, input [7:0] d, output [7:0] q, p);
  localparam LOW = -4; reg [7:0] z [LOW:3]; integer i;
  initial for (i = -4; i < 4; i = i + 1) z[i] = i;
  always @(posedge clk) if (we) z[wa] <= d;
  assign q = z[ra]; assign p = z[ua];
endmodule`);
  const read = (ra: number) => {
    m.set('ra', ra & 7);
    m.set('ua', ra & 7);
    return [m.get('q'), m.get('p')];
  };
  expect([-4, -1, 0, 3].map(read)).toEqual([
    [0xfc, 0],
    [0xff, 0],
    [0, 0],
    [3, 3],
  ]);
  m.set('we', 1);
  m.set('wa', 6);
  m.set('d', 0x77);
  m.step();
  expect(read(-2)).toEqual([0x77, 0]);
});

test('macros: arguments, defaults, joined words, strings, several lines, from file to file', async () => {
  const files = {
    'a.v': `\`define ADD(a, b = 1) ((a) + (b))
\`define NAME(x) wire_\`\`x
\`define TWO assign y = \`ADD(d, 2) \\
   ; assign z = \`NAME(q); // end
\`ifdef WIDE
  \`define W 8
\`elsif NARROW
  \`define W 2
\`else
  \`define W 4
\`endif
module part(input [\`W-1:0] d, output [\`W-1:0] q); assign q = \`ADD(d); endmodule\r\n`,
    'b.v':
      '\uFEFFmodule m(input [3:0] d, output [3:0] y, z);\nwire [`W-1:0] `NAME(q);\npart u(d,\n `NAME(q));\n`TWO\nendmodule',
  };
  const m = await Simulator.load(files, { cache: false, top: 'm' });
  m.set('d', 3);
  expect([m.get('y'), m.get('z'), m.width('d')]).toEqual([5, 4, 4]);
});

test.each([
  ['`include "no.vh"\nmodule m; endmodule', 'simulation/no-include', 'm.v:1'],
  ['module m(output y);\nassign y = `NIX; endmodule', 'simulation/no-macro', 'm.v:2'],
  ['\n`ifdef X\nmodule m; endmodule', 'simulation/preprocessor', 'm.v:2'],
  ['`define A `A\nmodule m(output y);\n assign y = `A; endmodule', 'simulation/preprocessor', 'm.v:3'],
  ['module m; /* never\nends', 'simulation/preprocessor', 'm.v:1'],
  ['// nothing', 'simulation/no-top', 'sources'],
  ['module a; endmodule module b; endmodule', 'simulation/no-top', 'sources'],
  ['module m(input a, output y);\n foo u(a, y); endmodule', 'eda/yosys', 'm.v:2'],
])('%j is refused', async (text, code, where) => {
  const error = await refused(text);
  expect([error.code, error.where]).toEqual([code, where]);
});

test('included files are looked for beside the file that includes them', async () => {
  const files = {
    'x/m.v':
      '`include "../y/k.vh"\n`include "own.vh"\nmodule m(output [7:0] y); assign y = `K + `OWN; endmodule',
    'y/k.vh': '`include "own.vh"\n`define K (`FAR * 16)',
    'y/own.vh': '`define FAR 3',
    'x/own.vh': '`define OWN 5',
  };
  const m = await Simulator.load(files, { cache: false });
  expect(m.get('y')).toBe(0x35);
});

test('parameters of the top module, and data that they name', async () => {
  const text = `module m #(parameter FILE = "one.hex", parameter [3:0] N = 1, parameter M = 2) (input [0:0] a, output [7:0] y, output [7:0] n);
  reg [7:0] r [0:1]; initial $readmemh({FILE}, r); assign y = r[a]; assign n = N + M; endmodule`;
  const files = { 'm.v': text, 'one.hex': '11 22', 'a folder/two.hex': '33 44' };
  const included = ['one.hex', 'a folder/two.hex'];
  const one = await Simulator.load(files, { cache: false, included });
  expect([one.get('y'), one.get('n')]).toEqual([0x11, 3]);
  const parameters = { FILE: 'a folder/two.hex', N: '17', M: "8'h20" };
  const two = await Simulator.load(files, { cache: false, included, parameters });
  expect([two.get('y'), two.get('n')]).toEqual([0x33, 0x21]);
  expect((await refused(text, { parameters: { X: '1' } })).what).toMatch(/no parameter X/);
  expect((await refused(text, { parameters: { N: 'six' } })).what).toMatch(/neither/);
});

test('an asynchronous load takes its data at its edge, not while it lasts', async () => {
  const m = await load(`module m(input clk, input ld, input [3:0] d, e, output reg [3:0] q);
  always @(posedge clk or posedge ld) if (ld) q <= d; else q <= e;
endmodule`);
  const after = (ports: Record<string, number>) => {
    for (const [port, value] of Object.entries(ports)) m.set(port, value);
    return m.get('q');
  };
  expect(after({ clk: 0, d: 5, e: 9, ld: 1 })).toBe(5);
  expect(after({ d: 6 })).toBe(5);
  expect(after({ clk: 1 })).toBe(6);
  expect([after({ clk: 0, ld: 0 }), after({ clk: 1 }), after({ clk: 0 }), after({ ld: 1 })]).toEqual([
    6, 9, 9, 6,
  ]);
});

test('a signed parameter stays signed, whatever it is set to', async () => {
  const text = `module leaf #(parameter signed Q = 2, S = 3) (input signed [8:0] i, output [11:0] q, s); assign q = Q + i, s = S + i; endmodule
module m #(parameter signed P = 1) (input signed [8:0] i, output [11:0] q, s, p); leaf #(.Q(8'hff)) u(i, q, s); assign p = P + i; endmodule`;
  const m = await load(text, { top: 'm', parameters: { P: "4'hf" } });
  m.set('i', 0x1fe);
  expect([m.get('q'), m.get('s'), m.get('p')]).toEqual([0xffd, 1, 0xffd]);
});

test.each([
  [
    'module s #(parameter P = 7)(input a, output y); assign y = a; endmodule\nmodule m(input a, output y, output [3:0] z);\ns u(a, y); assign z = u.P; endmodule',
    'm.v:3',
    /parameter of an instance/,
  ],
  [
    'module s(input a, output y); function f(input x); f = ~x; endfunction assign y = f(a); endmodule\nmodule m(input a, output y);\nwire t; s u(a, t); assign y = u.f(t); endmodule',
    'm.v:3',
    /copy f into this module.*port of u/,
  ],
  [
    'package p; localparam W = 4; endpackage\nmodule m import p::*; (input [W-1:0] a, output [W-1:0] y);\nassign y = a; endmodule',
    'm.sv:2',
    /write p::NAME/,
  ],
  [
    'interface b; logic v; endinterface\nmodule s(b x [2], output y); assign y = x[0].v; endmodule\nmodule m(output y); b i [2] (); s u(i, y); endmodule',
    'm.sv:2',
    /a port for each of them/,
  ],
])('%j is refused with what helps', async (text, where, remedy) => {
  const error = await refused(text, {}, where.split(':')[0]);
  expect([error.where, `${error.what} ${error.remedy}`]).toEqual([where, expect.stringMatching(remedy)]);
});

test('a remedy helps: names of packages in full, a port for each interface', async () => {
  const m = await load(
    `package p; localparam W = 4; typedef logic [W-1:0] word; endpackage
interface b; logic [3:0] v; endinterface
module s(b x0, b x1); assign x0.v = 4'd3; assign x1.v = 4'd5; endmodule
module m(input p::word a, output p::word y); b i0 (); b i1 (); s u(.x0(i0), .x1(i1));
  assign y = (a + i0.v + i1.v) & (2 ** p::W - 1); endmodule`,
    {},
    'm.sv',
  );
  m.set('a', 9);
  m.eval();
  expect(m.get('y')).toBe(1);
});

test('registers that Yosys makes for writes into memories are none of the design', async () => {
  const text =
    'module m(input clk, input we, input [1:0] at, input [7:0] d, output reg [7:0] q); reg [7:0] r [0:3]; always @(posedge clk) begin if (we) r[at] <= d; q <= r[at]; end endmodule';
  expect((await load(text, { keepAll: true })).statistics.registerBits).toBe(8);
});
