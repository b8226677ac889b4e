import { expect, test } from 'vitest';
import { Simulator, Watch } from '../../../src/netlist-sim/index.js';
import { netlistOf } from '../judges.js';
import { randomDesign, stimuli } from '../random-design.js';

test('a watch list shows every signal as peek does', async () => {
  const designs = Array.from({ length: 4 }, (_, i) => randomDesign(700 + i, `d${700 + i}`));
  const netlist = await netlistOf(designs);
  for (const design of designs) {
    const simulator = await Simulator.load(netlist, { top: design.name, clock: 'clk', keepAll: true });
    const watch = new Watch(simulator);
    expect(watch.missing).toEqual([]);
    expect(watch.signals.length).toBeGreaterThan(design.outputs.length);
    simulator.reset('rst', 1);
    for (const row of stimuli(design, 1, 12)) {
      design.inputs.forEach((input, k) => void simulator.set(input.name, row[k]));
      watch.sample();
      for (const [name, value] of watch.entries()) expect(value, name).toBe(simulator.peek(name));
      simulator.step();
    }
  }
});

test('what is not simulated is named, with the register that is missing', async () => {
  const simulator = await Simulator.load({
    'm.v': `module m(input clk, input d, output y);
      part u_part(.clk(clk), .d(d), .y(y));
    endmodule
    module part(input clk, input d, output y, output unused);
      reg lost, kept;
      always @(posedge clk) begin lost <= ~d; kept <= d; end
      wire shown = kept ^ d;
      assign unused = lost ^ d;
      assign y = shown;
    endmodule`,
  });
  const watch = new Watch(simulator);
  expect(watch.missing.map((m) => m.name).sort()).toEqual(['u_part.lost', 'u_part.unused']);
  expect(watch.missing[0].reason).toMatch(/reaches no output/);
  expect(watch.signals.map((s) => s.name)).toContain('u_part.shown');
});
