#!/usr/bin/env node
// BX/s of the software chip, per algorithm, against a straightforward implementation in the same run: one row at a time,
// arrays and objects made for each row, packets as lists of bits. Outputs are compared first. Run `npm run build` first.
import { pathToFileURL } from 'node:url';
import { Random } from '../dist/base/index.js';
import {
  ALGORITHMS,
  createDecoder,
  createEmulator,
  defaultSettings,
  packCodes,
  runChip,
  sortStages,
} from '../dist/chip.js';

const ROWS = 3564;
const LINKS = { 'threshold-sum': 5, 'super-trigger-cell': 5, 'best-choice': 5, repeater: 13, autoencoder: 5 };

/** Processor time is steadier than wall-clock time on a busy machine: rows per second, best of three. */
function rowsPerSecond(rows, run) {
  let best = 0;
  for (let turn = 0; turn < 3; turn++) {
    const start = process.cpuUsage();
    let calls = 0;
    let micros = 0;
    while (micros < 400_000) {
      run();
      calls++;
      const { user, system } = process.cpuUsage(start);
      micros = user + system;
    }
    best = Math.max(best, (1e6 * calls * rows) / micros);
  }
  return best;
}

// --- the straightforward chip -------------------------------------------------------------------------------------

const bits = (value, width) =>
  Array.from({ length: width }, (_, i) => Math.floor(value / 2 ** (width - 1 - i)) % 2);
const total = (values) => values.reduce((sum, v) => sum + v, 0);
const bitLength = (v) => (v === 0 ? 0 : Math.floor(Math.log2(v)) + 1);

function small(v, exponentBits, mantissaBits) {
  const n = bitLength(v);
  if (n <= mantissaBits) return v;
  const e = n - mantissaBits;
  if (e >= 2 ** exponentBits) return 2 ** (exponentBits + mantissaBits) - 1;
  return e * 2 ** mantissaBits + Math.floor(v / 2 ** (e - 1)) - 2 ** mantissaBits;
}

function chargesOf(row, s) {
  const inputs = row.flatMap((word) => [21, 14, 7, 0].map((low) => (word >>> low) & 127));
  return Array.from(s.mux, (input, k) => {
    const [e, m] = [inputs[input] >> 3, inputs[input] & 7];
    const shift = Math.max(e - 1, 0);
    const linear = (e === 0 ? m : (8 + m) * 2 ** shift) * 8 + 2 ** (shift + 2);
    return Math.floor((linear * s.calibration[k]) / 2048);
  });
}

const h5 = (bx) => bits(bx === 0 ? 31 : bx % 16, 5);
const h4 = (bx) => bits(bx === 0 ? 15 : bx % 8, 4);
const code = (s) => (v) => bits(small(Math.floor(v / 2 ** s.dropLsb), 4, 3), 7);

const perRow = {
  repeater: (s, q, bx) => [...h5(bx), ...q.flatMap(code(s))],
  'super-trigger-cell': (_s, q, bx) => {
    const groups = Array.from({ length: 12 }, (_, g) => q.slice(4 * g, 4 * g + 4));
    const addresses = groups.flatMap((cells) => bits(cells.lastIndexOf(Math.max(...cells)), 2));
    return [...h4(bx), ...addresses, ...groups.flatMap((cells) => bits(small(total(cells), 5, 4), 9))];
  },
  'best-choice': (s, q, bx) => {
    const line = q.map((v, cell) => ({ key: Math.min(v >> s.dropLsb, 262143), cell }));
    for (const { distance, lower } of sortStages) {
      for (const i of lower) {
        const [a, b] = [line[i], line[i + distance]];
        if (a.key < b.key) [line[i], line[i + distance]] = [b, a];
      }
    }
    const chosen = line.slice(0, 14).sort((a, b) => a.cell - b.cell);
    const cells = new Set(chosen.map((c) => c.cell));
    const map = Array.from({ length: 48 }, (_, k) => (cells.has(47 - k) ? 1 : 0));
    const rest = total(line.slice(14).map((c) => c.key));
    return [
      ...h4(bx),
      ...bits(small(rest, 5, 3), 8),
      ...map,
      ...chosen.flatMap((c) => bits(small(c.key, 4, 3), 7)),
    ];
  },
  autoencoder: (s, q, bx) => {
    const [conv, dense] = s.weights.layers;
    const sum = total(q);
    const leading = Math.min(Math.max(bitLength(sum) - 1, 0), 21);
    const x = q.map((v) => Math.floor((v * 128) / 2 ** leading));
    const pixel = (r, c) =>
      r > 7 || c > 7 || (r > 3 && c > 3) ? 0 : r < 4 ? x[8 * r + c] : x[16 + 4 * r + c];
    const t = [];
    for (let i = 0; i < 4; i++)
      for (let j = 0; j < 4; j++)
        for (let f = 0; f < 8; f++) {
          let act = 4 * conv.bias[f];
          for (let u = 0; u < 3; u++)
            for (let v = 0; v < 3; v++)
              act += Math.floor((pixel(2 * i + u, 2 * j + v) * conv.kernel[24 * u + 8 * v + f]) / 32);
          t.push(Math.max(act, 0));
        }
    const latents = Array.from({ length: 16 }, (_, o) => {
      const products = t.map((v, m) => Math.floor((v * dense.kernel[128 * o + m]) / 16));
      return Math.min(Math.max(8 * dense.bias[o] + total(products), 0), 511);
    });
    return [...h5(bx), ...bits(small(sum, 5, 4), 9), 0, 0, ...latents.reverse().flatMap((v) => bits(v, 9))];
  },
  'threshold-sum': (s, q, bx) => {
    const cells = q.map((v, k) => ({ v, k })).filter(({ v, k }) => v >= s.thresholds[k]);
    const rest = total(q) - total(cells.map((c) => c.v));
    const sum = bits(small(rest, 5, 3), 8);
    const codes = cells.flatMap((c) => code(s)(c.v));
    if (cells.length === 0) return [...h5(bx), 0, 0, 0, ...sum];
    if (cells.length < 8) {
      const list = [...bits(cells.length, 3), ...cells.flatMap((c) => bits(c.k, 6))];
      return [...h5(bx), 0, 1, 0, ...sum, ...list, ...codes];
    }
    const map = Array.from({ length: 48 }, (_, k) => (cells.some((c) => c.k === 47 - k) ? 1 : 0));
    return [...h5(bx), 1, 0, 0, ...sum, ...map, ...codes];
  },
};

