import { expect, test } from 'vitest';
import { Random } from '../../../src/base/index.js';
import { runYosys } from '../../../src/eda/index.js';
import { compile } from '../../../src/netlist-sim/emit/compile.js';
import { Op } from '../../../src/netlist-sim/graph/operation.js';
import { type Netlist, readVerilog, Simulator, topModule } from '../../../src/netlist-sim/index.js';
import { flatten } from '../../../src/netlist-sim/read/flatten.js';

/** A product that picks multiples by digits of the weight, as a multiplier without an array is written. */
function byDigits(width: number, shift: number): string {
  const w = width;
  return `module product(input [${w - 1}:0] v, input [5:0] k, output signed [${w + 11}:0] y, output [${w + 5 - shift}:0] raw);
  wire [${w + 1}:0] triple = {1'b0, v, 1'b0} + {2'b00, v};
  reg [${w + 1}:0] low, middle, high;
  always @* begin
    case (k[1:0]) 2'd0: low = 0; 2'd1: low = v; 2'd2: low = {1'b0, v, 1'b0}; 2'd3: low = triple; endcase
    case (k[3:2]) 2'd0: middle = 0; 2'd1: middle = v; 2'd2: middle = {1'b0, v, 1'b0}; default: middle = triple; endcase
    case (k[5:4]) 2'd0: high = 0; 2'd1: high = v; 2'd2: high = ~{1'b0, v, 1'b0}; 2'd3: high = ~{2'b00, v}; endcase
  end
  wire [${w + 3}:0] lower = {middle, 2'b00} + {2'b00, low};
  wire [${w + 2}:0] upper = {high, 1'b1} + {2'b00, lower[${w + 3}:4], k[5]};
  wire [${w + 5}:0] whole = {upper[${w + 2}:1], lower[3:0]};
  assign raw = whole[${w + 5}:${shift}];
  assign y = {{${6 + shift}{raw[${w + 5 - shift}]}}, raw};
endmodule
`;
}

test.each([
  [12, 4],
  [11, 4],
  [8, 0],
  [8, 5],
  [5, 2],
  [12, 3],
  [5, 7],
])('a product by digits, %i bits shifted by %i, is one multiplication and exact', async (width, shift) => {
  const files = { 'product.v': byDigits(width, shift) };
  const simulator = await Simulator.load(files);
  const lanes = await Simulator.load(files, { lanes: 4 });
  const random = new Random(width);
  for (let k = 0; k < 64; k++) {
    simulator.set('k', k);
    lanes.set('k', k);
    for (const v of [0, 1, 2, 2 ** width - 1, 2 ** (width - 1), random.below(2 ** width)]) {
      simulator.set('v', v);
      lanes.set('v', v, 2);
      const want = Math.floor((v * (k < 32 ? k : k - 64)) / 2 ** shift);
      const text = `${v} * ${k}`;
      expect(BigInt.asIntN(width + 12, simulator.getBig('y')), text).toBe(BigInt(want));
      expect(simulator.getBig('raw'), text).toBe(BigInt.asUintN(width + 6 - shift, BigInt(want)));
      expect(lanes.getBig('y', 2), text).toBe(simulator.getBig('y'));
    }
  }
  // The product, its shift, and the mask of the output.
  expect(await operationsBetween(files, 'v', 'y')).toBeLessThanOrEqual(3);
});

/** Selections among multiples that only resemble a product. */
test('other selections among multiples stay exact', async () => {
  const random = new Random(8);
  const multiple = () => {
    const n = random.below(4);
    const negative = random.below(3) === 0 ? '~' : '';
    const text = ["9'd0", "{1'b0, v}", "{v, 1'b0}", "({v, 1'b0} + {1'b0, v})"][n];
    return `${negative}${text}`;
  };
  const designs = Array.from({ length: 40 }, (_, i) => {
    const cases = [0, 1, 2, 3].map((k) => `${k === 3 ? 'default' : `2'd${k}`}: m = ${multiple()};`).join(' ');
    const more = [0, 1, 2].map((k) => `${k === 2 ? 'default' : `2'd${k}`}: n = ${multiple()};`).join(' ');
    const shift = random.below(5);
    return `module t${i}(input [7:0] v, input [3:0] k, output signed [15:0] a, output [15:0] b, output [11:0] c);
      reg [8:0] m, n;
      always @* begin case (k[1:0]) ${cases} endcase case (k[3:2]) ${more} endcase end
      wire [9:0] sum = {m, 1'b1} + {n, k[${random.below(4)}]};
      assign a = $signed(sum[9:1]) + $signed(m);
      assign b = {7'd0, m} + ({7'd0, n} << ${shift}) + (m >> ${shift});
      assign c = {sum[9:2], m[3:0]} - n;
    endmodule
`;
  });
  const netlistOf = async (texts: string[]) => {
    const script = 'read_verilog all.v; hierarchy -check; proc; opt_clean; write_json';
    return JSON.parse((await runYosys(script, { 'all.v': texts.join('') })).stdout) as Netlist;
  };
  const [recognised, unrecognised] = [await netlistOf(designs), await netlistOf(designs.map(hidden))];
  for (const [i, text] of designs.entries()) {
    const simulator = await Simulator.load(recognised, { top: `t${i}` });
    const plain = await Simulator.load(unrecognised, { top: `t${i}` });
    for (let t = 0; t < 60; t++) {
      const v = random.below(256);
      const k = random.below(16);
      for (const s of [simulator, plain]) {
        s.set('v', v);
        s.set('k', k);
      }
      for (const name of ['a', 'b', 'c'])
        expect(simulator.get(name), `${name} of ${v}, ${k}\n${text}`).toBe(plain.get(name));
    }
  }
});

/** The same design with every use of v under an exclusive or with an input of 0: no form is recognised. */
function hidden(verilog: string): string {
  let n = 0;
  const used = verilog.replace(/\bv\b(?!, input)/g, () => `w${n++}`);
  const wires = Array.from({ length: n }, (_, i) => `wire [7:0] w${i} = v ^ none[${8 * i} +: 8];`);
  return used
    .replace('input [7:0] v,', `input [7:0] v, input [${8 * n - 1}:0] none,`)
    .replace('reg [8:0]', `${wires.join(' ')} reg [8:0]`);
}

/** Operations between an input and an output. */
async function operationsBetween(
  files: Record<string, string>,
  input: string,
  output: string,
): Promise<number> {
  const { netlist } = await readVerilog(files);
  const { g, lowering, outputs } = compile(flatten(netlist, topModule(netlist)));
  const behind = new Set<number>();
  const needed = new Set(outputs.get(output));
  for (let n = 0; n < g.length; n++) {
    if (g.op[n] === Op.Source && lowering.sources[g.a[n]].name === input) behind.add(n);
    g.operands(n, (o) => {
      if (behind.has(o)) behind.add(n);
    });
  }
  for (let n = g.length - 1; n >= 0; n--) {
    if (needed.has(n)) g.operands(n, (o) => needed.add(o));
  }
  return [...behind].filter((n) => needed.has(n) && g.op[n] !== Op.Source).length;
}
