import { COMMA, type Layout, type Notation, parseCells, splitCells } from './cells.js';
import { type Lines, skipBlankLines, skipLine, wholeLines } from './lines.js';
import { type GrowingFile, growingText } from './pack.js';
import { dataError, quote } from './row/errors.js';
import { type Chunks, readChunks } from './source.js';

/** Words of the links of a chip, row-major: one row per bunch crossing, one column per link, 32 bits each. */
export interface LinkWords {
  readonly words: Uint32Array;
  readonly rows: number;
  readonly columns: number;
  /** Number of the link of each column, ascending; 0, 1, 2, ... when absent. */
  readonly links?: readonly number[];
}

export interface LinkWordOptions {
  /** Take a header that names some of the links only, such as a capture of a test stand does. @default false */
  readonly someLinks?: boolean;
}

const hexWord: Notation = {
  base: 16,
  max: 0xffffffff,
  readOther(text) {
    const remedy = 'A link word is up to eight hex digits.';
    if (/^0x[\da-f]{1,8}$/i.test(text)) return Number(text);
    if (/^[\da-f]{1,8}$/i.test(text)) return Number(`0x${text}`);
    if (text === '') return ['bad-cell', 'is an empty cell.', remedy];
    return [
      'bad-cell',
      /^(0x)?[\da-f]+$/i.test(text) ? 'needs more than 32 bits.' : 'is not a hex number.',
      remedy,
    ];
  },
};

/** Consecutive rows of a file of link words. */
export interface LinkWordRows extends LinkWords {
  /** Line of the file, from 1, that holds row i of these. */
  lineOf(row: number): number;
}

/**
 * Reads a CSV (or .csv.gz) of link words piece by piece, so that files of any length fit into memory: header
 * RX_DATA_0.. or TX_DATA_0.. (further columns are passed over), or none; then one row of hex words per bunch crossing.
 * @throws EconError dataset/... naming file, line and column
 */
export function linkWordRows(path: string, options: LinkWordOptions = {}): AsyncGenerator<LinkWordRows> {
  return linkWordPieces(readChunks(path), path, options);
}

/** As linkWordRows, from the bytes of the file. */
export async function* linkWordPieces(
  chunks: Chunks,
  path: string,
  options: LinkWordOptions = {},
): AsyncGenerator<LinkWordRows> {
  let layout: LinkLayout | undefined;
  let total = 0;
  for await (let lines of wholeLines(chunks, path)) {
    if (!layout) {
      const first = skipBlankLines(lines);
      if (!first) continue;
      layout = readLayout(first, path, options);
      lines = layout.hasHeader ? skipLine(first) : first;
    }
    const words = parseCells(lines, layout, hexWord, path);
    if (words.length === 0) continue;
    total += words.length;
    const piece = lines;
    yield {
      words,
      rows: words.length / layout.width,
      columns: layout.width,
      ...(layout.links ? { links: layout.links } : {}),
      lineOf: (row) => lineOfRow(piece, row),
    };
  }
  if (total === 0) {
    throw dataError(
      'empty',
      { path },
      'there are no link words in this file.',
      'Give a file with one row per bunch crossing.',
    );
  }
}

/** Reads all link words of a file; see {@link linkWordRows}. */
export async function readLinkWords(path: string, options: LinkWordOptions = {}): Promise<LinkWords> {
  const parts: Uint32Array[] = [];
  let total = 0;
  let columns = 1;
  let links: readonly number[] | undefined;
  for await (const piece of linkWordRows(path, options)) {
    ({ columns, links } = piece);
    total += piece.words.length;
    parts.push(piece.words);
  }
  const words = new Uint32Array(total);
  let at = 0;
  for (const part of parts) {
    words.set(part, at);
    at += part.length;
  }
  return { words, rows: total / columns, columns, ...(links ? { links } : {}) };
}

/**
 * Writes link words as CSV (packed when the name ends with .gz), eight lower-case hex digits each.
 * @param header `RX_DATA` (into the chip) or `TX_DATA` (out of it): the columns are called `<header>_0` and on
 */
