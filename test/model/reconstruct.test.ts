import { describe, expect, it } from 'vitest';
import { Random } from '../../src/base/index.js';
import { cutLatents, keepMask, payloadPlan } from '../../src/blocks/index.js';
import { wafers } from '../../src/dataset/index.js';
import { imageOrder } from '../../src/detector/index.js';
import { encode } from '../../src/encoder/index.js';
import {
  contextValues,
  decode,
  encoderInput,
  type Model,
  receivedLatents,
  reconstruct,
  told,
} from '../../src/model/index.js';
import { randomModel } from './sample.js';

function someWafers(count: number, seed: number) {
  const random = new Random(seed);
  return wafers(
    Uint32Array.from({ length: 48 * count }, () => (random.uniform() < 0.3 ? random.below(3000) : 0)),
  );
}

/** The decoder written as a formula, in the other loop order. */
function formula({ decoder }: Model, latents: Uint16Array, code: number): number[] {
  let values = Array.from(latents, (latent) => latent / 256);
  if (decoder.context !== 'none') values.push(...contextValues(decoder.context, code));
  decoder.layers.forEach(({ inputs, outputs, kernel, bias }, depth) => {
    values = Array.from({ length: outputs }, (_, o) => {
      let sum = bias[o];
      for (let c = inputs - 1; c >= 0; c--) sum += values[c] * kernel[c * outputs + o];
      return depth < decoder.layers.length - 1 ? Math.max(0, sum) : sum;
    });
  });
  if (decoder.activation === 'sigmoid') return values.map((v) => 1 / (1 + Math.exp(-v)));
  const total = values.reduce((sum, v) => sum + Math.exp(v), 0);
  return values.map((v) => Math.exp(v) / total);
}

describe('encoderInput', () => {
  it('puts cell imageOrder[k] at image position k, divided by the power of two at or below the sum', () => {
    const batch = someWafers(20, 1);
    const { x, sum } = encoderInput(batch);
    for (let i = 0; i < 20; i++) {
      const charges = batch.charges.subarray(48 * i, 48 * i + 48);
      const total = charges.reduce((a, b) => a + b, 0);
      expect(sum[i]).toBe(total);
      const power = 2 ** Math.floor(Math.log2(total));
      for (let k = 0; k < 48; k++) {
        expect(x[48 * i + k]).toBe(Math.floor((charges[imageOrder[k]] * 128) / power));
      }
    }
  });
});

describe('decode', () => {
  it.each([
    ['softmax', 'none'],
    ['sigmoid', 'sum'],
    ['softmax', 'module'],
  ] as const)('is the formula: %s, context %s', (activation, context) => {
    const model = randomModel(3, 9, activation, context);
    const random = new Random(4);
    const latents = Uint16Array.from({ length: 16 * 30 }, () => random.below(512));
    const sumCodes = Uint16Array.from({ length: 30 }, () => random.below(512));
    const codes = told(
      sumCodes,
      Uint16Array.from({ length: 30 }, () => random.below(10_393)),
    );
    const out = decode(model.decoder, latents, codes, 30);
    for (let i = 0; i < 30; i++) {
      const expected = formula(model, latents.subarray(16 * i, 16 * i + 16), codes[i]);
      expected.forEach((y, cell) => {
        expect(Math.abs(out[48 * i + cell] - y)).toBeLessThan(1e-6);
      });
    }
  });
});

describe('receivedLatents', () => {
  it.each([1, 2, 3, 4, 5])('are those that %i links carry in the chip', (etx) => {
    const bits = 2 * etx - 1;
    const model = randomModel(5, bits);
    const { x } = encoderInput(someWafers(50, 6));
    const latents = new Uint16Array(16 * 50);
    encode(model.encoder, model.arithmetic, x, 50, { latents });
    expect(receivedLatents(model, x, 50)).toEqual(cutLatents(payloadPlan(etx, keepMask(bits)), latents, 50));
    expect(new Set(latents).size).toBeGreaterThan(50);
  });
});

describe('reconstruct', () => {
  it('treats every wafer by itself, also beyond one chunk', () => {
    const model = randomModel(7);
    const batch = someWafers(4100, 8);
    const all = reconstruct(model, batch);
    for (const i of [0, 4095, 4096, 4099]) {
      const alone = reconstruct(model, wafers(batch.charges.slice(48 * i, 48 * i + 48)));
      expect(all.slice(48 * i, 48 * i + 48)).toEqual(alone);
      expect(alone.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
    }
  });
});
