import { describe, expect, test } from 'vitest';
import { Random } from '../../../src/base/index.js';
import { defaultGenerator, generateWafers, selectWafers } from '../../../src/dataset/index.js';
import { encode, encoderShape, fieldMask, latentsOfFields, usedBlocks } from '../../../src/encoder/index.js';
import { chargeTables, codeCharges, cutToSent, decode } from '../../../src/model/index.js';
import {
  bestLevels,
  decoderOf,
  encoderWeights,
  engines,
  type Network,
  namedShape,
  namedShapes,
  networkOf,
  type OutputLoss,
  parameterLayout,
  planTraining,
  setEncoderWeights,
  trainFloatTwin,
} from '../../../src/training/index.js';
import { meanEmd } from '../../../src/training/schedule/loop.js';
import { plainExamples } from '../../../src/training/start/examples.js';
import { initialise } from '../../../src/training/start/initialise.js';
import { optionShapes } from '../../chips/shapes.js';

function networkOfShape(name: string, arithmetic: Network['arithmetic']): Network {
  const shape = encoderShape(optionShapes[name]);
  return {
    shape,
    arithmetic,
    latentBits: [...shape.latents.bits],
    context: 'sum',
    hidden: [12, 8],
    levels: true,
    // As a training would: of single cells in 16 levels or more.
    ...(name.includes('32 levels') ? { levels: false, charges: codeCharges(shape.latents) } : {}),
    skip: true,
    activation: 'softmax',
  };
}

function start(network: Network): { parameters: Float32Array; x: Uint8Array; sumCode: Uint16Array } {
  const random = new Random(11);
  const layout = parameterLayout(network);
  const parameters = Float32Array.from({ length: layout.size }, (_, i) =>
    i < layout.encoderSize
      ? Math.max(-1, Math.min(31 / 32, 0.1 + 0.4 * random.normal()))
      : 0.3 * random.normal(),
  );
  const x = Uint8Array.from({ length: 48 * N }, () => (random.below(3) === 0 ? random.below(60) : 0));
  return { parameters, x, sumCode: Uint16Array.from({ length: N }, () => random.below(512)) };
}

const N = 70;
/** Squares of the distance from a pattern. */
const loss: OutputLoss = (outputs, _first, count, gradient) => {
  let sum = 0;
  for (let i = 0; i < 48 * count; i++) {
    const d = outputs[i] - ((i % 48) % 7) / 150;
    sum += d * d;
    gradient[i] = 2 * d;
  }
  return sum;
};

const cases = Object.keys(optionShapes).flatMap((name) =>
  (['econt', 'exact', 'float'] as const).map((arithmetic) => ({ name, arithmetic })),
);

describe.each(cases)('$name, $arithmetic', ({ name, arithmetic }) => {
  const network = networkOfShape(name, arithmetic);
  const layout = parameterLayout(network);
  const { parameters, x, sumCode } = start(network);

  test('engines agree; latents are those of the integer reference', async () => {
    const js = await engines.get('js', 'test').open(network);
    const wasm = await engines.get('wasm', 'test').open(network);
    for (const session of [js, wasm]) session.parameters.set(parameters);
    const [a, b] = [js.step(x, sumCode, N, loss), wasm.step(x, sumCode, N, loss)];
    expect(Math.abs(a - b) / a).toBeLessThan(1e-5);
    for (const { kernel, bias } of [...layout.encoder, ...layout.decoder])
      for (const { offset, rows, columns } of [kernel, bias]) {
        let largest = 1e-6;
        let worst = 0;
        for (let i = offset; i < offset + rows * columns; i++) {
          largest = Math.max(largest, Math.abs(js.gradient[i]));
          worst = Math.max(worst, Math.abs(js.gradient[i] - wasm.gradient[i]));
        }
        expect(worst / largest).toBeLessThan(1e-4);
      }
    expect(js.gradient.subarray(0, layout.encoderSize).some((g) => g !== 0)).toBe(true);
    if (arithmetic === 'float') return;
    const count = network.latentBits.length;
    const mine = new Uint16Array(N * count);
    const fields = new Uint16Array(N * 16);
    wasm.encode(x, N, mine);
    encode(encoderWeights(network, parameters), arithmetic, x, N, { latents: fields });
    const chip = latentsOfFields(network.shape!, fields, N);
    cutToSent(chip, network.latentBits);
    expect(mine).toEqual(chip);
    expect(new Set(mine).size).toBeGreaterThan(3);
  });

  test('the decoder of a model gives what the engine gives', async () => {
    const session = await engines.get('wasm', 'test').open(network);
    session.parameters.set(parameters);
    const [outputs, latents] = [new Float32Array(48 * N), new Uint16Array(network.latentBits.length * N)];
    session.forward(x, sumCode, N, outputs);
    session.encode(x, N, latents);
    const received = decode(decoderOf(network, parameters), latents, sumCode, N);
    expect(Math.max(...received.map((y, i) => Math.abs(y - outputs[i])))).toBeLessThan(1e-5);
  });

  test('weights survive the way to the chip and back', () => {
    const again = new Float32Array(layout.size);
    const weights = encoderWeights(network, parameters);
    setEncoderWeights(network, weights, again);
    expect(encoderWeights(network, again)).toEqual(weights);
  });
});