export function writeLinkWords(path: string, words: Uint32Array, columns: number, header: LinkHeader): void {
  const file = createLinkWordFile(path, columns, header);
  file.write(words);
  file.close();
}

export type LinkHeader = 'RX_DATA' | 'TX_DATA';

/** Opens a file of link words that grows, in the format of writeLinkWords. @throws EconError base/cannot-write */
export function createLinkWordFile(path: string, columns: number, header: LinkHeader): GrowingFile {
  const names = Array.from({ length: columns }, (_, i) => `${header}_${i}`);
  let text = new Uint8Array(0);
  return growingText(path, names.join(','), (words) => {
    if (words.length % columns) throw new RangeError(`${words.length} words do not fill rows of ${columns}`);
    if (text.length < 9 * words.length) text = new Uint8Array(9 * words.length);
    wordText(words, columns, text);
    return text.subarray(0, 9 * words.length);
  });
}

const digits = new TextEncoder().encode('0123456789abcdef');

/** Words as text: nine bytes each, the last the comma or the line end. */
function wordText(words: Uint32Array, columns: number, text: Uint8Array): void {
  let at = 0;
  let column = 0;
  for (let i = 0; i < words.length; i++) {
    for (let shift = 28; shift >= 0; shift -= 4) text[at++] = digits[(words[i] >>> shift) & 15];
    column = column + 1 === columns ? 0 : column + 1;
    text[at++] = column === 0 ? 10 : 44;
  }
}

/** Line of row `row` of a piece of text: blank lines are no rows. */
function lineOfRow({ bytes, line }: Lines, row: number): number {
  let at = 0;
  for (let left = row; at < bytes.length; line++) {
    const end = bytes.indexOf(10, at);
    const blank = end === at || (end === at + 1 && bytes[at] === 13);
    if (!blank && left-- === 0) break;
    at = end + 1;
  }
  return line;
}

interface LinkLayout extends Layout {
  readonly links?: readonly number[];
}

/** `TX_DATA_3`, and what test stands call it: `eTx3`, `etx_3`, `link 3`. */
const linkName = /^(?:[RT]X_DATA|e?[RT]x|e?link)[_ ]?(\d+)$/i;

function readLayout(
  { bytes, line }: Lines,
  path: string,
  { someLinks = false }: LinkWordOptions,
): LinkLayout {
  const names = splitCells(bytes, 0);
  const links = names.map((name) => (someLinks ? linkName : /^[RT]X_DATA_(\d+)$/).exec(name.trim())?.[1]);
  const width = links.filter((link) => link !== undefined).length;
  if (width) {
    const numbers = links.map((link) => (link === undefined ? -1 : Number(link)));
    const sorted = numbers.filter((n) => n >= 0).sort((a, b) => a - b);
    const bad = (what: string, remedy: string) => dataError('bad-header', { path, line }, what, remedy);
    const twice = sorted.find((n, k) => n === sorted[k + 1]);
    if (someLinks && twice !== undefined)
      throw bad(`the header names link ${twice} twice.`, 'Name each once.');
    const missing = sorted.findIndex((_, link) => !sorted.includes(link));
    if (!someLinks && missing >= 0)
      throw bad(
        `the header names ${width} links but not number ${missing}.`,
        'Name the links RX_DATA_0, RX_DATA_1, ... (or TX_DATA_).',
      );
    const target = Int32Array.from(numbers, (n) => sorted.indexOf(n));
    const layout = { names, target, width, hasHeader: true, separator: COMMA };
    return someLinks ? { ...layout, links: sorted } : layout;
  }
  if (!names.some((name) => /^(0x)?[\da-f]+$/i.test(name))) {
    const remedy = 'Begin with RX_DATA_0,RX_DATA_1,... or TX_DATA_0,..., or with the first row of hex words.';
    throw dataError('bad-header', { path, line }, `${quote(bytes)} is no row of link words.`, remedy);
  }
  return {
    names: names.map((_, i) => `${i + 1}`),
    target: Int32Array.from(names, (_, i) => i),
    width: names.length,
    hasHeader: false,
    separator: COMMA,
  };
}
