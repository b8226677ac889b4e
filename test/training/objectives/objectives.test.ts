import { describe, expect, it, test } from 'vitest';
import { Random } from '../../../src/base/index.js';
import { concat, wafers } from '../../../src/dataset/index.js';
import { econtShape } from '../../../src/encoder/index.js';
import {
  anomalyScores,
  encoderInput,
  latentPrior,
  latentStatistics,
  receivedLatents,
} from '../../../src/model/index.js';
import {
  encoderWeights,
  engines,
  type Network,
  networkOf,
  parameterLayout,
  resolve,
  setEncoderWeights,
  trainEncoder,
  trainingSettings,
  waferLoss,
} from '../../../src/training/index.js';
import { withSum } from '../../../src/training/objectives/losses.js';
import { EncoderConstraints } from '../../../src/training/schedule/constraints.js';
import { fewerFilters, magnitudeMask, roundShare } from '../../../src/training/schedule/pruning.js';
import { Teacher } from '../../../src/training/schedule/teacher.js';
import { TrainingDeck, waferWeights } from '../../../src/training/start/examples.js';
import { showers } from '../examples.js';

const train = showers(300, 1);
const validation = showers(80, 2);
const quick = { epochs: 4, hidden: [32], batch: 64 };
const network: Network = networkOf(resolve(trainingSettings({ hidden: [32] }), econtShape));
const layout = parameterLayout(network);

function randomParameters(seed: number): Float32Array {
  const random = new Random(seed);
  return Float32Array.from({ length: layout.size }, (_, i) =>
    i < layout.encoderSize ? Math.max(-1, Math.min(31 / 32, 0.15 * random.normal())) : 0.1 * random.normal(),
  );
}

describe('the pull of a variational encoder', () => {
  const { x, sumCode } = encoderInput(validation);
  const n = 70;

  async function gradients(engine: 'js' | 'wasm' | 'tfjs', pull: number) {
    const session = await engines.get(engine, 'test').open(network);
    session.parameters.set(randomParameters(4));
    session.parameters.fill(0.5, layout.encoder[1].bias.offset, layout.encoder[1].bias.offset + 16);
    const latents = new Uint16Array(16 * n);
    session.encode(x, n, latents);
    // No loss: what is left is the pull.
    const none = (_o: Float32Array, _f: number, count: number, gradient: Float32Array): number => {
      gradient.fill(0, 0, 48 * count);
      return 0;
    };
    session.step(x, sumCode, n, none, pull);
    return { latents, gradient: session.gradient.slice() };
  }

  it('is the derivative of ((z - mean) / spread)^2 / 2, the same in every engine', async () => {
    const { latents, gradient } = await gradients('js', 0.3);
    const { offset } = layout.encoder[1].bias;
    for (let o = 0; o < 16; o++) {
      let expected = 0;
      for (let i = 0; i < n; i++) {
        const z = latents[16 * i + o];
        // Energy in counts; a bias of 1 moves the latent by 256 counts. Saturated latents move inwards only.
        const slope = (0.3 * (z - latentPrior.mean)) / latentPrior.spread ** 2;
        const out = (z === 0 && slope > 0) || (z === 511 && slope < 0);
        if (!out) expected += 256 * slope;
      }
      expect(Math.abs(gradient[offset + o] - expected)).toBeLessThan(1e-3 * Math.abs(expected) + 1e-3);
    }
    for (const engine of ['wasm', 'tfjs'] as const) {
      const other = await gradients(engine, 0.3);
      const scale = gradient.reduce((m, v) => Math.max(m, Math.abs(v)), 0);
      other.gradient.forEach((v, i) => {
        expect(Math.abs(v - gradient[i])).toBeLessThan(1e-4 * scale);
      });
    }
    expect((await gradients('wasm', 0)).gradient.every((v) => v === 0)).toBe(true);
  });

  it('brings latents to the prior, and what is unlike the usual wafers stands out', async () => {
    const free = (await trainEncoder({ train, validation, settings: quick })).model;
    const { model } = await trainEncoder({ train, validation, settings: { ...quick, klWeight: 0.3 } });
    const distance = (of: typeof model): number => {
      const latents = receivedLatents(of, encoderInput(validation).x, validation.count);
      return latents.reduce((sum, z) => sum + ((z - latentPrior.mean) / latentPrior.spread) ** 2, 0);
    };
    expect(distance(model)).toBeLessThan(distance(free));
    const usual = latentStatistics(model, train);
    // All charge in one cell: no shower looks like it.
    const single = wafers(new Uint32Array(48 * 80).map((_, i) => (i % 49 === 0 ? 5000 : 0)));
    const median = (scores: Float64Array): number => scores.sort()[scores.length >> 1];
    expect(median(anomalyScores(model, usual, single))).toBeGreaterThan(
      1.5 * median(anomalyScores(model, usual, validation)),
    );
    expect(() => latentStatistics(model, wafers(new Uint32Array(0)))).toThrow('no wafers');
  });
});

