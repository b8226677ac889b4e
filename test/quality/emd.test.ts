import highsLoader from 'highs';
import { describe, expect, test } from 'vitest';
import { Random } from '../../src/base/index.js';
import { Emd, SlicedEmd } from '../../src/quality/index.js';
import { emdAsLinearProgram, emdByShortestPaths, pattern, patternKinds, threeRhombi } from './oracles.js';

// The package's types describe its CommonJS face, where the loader is the property `default`.
const loadHighs = highsLoader as unknown as typeof highsLoader.default;

const { x, y, ground } = threeRhombi();
const emd = new Emd(ground, 48);
// Rounded up it is still a metric.
const hops = ground.map((d) => Math.ceil(d - 1e-9));

describe('exact EMD', () => {
  test('one cell to another is the ground distance', () => {
    const p = new Float64Array(48);
    const q = new Float64Array(48);
    for (let a = 0; a < 48; a += 5) {
      for (let b = 0; b < 48; b++) {
        p.fill(0)[a] = 17;
        q.fill(0)[b] = 0.25;
        expect(emd.distance(p, q)).toBe(ground[a * 48 + b]);
      }
    }
  });

  test('equals successive shortest paths on every pair of pattern kinds, degenerate ones included', () => {
    const random = new Random(11);
    for (const kindP of patternKinds) {
      for (const kindQ of patternKinds) {
        for (let n = 0; n < 4; n++) {
          const p = pattern(kindP, random);
          const q = pattern(kindQ, random);
          expect(Math.abs(emd.distance(p, q) - emdByShortestPaths(p, q, ground))).toBeLessThan(1e-12);
        }
      }
    }
  });

  test('equals an LP solver on the full, uncancelled problem', async () => {
    const highs = await loadHighs();
    const random = new Random(12);
    for (const [kindP, kindQ] of [
      ['dense', 'dense'],
      ['shower', 'dense'],
      ['shower', 'shower'],
      ['ones', 'powers of two'],
      ['two cells', 'uniform'],
    ] as const) {
      const p = pattern(kindP, random);
      const q = pattern(kindQ, random);
      const solution = highs.solve(emdAsLinearProgram(p, q, ground));
      expect(solution.Status).toBe('Optimal');
      expect(emd.distance(p, q)).toBeCloseTo(solution.ObjectiveValue, 9);
    }
  });

  test('ends, with few pivots, on distances full of ties', () => {
    const tied = new Emd(hops, 48);
    const random = new Random(13);
    let most = 0;
    for (let n = 0; n < 4000; n++) {
      const p = pattern(patternKinds[n % patternKinds.length], random);
      const q = pattern(patternKinds[random.below(patternKinds.length)], random);
      const before = tied.pivots;
      const distance = tied.distance(p, q);
      most = Math.max(most, tied.pivots - before);
      if (n % 200 === 0) expect(distance).toBeCloseTo(emdByShortestPaths(p, q, hops), 11);
    }
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThan(400);
  });

  test('is a metric: symmetric, zero only for proportional patterns, triangle inequality', () => {
    const random = new Random(14);
    for (let n = 0; n < 200; n++) {
      const [a, b, c] = [pattern('shower', random), pattern('dense', random), pattern('ones', random)];
      const [ab, bc, ac] = [emd.distance(a, b), emd.distance(b, c), emd.distance(a, c)];
      expect(emd.distance(b, a)).toBeCloseTo(ab, 12);
      expect(ac).toBeLessThanOrEqual(ab + bc + 1e-12);
      expect(
        emd.distance(
          a,
          a.map((value) => 3 * value),
        ),
      ).toBeLessThan(1e-13);
      expect(ab).toBeGreaterThan(0);
    }
  });

  test('reads rows inside batches of other number types', () => {
    const random = new Random(15);
    const p = pattern('shower', random);
    const q = Float32Array.from(pattern('dense', random));
    const rows = new Uint32Array(144);
    rows.set(p, 96);
    expect(emd.distance(rows, q, 96)).toBe(emd.distance(p, q));
  });

  test('an empty pattern has no distance; a charge that is none is an error', () => {
    const p = pattern('dense', new Random(16));
    const zero = new Float64Array(48);
    expect(emd.distance(p, zero)).toBeNaN();
    expect(emd.distance(zero, p)).toBeNaN();
    for (const bad of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
      const q = p.slice();
      q[5] = bad;
      expect(() => emd.distance(p, q)).toThrow(/cell 5.*not a charge/);
    }
    expect(() => emd.distance(p, p, 48)).toThrow(/wafer row 1, cell 0/);
  });

  test('a ground distance that is no metric is refused', () => {
    const bent = ground.slice();
    bent[47] = bent[47 * 48] = 100;
    expect(() => new Emd(bent, 48)).toThrow(/is shorter over/);
    expect(() => new Emd(ground, 47)).toThrow(/square matrix/);
  });
});

