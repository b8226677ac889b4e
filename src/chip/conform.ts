import { EconError, type Progress, silent } from '../base/index.js';
import { type LinkWords, readLinkWords } from '../dataset/index.js';
import { type Case, chooseCases, findCases } from './conform-cases.js';
import type { KnownDefect } from './conform-known.js';
import { createEmulator, runChip } from './emulator.js';
import { ETX } from './formatter/parameters.js';
import { LINKS } from './link-input/parameters.js';
import { readSettings } from './registers/settings-file.js';
import type { ChipSettings } from './settings/settings.js';
import { BUFFER_SAFE_WORDS } from './threshold-sum/parameters.js';

/**
 * What runs a case: input words (rows * 12) to output words (rows * 13), row i for row i. The software emulator by
 * default; a simulation of the Verilog can be plugged in. A runner that cannot run a case says why.
 */
export type ConformRunner = (
  settings: ChipSettings,
  words: Uint32Array,
  name: string,
) => Uint32Array | { readonly skipped: string } | Promise<Uint32Array | { readonly skipped: string }>;

/** Result of one case. */
export interface ConformRow {
  /** Path of the case below the folder, e.g. mcDataset/AE. */
  readonly name: string;
  /** known: it differs or cannot be read, and was declared defective; its detail begins with the reason. */
  readonly status: 'equal' | 'different' | 'skipped' | 'unreadable' | 'known';
  /** Rows compared, and those of them with all 13 words equal. */
  readonly rows: number;
  readonly equal: number;
  /** First divergence, or why the case was skipped or unreadable; empty when equal. */
  readonly detail: string;
}

export interface ConformOptions {
  /** A case's name, or a part of the names of several. */
  readonly filter?: string;
  readonly runner?: ConformRunner;
  /** Cases that are known to be defective: run and shown like the others, but no failure. */
  readonly known?: readonly KnownDefect[];
  readonly progress?: Progress;
}

/**
 * Runs published test vectors: every folder below `folder` (or it itself) that holds init.yaml or testOutput.csv is
 * a case; its testInput.csv is the nearest one upward. All files plain or .gz.
 * @throws EconError when the folder cannot be read, holds no case, or the filter matches none
 */
export async function conform(folder: string, options: ConformOptions = {}): Promise<ConformRow[]> {
  const { filter, runner = runChip, known = [], progress = silent } = options;
  const found = findCases(folder);
  const cases = filter === undefined ? found : chooseCases(found, filter, folder);
  const inputs = new Map<string, Promise<LinkWords>>();
  const rows: ConformRow[] = [];
  progress.start('conform', cases.length, 'case');
  for (const one of cases) {
    rows.push(declare(await runCase(one, runner, inputs), known));
    progress.update(rows.length, one.name);
  }
  progress.stop();
  return rows;
}

function declare(row: ConformRow, known: readonly KnownDefect[]): ConformRow {
  const defect = known.find((k) => k.case === row.name);
  if (!defect) return row;
  if (row.status === 'equal')
    return { ...row, detail: `declared defective (${defect.reason}), but it is equal` };
  if (row.status === 'skipped')
    return { ...row, detail: `${row.detail}; declared defective: ${defect.reason}` };
  return { ...row, status: 'known', detail: `declared defective: ${defect.reason}; ${row.detail}` };
}

async function runCase(
  one: Case,
  runner: ConformRunner,
  inputs: Map<string, Promise<LinkWords>>,
): Promise<ConformRow> {
  const none = { name: one.name, rows: 0, equal: 0 };
  const { settings: settingsPath, input: inputPath, output: outputPath } = one;
  if (!settingsPath) return { ...none, status: 'skipped', detail: 'no init.yaml' };
  if (!inputPath) return { ...none, status: 'skipped', detail: 'no testInput.csv' };
  if (!outputPath) return { ...none, status: 'skipped', detail: 'no testOutput.csv' };
  try {
    const settings = readSettings(settingsPath);
    if (!inputs.has(inputPath)) inputs.set(inputPath, readLinkWords(inputPath));
    const input = checked(await inputs.get(inputPath)!, LINKS, inputPath);
    const expected = checked(await readLinkWords(outputPath), ETX, outputPath);
    if (expected.rows > input.rows) {
      const detail = `${expected.rows} output rows for ${input.rows} input rows`;
      return { ...none, status: 'unreadable', detail };
    }
    // The alignment data set has more input rows than output rows; the first ones belong together.
    const words = input.words.subarray(0, expected.rows * LINKS);
    if (overfull(settings, words)) {
      const detail = `the output buffer passes ${BUFFER_SAFE_WORDS} words, where the vectors' generator repeats old words`;
      return { ...none, status: 'skipped', detail };
    }
    const result = await runner(settings, words, one.name);
    if ('skipped' in result) return { ...none, status: 'skipped', detail: result.skipped };
    return compare(one.name, result, expected);
  } catch (error) {
    if (!(error instanceof EconError)) throw error;
    return { ...none, status: 'unreadable', detail: error.message };
  }
}

function checked(file: LinkWords, columns: number, path: string): LinkWords {
  if (file.columns === columns) return file;
  throw new EconError({
    code: 'chip/bad-vectors',
    where: path,
    what: `${file.columns} columns instead of ${columns}.`,
    remedy: 'testInput.csv has 12 columns RX_DATA_j, testOutput.csv 13 columns TX_DATA_j.',
  });
}

function overfull(settings: ChipSettings, words: Uint32Array): boolean {
  if (settings.algorithm !== 'threshold-sum' || settings.bufferT1 <= BUFFER_SAFE_WORDS) return false;
  const emulator = createEmulator(settings);
  emulator.run(words);
  return emulator.buffer.overfull;
}

function compare(name: string, actual: Uint32Array, expected: LinkWords): ConformRow {
  const rows = expected.rows;
  let equal = 0;
  let detail = '';
  if (actual.length !== rows * ETX) detail = `${actual.length} words came out instead of ${rows * ETX}`;
  for (let i = 0; i < rows; i++) {
    let j = 0;
    while (j < ETX && actual[i * ETX + j] === expected.words[i * ETX + j]) j++;
    if (j === ETX) equal++;
    else if (detail === '') detail = divergence(i, j, actual[i * ETX + j], expected.words[i * ETX + j]);
  }
  return { name, status: detail === '' ? 'equal' : 'different', rows, equal, detail };
}

function divergence(row: number, link: number, actual: number | undefined, expected: number): string {
  const hex = (v: number): string => v.toString(16).padStart(8, '0');
  if (actual === undefined) return `row ${row} (BX), eTx ${link}: nothing instead of ${hex(expected)}`;
  const top = 31 - Math.clz32(actual ^ expected);
  return `first difference in row ${row}, eTx ${link}: ${hex(actual)} instead of ${hex(expected)} (bit ${top})`;
}