test('the sum of the outputs costs what it is off, with the slope of the cost', () => {
  const random = new Random(1);
  const target = new Float32Array(48).fill(1 / 48);
  const output = Float32Array.from({ length: 48 }, () => 0.05 * random.uniform());
  const slope = new Float32Array(48);
  const plain = waferLoss('telescope');
  const loss = withSum(plain, 3);
  const value = loss(target, 0, output, slope, 0);
  const excess = output.reduce((a, b) => a + b) - 1;
  expect(value - plain(target, 0, output, new Float32Array(48), 0)).toBeCloseTo(3 * excess ** 2, 6);
  const before = output[7];
  const around = [-1, 1].map((sign) => {
    output[7] = before + sign * 1e-3;
    return loss(target, 0, output, new Float32Array(48), 0);
  });
  expect((around[1] - around[0]) / 2e-3).toBeCloseTo(slope[7], 2);
});

test('wafers count by cells hit or by the logarithm of their charge, 1 in the mean', () => {
  const charges = new Uint32Array(96);
  charges[0] = 7;
  charges.fill(21, 48, 51);
  const batch = wafers(charges);
  expect([...waferWeights(batch, 'none')]).toEqual([1, 1]);
  expect([...waferWeights(batch, 'occupancy')]).toEqual([0.5, 1.5]);
  const energy = waferWeights(batch, 'energy');
  expect(energy[1] / energy[0]).toBeCloseTo(Math.log2(64) / Math.log2(8), 6);
});

describe('constraints of the weights', () => {
  const settings = trainingSettings({ l1: 0.01, weightRounding: 'stochastic', freezeFrom: 0.5 });

  it('stochastic rounding has the mean of the weights, and leaves them as they were', () => {
    const parameters = randomParameters(9);
    const before = parameters.slice();
    const constraints = new EncoderConstraints(network, settings);
    const random = new Random(3);
    const sum = new Float64Array(72);
    const turns = 4000;
    const gradient = new Float32Array(layout.size);
    for (let t = 0; t < turns; t++) {
      constraints.beforeStep(parameters, random);
      encoderWeights(network, parameters).layers[0].kernel.forEach((code, i) => {
        sum[i] += code / turns;
      });
      constraints.afterBackward(parameters, gradient);
    }
    expect(parameters).toEqual(before);
    for (let i = 0; i < 72; i++) expect(Math.abs(sum[i] - 32 * before[i])).toBeLessThan(0.05);
    expect(gradient[3]).toBeCloseTo(turns * 0.01 * Math.sign(before[3]), 1);
  });

  it('freezing holds ever more weights at what the chip has, at last all', () => {
    const parameters = randomParameters(5);
    const constraints = new EncoderConstraints(network, settings);
    const exact = () => {
      const rounded = new Float32Array(layout.size);
      setEncoderWeights(network, encoderWeights(network, parameters), rounded);
      return parameters
        .subarray(0, layout.encoderSize)
        .reduce((n, v, i) => n + (v === rounded[i] ? 1 : 0), 0);
    };
    constraints.startEpoch(parameters, 4, 10);
    expect(exact()).toBeLessThan(layout.encoderSize / 10);
    constraints.startEpoch(parameters, 7, 10);
    const some = parameters.slice();
    expect(exact()).toBeGreaterThanOrEqual(Math.round(0.6 * layout.encoderSize));
    for (let i = 0; i < layout.encoderSize; i++) parameters[i] -= 0.003;
    constraints.afterUpdate(parameters);
    const held = parameters.reduce((n, v, i) => n + (i < layout.encoderSize && v === some[i] ? 1 : 0), 0);
    expect(held).toBe(Math.round(0.6 * layout.encoderSize));
    constraints.startEpoch(parameters, 9, 10);
    expect(exact()).toBe(layout.encoderSize);
  });

  it('trains with all of them to the same bytes on one thread and on two', async () => {
    const input = {
      ...quick,
      l1: 1e-4,
      weightRounding: 'stochastic',
      freezeFrom: 0.5,
      weighting: 'energy',
    } as const;
    const task = { train, validation, settings: { ...input, klWeight: 0.01 } };
    const one = await trainEncoder(task);
    expect((await trainEncoder({ ...task, threads: 2 })).model).toEqual(one.model);
    expect((await trainEncoder({ train, validation, settings: quick })).model.encoder).not.toEqual(
      one.model.encoder,
    );
  });
});