test.each(['levels of single cells', 'the twelve largest cells in 32 levels'])(
  "the decoder's gradient agrees with finite differences, past its hidden layers and in the codes: %s",
  async (name) => {
    const network = networkOfShape(name, 'econt');
    const { parameters, x, sumCode } = start(network);
    const { decoder } = parameterLayout(network);
    const session = await engines.get('js', 'test').open(network);
    session.parameters.set(parameters);
    session.step(x, sumCode, N, loss);
    const slope = session.gradient.slice();
    const random = new Random(3);
    const last = decoder[decoder.length - 1].kernel;
    for (const { offset, rows, columns } of [decoder[0].kernel, last]) {
      for (let k = 0; k < 12; k++) {
        // The later rows: levels or charges in the first layer, what skips in the last.
        const at = offset + (rows - 1 - random.below(100)) * columns + random.below(columns);
        const value = parameters[at];
        const around = [-1, 1].map((sign) => {
          session.parameters.set(parameters);
          session.parameters[at] = value + sign * 0.002;
          return session.step(x, sumCode, N, loss);
        });
        const numeric = (around[1] - around[0]) / 0.004;
        expect(Math.abs(numeric - slope[at])).toBeLessThan(5e-3 * Math.abs(numeric) + 2e-4);
      }
    }
  },
);

test('a code stands for the middle of its charges, and the slope of its inputs is that between its neighbours', () => {
  const { latents } = encoderShape({
    latents: { bits: [2, 2], code: { kind: 'levels', thresholds: [2, 8, 24] }, cells: 1 },
  });
  const charges = codeCharges(latents);
  // The codes are 0..1, 2..7, 8..23 and 24..39: the last as wide as the one before.
  expect(charges).toEqual([0.5, 4.5, 15.5, 31.5]);
  const [charge, log] = chargeTables(charges);
  // A code of 2 bits is received as a multiple of 128.
  for (const [code, value] of charges.entries()) {
    for (const latent of [128 * code, 128 * code + 127]) {
      expect(charge.values[latent]).toBeCloseTo(value / 256, 6);
      expect(log.values[latent]).toBeCloseTo(Math.log2(value) / 8, 6);
    }
  }
  expect(charge.slopes[128]).toBeCloseTo((charge.values[256] - charge.values[0]) / (256 / 256), 6);
  expect(log.slopes[384]).toBeCloseTo((log.values[384] - log.values[256]) / 2 / (128 / 256), 6);
});

