import { describe, expect, test } from 'vitest';
import { Random } from '../../src/base/index.js';
import { GateSimulation } from '../../src/budget/gate-simulation.js';
import { runYosys } from '../../src/eda/index.js';

async function gatesOf(verilog: string): Promise<GateSimulation> {
  const { stdout } = await runYosys(
    'read_verilog a.v; synth -noabc -top a; abc -fast -g cmos; opt_clean; write_blif -icells -conn',
    { 'a.v': verilog },
    { cache: false },
  );
  return new GateSimulation(stdout);
}

function nets(gates: GateSimulation, port: string, width: number): Int32Array {
  return Int32Array.from({ length: width }, (_, k) => gates.net(`${port}[${k}]`));
}

function bits(value: number, width: number): number[] {
  return Array.from({ length: width }, (_, k) => (value >> k) & 1);
}

function read(gates: GateSimulation, port: Int32Array): number {
  return port.reduce((sum, net, k) => sum + gates.read(net) * 2 ** k, 0);
}

describe('gates with unit delays', () => {
  test('settle on what the Verilog says: product, sum, select, constants and wires', async () => {
    const gates = await gatesOf(`module a (input wire [5:0] a_i, input wire [5:0] b_i, input wire [1:0] s_i,
        output reg [11:0] y_o, output wire [2:0] k_o);
        always @* case (s_i) 0: y_o = a_i * b_i; 1: y_o = a_i + b_i; 2: y_o = a_i; default: y_o = ~(a_i ^ b_i); endcase
        assign k_o = {1'b1, a_i[3], 1'b0};
      endmodule`);
    const [a, b, s, y, k] = (
      [
        ['a_i', 6],
        ['b_i', 6],
        ['s_i', 2],
        ['y_o', 12],
        ['k_o', 3],
      ] as const
    ).map(([port, width]) => nets(gates, port, width));
    const inputs = Int32Array.from([...a, ...b, ...s]);
    const random = new Random(4);
    for (let n = 0; n < 300; n++) {
      const [va, vb, vs] = [random.below(64), random.below(64), random.below(4)];
      gates.apply(inputs, [...bits(va, 6), ...bits(vb, 6), ...bits(vs, 2)]);
      expect(read(gates, y)).toBe([va * vb, va + vb, va, ~(va ^ vb) & 0xfff][vs]);
      expect(read(gates, k)).toBe(4 + 2 * ((va >> 3) & 1));
    }
    // A multiplier glitches: more changes than needed, and never fewer.
    expect(gates.changes).toBeGreaterThan(1.2 * gates.settledChanges);
    expect(gates.settledChanges).toBeGreaterThan(0);
  });

  test('count the glitch of y = a & ~a by hand', () => {
    const gates = new GateSimulation(
      ['.inputs a', '.outputs y', '.subckt $_NOT_ A=a Y=n', '.subckt $_AND_ A=a B=n Y=y'].join('\n'),
    );
    const a = Int32Array.of(gates.net('a'));
    gates.apply(a, [1]);
    // The inverter falls once; the AND sees both ones for one unit of time: up and down again.
    expect(gates.changes).toBe(3);
    expect(gates.settledChanges).toBe(1);
    gates.reset();
    gates.apply(a, [0]);
    expect([gates.changes, gates.settledChanges]).toEqual([1, 1]);
    gates.apply(a, [0]);
    expect(gates.changes).toBe(1);
  });

  test('registers are refused', () => {
    const blif = '.inputs d c\n.outputs q\n.subckt $_DFF_P_ C=c D=d Q=q';
    expect(() => new GateSimulation(blif)).toThrow(/no combinational gate/);
  });
});
