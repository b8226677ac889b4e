import { describe, expect, test } from 'vitest';
import { EconError, sha256 } from '../../../src/base/index.js';
import { calibrationOf } from '../../../src/dataset/generator/readout.js';
import { chooseSites } from '../../../src/dataset/generator/sites.js';
import {
  defaultGenerator,
  type GeneratorSettings,
  generateWafers,
  selectWafers,
  signalKinds,
} from '../../../src/dataset/index.js';
import { CELLS } from '../../../src/detector/index.js';
import { decodeSmallFloatMid, float4E3M } from '../../../src/number/index.js';

const small: GeneratorSettings = { ...defaultGenerator, wafers: 400, seed: 7 };
const quiet = { ...defaultGenerator.pileup, interactions: 0 };
const nothing = { none: 1, electron: 0, photon: 0, pion: 0, jet: 0 };
const bytes = (charges: Uint32Array) =>
  new Uint8Array(charges.buffer, charges.byteOffset, charges.byteLength);

describe('generated wafers', () => {
  test('are the same bytes for the same settings', () => {
    const { batch, truth } = generateWafers(small);
    expect(batch.count).toBe(400);
    expect(sha256(bytes(batch.charges))).toBe(
      'fe495d112f988b3892f8a53220424c1380a33a4cfe6350539317d309ec68747b',
    );
    expect(generateWafers(small)).toEqual({ batch, truth });
  });

  test('do not depend on how many follow, but on the seed', () => {
    const long = generateWafers(small);
    const short = generateWafers({ ...small, wafers: 50 });
    expect(short.batch.charges).toEqual(long.batch.charges.subarray(0, 50 * CELLS));
    expect(short.truth.eta).toEqual(long.truth.eta.subarray(0, 50));
    for (const seed of [8, -7, 7 + 2 ** 32]) {
      expect(generateWafers({ ...small, wafers: 50, seed }).batch.charges).not.toEqual(short.batch.charges);
    }
  });

  test('come with a truth that fits them', () => {
    const { batch, truth } = generateWafers({
      ...small,
      signal: { ...small.signal, weights: { none: 1, electron: 1, photon: 1, pion: 1, jet: 1 } },
    });
    const seen = new Set<string>();
    for (let i = 0; i < batch.count; i++) {
      const particles = truth.firstParticle[i + 1] - truth.firstParticle[i];
      const kind = signalKinds[truth.kind[i]];
      seen.add(kind);
      expect(particles, kind).toSatisfy((n: number) =>
        kind === 'none' ? n === 0 : kind === 'jet' ? n > 1 : n === 1,
      );
      if (kind === 'none') expect(truth.signalMips[i]).toBe(0);
      expect(small.layers).toContain(truth.layer[i]);
      expect(truth.eta[i]).toBeGreaterThan(1.4);
      expect(truth.eta[i]).toBeLessThan(3.2);
      expect([120, 200, 300]).toContain(truth.thickness[i]);
    }
    expect([...seen].sort()).toEqual([...signalKinds].sort());
    expect(truth.particles.energy.length).toBe(truth.firstParticle[batch.count]);
  });

  test('are never empty unless that is asked for', () => {
    const sparse = { ...small, pileup: { ...small.pileup, interactions: 3 } };
    const cells = ({ charges }: { charges: Uint32Array }, i: number) =>
      charges.subarray(i * CELLS, (i + 1) * CELLS).some((charge) => charge > 0);
    const kept = generateWafers({ ...sparse, emptyWafers: true }).batch;
    const hit = Array.from({ length: 400 }, (_, i) => cells(kept, i)).filter(Boolean).length;
    expect(hit).toBeGreaterThan(20);
    expect(hit).toBeLessThan(380);
    const drawn = generateWafers(sparse).batch;
    for (let i = 0; i < 400; i++) expect(cells(drawn, i)).toBe(true);
  });

  test('hold, with link codes, only decoded codes times the calibration', () => {
    const { batch, truth } = generateWafers({
      ...small,
      wafers: 100,
      partialWafers: false,
      electronics: { ...small.electronics, compression: '4E3M' },
    });
    const sites = chooseSites(small);
    for (let i = 0; i < batch.count; i++) {
      const dropped = truth.thickness[i] === 120 ? 3 : 1;
      const site = sites.find((s) => s.layer === truth.layer[i] && s.u === truth.u[i] && s.v === truth.v[i])!;
      const beamX = site.r * Math.cos(truth.phi[i]);
      const beamY = site.r * Math.sin(truth.phi[i]);
      const decoded = Array.from(
        { length: 128 },
        (_, code) => decodeSmallFloatMid(float4E3M, code) * 2 ** dropped,
      );
      for (let t = 0; t < CELLS; t++) {
        const calibration = calibrationOf(t, beamX, beamY, site.z);
        const charge = batch.charges[i * CELLS + t];
        // phi is kept in 32 bits: the register may round to either side.
        const explained = [calibration - 1, calibration, calibration + 1].some((cal) =>
          decoded.some((value) => Math.floor((value * cal) / 2048) === charge),
        );
        expect(explained, `wafer ${i}, cell ${t}, charge ${charge}`).toBe(true);
      }
    }
  });

  test('of noise alone have as many hits as the tail of the noise says', () => {
    // 0.5 MIP of 2.06 fC over 0.32 fC noise is 3.219 sigma: probability 6.44e-4 for each of 432 cells.
    const noisy = {
      ...small,
      wafers: 20_000,
      pileup: quiet,
      signal: { ...small.signal, weights: nothing },
      partialWafers: false,
      emptyWafers: true,
    };
    const { batch, truth } = generateWafers(noisy);
    let thin = 0;
    let thinHits = 0;
    let otherHits = 0;
    for (let i = 0; i < batch.count; i++) {
      const hits = batch.charges.subarray(i * CELLS, (i + 1) * CELLS).filter((charge) => charge > 0).length;
      if (truth.thickness[i] === 120) {
        thin++;
        thinHits += hits;
      } else otherHits += hits;
    }
    const expected = thin * 432 * 6.44e-4;
    expect(Math.abs(thinHits - expected)).toBeLessThan(4 * Math.sqrt(expected) + 0.01 * expected);
    // 4.47 sigma of 200 um: 3.9e-6 for each of 192 cells; 8 sigma of 300 um: never.
    expect(otherHits).toBeLessThan(40);
    expect(truth.pileupMips.every((mips) => mips === 0)).toBe(true);
  });

  test('of the default settings are worth compressing', () => {
    const selected = selectWafers(generateWafers({ ...defaultGenerator, wafers: 2000 }).batch);
    expect(selected.count).toBeGreaterThan(1700);
    const occupancy = Array.from(
      { length: selected.count },
      (_, i) => selected.charges.subarray(i * CELLS, (i + 1) * CELLS).filter((charge) => charge > 0).length,
    ).sort((a, b) => a - b);
    expect(occupancy[selected.count >> 1]).toBeGreaterThanOrEqual(12);
    expect(occupancy[selected.count >> 1]).toBeLessThanOrEqual(18);
  });
});

