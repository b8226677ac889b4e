import { expect, test } from 'vitest';
import { Random } from '../../src/base/index.js';
import { defaultChipOptions, encoderBlock } from '../../src/blocks/index.js';
import { ASSUMED_CHANGES, measureActivity, type Synthesis, synthesise } from '../../src/budget/index.js';
import { leafCells } from '../../src/chips/index.js';
import { wafers } from '../../src/dataset/index.js';
import { activationCount, econtShape, encoderLayers, latentField } from '../../src/encoder/index.js';
import type { Model } from '../../src/model/index.js';

const random = new Random(41);

const model: Model = {
  format: 'econ-model',
  version: 1,
  preset: 'econt-8x8',
  shape: econtShape,
  arithmetic: 'econt',
  etx: 5,
  latentBits: new Array<number>(latentField.numbers).fill(9),
  provenance: { tool: 'test', settings: {}, data: {} },
  encoder: {
    shape: econtShape,
    layers: [
      {
        kernel: Int8Array.from({ length: 72 }, () => random.below(64) - 32),
        bias: Int8Array.from({ length: 8 }, () => random.below(64) - 32),
      },
      {
        kernel: Int8Array.from(
          { length: latentField.numbers * activationCount(econtShape) },
          () => random.below(64) - 32,
        ),
        bias: Int8Array.from({ length: latentField.numbers }, () => random.below(64) - 32),
      },
    ],
  },
  decoder: { activation: 'softmax', context: 'none', layers: [] },
};

const batch = wafers(Uint32Array.from({ length: 20 * 48 }, () => random.below(4000)));

test('the synthesised gates compute the reference, and their switching is measured', async () => {
  const text = encoderBlock(econtShape).emit({ options: defaultChipOptions, provenance: [] });
  const synthesis = await synthesise(new Map([...leafCells(), ['econ_encoder.v', text]]), 'econ_encoder');
  const neurons = [...synthesis.modules.values()].filter((m) => m.source === 'econ_neurons');
  const products = neurons.map(({ children }) => Object.values(children).reduce((a, b) => a + b, 0));
  expect(Math.max(...products)).toBe(activationCount(econtShape));

  const activity = await measureActivity(synthesis, model, batch, 6);
  const seen = encoderLayers(econtShape).map(({ taps, channels, positions }) =>
    positions.reduce((sum, { bits }, p) => sum + (taps[p].length > 0 ? channels * bits : 0), 0),
  );
  expect(activity.modules).toMatchObject([
    { module: 'econ_neurons', layer: 'conv', compared: 6 * seen[0], mismatches: 0 },
    { module: 'econ_neurons', layer: 'latents', compared: 6 * 16 * 9, mismatches: 0 },
  ]);
  for (const { settled, changes } of activity.modules) {
    expect(settled).toBeGreaterThan(0.02);
    expect(changes).toBeGreaterThan(settled);
  }
  const [conv, latents] = activity.modules;
  expect(activity.changes('u_encoder/u_conv_13', 'econ_neurons')).toBe(conv.changes);
  expect(activity.changes('u_encoder/u_latents_00..15', 'econ_neurons')).toBe(latents.changes);
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
  for (const source of ['econ_neurons', 'econ_product'])
    for (const { mismatches, layer } of (await measureActivity(broken(source), model, batch, 2)).modules)
      expect(mismatches, `${source} of ${layer}`).toBeGreaterThan(0);
}, 300_000);

test('no neurons left as modules: nothing is measured, and the method says so', async () => {
  const nothing: Synthesis = { top: 'top', modules: new Map(), seconds: 0, recipe: '' };
  const { modules, method, changes } = await measureActivity(nothing, model, batch, 6);
  expect(modules).toEqual([]);
  expect(method).toContain(`${ASSUMED_CHANGES} changes per gate and BX assumed`);
  expect(changes('u_encoder/u_conv_13', 'econ_neurons')).toBe(ASSUMED_CHANGES);
});
