import { EconError } from '../../base/index.js';
import { ALL_BITS, algorithms, type ChipSettings, checkEtx, inputFormat } from '../../blocks/index.js';
import { latentField } from '../../encoder/index.js';

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

/** Settings of each cell: largest value of an element. */
const largestOfCells = { mux: 63, calibration: 4095, thresholds: 2 ** 22 - 1 } as const;

/**
 * Settings that a program has put together, before they are run; those of a file were checked by its reader.
 * @throws EconError chip/bad-settings, chip/bad-etx naming what no register can hold
 */
export function checkSettings(s: ChipSettings): void {
  checkEtx(s.etx);
  const { cells } = inputFormat(s);
  const algorithm = algorithms.find(s.algorithm);
  if (!algorithm) throw bad('algorithm', s.algorithm, algorithms.names().join(', '));
  if (s.generation !== 'P1' && s.generation !== 'production')
    throw bad('generation', s.generation, 'P1, production');
  if (s.detector && !algorithm.encoder)
    throw bad(
      'algorithm',
      `${s.algorithm} for ${s.detector.name}`,
      'autoencoder: the others pack the cells of HGCAL',
    );
  for (const [key, most] of Object.entries(largest) as [keyof typeof largest, number][]) {
    if (!(Number.isInteger(s[key]) && s[key] >= 0 && s[key] <= most)) throw bad(key, s[key], `0..${most}`);
  }
  for (const [key, most] of Object.entries(largestOfCells) as [keyof typeof largestOfCells, number][]) {
    if (s[key].length !== cells) throw bad(key, `${s[key].length} values`, `${cells} values`);
    const k = s[key].findIndex((v) => v > most);
    if (k >= 0) throw bad(`${key}[${k}]`, s[key][k], `0..${most}`);
  }
  if (s.keepMask < 0n || s.keepMask > ALL_BITS) throw bad('keepMask', s.keepMask, `${latentField.bits} bits`);
}

function bad(where: string, value: unknown, range: string): EconError {
  return new EconError({
    code: 'chip/bad-settings',
    where: `chip settings, ${where}`,
    what: `${String(value)} is none of ${range}.`,
    remedy: 'Give a value that the register can hold.',
  });
}