test('levels lose least: no other thresholds do better on a small histogram', () => {
  const random = new Random(8);
  const inputs = Uint8Array.from({ length: 400 }, () =>
    Math.min(9, Math.floor(-3 * Math.log(1 - random.uniform()))),
  );
  const lossOf = (thresholds: number[]): number => {
    const edges = [0, ...thresholds, 256];
    return edges.slice(1).reduce((sum, high, i) => {
      const inside = [...inputs].filter((v) => v >= edges[i] && v < high);
      const mean = inside.reduce((a, b) => a + b, 0) / Math.max(1, inside.length);
      return sum + inside.reduce((a, v) => a + Math.abs(v - mean), 0);
    }, 0);
  };
  let least = Number.POSITIVE_INFINITY;
  for (let a = 1; a < 9; a++)
    for (let b = a + 1; b < 10; b++)
      for (let c = b + 1; c < 11; c++) least = Math.min(least, lossOf([a, b, c]));
  const mine = bestLevels(inputs, 2);
  expect(mine).toHaveLength(3);
  expect(lossOf(mine)).toBeCloseTo(least, 8);
});

const wafers = selectWafers(generateWafers({ ...defaultGenerator, seed: 5, wafers: 900 }).batch);

test.each(namedShapes.map(({ name }) => name))(
  'the shape called %s can be trained on 1, 2 and 5 links',
  (name) => {
    for (const etx of name === 'cells' ? [3, 5] : [1, 2, 5]) {
      const network = networkOf(planTraining({ shape: name, etx }, wafers));
      expect(parameterLayout(network).size).toBeGreaterThan(1000);
      const { shape, latentBits } = network;
      expect(usedBlocks(shape)).toBeLessThanOrEqual(12);
      const sent = fieldMask(shape, latentBits).toString(2).replace(/0/g, '').length;
      expect(sent).toBeLessThanOrEqual(18 + 32 * (etx - 1));
      expect(sent).toBeGreaterThan(0);
    }
  },
);

test('an unknown name says which there are', () => {
  expect(() => namedShape('cels', { etx: 5, wafers })).toThrow(/cels.*econt-8x8, best, cells/);
});

test('the float twin trains without the floors and gives an EMD', async () => {
  const emd = await trainFloatTwin({
    train: wafers,
    validation: wafers,
    test: wafers,
    settings: { epochs: 2, hidden: [32] },
  });
  expect(emd).toBeGreaterThan(0.3);
  expect(emd).toBeLessThan(4);
});

test('a decoder alone and an encoder of fewer bits are shown fewer wafers, unless somebody says how many', () => {
  const shown = (input: Parameters<typeof planTraining>[0]) => planTraining(input, wafers).wafers;
  expect(shown({ shape: 'largest', etx: 2 })).toBe(4_000_000);
  expect(shown({ shape: 'largest', etx: 2, wafers: 5000 })).toBe(5000);
  expect(shown({ shape: 'largest', etx: 2, encoderRate: 1 })).toBe(shown({}));
  // Of 24 latents of 6 bits five links carry all, two a third.
  expect(shown({ shape: 'latents24', etx: 5 })).toBe(shown({}));
  expect(shown({ shape: 'latents24', etx: 2 })).toBe(7_000_000);
  expect(shown({ shape: 'latents24', etx: 2, wafers: 5000 })).toBe(5000);
  const rate = (input: Parameters<typeof planTraining>[0]) => planTraining(input, wafers).learningRate;
  // Codes of 3 bits, and of 4.
  expect(rate({ shape: 'cells', etx: 5 })).toBe(rate({}));
  expect(rate({ shape: 'largest', etx: 5 })).toBeLessThan(rate({}));
  expect(rate({ shape: 'largest', etx: 5, learningRate: 0.1 })).toBe(0.1);
});

test('the decoder of fine codes starts with what they stand for', async () => {
  const settings = planTraining({ shape: 'largest', etx: 5, hidden: [16] }, wafers);
  const examples = plainExamples(wafers);
  const startOf = async (levels: boolean): Promise<number> => {
    const network = networkOf({ ...settings, levels });
    const session = await engines.get('wasm', 'test').open(network);
    initialise(network, examples, new Random(1), session.parameters);
    return meanEmd(session, examples);
  };
  const [told, untold] = [await startOf(true), await startOf(false)];
  expect(untold).toBeGreaterThan(2);
  expect(told).toBeLessThan(0.6);
});
