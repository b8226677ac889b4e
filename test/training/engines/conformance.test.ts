import { describe, expect, it } from 'vitest';
import { Random, sha256 } from '../../../src/base/index.js';
import { econtShape, encode } from '../../../src/encoder/index.js';
import {
  encoderWeights,
  engines,
  findTfjs,
  type Network,
  type OutputLoss,
  parameterLayout,
} from '../../../src/training/index.js';
import { adamState, adamStep } from '../../../src/training/objectives/adam.js';
import { oracle, type SquareLoss } from './oracle.js';

const plain = { shape: econtShape, levels: false, skip: false } as const;
const small = {
  ...plain,
  hidden: [12, 8],
  activation: 'softmax',
  arithmetic: 'econt',
  context: 'sum',
} as const;
const bits = (b: number) => new Array<number>(16).fill(b);
const networks: Record<string, Network> = {
  'econt, 9 bits, softmax': { ...small, hidden: [12, 8], latentBits: bits(9) },
  'exact, 5 bits, sigmoid': {
    ...plain,
    arithmetic: 'exact',
    hidden: [8],
    activation: 'sigmoid',
    latentBits: bits(5),
    context: 'none',
  },
  'exact, 5 bits, told the module': {
    ...small,
    arithmetic: 'exact',
    hidden: [12, 8],
    latentBits: bits(5),
    context: 'module',
  },
  'econt, mixed bits, no hidden layer': {
    ...small,
    hidden: [],
    latentBits: [9, 8, 7, 6, 5, 4, 3, 2, 1, 9, 9, 9, 3, 3, 1, 5],
  },
};

const tfjs = await findTfjs();
if ('reason' in tfjs) console.log(`skipped: engine tfjs: ${tfjs.reason}`);
const runnable = engines.names().filter((name) => name !== 'tfjs' || 'backend' in tfjs);

function startParameters(network: Network, random: Random): Float32Array {
  const layout = parameterLayout(network);
  return Float32Array.from({ length: layout.size }, (_, i) => {
    if (i >= layout.encoderSize) return 0.4 * random.normal();
    const kernel = i < layout.encoder[0].bias.offset ? 0.3 + 0.4 * random.normal() : 0.3 * random.normal();
    return Math.max(-1, Math.min(31 / 32, kernel));
  });
}

/** Wafers like normalised ones: some cells hit, sum about 128..255. */
function wafers(n: number, random: Random): Uint8Array {
  const x = new Uint8Array(48 * n);
  for (let i = 0; i < n; i++)
    for (let hit = 0; hit < 12; hit++) x[48 * i + random.below(48)] = random.below(40);
  return x;
}

/** Codes of the module sum of n wafers, and modules beside: none, one of the first layer, one of the last. */
const codes = (n: number) =>
  Uint32Array.from({ length: n }, (_, i) => ((40 + 37 * i) % 512) | ([0, 17, 10_392][i % 3] << 9));

function squareLoss(n: number, random: Random): { loss: SquareLoss; output: OutputLoss } {
  const target = Float64Array.from({ length: 48 * n }, () => random.uniform() / 12);
  const weight = Float64Array.from({ length: 48 * n }, () => random.uniform());
  const output: OutputLoss = (outputs, first, count, gradient) => {
    let sum = 0;
    for (let i = 0; i < 48 * count; i++) {
      const d = outputs[i] - target[48 * first + i];
      sum += weight[48 * first + i] * d * d;
      gradient[i] = 2 * weight[48 * first + i] * d;
    }
    return sum;
  };
  return { loss: { target, weight }, output };
}

function received(network: Network, parameters: Float32Array, x: Uint8Array, n: number): Uint16Array {
  const latents = new Uint16Array(16 * n);
  const arithmetic = network.arithmetic === 'float' ? 'exact' : network.arithmetic;
  encode(encoderWeights(network, parameters), arithmetic, x, n, { latents });
  return latents.map((latent, i) => {
    const dropped = 9 - network.latentBits[i % 16];
    return (latent >> dropped) << dropped;
  });
}

/** Largest difference within each tensor, relative to its largest value. */
function worstError(network: Network, mine: Float32Array, reference: Float64Array): number {
  const layout = parameterLayout(network);
  const slices = [
    layout.encoder[0].kernel,
    layout.encoder[0].bias,
    layout.encoder[1].kernel,
    layout.encoder[1].bias,
    ...layout.decoder.flatMap(({ kernel, bias }) => [kernel, bias]),
  ];
  return Math.max(
    ...slices.map(({ offset, rows, columns }) => {
      let largest = 1e-12;
      let error = 0;
      for (let i = offset; i < offset + rows * columns; i++) {
        largest = Math.max(largest, Math.abs(reference[i]));
        error = Math.max(error, Math.abs(mine[i] - reference[i]));
      }
      return error / largest;
    }),
  );
}

describe('float64 oracle', () => {
  it.each(Object.entries(networks))('agrees with finite differences in the decoder: %s', (_, network) => {
    const random = new Random(3);
    const parameters = Float64Array.from(startParameters(network, random));
    const x = wafers(2, random);
    const { loss } = squareLoss(2, random);
    const { gradient } = oracle(network, parameters, x, codes(2), 2, loss);
    const { encoderSize, size } = parameterLayout(network);
    const largest = Math.max(...gradient.subarray(encoderSize).map(Math.abs));
    for (let i = encoderSize; i < size; i += Math.ceil((size - encoderSize) / 40)) {
      const h = 1e-5;
      const shifted = (by: number) => {
        const p = parameters.slice();
        p[i] += by;
        return oracle(network, p, x, codes(2), 2, loss).loss;
      };
      const difference = (shifted(h) - shifted(-h)) / (2 * h);
      expect(Math.abs(gradient[i] - difference) / largest).toBeLessThan(1e-6);
    }
  });
});

