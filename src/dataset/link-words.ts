import { writeFileAtomic } from '../base/index.js';
import { type Layout, type Notation, parseCells, splitCells } from './cells.js';
import { dataError, quote } from './errors.js';
import { type Lines, skipBlankLines, skipLine, wholeLines } from './lines.js';
import { packText } from './pack.js';
import { readChunks } from './source.js';

/** Words of the links of a chip, row-major: one row per bunch crossing, one column per link, 32 bits each. */
export interface LinkWords {
  readonly words: Uint32Array;
  readonly rows: number;
  readonly columns: number;
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

/**
 * Reads a CSV (or .csv.gz) of link words: header RX_DATA_0.. or TX_DATA_0.. (further columns are passed over), or
 * none; then one row of hex words per bunch crossing.
 * @throws EconError dataset/... naming file, line and column
 */
export async function readLinkWords(path: string): Promise<LinkWords> {
  let layout: Layout | undefined;
  const parts: Uint32Array[] = [];
  let total = 0;
  for await (let lines of wholeLines(readChunks(path), path)) {
    if (!layout) {
      const first = skipBlankLines(lines);
      if (!first) continue;
      layout = readLayout(first, path);
      lines = layout.hasHeader ? skipLine(first) : first;
    }
    const words = parseCells(lines, layout, hexWord, path);
    total += words.length;
    parts.push(words);
  }
  if (!layout || total === 0) {
    throw dataError(
      'empty',
      { path },
      'there are no link words in this file.',
      'Give a file with one row per bunch crossing.',
    );
  }
  const words = new Uint32Array(total);
  let at = 0;
  for (const part of parts) {
    words.set(part, at);
    at += part.length;
  }
  return { words, rows: total / layout.width, columns: layout.width };
}

/**
 * Writes link words as CSV (packed when the name ends with .gz), eight lower-case hex digits each.
 * @param header `RX_DATA` (into the chip) or `TX_DATA` (out of it): the columns are called `<header>_0` and on
 */
export function writeLinkWords(
  path: string,
  words: Uint32Array,
  columns: number,
  header: 'RX_DATA' | 'TX_DATA',
): void {
  if (words.length % columns) throw new RangeError(`${words.length} words do not fill rows of ${columns}`);
  const digits = new TextEncoder().encode('0123456789abcdef');
  const head = `${Array.from({ length: columns }, (_, i) => `${header}_${i}`).join(',')}\n`;
  const text = new Uint8Array(head.length + words.length * 9);
  text.set(new TextEncoder().encode(head));
  let at = head.length;
  for (let i = 0; i < words.length; i++) {
    for (let shift = 28; shift >= 0; shift -= 4) text[at++] = digits[(words[i] >>> shift) & 15];
    text[at++] = (i + 1) % columns ? 44 : 10;
  }
  writeFileAtomic(path, packText(path, text));
}

function readLayout({ bytes, line }: Lines, path: string): Layout {
  const names = splitCells(bytes, 0);
  const links = names.map((name) => /^[RT]X_DATA_(\d+)$/.exec(name)?.[1]);
  const width = links.filter((link) => link !== undefined).length;
  if (width) {
    const target = Int32Array.from(links, (link) => (link === undefined ? -1 : Number(link)));
    for (let link = 0; link < width; link++) {
      if (target.indexOf(link) < 0) {
        const what = `the header names ${width} links but not number ${link}.`;
        throw dataError(
          'bad-header',
          { path, line },
          what,
          'Name the links RX_DATA_0, RX_DATA_1, ... (or TX_DATA_).',
        );
      }
    }
    return { names, target, width, hasHeader: true };
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
  };
}