function straightforward(s, words) {
  const out = [];
  const fifo = [];
  for (let i = 0; i < words.length / 12; i++) {
    const row = Array.from(words.slice(12 * i, 12 * i + 12));
    const bx = i % 3564;
    const q = chargesOf(row, s);
    const packet = perRow[s.algorithm](s, q, bx);
    while (packet.length % 16 !== 0) packet.push(0);
    const halves = Array.from({ length: packet.length / 16 }, (_, w) =>
      packet.slice(16 * w, 16 * w + 16).reduce((value, bit) => 2 * value + bit, 0),
    );
    const counter = (bx === 0 ? 31 : bx % 16) * 2048;
    if (s.algorithm === 'threshold-sum' && fifo.length + halves.length > s.bufferT1)
      fifo.push(counter + 6 * 256 + small(total(q), 5, 3));
    else fifo.push(...halves);
    const sent = Array.from({ length: 2 * s.etx }, () =>
      s.algorithm === 'threshold-sum' ? (fifo.shift() ?? counter + s.idlePattern) : (fifo.shift() ?? 0),
    );
    for (let j = 0; j < 13; j++) out.push(j < s.etx ? sent[2 * j] * 65536 + sent[2 * j + 1] : 0);
  }
  return out;
}

// ------------------------------------------------------------------------------------------------------------------

function settingsOf(algorithm, random) {
  const settings = {
    ...defaultSettings('production'),
    algorithm,
    highDensity: true,
    useSum: false,
    dropLsb: 1,
  };
  const { weights } = settings;
  for (const values of weights.layers.flatMap(({ kernel, bias }) => [kernel, bias]))
    for (let i = 0; i < values.length; i++) values[i] = random.below(64) - 32;
  const thresholds = new Uint32Array(48).fill(300);
  return { ...settings, etx: LINKS[algorithm], stcType: 0, thresholds, bufferT1: 120 };
}

/** @returns {string[]} lines of a report */
export function benchEmulator() {
  const random = new Random(1);
  const codes = Uint8Array.from({ length: ROWS * 48 }, () =>
    Math.min(127, Math.floor(20 * random.exponential())),
  );
  const words = packCodes(
    'production',
    codes,
    Uint32Array.from({ length: ROWS }, (_, i) => i),
    ROWS,
  );
  const lines = [
    'software chip, input words to output words, BX/s of processor time (the chip: 40,000,000):',
  ];
  for (const algorithm of ALGORITHMS) {
    const settings = settingsOf(algorithm, random);
    const fast = runChip(settings, words);
    const few = words.subarray(0, 12 * 400);
    const slow = straightforward(settings, few);
    const differs = slow.findIndex((word, i) => word !== fast[i]);
    if (differs >= 0)
      throw new Error(`${algorithm}: row ${Math.floor(differs / 13)} differs from the straightforward chip`);
    const emulator = createEmulator(settings);
    const out = new Uint32Array(ROWS * 13);
    const ours = rowsPerSecond(ROWS, () => emulator.run(words, out));
    const theirs = rowsPerSecond(400, () => straightforward(settings, few));
    const decoder = createDecoder(settings);
    const back = rowsPerSecond(ROWS, () => decoder.run(out));
    const rate = (value) => Math.round(value).toLocaleString('en-US').padStart(10);
    lines.push(
      `  ${algorithm.padEnd(18)} ${rate(ours)}   straightforward ${rate(theirs)} (${(ours / theirs).toFixed(0)} times slower)   decoder ${rate(back)}`,
    );
  }
  return lines;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const line of benchEmulator()) console.log(line);
}
