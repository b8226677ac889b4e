import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { packageRoot } from '../../src/base/index.js';
import {
  chipDifference,
  executeNetwork,
  type LoweredNetwork,
  lowerGraph,
  quantise,
  readNetwork,
} from '../../src/exchange/index.js';
import { parseNpy } from '../../src/exchange/tensors/npy.js';

const folder = join(packageRoot, '..', 'shared', 'cases', 'models');
const there = existsSync(folder);
if (!there) console.log('skipped: shared cases not found');

const npy = (bytes: Uint8Array): Float64Array => parseNpy(bytes)?.data ?? new Float64Array(0);
const wafers = 500;
const x = there
  ? Uint8Array.from(npy(readFileSync(join(folder, 'x48.npy'))), (v) => Math.round(128 * v))
  : new Uint8Array(0);

async function lowered(file: string): Promise<LoweredNetwork> {
  const path = join(folder, file);
  return lowerGraph(await readNetwork(path, 'encoder'), 5, path);
}

/** Layer outputs as the tool itself computed them. */
function reference(file: string): Float64Array[] {
  const name = file.replace(/(\.weights)?\.\w+$/, '.ref.npz');
  return Object.values(unzipSync(readFileSync(join(folder, name)))).map(npy);
}

/** Quantised values are the tool's; sums of single precision come within its rounding. */
const exact = [
  'a1_alpha1.h5',
  'a6_ternary.json',
  'a8_bias3.h5',
  'a10_bn.h5',
  'a11_nobias.json',
  'a12_reluub.h5',
];
exact.push(
  'a13_leaky.json',
  'a17_alpha_half.h5',
  'b1_inlayer.h5',
  's4_default.json',
  'h0_ROUND.onnx',
  'h4_DOWN.onnx',
);
exact.push('i1_inputquant_floor.onnx', 'g2_cl.onnx');
const rounded = [
  'd1.keras',
  'd1.h5',
  'd1_w.weights.h5',
  'd2_ae.keras',
  'd2_ae.h5',
  'd5_maxrelu.h5',
  'd11_flatcf.h5',
];
rounded.push('e2_zeropad_default.onnx', 'e1_pad1_default.onnx', 'e12_bn_ts.onnx');

describe.skipIf(!there)('models of the tools', () => {
  test.each([
    ...exact.map((file) => [file, 1e-6 / 256] as const),
    ...rounded.map((file) => [file, 4e-7] as const),
  ])('%s: what is executed is what the tool computed, in every layer', async (file, tolerance) => {
    const network = await lowered(file);
    const made = executeNetwork(network, x, wafers);
    reference(file).forEach((wanted, depth) => {
      const { outputs } = network.layers[depth];
      const most = wanted.reduce((worst, v, i) => {
        const { value, index } = outputs[i % outputs.length]!;
        const data = made.get(value)?.data ?? new Float64Array(0);
        const own = data[Math.floor(i / outputs.length) * (data.length / wafers) + index];
        return Math.max(worst, Math.abs(v - own));
      }, 0);
      expect([depth, most <= tolerance ? 'equal' : most]).toEqual([depth, 'equal']);
    });
  });

  test.each([
    // Largest difference of a latent between the chip and the tool itself, in steps of 1/256.
    ['a1_alpha1.h5', 5],
    ['a13_leaky.h5', 18.9],
    ['i1_inputquant_floor.onnx', 193],
    ['h4_DOWN.onnx', 0],
  ] as const)('%s: what is said of the chip is true', async (file, most) => {
    const network = await lowered(file);
    const { layers, bitExact } = chipDifference(network, quantise(network, 'nearest'), 'exact', x, wafers);
    expect(layers.at(-1)?.largest).toBeCloseTo(most, 1);
    expect(bitExact).toBe(most === 0);
  });

  test('a frozen graph of a QKeras model is the model', async () => {
    const path = join(folder, '..', 'models-qae', 'unconditional-5elinks', 'encoder_vanilla_AE');
    const [graph, model] = await Promise.all(
      ['.pb', '.json'].map(async (end) => lowerGraph(await readNetwork(path + end, 'encoder'), 5, path)),
    );
    expect(quantise(graph, 'nearest')).toEqual(quantise(model, 'nearest'));
    const difference = (network: LoweredNetwork) =>
      chipDifference(network, quantise(network, 'nearest'), 'econt', x, wafers).layers.map(
        ({ name: _, ...layer }) => layer,
      );
    expect(difference(graph)).toEqual(difference(model));
  });

  test.each([
    ['e19_twoheads.onnx', /2 outputs/],
    ['damaged-json1.h5', /damaged|JSON/],
  ] as const)('%s is refused', async (file, message) => {
    await expect(lowered(file)).rejects.toThrow(message);
  });
});
