import type { Random } from '../../src/base/index.js';
import {
  type ChipSettings,
  defaultSettings,
  econtInput,
  type Generation,
  ORBIT_HEADER,
  packCodes,
} from '../../src/blocks/index.js';
import {
  type ChipDescription,
  type ChipVectors,
  chipLatency,
  chipWrites,
  runChip,
} from '../../src/chips/index.js';
import { randomWeights } from './examples.js';

/** Legal registers, with the edges of their ranges well represented. */
export function randomSettings(random: Random, generation: Generation): ChipSettings {
  const oneOf = <T>(values: readonly T[]): T => values[random.below(values.length)];
  const flip = (): boolean => random.below(2) === 1;
  const straight = random.below(3) === 0;
  const factor = oneOf([-1, 0, 2048, 4095]);
  const threshold = oneOf([-1, 0, 47, 1000, 2 ** 22 - 1]);
  return {
    ...defaultSettings(generation),
    highDensity: flip(),
    dropLsb: random.below(8),
    etx: 1 + random.below(13),
    mux: Uint8Array.from({ length: 48 }, (_, k) => (straight ? k : random.below(64))),
    calibration: Uint16Array.from({ length: 48 }, () => (factor < 0 ? random.below(4096) : factor)),
    thresholds: Uint32Array.from({ length: 48 }, () =>
      threshold < 0 ? 2 ** random.below(22) + random.below(50) : threshold,
    ),
    bufferT1: oneOf([24, 48, 120, 300, 400]),
    bufferT2: oneOf([0, 20, 100, 511]),
    bufferT3: random.below(32),
    stcType: random.below(5),
    stcTie: oneOf(['highest', 'highest', 'lowest']),
    useSum: flip(),
    idlePattern: random.below(2048),
    linkResetPattern: random.below(2048),
    keepMask: randomMask(random),
    weights: randomWeights(random),
    arithmetic: oneOf(['econt', 'econt', 'exact']),
  };
}

function randomMask(random: Random): bigint {
  const all = (1n << 144n) - 1n;
  if (random.below(2) === 0) return all;
  let mask = 0n;
  for (let b = 0; b < 144; b += 16) mask |= BigInt(random.below(65536)) << BigInt(b);
  return mask;
}

/** Codes in every BX of `rows`, an orbit header every `orbit` rows. */
export function randomWords(
  random: Random,
  kind: 'uniform' | 'exponential' | 'tied' | 'extreme',
  rows: number,
  orbit: number,
): Uint32Array {
  const code = {
    uniform: () => random.below(128),
    exponential: () => Math.min(127, Math.floor(12 * random.exponential())),
    tied: () => 30 + random.below(3),
    extreme: () => [0, 1, 126, 127][random.below(4)],
  }[kind];
  const codes = Uint8Array.from({ length: rows * 48 }, code);
  const bx = Uint32Array.from({ length: rows }, (_, i) => i % orbit);
  return packCodes('production', codes, bx, rows);
}

/** The same words with headers of an orbit's first BX in the first row. */
export function fromOrbitStart(words: Uint32Array): Uint32Array {
  return words.map((word, i) =>
    i < econtInput.links ? ((word & 0x0fffffff) | (ORBIT_HEADER << 28)) >>> 0 : word,
  );
}

/** What a whole ECON-T is given, and what the reference makes of it. */
export function vectorsOf(
  description: ChipDescription,
  settings: ChipSettings,
  words: Uint32Array,
): ChipVectors & { readonly latency: number } {
  return {
    writes: chipWrites(description.options, settings),
    words,
    expected: runChip(settings, words),
    latency: chipLatency(description, settings.algorithm),
  };
}
