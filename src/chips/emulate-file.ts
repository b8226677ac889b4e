import { EconError, type Progress, silent } from '../base/index.js';
import {
  type AlgorithmName,
  algorithmOf,
  BUFFER_SAFE_WORDS,
  type ChipSettings,
  ETX,
  econtInput,
  findBadHeader,
  type Generation,
  ORBIT,
  ORBIT_HEADER,
} from '../blocks/index.js';
import { createLinkWordFile, type LinkWordRows, linkWordRows } from '../dataset/index.js';
import { createEmulator, type Emulator } from './emulator.js';

export interface EmulateOptions {
  /** Rows (from 0, ascending) in which a link reset arrives: that row and the 255 after it carry reset words. */
  readonly linkResets?: readonly number[];
  /** Take words whose header is neither 9 nor A, or differs between the links of a row, as the chip does. */
  readonly anyHeader?: boolean;
  readonly progress?: Progress;
  readonly signal?: AbortSignal;
}

/** What a run over a file came to; plain data. */
export interface EmulateSummary {
  readonly generation: Generation;
  readonly algorithm: AlgorithmName;
  readonly etx: number;
  readonly rows: number;
  /** Rows whose eRx 0 has header 9, and those of them that did not come 3564 rows after the one before. */
  readonly orbits: number;
  readonly oddOrbits: number;
  /** Words with a header the chip counts as an error (with anyHeader; else they end the run). */
  readonly badHeaders: number;
  readonly linkResetRows: number;
  /** Of an algorithm with packets of any length. */
  readonly buffer?: BufferSummary;
}

export interface BufferSummary {
  /** BX whose packet went whole, as a truncated word because it did not fit (110), or because T2 was passed (111). */
  readonly whole: number;
  readonly truncatedFull: number;
  readonly truncatedShort: number;
  /** Most words held, and those left at the end of the file. */
  readonly highest: number;
  readonly left: number;
  /** The fill passed 400 words, beyond which no chip is known to follow this model. */
  readonly overfull: boolean;
}

/**
 * Runs the emulator over a file of input words of any length into a file of output words; row i of the one belongs
 * to row i of the other. Memory does not grow with the length; the output appears when it is complete.
 * @throws EconError dataset/... and chip/bad-header with file, line and column; base/cannot-write
 */
export async function emulateFile(
  settings: ChipSettings,
  input: string,
  output: string,
  options: EmulateOptions = {},
): Promise<EmulateSummary> {
  const { linkResets = [], progress = silent, signal } = options;
  const emulator = createEmulator(settings);
  const counter = new OrbitCounter();
  const file = createLinkWordFile(output, ETX, 'TX_DATA');
  let out = new Uint32Array(0);
  let rows = 0;
  let badHeaders = 0;
  let linkResetRows = 0;
  progress.start('emulate', 0, 'BX');
  try {
    for await (const piece of linkWordRows(input)) {
      signal?.throwIfAborted();
      if (piece.columns !== econtInput.links) throw wrongColumns(input, piece.columns);
      badHeaders += checkHeaders(piece, input, options.anyHeader ?? false);
      counter.add(piece.words);
      if (out.length < piece.rows * ETX) out = new Uint32Array(piece.rows * ETX);
      const result = out.subarray(0, piece.rows * ETX);
      linkResetRows += runPiece(emulator, piece, result, rows, linkResets);
      file.write(result);
      rows += piece.rows;
      progress.update(rows);
    }
    file.close();
  } catch (error) {
    file.abort();
    throw error;
  }
  progress.stop(`${rows} BX`);
  const { generation, algorithm, etx } = settings;
  return {
    generation,
    algorithm,
    etx,
    rows,
    orbits: counter.orbits,
    oddOrbits: counter.oddOrbits,
    badHeaders,
    linkResetRows,
    ...(algorithmOf(settings).receiver.kind === 'stream' ? { buffer: bufferSummary(emulator) } : {}),
  };
}