describe('gradients', () => {
  /** Derivative by charge `cell` of q, by central differences. */
  const slope = (measure: (q: Float64Array) => number, q: Float64Array, cell: number): number => {
    const step = 1e-6 * q[cell];
    const up = q.slice();
    const down = q.slice();
    up[cell] += step;
    down[cell] -= step;
    return (measure(up) - measure(down)) / (2 * step);
  };

  test.each([
    ['exact', emd],
    ['sliced', new SlicedEmd(x, y)],
  ] as const)('%s: dW/dq equals finite differences', (_, distance) => {
    const random = new Random(17);
    const gradient = new Float64Array(48);
    for (let n = 0; n < 25; n++) {
      const p = pattern(n % 2 ? 'shower' : 'dense', random);
      const q = pattern('dense', random).map((value) => 40 * value + 0.1);
      const value = distance.gradient(p, q, gradient);
      expect(value).toBe(distance.distance(p, q));
      for (let cell = 0; cell < 48; cell++) {
        const expected = slope((at) => distance.distance(p, at), q, cell);
        expect(Math.abs(gradient[cell] - expected)).toBeLessThan(2e-7);
      }
    }
  });

  test('an empty cell gets the derivative towards more charge', () => {
    const random = new Random(18);
    const p = pattern('dense', random);
    const q = pattern('dense', random);
    for (let cell = 0; cell < 48; cell += 3) q[cell] = 0;
    const gradient = new Float64Array(48);
    const at = emd.gradient(p, q, gradient);
    for (let cell = 0; cell < 48; cell += 3) {
      const more = q.slice();
      more[cell] = 1e-7;
      expect((emd.distance(p, more) - at) / 1e-7).toBeCloseTo(gradient[cell], 5);
    }
  });

  test('following the gradient lowers the distance', () => {
    const random = new Random(19);
    const p = pattern('shower', random);
    const q = pattern('dense', random);
    const gradient = new Float64Array(48);
    const start = emd.distance(p, q);
    for (let n = 0; n < 200; n++) {
      emd.gradient(p, q, gradient);
      for (let cell = 0; cell < 48; cell++) q[cell] = Math.max(0, q[cell] - 2 * gradient[cell]);
    }
    expect(emd.distance(p, q)).toBeLessThan(0.6 * start);
  });
});

describe('sliced distance', () => {
  const sliced = new SlicedEmd(x, y);

  test('a single shift is the mean of its projections', () => {
    const p = new Float64Array(48);
    const q = new Float64Array(48);
    p[3] = 2;
    q[40] = 5;
    let mean = 0;
    for (let d = 0; d < 6; d++)
      mean +=
        Math.abs(
          (x[3] - x[40]) * Math.cos((d * Math.PI) / 6) + (y[3] - y[40]) * Math.sin((d * Math.PI) / 6),
        ) / 6;
    expect(sliced.distance(p, q)).toBeCloseTo(mean, 12);
  });

  test('never exceeds the exact distance and follows it', () => {
    const random = new Random(20);
    const pairs: [number, number][] = [];
    for (let n = 0; n < 300; n++) {
      const p = pattern('shower', random);
      const q = pattern('shower', random);
      pairs.push([emd.distance(p, q), sliced.distance(p, q)]);
    }
    for (const [exact, lower] of pairs) expect(lower).toBeLessThanOrEqual(exact + 1e-12);
    const ratio = pairs.reduce((sum, [exact, lower]) => sum + lower / exact, 0) / pairs.length;
    expect(ratio).toBeGreaterThan(0.55);
    expect(ratio).toBeLessThan(2 / Math.PI + 0.03);
  });

  test('an empty pattern has no distance', () => {
    expect(sliced.distance(new Float64Array(48), pattern('dense', new Random(1)))).toBeNaN();
  });
});
