import { describe, expect, test } from 'vitest';
import { Random } from '../../../src/base/index.js';
import { layers } from '../../../src/dataset/generator/layers.js';
import { hadronMomentum } from '../../../src/dataset/generator/pileup.js';
import { normalTail } from '../../../src/dataset/generator/readout.js';
import { cellMap, cornerRadius, insideWafer, sensors } from '../../../src/dataset/generator/sensor.js';
import {
  electromagneticShower,
  gammaDensity,
  hadronShower,
  type View,
} from '../../../src/dataset/generator/shower.js';
import { defaultGenerator, generateWafers } from '../../../src/dataset/index.js';
import { CELLS, triggerCells } from '../../../src/detector/index.js';

const viewAt = (layer: number): View => ({
  layer,
  sensor: sensors[1],
  moliereRadius: 2.3,
  upstreamRadiationLengths: 0,
  spotMips: defaultGenerator.shower.spotMips,
});
const electromagnetic = Array.from({ length: 28 }, (_, i) => i + 1);

/** Mean shower energy (GeV) per layer and the mean share inside one Moliere radius, over `n` electrons. */
function electrons(energy: number, n: number, seed: number) {
  const random = new Random(seed);
  const perLayer = new Float64Array(51);
  let inside = 0;
  let all = 0;
  for (const layer of electromagnetic) {
    const out = {
      add(x: number, y: number, mips: number) {
        const deposited = mips * layers[layer].mipLoss;
        perLayer[layer] += deposited / n;
        all += deposited;
        if (Math.hypot(x, y) < 2.3) inside += deposited;
      },
    };
    for (let i = 0; i < n; i++) electromagneticShower(random, viewAt(layer), energy, 0, 1, 0, 0, out);
  }
  return { perLayer, inside: inside / all, total: perLayer.reduce((sum, value) => sum + value, 0) };
}

describe('electromagnetic showers', () => {
  const low = electrons(10, 300, 1);
  const high = electrons(100, 300, 2);

  test('deposit in proportion to their energy, nearly all of it', () => {
    // What is missing leaves through the back (28 layers) and beyond five Moliere radii.
    expect(low.total / 10).toBeGreaterThan(0.9);
    expect(low.total / 10).toBeLessThan(1.02);
    expect(high.total / low.total).toBeGreaterThan(9.5);
    expect(high.total / low.total).toBeLessThan(10.5);
  });

  test('reach their maximum deeper by a radiation length for each factor e', () => {
    const depth = ({ perLayer, total }: ReturnType<typeof electrons>) =>
      electromagnetic.reduce((sum, layer) => sum + perLayer[layer] * layers[layer].radiationLengths, 0) /
      total;
    const shift = (depth(high) - depth(low)) / Math.log(10);
    expect(shift).toBeGreaterThan(0.8);
    expect(shift).toBeLessThan(1.3);
  });

  test('keep about nine tenths inside one Moliere radius', () => {
    for (const { inside } of [low, high]) {
      expect(inside).toBeGreaterThan(0.82);
      expect(inside).toBeLessThan(0.95);
    }
  });

  test('fluctuate the more, the lower their energy', () => {
    const spread = (energy: number) => {
      const random = new Random(3);
      const sums = Array.from({ length: 400 }, () => {
        let sum = 0;
        const out = {
          add(_x: number, _y: number, mips: number) {
            sum += mips;
          },
        };
        electromagneticShower(random, viewAt(7), energy, 0, 1, 0, 0, out);
        return sum;
      });
      const mean = sums.reduce((a, b) => a + b) / sums.length;
      return Math.sqrt(sums.reduce((a, b) => a + (b - mean) ** 2, 0) / sums.length) / mean;
    };
    // Sampling alone falls as 1 over the root of the energy, by 6.3; the shape of the shower varies at any energy.
    expect(spread(0.5)).toBeGreaterThan(1.5 * spread(20));
  });

  test('show their axis in the centre of gravity of the wafer', () => {
    const { batch, truth } = generateWafers({
      ...defaultGenerator,
      wafers: 800,
      layers: [7],
      partialWafers: false,
      pileup: { ...defaultGenerator.pileup, interactions: 0 },
      signal: {
        weights: { none: 0, electron: 0, photon: 1, pion: 0, jet: 0 },
        transverseMomentum: [20, 40],
      },
    });
    const distance: number[] = [];
    for (let i = 0; i < batch.count; i++) {
      const first = truth.firstParticle[i];
      let sum = 0;
      let x = 0;
      let y = 0;
      for (let c = 0; c < CELLS; c++) {
        const q = batch.charges[i * CELLS + c];
        sum += q;
        x += q * triggerCells[c].x;
        y += q * triggerCells[c].y;
      }
      // Photons that have not begun to shower leave nothing but noise.
      if (sum < 100) continue;
      distance.push(Math.hypot(x / sum - truth.particles.x[first], y / sum - truth.particles.y[first]));
    }
    distance.sort((a, b) => a - b);
    expect(distance.length).toBeGreaterThan(700);
    // The pitch is 2.4 cm; the cell alone would be right to 0.9 cm.
    expect(distance[distance.length >> 1]).toBeLessThan(0.9);
  });
});

