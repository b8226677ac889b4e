import { expect, test } from 'vitest';
import { runYosys } from '../../../src/eda/index.js';
import { type Netlist, Simulator } from '../../../src/netlist-sim/index.js';
import { randomDesign, stimuli } from '../random-design.js';

/** Passes that synthesis runs before it maps to gates: they make $sdffe, $aldff, $alu, $macc, $mem_v2 and others. */
const COARSE =
  'proc; opt; wreduce; opt_dff; alumacc; opt_clean; memory_dff; memory_share; memory_collect; opt_clean; write_json';

/** One design of a netlist, with its submodules: the others need not be taken apart. */
function only(netlist: Netlist, name: string): Netlist {
  const own = Object.entries(netlist.modules).filter(([m]) => m === name || m.includes(`${name}_child`));
  return { modules: Object.fromEntries(own) };
}

test('the netlist after coarse synthesis behaves like the one before', async () => {
  // opt_dff of Yosys 0.55 loses a clocked reset beside an asynchronous load: no design with one.
  const designs = Array.from({ length: 12 }, (_, i) => randomDesign(900 + i, `d${i}`))
    .filter(({ outputs }) => !outputs.some(({ name }) => name === 'o_ld'))
    .slice(0, 5);
  const text = designs.map((d) => d.verilog).join('\n');
  const types = new Set<string>();
  const read = async (passes: string) => {
    const script = `read_verilog all.v; hierarchy -check; ${passes}`;
    return JSON.parse((await runYosys(script, { 'all.v': text, 'none.hex': '1 0' })).stdout) as Netlist;
  };
  const before = await read('proc; opt_clean; write_json');
  const after = await read(COARSE);
  for (const module of Object.values(after.modules))
    for (const cell of Object.values(module.cells)) types.add(cell.type);
  for (const [i, design] of designs.entries()) {
    const options = { top: design.name, clock: 'clk' };
    const [plain, coarse] = [
      await Simulator.load(before, options),
      await Simulator.load(only(after, design.name), options),
    ];
    for (const [t, row] of stimuli(design, i, 60).entries()) {
      for (const simulator of [plain, coarse]) {
        simulator.set('rst', t < 2 || t === 30 ? 1 : 0);
        simulator.set('rst_n', t < 2 || t === 40 ? 0 : 1);
        design.inputs.forEach((input, k) => void simulator.set(input.name, row[k]));
      }
      // Before its first clock a register holds x, which synthesis may take for the value of its reset.
      for (const { name } of t === 0 ? [] : design.outputs)
        expect(coarse.getBig(name), `${design.name} ${name} ${t}`).toBe(plain.getBig(name));
      plain.step();
      coarse.step();
    }
  }
  for (const type of ['$alu', '$mem_v2', '$sdffe', '$adff']) expect([...types]).toContain(type);
});

test('a memory read with a clock, an enable and a reset', async () => {
  const verilog = `module m(input clk, rst, re, we, input [3:0] wa, ra, input [1:0] be, input [15:0] d, output reg [15:0] q);
    reg [15:0] mem [0:15];
    integer k;
    initial begin for (k = 0; k < 16; k = k + 1) mem[k] = 16'h1111 * k; q = 0; end
    always @(posedge clk) begin
      if (we & be[0]) mem[wa][7:0] <= d[7:0];
      if (we & be[1]) mem[wa][15:8] <= d[15:8];
      if (rst) q <= 16'h55aa; else if (re) q <= mem[ra];
    end
  endmodule`;
  const { stdout } = await runYosys(
    'read_verilog m.v; hierarchy -top m; proc; opt; memory_dff; memory_collect; write_json',
    {
      'm.v': verilog,
    },
  );
  const netlist = JSON.parse(stdout) as Netlist;
  const [packed] = Object.values(netlist.modules.m.cells).filter((c) => c.type === '$mem_v2');
  expect(packed.parameters.RD_CLK_ENABLE).toBe('1');
  const [a, b] = [await Simulator.load({ 'm.v': verilog }), await Simulator.load(netlist)];
  let seed = 1;
  for (let t = 0; t < 200; t++) {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    for (const s of [a, b]) {
      s.set('rst', (seed >>> 28) % 5 === 0 ? 1 : 0);
      s.set('re', (seed >>> 27) & 1);
      s.set('we', (seed >>> 26) & 1);
      s.set('be', (seed >>> 24) & 3);
      s.set('wa', (seed >>> 20) & 7);
      s.set('ra', (seed >>> 17) & 7);
      s.set('d', (seed >>> 3) & 0xffff);
      s.step();
    }
    expect(b.get('q'), `cycle ${t}`).toBe(a.get('q'));
  }
});

test('a module that is not there is named, with its line', async () => {
  const { stdout } = await runYosys('read_verilog m.v; proc; write_json', {
    'm.v': 'module m(input a, output y);\n  other u(.a(a), .y(y));\nendmodule\n',
  });
  await expect(Simulator.load(JSON.parse(stdout) as Netlist)).rejects.toThrow(
    /m\.v:2 \(m\): cells of type other are not simulated.*Give the Verilog of this module/,
  );
});