/** A summary as a few lines of text. */
export function emulateText(summary: EmulateSummary): string {
  const { rows, orbits, oddOrbits, badHeaders, linkResetRows, buffer } = summary;
  const lines = [
    `${rows} BX, ${summary.algorithm}, ${summary.etx} eTx, ${summary.generation}; ${orbits} orbits begun`,
  ];
  if (orbits === 0)
    lines.push('note: no row has header 9: the BX count was taken to begin at 0 in the first row');
  if (oddOrbits > 0) lines.push(`note: ${oddOrbits} of them not ${ORBIT} BX after the one before`);
  if (badHeaders > 0) lines.push(`note: ${badHeaders} words with a wrong header`);
  if (linkResetRows > 0) lines.push(`${linkResetRows} BX of link reset`);
  if (buffer) {
    lines.push(
      `buffer: ${buffer.whole} packets whole, ${buffer.truncatedFull} truncated (T1), ${buffer.truncatedShort} truncated (T2); most words held ${buffer.highest}, left at the end ${buffer.left}`,
    );
    if (buffer.overfull)
      lines.push(
        `note: the buffer passed ${BUFFER_SAFE_WORDS} words, where no chip is known to follow this model`,
      );
  }
  return lines.join('\n');
}

/** Runs a piece with the link resets that fall into it. @returns rows of link reset words */
function runPiece(
  emulator: Emulator,
  { words, rows }: LinkWordRows,
  out: Uint32Array,
  first: number,
  linkResets: readonly number[],
): number {
  const inside = linkResets.filter((row) => row >= first && row < first + rows);
  let reset = 0;
  let from = 0;
  for (const next of [...inside.map((row) => row - first), rows]) {
    const n = next - from;
    reset += Math.min(n, emulator.resetRows);
    emulator.run(
      words.subarray(from * econtInput.links, next * econtInput.links),
      out.subarray(from * ETX, next * ETX),
    );
    if (next < rows) emulator.linkReset();
    from = next;
  }
  return reset;
}

function checkHeaders(piece: LinkWordRows, path: string, any: boolean): number {
  const { words } = piece;
  let bad = findBadHeader(words);
  if (bad >= 0 && !any) {
    const row = Math.floor(bad / econtInput.links);
    const hex = words[bad].toString(16).padStart(8, '0');
    throw new EconError({
      code: 'chip/bad-header',
      where: `${path}:${piece.lineOf(row)}, column RX_DATA_${bad % econtInput.links}`,
      what: `${hex} has header ${hex[0]}; a row has 9 (first BX of an orbit) or A (any other) on all 12 links.`,
      remedy:
        'Check the alignment of the links, or run with any header (--any-header): it takes no part in the sums.',
    });
  }
  let count = 0;
  for (let from = 0; bad >= 0; count++) {
    // The next one is looked for from the next row on: one error counts once per row.
    from += (Math.floor(bad / econtInput.links) + 1) * econtInput.links;
    bad = findBadHeader(words.subarray(from));
  }
  return count;
}

function wrongColumns(path: string, columns: number): EconError {
  return new EconError({
    code: 'chip/bad-words',
    where: path,
    what: `${columns} columns instead of ${econtInput.links}.`,
    remedy: 'Input words have 12 columns RX_DATA_0 .. RX_DATA_11, 8 hex digits each.',
  });
}

/** Orbits begun in input words, and those that began at another time than they should. */
class OrbitCounter {
  orbits = 0;
  oddOrbits = 0;
  private since = -1;

  add(words: Uint32Array): void {
    for (let i = 0; i < words.length; i += econtInput.links) {
      if (words[i] >>> 28 === ORBIT_HEADER) {
        if (this.since >= 0 && this.since !== ORBIT) this.oddOrbits++;
        this.orbits++;
        this.since = 0;
      }
      if (this.since >= 0) this.since++;
    }
  }
}

function bufferSummary({ buffer }: Emulator): BufferSummary {
  const [, full, short, late, whole] = buffer.conditions;
  return {
    whole: whole + late,
    truncatedFull: full,
    truncatedShort: short,
    highest: buffer.highest,
    left: buffer.held,
    overfull: buffer.overfull,
  };
}
