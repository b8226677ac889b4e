import { expect, test } from 'vitest';
import { Random } from '../../src/base/index.js';
import { ASSUMED_CHANGES, measureActivity, type Synthesis, synthesise } from '../../src/budget/index.js';
import { leafCells } from '../../src/chips/index.js';
import { wafers } from '../../src/dataset/index.js';
import { ACTIVATIONS, activationRegister, convTaps, LATENT_BITS, LATENTS } from '../../src/encoder/index.js';
import type { Model } from '../../src/model/index.js';

const random = new Random(41);

const model: Model = {
  format: 'econ-model',
  version: 1,
  preset: 'econt-8x8',
  arithmetic: 'econt',
  etx: 5,
  latentBits: new Array<number>(LATENTS).fill(9),
  provenance: { tool: 'test', settings: {}, data: {} },
  encoder: {
    convKernel: Int8Array.from({ length: 72 }, () => random.below(64) - 32),
    convBias: Int8Array.from({ length: 8 }, () => random.below(64) - 32),
    denseKernel: Int8Array.from({ length: LATENTS * ACTIVATIONS }, () => random.below(64) - 32),
    denseBias: Int8Array.from({ length: LATENTS }, () => random.below(64) - 32),
  },
  decoder: { activation: 'softmax', context: 'none', layers: [] },
};

const batch = wafers(Uint32Array.from({ length: 20 * 48 }, () => random.below(4000)));

test('the synthesised gates compute the reference, and their switching is measured', async () => {
  // The sixteen neurons, whose products are kept as modules, and every kind of conv position.
  const kinds = [...new Set(convTaps.map((t) => t.length))]
    .filter((taps) => taps > 0)
    .map((taps) => ({ taps, bits: activationRegister(convTaps.findIndex((t) => t.length === taps)).bits }));
  const dense = { wide: [576, 672, 288], narrow: [528, 624, 288], empty: [40, 56, 192] };
  const ports = Object.entries(dense).flatMap(([name, widths]) =>
    widths.map((width, k) => [`${name}${['', '_triple', '_weights'][k]}_i`, width] as const),
  );
  const top = [
    `module top (${ports.map(([name, width]) => `input [${width - 1}:0] ${name}`).join(', ')}, input [5:0] bias_i,`,
    `  output [143:0] latent_o, input [71:0] x_i, input [431:0] weights_i, input [47:0] biases_i,`,
    `  output [${96 * kinds.length - 1}:0] act_o);`,
    ...Array.from(
      { length: LATENTS },
      (_, o) =>
        `  econ_dense_neuron u_dense_${o} (${ports.map(([name]) => `.${name}(${name})`).join(', ')},
           .bias_i(bias_i), .latent_o(latent_o[${9 * o} +: 9]));`,
    ),
    ...kinds.map(
      ({ taps, bits }, k) =>
        `  econ_conv_position #(.Taps(${taps}), .ActBits(${bits})) u_position_${k} (.x_i(x_i[${8 * taps - 1}:0]),
           .weights_i(weights_i[${48 * taps - 1}:0]), .bias_i(biases_i), .act_o(act_o[${96 * k} +: ${8 * bits}]));`,
    ),
    'endmodule',
  ].join('\n');
  const synthesis = await synthesise(new Map([...leafCells(), ['top.v', top]]), 'top');
  const neuron = [...synthesis.modules.values()].find((m) => m.source === 'econ_dense_neuron')!;
  expect(Object.values(neuron.children).reduce((a, b) => a + b, 0)).toBe(ACTIVATIONS);

  const activity = measureActivity(synthesis, model, batch, 6);
  const [conv, latents] = activity.modules;
  const bits = convTaps.reduce((n, t, p) => n + (t.length > 0 ? 8 * activationRegister(p).bits : 0), 0);
  expect(conv).toMatchObject({ module: 'econ_conv_position', compared: 6 * bits, mismatches: 0 });
  expect(latents).toMatchObject({
    module: 'econ_dense_neuron',
    compared: LATENTS * 6 * LATENT_BITS,
    mismatches: 0,
  });
  for (const { settled, changes } of activity.modules) {
    expect(settled).toBeGreaterThan(0.02);
    expect(changes).toBeGreaterThan(settled);
  }
  expect(activity.changes('u_encoder/u_conv_r3c1', 'econ_conv_position')).toBe(conv.changes);
  expect(activity.changes('u_mux', 'econ_mux')).toBe(ASSUMED_CHANGES);
  expect(activity.changes('u_weight_memory/u_weight_bank_00', 'econ_weight_bank')).toBe(0);

  // Wrong gates are noticed, in the module itself and in those that it holds.
  const broken = (source: string): Synthesis => ({
    ...synthesis,
    modules: new Map(
      [...synthesis.modules].map(([name, m]) => [
        name,
        m.source === source ? { ...m, netlist: m.netlist.replaceAll('$_XNOR_', '$_XOR_') } : m,
      ]),
    ),
  });
  expect(
    measureActivity(broken('econ_conv_position'), model, batch, 2).modules[0].mismatches,
  ).toBeGreaterThan(0);
  expect(
    measureActivity(broken('econ_weight_product'), model, batch, 2).modules[1].mismatches,
  ).toBeGreaterThan(0);
}, 120_000);

test('a module that is not there is an error, not an assumption', () => {
  const nothing: Synthesis = { top: 'top', modules: new Map(), seconds: 0, recipe: '' };
  expect(() => measureActivity(nothing, model, batch, 6)).toThrow(/econ_conv_position: .*switching/);
});