describe('pruning', () => {
  it('takes the smallest weights of each kernel, round after round the same part of what is left', () => {
    const parameters = randomParameters(2);
    expect([1, 2, 3].map((r) => roundShare(0.875, r, 3))).toEqual([0.5, 0.75, 0.875]);
    const mask = magnitudeMask(network, parameters, 0.75);
    for (const { kernel } of layout.encoder) {
      const size = kernel.rows * kernel.columns;
      const of = (held: number) =>
        Array.from({ length: size }, (_, k) => kernel.offset + k)
          .filter((i) => mask[i] === held)
          .map((i) => Math.abs(parameters[i]));
      expect(of(1)).toHaveLength(0.75 * size);
      expect(Math.max(...of(1))).toBeLessThanOrEqual(Math.min(...of(0)));
    }
  });

  it('trains what is left from its first values: the zeros stay zeros', async () => {
    const settings = { ...quick, prune: 0.8, pruneRounds: 2 };
    const { model } = await trainEncoder({ train, validation, settings });
    const [conv, dense] = model.encoder.layers;
    expect(conv.kernel.filter((v) => v === 0).length).toBeGreaterThanOrEqual(Math.round(0.8 * 72));
    expect(dense.kernel.filter((v) => v === 0).length).toBeGreaterThanOrEqual(Math.round(0.8 * 2048));
    expect(dense.kernel.some((v) => v !== 0)).toBe(true);
    expect(model.quality?.zeroWeights).toBeGreaterThanOrEqual(0.8);
    expect(model.preset).toBe('econt-8x8');
  });

  it('takes whole filters out of the shape', async () => {
    const settings = { ...quick, prune: 0.5, pruneKind: 'filters' } as const;
    const { model } = await trainEncoder({ train, validation, settings });
    expect(model.shape?.conv?.filters).toBe(4);
    expect(model.encoder.layers[1].kernel).toHaveLength(64 * 16);
    expect(model.latentBits).toEqual(new Array(16).fill(9));
  });

  it('keeps the largest filters, each weight from its own place', () => {
    const parameters = randomParameters(8);
    const { kernel } = layout.encoder[0];
    for (let r = 0; r < 9; r++) for (const f of [2, 5, 7]) parameters[kernel.offset + 8 * r + f] = 0.9;
    const { shape, kept } = fewerFilters(network, parameters, 5 / 8);
    expect(shape.conv?.filters).toBe(3);
    expect(kept.slice(0, 6)).toEqual([2, 5, 7, 10, 13, 15]);
    const dense = layout.encoder[1].kernel.offset;
    // Behind 27 kernel values and 3 biases: row of the first position and filter 2, all 16 latents.
    expect(kept.slice(30, 32)).toEqual([dense + 2 * 16, dense + 2 * 16 + 1]);
    expect(kept).toHaveLength(9 * 3 + 3 + 16 * 3 * 16 + 16);
  });

  it('refuses binary weights, which have no 0', async () => {
    const settings = { ...quick, shape: 'binary', prune: 0.5 };
    await expect(trainEncoder({ train, validation, settings })).rejects.toThrow('none of them can be 0');
  });
});

describe('a teacher', () => {
  it('mixes its reconstruction into the targets, and is part of what determines the student', async () => {
    const teacher = (await trainEncoder({ train, validation, settings: { ...quick, hidden: [64] } })).model;
    const settings = trainingSettings({ batch: 32, smear: 0, rescale: 0 });
    const deck = new TrainingDeck(concat([train]), settings, new Random(1));
    deck.shuffle();
    deck.deal(0, 32);
    const plain = deck.target.slice();
    const { forward } = await (async () => {
      const all = await Teacher.of(teacher, 1);
      all.teach(deck, 32);
      return { forward: deck.target.slice() };
    })();
    for (let i = 0; i < 32; i++)
      expect(forward.subarray(48 * i, 48 * i + 48).reduce((a, b) => a + b)).toBeCloseTo(1, 5);
    deck.target.set(plain);
    (await Teacher.of(teacher, 0.25)).teach(deck, 32);
    deck.target.forEach((v, i) => {
      expect(v).toBeCloseTo(0.75 * plain[i] + 0.25 * forward[i], 5);
    });
    const student = { train, validation, settings: { ...quick, epochs: 2, etx: 2 } };
    const alone = await trainEncoder(student);
    const taught = await trainEncoder({ ...student, teacher });
    expect(taught.model.encoder).not.toEqual(alone.model.encoder);
    const free = await trainEncoder({
      ...student,
      teacher,
      settings: { ...student.settings, teacherShare: 0 },
    });
    expect(free.model.encoder).toEqual(alone.model.encoder);
  });
});