describe('hadrons', () => {
  test('cross as a MIP when they do not interact', () => {
    const random = new Random(4);
    const one: number[] = [];
    let silentOnes = 0;
    for (let i = 0; i < 2000; i++) {
      const deposits: number[] = [];
      hadronShower(random, viewAt(1), 20, true, 1, 0, 0, { add: (_x, _y, mips) => deposits.push(mips) });
      if (deposits.length === 1) one.push(deposits[0]);
      let neutral = 0;
      hadronShower(random, viewAt(1), 20, false, 1, 0, 0, { add: () => neutral++ });
      if (neutral === 0) silentOnes++;
    }
    one.sort((a, b) => a - b);
    // Layer 1 is 0.04 interaction lengths deep.
    expect(one.length / 2000).toBeGreaterThan(0.94);
    expect(silentOnes / 2000).toBeGreaterThan(0.94);
    // Median of a Moyal distribution: location + 0.787 widths.
    expect(one[one.length >> 1]).toBeCloseTo(1 + 0.787 * sensors[1].landauWidth, 1);
    expect(one[Math.floor(0.99 * one.length)]).toBeGreaterThan(1.6);
  });

  test('have the mean transverse momentum of their spectrum, 2/3 p0', () => {
    const random = new Random(5);
    let sum = 0;
    for (let i = 0; i < 200_000; i++) sum += hadronMomentum(random, 0.6);
    expect(sum / 200_000).toBeCloseTo(0.4, 2);
  });
});

describe('parts', () => {
  test('the gamma density has area 1 and its maximum at (shape - 1) / rate', () => {
    for (const [shape, rate] of [
      [1.2, 0.5],
      [3, 0.6],
      [6.5, 0.55],
    ]) {
      let area = 0;
      let best = 0;
      for (let t = 0.005; t < 80; t += 0.01) {
        area += 0.01 * gammaDensity(t, shape, rate);
        if (gammaDensity(t, shape, rate) > gammaDensity(best, shape, rate)) best = t;
      }
      expect(area).toBeCloseTo(1, 2);
      expect(best).toBeCloseTo((shape - 1) / rate, 1);
    }
  });

  test('the tail of the normal distribution', () => {
    expect(normalTail(2) / 0.0227501).toBeCloseTo(1, 3);
    expect(normalTail(3.219) / 6.432e-4).toBeCloseTo(1, 2);
    expect(normalTail(5) / 2.8665e-7).toBeCloseTo(1, 3);
  });

  test.each([2, 3] as const)('a point at the centre of a trigger cell is in it, %i x %i cells', (side) => {
    const map = cellMap(side);
    const cx = triggerCells.reduce((sum, { x }) => sum + x, 0) / CELLS;
    const cy = triggerCells.reduce((sum, { y }) => sum + y, 0) / CELLS;
    for (const { number, x, y } of triggerCells) {
      expect(Math.floor(map.at(x - cx, y - cy) / side ** 2)).toBe(number);
    }
    expect(map.at(cornerRadius + 0.1, 0)).toBe(-1);
    expect(map.at(-100, 100)).toBe(-1);
    // Trigger cells have about equal areas: a flat field fills each with 1/48.
    const random = new Random(6);
    const counts = new Float64Array(CELLS);
    for (let i = 0; i < 48_000; i++) counts[Math.floor(map.at(...insideWafer(random)) / side ** 2)]++;
    expect(Math.min(...counts)).toBeGreaterThan(700);
    expect(Math.max(...counts)).toBeLessThan(1350);
  });
});
