import { describe, expect, it } from 'vitest';
import { Random } from '../../src/base/index.js';

describe('Random', () => {
  it('gives the same numbers for the same seed, and others for another', () => {
    const first = new Random(1);
    const again = new Random(1);
    const other = new Random(2);
    const draw = (r: Random) => Array.from({ length: 8 }, () => r.uint32());
    const numbers = draw(first);
    expect(draw(again)).toEqual(numbers);
    expect(draw(other)).not.toEqual(numbers);
  });

  it('goes on from a saved state', () => {
    const random = new Random(7);
    random.normal();
    const state = random.save();
    const expected = [random.uniform(), random.normal(), random.below(100)];
    const restored = new Random(0);
    restored.restore(state);
    expect([restored.uniform(), restored.normal(), restored.below(100)]).toEqual(expected);
  });

  it('has the moments of its distributions', () => {
    const random = new Random(3);
    const n = 200_000;
    const mean = (draw: () => number) => {
      let sum = 0;
      let squares = 0;
      for (let i = 0; i < n; i++) {
        const x = draw();
        sum += x;
        squares += x * x;
      }
      return [sum / n, squares / n - (sum / n) ** 2];
    };
    // Five standard deviations of the mean of n draws.
    const [uniform, uniformVariance] = mean(() => random.uniform());
    expect(Math.abs(uniform - 0.5)).toBeLessThan(5 * Math.sqrt(1 / 12 / n));
    expect(uniformVariance).toBeCloseTo(1 / 12, 2);
    const [normal, normalVariance] = mean(() => random.normal());
    expect(Math.abs(normal)).toBeLessThan(5 / Math.sqrt(n));
    expect(normalVariance).toBeCloseTo(1, 1);
    for (const rate of [0.3, 4, 50]) {
      const [poisson, poissonVariance] = mean(() => random.poisson(rate));
      expect(Math.abs(poisson - rate)).toBeLessThan(5 * Math.sqrt(rate / n) + 0.01);
      expect(poissonVariance / rate).toBeCloseTo(1, 1);
    }
  });

  it('shuffles to a permutation', () => {
    const shuffled = new Random(5).shuffle(Array.from({ length: 48 }, (_, i) => i));
    expect([...shuffled].sort((a, b) => a - b)).toEqual(Array.from({ length: 48 }, (_, i) => i));
    expect(shuffled).not.toEqual([...shuffled].sort((a, b) => a - b));
  });
});
