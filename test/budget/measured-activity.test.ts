import { expect, test } from 'vitest';
import { packageRoot, Random, readText } from '../../src/base/index.js';
import { ASSUMED_CHANGES, measureActivity, type Synthesis } from '../../src/budget/index.js';
import { ACTIVATIONS, convTaps, LATENTS } from '../../src/chip/index.js';
import { wafers } from '../../src/dataset/index.js';
import { runYosys } from '../../src/eda/index.js';
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
    denseKernel: new Int8Array(LATENTS * ACTIVATIONS),
    denseBias: new Int8Array(LATENTS),
  },
  decoder: { activation: 'softmax', layers: [] },
};

const batch = wafers(Uint32Array.from({ length: 20 * 48 }, () => random.below(4000)));

test('the synthesised convolution computes the reference, and its switching is measured', async () => {
  // The smallest of the positions: few taps, few gates.
  const taps = Math.min(...convTaps.map((t) => t.length).filter((n) => n > 0));
  const { stdout } = await runYosys(
    `read_verilog a.v; chparam -set Taps ${taps} econ_conv_position; synth -noabc -top econ_conv_position;
     abc -fast -g cmos; opt_clean; write_blif -icells -conn`,
    { 'a.v': readText(`${packageRoot}/rtl/econ_conv_position.v`) },
  );
  const synthesis = (netlist: string): Synthesis => {
    const source = 'econ_conv_position';
    const module = { name: source, source, gates: {}, children: {}, instances: new Map(), netlist };
    return { top: source, modules: new Map([[source, module]]), seconds: 0, recipe: '' };
  };
  const activity = measureActivity(synthesis(stdout), model, batch, 20);
  const [conv] = activity.modules;
  const positions = convTaps.filter((t) => t.length === taps).length;
  expect(conv).toMatchObject({ module: 'econ_conv_position', compared: positions * 20 * 96, mismatches: 0 });
  expect(conv.settled).toBeGreaterThan(0.02);
  expect(conv.changes).toBeGreaterThan(conv.settled);
  expect(activity.changes('u_encoder/u_conv_r3c1', 'econ_conv_position')).toBe(conv.changes);
  expect(activity.changes('u_mux', 'econ_mux')).toBe(ASSUMED_CHANGES);
  expect(activity.changes('u_weight_memory/u_weight_bank_00', 'econ_weight_bank')).toBe(0);

  // Wrong gates are noticed.
  const broken = stdout.replaceAll('$_XNOR_', '$_XOR_');
  expect(measureActivity(synthesis(broken), model, batch, 20).modules[0].mismatches).toBeGreaterThan(0);
});
