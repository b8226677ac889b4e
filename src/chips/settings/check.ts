import { EconError } from '../../base/index.js';
import { algorithms, type ChipSettings, checkEtx } from '../../blocks/index.js';

/** Settings that are numbers: largest value. */
const largest = {
  dropLsb: 7,
  bufferT1: 511,
  bufferT2: 511,
  bufferT3: 31,
  stcType: 4,
  idlePattern: 2047,
  linkResetPattern: 2047,
} as const;

/** Settings that are lists of 48: largest value of an element. */
const largestOf48 = { mux: 63, calibration: 4095, thresholds: 2 ** 22 - 1 } as const;

/**
 * Settings that a program has put together, before they are run; those of a file were checked by its reader.
 * @throws EconError chip/bad-settings, chip/bad-etx naming what no register can hold
 */
export function checkSettings(s: ChipSettings): void {
  checkEtx(s.etx);
  if (!algorithms.find(s.algorithm)) throw bad('algorithm', s.algorithm, algorithms.names().join(', '));
  if (s.generation !== 'P1' && s.generation !== 'production')
    throw bad('generation', s.generation, 'P1, production');
  for (const [key, most] of Object.entries(largest) as [keyof typeof largest, number][]) {
    if (!(Number.isInteger(s[key]) && s[key] >= 0 && s[key] <= most)) throw bad(key, s[key], `0..${most}`);
  }
  for (const [key, most] of Object.entries(largestOf48) as [keyof typeof largestOf48, number][]) {
    if (s[key].length !== 48) throw bad(key, `${s[key].length} values`, '48 values');
    const k = s[key].findIndex((v) => v > most);
    if (k >= 0) throw bad(`${key}[${k}]`, s[key][k], `0..${most}`);
  }
  if (s.keepMask < 0n || s.keepMask >= 1n << 144n) throw bad('keepMask', s.keepMask, '144 bits');
}

function bad(where: string, value: unknown, range: string): EconError {
  return new EconError({
    code: 'chip/bad-settings',
    where: `chip settings, ${where}`,
    what: `${String(value)} is none of ${range}.`,
    remedy: 'Give a value that the register can hold.',
  });
}
