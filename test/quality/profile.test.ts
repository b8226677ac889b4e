import { expect, test } from 'vitest';
import { encode } from '../../src/chip/index.js';
import { defaultGenerator, generateWafers, selectWafers } from '../../src/dataset/index.js';
import { encoderInput } from '../../src/model/index.js';
import { profileEncoder, renderProfile } from '../../src/quality/index.js';
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
  profile.dense.forEach((channel, o) => {
    const values = of(o);
    expect(Math.min(511, Math.max(0, channel.high))).toBe(Math.max(...values));
    expect(channel.zero).toBeCloseTo(values.filter((v) => v === 0).length / values.length, 12);
    if (channel.saturated > 0) expect(Math.max(...values)).toBe(511);
    const codes = new Set(values.map((v) => v >> (9 - model.latentBits[o])));
    expect(channel.entropy! > 0).toBe(codes.size > 1);
    expect(channel.entropy!).toBeLessThanOrEqual(Math.log2(codes.size) + 1e-9);
  });
  profile.conv.forEach((channel, f) => {
    const seen = Array.from(activations).filter(
      (_, i) => i % 8 === f && ![10, 11, 14, 15].includes((i % 128) >> 3),
    );
    expect(Math.max(0, channel.high)).toBe(Math.max(...seen));
  });
  // What was seen lies in what was proved.
  const [conv, dense] = profile.certificate.layers;
  expect(conv.holds && dense.holds).toBe(true);
  const shift = arithmetic === 'econt' ? 0 : 4;
  profile.dense.forEach((channel, o) => {
    expect(channel.high).toBeLessThanOrEqual(dense.sums[o].high >> shift);
    expect(channel.low).toBeGreaterThanOrEqual(dense.sums[o].low >> shift);
  });
  expect(renderProfile(profile)).toMatch(
    /dense partial sums need \d+ bits, the accumulators have \d+: no overflow/,
  );
});
