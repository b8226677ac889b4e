import { expect, test } from 'vitest';
import { Random } from '../../src/base/index.js';
import { defaultGenerator, generateWafers, selectWafers } from '../../src/dataset/index.js';
import {
  encode,
  encoderLayers,
  encoderShape,
  layerOutputs,
  nearestMultiplier,
} from '../../src/encoder/index.js';
import { encoderInput } from '../../src/model/index.js';
import { profileEncoder, renderProfile } from '../../src/quality/index.js';
import { optionShapes } from '../chips/shapes.js';
import { randomModel } from '../model/sample.js';

const batch = selectWafers(generateWafers({ ...defaultGenerator, wafers: 300 }).batch);

test.each(['econt', 'exact'] as const)('%s: the profile is that of the integer reference', (arithmetic) => {
  const model = { ...randomModel(4), arithmetic };
  const profile = profileEncoder(model, batch);
  const { x } = encoderInput(batch);
  const latents = new Uint16Array(16 * batch.count);
  const activations = new Uint16Array(128 * batch.count);
  encode(model.encoder, arithmetic, x, batch.count, { latents, activations });
  const of = (o: number): number[] => Array.from(latents).filter((_, i) => i % 16 === o);
  profile.latents.forEach((channel, o) => {
    const values = of(o);
    expect(Math.min(511, Math.max(0, channel.high))).toBe(Math.max(...values));
    expect(channel.zero).toBeCloseTo(values.filter((v) => v === 0).length / values.length, 12);
    if (channel.saturated > 0) expect(Math.max(...values)).toBe(511);
    const codes = new Set(values.map((v) => v >> (9 - model.latentBits[o])));
    expect(channel.entropy! > 0).toBe(codes.size > 1);
    expect(channel.entropy!).toBeLessThanOrEqual(Math.log2(codes.size) + 1e-9);
  });
  profile.hidden[0].channels.forEach((channel, f) => {
    const seen = Array.from(activations).filter(
      (_, i) => i % 8 === f && ![10, 11, 14, 15].includes((i % 128) >> 3),
    );
    expect(Math.max(0, channel.high)).toBe(Math.max(...seen));
  });
  // What was seen lies in what was proved.
  const [conv, dense] = profile.certificate.layers;
  expect(conv.holds && dense.holds).toBe(true);
  const shift = arithmetic === 'econt' ? 0 : 4;
  profile.latents.forEach((channel, o) => {
    expect(channel.high).toBeLessThanOrEqual(dense.sums[o].high >> shift);
    expect(channel.low).toBeGreaterThanOrEqual(dense.sums[o].low >> shift);
  });
  expect(renderProfile(profile)).toMatch(
    /latents partial sums need \d+ bits, the accumulators have \d+: no overflow/,
  );
});

test.each(Object.entries(optionShapes))(
  '%s: ranges are those of the reference and lie in what is proved',
  (_, input) => {
    const random = new Random(6);
    const shape = encoderShape(input);
    const encoder = {
      shape,
      layers: encoderLayers(shape).map((layer) => ({
        kernel: Int8Array.from({ length: layer.kernelRows * layer.channels }, () =>
          nearestMultiplier(layer.weights, 2 * random.uniform() - 1),
        ),
        bias: Int8Array.from({ length: layer.biases }, () => random.below(64) - 32),
      })),
    };
    for (const arithmetic of ['econt', 'exact'] as const) {
      const model = { ...randomModel(4), arithmetic, shape, encoder, latentBits: shape.latents.bits };
      const profile = profileEncoder(model, batch);
      expect(profile.certificate.layers.every((l) => l.holds)).toBe(true);
      const { x } = encoderInput(batch);
      const run = layerOutputs(encoder, arithmetic);
      const last = encoderLayers(shape).length - 1;
      const rows = Array.from({ length: batch.count }, (_, i) => run(x.subarray(48 * i, 48 * i + 48)));
      const layers = [...profile.hidden.map((h) => h.channels), profile.latents];
      layers.forEach((channels, depth) => {
        const highest = Math.max(...rows.map((row) => Math.max(...row[depth])));
        const { largest, shift } = encoderLayers(shape)[depth];
        const seen = Math.max(...channels.map((c) => c.high));
        expect(Math.min(largest, Math.max(0, seen))).toBe(highest);
        const after = arithmetic === 'exact' ? Math.max(0, shift) : 0;
        const sums = profile.certificate.layers[depth].sums;
        expect(seen).toBeLessThanOrEqual(Math.max(...sums.map((s) => s.high >> after)));
        expect(Math.min(...channels.map((c) => c.low))).toBeGreaterThanOrEqual(
          Math.min(...sums.map((s) => s.low >> after)),
        );
      });
      profile.certificate.dead.forEach((o) => {
        expect(rows.every((row) => row[last][o] === 0)).toBe(true);
      });
      expect(renderProfile(profile)).toContain('latents partial sums need');
    }
  },
);
