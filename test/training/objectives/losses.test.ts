import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/base/index.js';
import { losses, waferLoss } from '../../../src/training/index.js';

function fractions(random: Random): Float32Array {
  const p = Float32Array.from({ length: 48 }, () => 0.1 + random.exponential());
  const sum = p.reduce((a, b) => a + b);
  return p.map((v) => v / sum);
}

describe.each(losses.names())('loss %s', (name) => {
  const loss = waferLoss(name);

  it('is zero for the target itself and positive elsewhere', () => {
    const random = new Random(1);
    const target = fractions(random);
    const g = new Float32Array(48);
    expect(loss(target, 0, target, g, 0)).toBeCloseTo(0, 6);
    expect(loss(target, 0, fractions(random), g, 0)).toBeGreaterThan(0.01);
  });

  it('has the gradient that finite differences have along directions that keep the sum', () => {
    const random = new Random(2);
    for (let trial = 0; trial < 10; trial++) {
      // Not at the start of the arrays, to check the places.
      const target = new Float32Array(96);
      const output = new Float32Array(96);
      target.set(fractions(random), 48);
      output.set(fractions(random), 48);
      const gradient = new Float32Array(96);
      loss(target, 48, output, gradient, 48);
      expect(gradient.subarray(0, 48).every((g) => g === 0)).toBe(true);
      const direction = Float64Array.from({ length: 48 }, () => random.normal());
      const mean = direction.reduce((a, b) => a + b) / 48;
      // Small against the differences between the patterns, where the distances have their kinks.
      const h = 5e-6;
      const shifted = (by: number) => {
        const q = output.map((v, i) => (i < 48 ? v : v + by * (direction[i - 48] - mean)));
        return loss(target, 48, q, new Float32Array(96), 48);
      };
      const expected = direction.reduce((sum, d, i) => sum + gradient[48 + i] * (d - mean), 0);
      const difference = (shifted(h) - shifted(-h)) / (2 * h);
      expect(Math.abs(difference - expected)).toBeLessThan(0.01 * Math.max(1, Math.abs(expected)));
    }
  });
});

describe('loss emd', () => {
  it('passes NaN on instead of throwing, so that the trainer can report divergence', () => {
    const loss = waferLoss('emd');
    const target = fractions(new Random(3));
    expect(loss(target, 0, new Float32Array(48).fill(Number.NaN), new Float32Array(48), 0)).toBeNaN();
  });
});
