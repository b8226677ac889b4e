import { Random } from '../../src/base/index.js';
import type { Simulator } from '../../src/netlist-sim/index.js';
import type { RandomDesign } from './random-design.js';

/** What happens beside the inputs: again a reset in the middle, a few sets, and the second clock in some cycles. */
export const events = {
  reset: (t: number) => t === 23,
  set: (t: number) => t % 16 === 9,
  clk2: (t: number) => t % 3 === 1,
};

/** Hex words of a bench: all inputs of a design side by side, a row per cycle. */
export function stimuli(design: RandomDesign, seed: number, cycles: number): bigint[][] {
  const random = new Random(seed);
  return Array.from({ length: cycles }, () =>
    design.inputs.map(({ width }) => {
      let v = 0n;
      for (let i = 0; i < width; i += 32) v |= BigInt(random.uint32()) << BigInt(i);
      // Corner values come often: they find more than uniform ones.
      const corner = random.below(6);
      if (corner === 0) v = 0n;
      if (corner === 1) v = -1n;
      if (corner === 2) v = 1n << BigInt(width - 1);
      return BigInt.asUintN(width, v);
    }),
  );
}

export function hexRow(design: RandomDesign, row: readonly bigint[]): string {
  let v = 0n;
  for (let i = row.length - 1; i >= 0; i--) v = (v << BigInt(design.inputs[i].width)) | row[i];
  return v.toString(16);
}

/** A Verilog bench that plays the stimuli of all designs and prints every output before every clock edge. */
export function bench(designs: readonly RandomDesign[], cycles: number): string {
  const out: string[] = [
    '`timescale 1ns/1ps',
    'module bench;',
    '  reg clk = 0, clk2 = 0, rst = 0, rst_n = 1, set = 0;',
    '  integer t;',
  ];
  const widthOf = (d: RandomDesign) => d.inputs.reduce((sum, i) => sum + i.width, 0);
  for (const d of designs) {
    out.push(`  reg [${widthOf(d) - 1}:0] stim_${d.name} [0:${cycles - 1}];`);
    out.push(`  reg [${widthOf(d) - 1}:0] in_${d.name} = 0;`);
    let at = 0;
    const ports = d.inputs.map((i) => {
      const text = `.${i.name}(in_${d.name}[${at + i.width - 1}:${at}])`;
      at += i.width;
      return text;
    });
    for (const o of d.outputs) out.push(`  wire [${o.width - 1}:0] ${d.name}_${o.name};`);
    ports.push(...d.outputs.map((o) => `.${o.name}(${d.name}_${o.name})`));
    const values = Object.entries(d.parameters ?? {}).map(([p, v]) => `.${p}(${v})`);
    out.push(
      `  ${d.name} ${values.length > 0 ? `#(${values.join(', ')}) ` : ''}u_${d.name}(.clk(clk), .clk2(clk2), .rst(rst), .rst_n(rst_n), .set(set), ${ports.join(', ')});`,
    );
  }
  out.push('  initial begin');
  for (const d of designs) out.push(`    $readmemh("${d.name}.hex", stim_${d.name});`);
  out.push(
    '    #1 rst = 1; rst_n = 0; #1 clk = 1; #1 clk = 0; #1 clk = 1; #1 clk = 0; #1 rst = 0; rst_n = 1;',
  );
  out.push(`    for (t = 0; t < ${cycles}; t = t + 1) begin`);
  for (const d of designs) out.push(`      in_${d.name} = stim_${d.name}[t];`);
  out.push('      #1 rst = t == 23; rst_n = t != 23; set = t % 16 == 9;');
  out.push('      #1;');
  for (const d of designs) {
    out.push(
      `      $display("${d.name}${' %h'.repeat(d.outputs.length)}", ${d.outputs.map((o) => `${d.name}_${o.name}`).join(', ')});`,
    );
  }
  out.push('      #1 clk = 1; #1 clk = 0; #1;');
  out.push('      if (t % 3 == 1) begin #1 clk2 = 1; #1 clk2 = 0; #1; end');
  out.push('    end', '    $finish;', '  end', 'endmodule');
  return `${out.join('\n')}\n`;
}

/** The same on our simulator: every output before every clock edge, as hex. */
export function play(simulator: Simulator, design: RandomDesign, rows: readonly bigint[][]): string[][] {
  const set = (name: string, value: number) => simulator.set(name, value);
  set('rst', 1);
  set('rst_n', 0);
  simulator.step(2);
  set('rst', 0);
  set('rst_n', 1);
  return rows.map((row, t) => {
    design.inputs.forEach((input, k) => void simulator.set(input.name, row[k]));
    simulator.eval();
    set('rst', events.reset(t) ? 1 : 0);
    set('rst_n', events.reset(t) ? 0 : 1);
    set('set', events.set(t) ? 1 : 0);
    const outputs = design.outputs.map(({ name, width }) =>
      simulator
        .getBig(name)
        .toString(16)
        .padStart(Math.ceil(width / 4), '0'),
    );
    simulator.step();
    if (events.clk2(t)) {
      set('clk2', 1);
      simulator.eval();
      set('clk2', 0);
      simulator.eval();
    }
    return outputs;
  });
}
