import { describe, expect, test } from 'vitest';
import { Random } from '../../../src/base/index.js';
import { runYosys } from '../../../src/eda/index.js';
import { GateSimulator, type Netlist, STREAMS, toSlices } from '../../../src/netlist-sim/index.js';

const MULTIPLIER = `module a (input wire [5:0] a_i, input wire [5:0] b_i, input wire [1:0] s_i,
    output reg [11:0] y_o, output wire [2:0] k_o);
    always @* case (s_i) 0: y_o = a_i * b_i; 1: y_o = a_i + b_i; 2: y_o = a_i; default: y_o = ~(a_i ^ b_i); endcase
    assign k_o = {1'b1, a_i[3], 1'b0};
  endmodule`;

async function synthesised(): Promise<Netlist> {
  const { stdout } = await runYosys(
    'read_verilog a.v; synth -noabc -top a; abc -fast -g cmos; opt_clean; write_json',
    { 'a.v': MULTIPLIER },
    { cache: false },
  );
  return JSON.parse(stdout) as Netlist;
}

/** A module of gates: [type, inputs, output], nets by number; 2 is the input a, the last output is y. */
function netlistOf(gates: readonly (readonly [string, Readonly<Record<string, number>>])[]): Netlist {
  const last = Object.entries(gates[gates.length - 1][1]).find(([pin]) => 'YQ'.includes(pin)) as [
    string,
    number,
  ];
  const cells = gates.map(([type, pins], i) => {
    const connections = Object.fromEntries(Object.entries(pins).map(([pin, net]) => [pin, [net]]));
    return [`g${i}`, { type, parameters: {}, attributes: {}, connections }] as const;
  });
  const ports = {
    a: { direction: 'input', bits: [2] },
    y: { direction: 'output', bits: [last[1]] },
  } as const;
  return { modules: { a: { attributes: {}, ports, cells: Object.fromEntries(cells), netnames: {} } } };
}

/** Changes of all gates when the input takes these values one after the other, in all lanes but the first. */
async function changes(netlist: Netlist, inputs: readonly number[], unitDelays: boolean): Promise<number[]> {
  const gates = await GateSimulator.load(netlist, { toggles: true, unitDelays });
  gates.countToggles(); // what the first values are
  let before = gates.totalToggles();
  return inputs.map((value) => {
    for (let lane = 1; lane < STREAMS; lane++) gates.set('a', value, lane);
    gates.countToggles();
    const now = gates.totalToggles() - before;
    before += now;
    return now / (STREAMS - 1);
  });
}

describe('gates with unit delays', () => {
  test('settle on what the Verilog says: product, sum, select, constants and wires', async () => {
    const netlist = await synthesised();
    const delayed = await GateSimulator.load(netlist, { toggles: true, unitDelays: true });
    const plain = await GateSimulator.load(netlist, { toggles: true });
    const random = new Random(4);
    const start = [delayed.totalToggles(), plain.totalToggles()];
    for (let n = 0; n < 20; n++) {
      const [a, b, s] = [64, 64, 4].map((size) => Array.from({ length: STREAMS }, () => random.below(size)));
      for (const gates of [delayed, plain]) {
        gates.setSlices('a_i', toSlices(a, 6));
        gates.setSlices('b_i', toSlices(b, 6));
        gates.setSlices('s_i', toSlices(s, 2));
        gates.countToggles();
      }
      for (let lane = 0; lane < STREAMS; lane++) {
        const [va, vb] = [a[lane], b[lane]];
        expect(delayed.get('y_o', lane)).toBe([va * vb, va + vb, va, ~(va ^ vb) & 0xfff][s[lane]]);
        expect(delayed.get('k_o', lane)).toBe(4 + 2 * ((va >> 3) & 1));
      }
    }
    // A multiplier glitches: more changes than needed, and never fewer.
    const [all, settled] = [delayed.totalToggles() - start[0], plain.totalToggles() - start[1]];
    expect(all).toBeGreaterThan(1.2 * settled);
    expect(settled).toBeGreaterThan(0);
  });

  test('count the glitch of y = a & ~a by hand', async () => {
    const netlist = netlistOf([
      ['$_NOT_', { A: 2, Y: 3 }],
      ['$_AND_', { A: 2, B: 3, Y: 4 }],
    ]);
    // The inverter falls once; the AND sees both ones for one unit of time: up and down again.
    expect(await changes(netlist, [1, 0, 0], true)).toEqual([3, 1, 0]);
    expect(await changes(netlist, [1, 0, 0], false)).toEqual([1, 1, 0]);
  });

  test('count a pulse through a chain of buffers once for each', async () => {
    const chain = Array.from({ length: 40 }, (_, i) => ['$_BUF_', { A: 3 + i, Y: 4 + i }] as const);
    const netlist = netlistOf([['$_BUF_', { A: 2, Y: 3 }], ...chain, ['$_XOR_', { A: 2, B: 43, Y: 44 }]]);
    // The XOR sees the change at once and 41 units later.
    expect(await changes(netlist, [1, 0], true)).toEqual([43, 43]);
    expect(await changes(netlist, [1, 0], false)).toEqual([41, 41]);
  });

  test('registers are refused, gates that never rest are named', async () => {
    const register = netlistOf([['$_DFF_P_', { C: 2, D: 3, Q: 4 }]]);
    await expect(GateSimulator.load(register, { unitDelays: true })).rejects.toThrow(/no combinational gate/);
    const ring = netlistOf([['$_NAND_', { A: 2, B: 3, Y: 3 }]]);
    const gates = await GateSimulator.load(ring, { unitDelays: true });
    gates.set('a', 1);
    expect(() => gates.eval()).toThrow(/gates keep changing/);
  });
});