describe.each(runnable)('engine %s', (name: string) => {
  const engine = engines.get(name, 'test');

  it.each(Object.entries(networks))(
    'has the loss and gradients of the float64 oracle: %s',
    async (_, network) => {
      const random = new Random(11);
      const session = await engine.open(network);
      session.parameters.set(startParameters(network, random));
      const n = 6;
      const x = wafers(n, random);
      const { loss, output } = squareLoss(n, random);
      const expected = oracle(network, Float64Array.from(session.parameters), x, codes(n), n, loss);
      expect(Math.abs(session.step(x, codes(n), n, output) / expected.loss - 1)).toBeLessThan(5e-6);
      expect(worstError(network, session.gradient, expected.gradient)).toBeLessThan(5e-6);
      const outputs = new Float32Array(48 * n);
      session.forward(x, codes(n), n, outputs);
      expect(Math.max(...outputs.map((y, i) => Math.abs(y - expected.outputs[i])))).toBeLessThan(1e-6);
      session.dispose();
    },
  );

  it('adds up over a batch that is no multiple of anything', async () => {
    const network = networks['econt, 9 bits, softmax'];
    const random = new Random(12);
    const session = await engine.open(network);
    session.parameters.set(startParameters(network, random));
    const n = 71;
    const x = wafers(n, random);
    const { output } = squareLoss(n, random);
    const whole = session.step(x, codes(n), n, output);
    const gradient = session.gradient.slice();
    let parts = 0;
    const sum = new Float64Array(gradient.length);
    for (let i = 0; i < n; i++) {
      parts += session.step(x.subarray(48 * i, 48 * i + 48), codes(n).subarray(i), 1, (o, first, count, g) =>
        output(o, first + i, count, g),
      );
      for (let k = 0; k < sum.length; k++) sum[k] += session.gradient[k];
    }
    expect(Math.abs(parts / whole - 1)).toBeLessThan(1e-6);
    expect(worstError(network, gradient, sum)).toBeLessThan(5e-6);
    session.dispose();
  });

  it.each(Object.entries(networks))('encodes exactly as the chip does: %s', async (_, network) => {
    const random = new Random(13);
    const session = await engine.open(network);
    const n = 130;
    const sparse = wafers(n, random);
    // Sums of 2^22 and more leave x anywhere in 0..255 in all cells: activations up to 2347.
    const wild = Uint8Array.from(sparse, () => random.below(256));
    const weights = [
      startParameters(network, random),
      session.parameters.map(() => 31 / 32),
      session.parameters.map(() => -1),
      session.parameters.map(() => 2 * random.uniform() - 1),
      session.parameters.map(() => (random.below(64) - 32) / 32),
    ];
    const latents = new Uint16Array(16 * n);
    const seen = new Set<number>();
    for (const w of weights) {
      session.parameters.set(w);
      for (const x of [sparse, wild]) {
        session.encode(x, n, latents);
        expect(latents).toEqual(received(network, session.parameters, x, n));
        for (const latent of latents) seen.add(latent);
      }
    }
    // Otherwise the comparison says little.
    expect(seen.size).toBeGreaterThan(network.latentBits[0] === 9 ? 200 : 20);
    session.dispose();
  });

  it('leaves out the gradient of a frozen encoder and nothing else', async () => {
    const network = networks['econt, 9 bits, softmax'];
    const { encoderSize } = parameterLayout(network);
    const random = new Random(14);
    const parameters = startParameters(network, random);
    const x = wafers(5, random);
    const { output } = squareLoss(5, random);
    const [free, frozen] = await Promise.all([
      engine.open(network),
      engine.open(network, { frozenEncoder: true }),
    ]);
    for (const session of [free, frozen]) {
      session.parameters.set(parameters);
      session.step(x, codes(5), 5, output);
    }
    expect(free.gradient.subarray(0, encoderSize).some((g) => g !== 0)).toBe(true);
    expect(frozen.gradient.subarray(0, encoderSize).every((g) => g === 0)).toBe(true);
    expect(frozen.gradient.subarray(encoderSize)).toEqual(free.gradient.subarray(encoderSize));
    free.dispose();
    frozen.dispose();
  });

  it('lowers the loss in 200 steps', async () => {
    const network = networks['econt, 9 bits, softmax'];
    const losses = await descend(name, network, 200);
    expect(losses[199]).toBeLessThan(0.8 * losses[0]);
  });
});

async function descend(name: string, network: Network, steps: number): Promise<number[]> {
  const random = new Random(15);
  const session = await engines.get(name, 'test').open(network);
  session.parameters.set(startParameters(network, random));
  const { encoderSize, size } = parameterLayout(network);
  const n = 32;
  const x = wafers(n, random);
  const { output } = squareLoss(n, random);
  const adam = adamState(size);
  const losses: number[] = [];
  for (let i = 0; i < steps; i++) {
    losses.push(session.step(x, codes(n), n, output));
    const rates = { encoder: 5e-3, decoder: 5e-3, weightDecay: 0 };
    adamStep(session.parameters, session.gradient, encoderSize, adam, rates);
  }
  losses.push(Number.parseInt(sha256(new Uint8Array(session.parameters.slice().buffer)).slice(0, 12), 16));
  session.dispose();
  return losses;
}

describe('wasm', () => {
  it('gives the same bits every time', async () => {
    const network = networks['econt, 9 bits, softmax'];
    expect(await descend('wasm', network, 50)).toEqual(await descend('wasm', network, 50));
  });
});