describe('bad generator settings', () => {
  const cases: [string, Partial<Record<keyof GeneratorSettings, unknown>>, string][] = [
    ['no wafers', { wafers: 0 }, 'generator settings, wafers'],
    ['a broken seed', { seed: 1.5 }, 'generator settings, seed'],
    ['a layer without trigger data', { layers: [4] }, 'generator settings, layers.0'],
    ['a range upside down', { eta: [3, 2] }, 'generator settings, eta'],
    ['a range without modules', { layers: [1], eta: [3.2, 3.3] }, 'generator settings, eta'],
    [
      'negative pile-up',
      { pileup: { ...small.pileup, interactions: -1 } },
      'generator settings, pileup.interactions',
    ],
    [
      'not a number',
      { shower: { ...small.shower, spotMips: Number.NaN } },
      'generator settings, shower.spotMips',
    ],
    ['an unknown setting', { colour: 'red' } as never, 'generator settings, settings'],
    [
      'weights of nothing',
      { signal: { ...small.signal, weights: { ...nothing, none: 0 } } },
      'generator settings, signal.weights',
    ],
    [
      'wafers that can only be empty',
      {
        pileup: quiet,
        signal: { ...small.signal, weights: nothing },
        electronics: { ...small.electronics, noise: 0 },
      },
      'generator settings, emptyWafers',
    ],
  ];
  test.each(cases)('%s', (_, change, where) => {
    let error: unknown;
    try {
      generateWafers({ ...small, ...change } as GeneratorSettings);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(EconError);
    expect(error).toMatchObject({ code: 'dataset/bad-generator-settings', where });
    expect((error as EconError).remedy).not.toBe('');
  });
});
