import { EconError, type Progress, silent } from '../base/index.js';
import { algorithmOf, BUFFER_SAFE_WORDS, type ChipSettings, ETX, econtInput } from '../blocks/index.js';
import { type LinkWords, readLinkWords } from '../dataset/index.js';
import type { KnownDefect } from './conform-cases.js';
import { type Case, chooseCases, findCases } from './conform-cases.js';
import { type Comparison, compareWords, type Expected, findLatency } from './conform-compare.js';
import { createEmulator, runChip } from './emulator.js';
import { readSettings } from './registers/settings-file.js';

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
  /** First divergence, or why the case was skipped or unreadable; of captures also where they lie. */
  readonly detail: string;
  /** Of captures: BX before the output of the first input row. */
  readonly latency?: number;
  /** Number of links compared, where the file has not all of them. */
  readonly links?: number;
}

export interface ConformOptions {
  /** A case's name, or a part of the names of several. */
  readonly filter?: string;
  readonly runner?: ConformRunner;
  /** Cases that are known to be defective: run and shown like the others, but no failure. */
  readonly known?: readonly KnownDefect[];
  /** Settings laid over those of every case, or in their place where it has none. */
  readonly config?: readonly string[];
  /** Which of equal maxima in a super trigger cell the chip takes: the vectors say highest, captures may say lowest. */
  readonly stcTie?: ChipSettings['stcTie'];
  /** See ReadOptions. */
  readonly idleFromLinkReset?: boolean;
  /**
   * The outputs are captures of a chip: they begin so many BX before the output of the first row, or it is searched
   * for. The input then goes round; links that a capture does not have are not compared.
   */
  readonly latency?: number | 'search';
  readonly progress?: Progress;
}

/**
 * Runs published test vectors: every folder below `folder` (or it itself) that holds init.yaml or testOutput.csv is
 * a case, and every output a row; its testInput.csv is the nearest one upward. All files plain or .gz.
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
    rows.push(declare(await runCase(one, runner, inputs, options), known));
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
  options: ConformOptions,
): Promise<ConformRow> {
  const none = { name: one.name, rows: 0, equal: 0 };
  const { input: inputPath, output: outputPath } = one;
  const files = [...(one.settings === undefined ? [] : [one.settings]), ...(options.config ?? [])];
  const skipped = (detail: string): ConformRow => ({ ...none, status: 'skipped', detail });
  const unreadable = (detail: string): ConformRow => ({ ...none, status: 'unreadable', detail });
  if (files.length === 0) return skipped(one.unclear ?? 'no init.yaml');
  if (!inputPath) return skipped('no testInput.csv');
  if (!outputPath) return skipped('no testOutput.csv');
  try {
    const { stcTie, idleFromLinkReset } = options;
    const settings = { ...readSettings(files, { idleFromLinkReset }), ...(stcTie ? { stcTie } : {}) };
    if (!inputs.has(inputPath)) inputs.set(inputPath, readLinkWords(inputPath));
    const input = await inputs.get(inputPath)!;
    if (input.columns !== econtInput.links)
      throw badVectors(inputPath, `${input.columns} columns instead of ${econtInput.links}.`);
    const capture = options.latency !== undefined;
    const expected = checkedOutput(await readLinkWords(outputPath, { someLinks: true }), outputPath);
    if (!capture && expected.rows > input.rows)
      return unreadable(
        `${expected.rows} output rows for ${input.rows} input rows; captures are compared with --latency`,
      );
    // The alignment data set has more input rows than output rows; the first ones belong together.
    const words = capture
      ? goingRound(input, expected.rows)
      : input.words.subarray(0, expected.rows * econtInput.links);
    if (overfull(settings, words))
      return skipped(
        `the output buffer passes ${BUFFER_SAFE_WORDS} words, where the vectors' generator repeats old words`,
      );
    const result = await runner(settings, words, one.name);
    if ('skipped' in result) return skipped(result.skipped);
    if (result.length !== (words.length / econtInput.links) * ETX) {
      const detail = `${result.length} words came out instead of ${(words.length / econtInput.links) * ETX}`;
      return { ...none, status: 'different', rows: expected.rows, detail };
    }
    return { name: one.name, ...judged(result, expected, input.rows, options.latency) };
  } catch (error) {
    if (!(error instanceof EconError)) throw error;
    return unreadable(error.message);
  }
}

/** The input twice, and as often as a capture needs it. */
function goingRound(input: LinkWords, rows: number): Uint32Array {
  const turns = Math.max(2, Math.ceil(rows / input.rows));
  const words = new Uint32Array(turns * input.words.length);
  for (let n = 0; n < turns; n++) words.set(input.words, n * input.words.length);
  return words;
}

type Judged = Pick<ConformRow, 'status' | 'rows' | 'equal' | 'detail' | 'latency' | 'links'>;

function judged(
  actual: Uint32Array,
  expected: Expected,
  period: number,
  latency: ConformOptions['latency'],
): Judged {
  const place =
    latency === 'search' ? findLatency(actual, expected, period) : { latency: latency ?? 0, cyclic: false };
  const { rows, equal, detail }: Comparison = compareWords(actual, expected, place, period);
  const links = expected.links.length;
  const notes = [
    ...(latency === undefined
      ? []
      : [`latency ${place.latency} BX${place.cyclic ? ' of an input that goes round' : ''}`]),
    ...(links < ETX ? [`links ${expected.links.join(', ')} only`] : []),
  ];
  return {
    status: detail === '' && rows > 0 ? 'equal' : 'different',
    rows,
    equal,
    detail: [...notes, ...(rows === 0 ? ['no row is left to compare'] : detail === '' ? [] : [detail])].join(
      '; ',
    ),
    ...(latency === undefined ? {} : { latency: place.latency }),
    ...(links < ETX ? { links } : {}),
  };
}

/** Any of the output links; without a header the first ones. */
function checkedOutput({ words, rows, columns, links }: LinkWords, path: string): Expected {
  const numbers = links ?? Array.from({ length: columns }, (_, j) => j);
  if (numbers.at(-1)! < ETX) return { words, rows, links: numbers };
  throw badVectors(path, `it has link ${numbers.at(-1)}, ECON-T has eTx 0 to ${ETX - 1}.`);
}

function badVectors(where: string, what: string): EconError {
  return new EconError({
    code: 'chip/bad-vectors',
    where,
    what,
    remedy: 'testInput.csv has 12 columns RX_DATA_j, testOutput.csv up to 13 columns TX_DATA_j.',
  });
}

function overfull(settings: ChipSettings, words: Uint32Array): boolean {
  if (algorithmOf(settings).receiver.kind !== 'stream' || settings.bufferT1 <= BUFFER_SAFE_WORDS)
    return false;
  const emulator = createEmulator(settings);
  emulator.run(words);
  return emulator.buffer.overfull;
}
