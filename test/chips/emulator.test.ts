import { join } from 'node:path';
import { gunzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { EconError, Random, readBytes } from '../../src/base/index.js';
import { bitString } from '../../src/blocks/bit-string.js';
import {
  bufferBunch,
  bufferCondition,
  type ChipSettings,
  decodeCharges,
  defaultSettings,
  keepMask,
  normalise,
  outputBuffer,
  packCodes,
  packThresholdSum,
  payloadPlan,
  thresholdSum,
} from '../../src/blocks/index.js';
import { ALGORITHMS, createEmulator, decodePackets, readSettings, runChip } from '../../src/chips/index.js';
import { readLinkWords } from '../../src/dataset/index.js';
import { encode } from '../../src/encoder/index.js';
import { randomWeights } from './examples.js';
import { announceSkip, haveVectors, hexText, vectors } from './vectors.js';

/** Orbits of random codes with many small ones, as wafers have. */
function stream(seed: number, rows: number, orbit = 3564): Uint32Array {
  const random = new Random(seed);
  const codes = Uint8Array.from({ length: rows * 48 }, () => random.below(random.below(4) === 0 ? 128 : 10));
  const bx = Uint32Array.from({ length: rows }, (_, i) => i % orbit);
  return packCodes('production', codes, bx, rows);
}

const base: ChipSettings = {
  ...defaultSettings('production'),
  weights: randomWeights(new Random(1)),
  etx: 3,
};

describe('the emulator as a stream', () => {
  it('gives the same words in one call as in many, for every algorithm', () => {
    const rows = 1000;
    const words = stream(1, rows, 300);
    for (const algorithm of ALGORITHMS) {
      const settings = { ...base, algorithm, thresholds: new Uint32Array(48).fill(40), bufferT1: 200 };
      const whole = runChip(settings, words);
      const emulator = createEmulator(settings);
      const parts = new Uint32Array(rows * 13);
      for (let row = 0, step = 1; row < rows; row += step, step = (step * 3) % 301) {
        const to = Math.min(rows, row + step);
        emulator.run(words.subarray(row * 12, to * 12), parts.subarray(row * 13, to * 13));
      }
      expect(hexText(parts)).toBe(hexText(whole));
    }
  });

  it('counts BX over several orbits and restarts at header 9', () => {
    const words = stream(2, 3 * 3564);
    const out = runChip({ ...base, algorithm: 'autoencoder', etx: 2 }, words);
    for (let i = 0; i < 3 * 3564; i++) {
      const bx = i % 3564;
      expect(out[13 * i] >>> 27).toBe(bx === 0 ? 31 : bx % 16);
    }
  });

  it('an orbit cut short restarts the count, and does not disturb the words of other rows', () => {
    const settings: ChipSettings = { ...base, algorithm: 'best-choice' };
    const words = stream(3, 100);
    const cut = words.slice();
    cut[50 * 12] = (cut[50 * 12] & 0x0fffffff) | 0x90000000;
    const a = runChip(settings, words);
    const b = runChip(settings, cut);
    expect(hexText(b.subarray(0, 50 * 13))).toBe(hexText(a.subarray(0, 50 * 13)));
    for (let i = 50; i < 100; i++) {
      expect(b[i * 13] >>> 28).toBe(i === 50 ? 15 : (i - 50) % 8);
      expect(b[i * 13] & 0x0fffffff).toBe(a[i * 13] & 0x0fffffff);
    }
  });

  it('sends what encode and the keep mask say, for every N', () => {
    const words = stream(4, 200);
    for (let etx = 1; etx <= 13; etx++) {
      const mask = keepMask([9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 9, 1, 9, 1, 9, 9]);
      for (const arithmetic of ['econt', 'exact'] as const) {
        const settings: ChipSettings = {
          ...base,
          algorithm: 'autoencoder',
          etx,
          keepMask: mask,
          arithmetic,
        };
        const plan = payloadPlan(etx, mask);
        const sent = decodePackets(settings, runChip(settings, words));
        expect(sent.flags.every((f) => f === 0)).toBe(true);
        const { x, sumCode } = normalise(decodeCharges(settings, words), 200);
        const latents = new Uint16Array(200 * 16);
        encode(settings.weights, arithmetic, x, 200, { latents });
        expect(sent.sumCode).toEqual(sumCode);
        expect(Array.from(sent.latents)).toEqual(Array.from(latents, (v, i) => v & plan.survive[i & 15]));
      }
    }
  });

  it('refuses words that are no rows, and links that do not exist', () => {
    expect(() => runChip(base, new Uint32Array(13))).toThrow(/13 words in/);
    expect(() => createEmulator(base).run(new Uint32Array(24), new Uint32Array(13))).toThrow(EconError);
    expect(() => createEmulator({ ...base, etx: 0 })).toThrow(/0 is not one of 1..13/);
  });
});

it('refuses settings that no register can hold', () => {
  const message = (change: Partial<ChipSettings>): string => {
    try {
      createEmulator({ ...base, ...change });
    } catch (error) {
      expect(error).toBeInstanceOf(EconError);
      return (error as EconError).message;
    }
    return 'taken';
  };
  expect(message({ etx: 14 })).toMatch(/14 is not one of 1\.\.13/);
  expect(message({ stcType: 5 })).toMatch(/stcType: 5 is none of 0\.\.4/);
  expect(message({ bufferT1: 512 })).toMatch(/bufferT1: 512/);
  expect(message({ dropLsb: 1.5 })).toMatch(/dropLsb: 1\.5/);
  expect(message({ mux: new Uint8Array(47) })).toMatch(/mux: 47 values is none of 48 values/);
  expect(message({ calibration: base.calibration.with(7, 4096) })).toMatch(/calibration\[7\]: 4096/);
  expect(message({ thresholds: base.thresholds.with(47, 2 ** 22) })).toMatch(/thresholds\[47\]: 4194304/);
  expect(message({ keepMask: 1n << 144n })).toMatch(/keepMask/);
  expect(message({ algorithm: 'sum' as ChipSettings['algorithm'] })).toMatch(/algorithm: sum/);
  expect(message({ mux: base.mux.with(0, 63), dropLsb: 7, stcType: 4 })).toBe('taken');
});

describe('output buffer of the threshold sum', () => {
  it('follows the four conditions of section 8.1', () => {
    const s = { bufferT1: 100, bufferT2: 50, bufferT3: 10 };
    expect(bufferCondition(s, 90, 11)).toBe(1);
    expect(bufferCondition(s, 90, 10)).toBe(2);
    expect(bufferCondition(s, 51, 11)).toBe(3);
    expect(bufferCondition(s, 50, 10)).toBe(4);
  });

  it('loses no word: a model with plain arrays gives the same, truncations included', () => {
    const words = stream(5, 1200, 400);
    const thresholds = Uint32Array.from({ length: 48 }, (_, k) => (k % 3 === 0 ? 0 : 30));
    const seen = new Set<number>();
    for (const [etx, bufferT1, bufferT2, bufferT3] of [
      [5, 120, 500, 0],
      [5, 300, 60, 2],
      [2, 400, 300, 25],
      [13, 48, 511, 0],
    ]) {
      const s: ChipSettings = { ...base, etx, bufferT1, bufferT2, bufferT3, thresholds };
      const sums = thresholdSum(s, decodeCharges(s, words), 1200);
      const packet = bitString();
      const fifo: number[] = [];
      const buffer = outputBuffer();
      const got = new Uint32Array(13);
      const streamed = runChip(s, words);
      for (let i = 0; i < 1200; i++) {
        const bx = i % 400;
        packThresholdSum('production', sums, i, bx, packet);
        const length = Math.ceil(packet.bits / 16);
        const counter = (bx === 0 ? 31 : bx % 16) * 2048;
        const condition = bufferCondition(s, fifo.length, length);
        seen.add(condition);
        if (condition > 2) fifo.push(...packet.words.subarray(0, length));
        else fifo.push(counter + (condition === 1 ? 6 : 7) * 256 + sums.allSumCode[i]);
        const want = Array.from({ length: 13 }, (_, j) => {
          if (j >= etx) return 0;
          const upper = fifo.shift() ?? counter + s.idlePattern;
          return upper * 65536 + (fifo.shift() ?? counter + s.idlePattern);
        });
        expect(bufferBunch(s, buffer, packet, sums.allSumCode[i], bx, got, 0)).toBe(condition);
        expect(Array.from(got)).toEqual(want);
        expect(Array.from(streamed.subarray(i * 13, i * 13 + 13))).toEqual(want);
        expect(buffer.held).toBe(fifo.length);
      }
    }
    expect([...seen].sort()).toEqual([1, 2, 3, 4]);
  });

  it('says when the fill has passed 400 words', () => {
    const words = stream(6, 600);
    for (const [bufferT1, overfull] of [
      [390, false],
      [511, true],
    ] as const) {
      const emulator = createEmulator({ ...base, etx: 1, bufferT1, dropLsb: 0 });
      emulator.run(words);
      expect(emulator.buffer.overfull).toBe(overfull);
      expect(emulator.buffer.held).toBeLessThanOrEqual(512);
    }
  });
});

announceSkip();
describe.skipIf(!haveVectors)('published buffer trace', () => {
  it('has our fill, packet length and condition in every BX of randomPatternExpInTC/TS_Thr47_3eTx', async () => {
    const folder = join(vectors, 'randomPatternExpInTC');
    const settings = readSettings(join(folder, 'TS_Thr47_3eTx/init.yaml'));
    const { words, rows } = await readLinkWords(join(folder, 'testInput.csv.gz'));
    const trace = new TextDecoder()
      .decode(gunzipSync(readBytes(join(folder, 'TS_Thr47_3eTx/testDebug.csv.gz'))))
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(',').map(Number));
    expect(trace).toHaveLength(rows);
    const sums = thresholdSum(settings, decodeCharges(settings, words), rows);
    const packet = bitString();
    const buffer = outputBuffer();
    const out = new Uint32Array(13);
    const ours = trace.map((_, i) => {
      packThresholdSum('P1', sums, i, i, packet);
      const held = buffer.held;
      const condition = bufferBunch(settings, buffer, packet, sums.allSumCode[i], i, out, 0);
      return [
        condition <= 2 ? 1 : 0,
        held,
        Math.ceil(packet.bits / 16),
        ...[1, 2, 3, 4].map((c) => +(c === condition)),
      ];
    });
    expect(ours).toEqual(trace);
  });
});
