import { dataError } from './row/errors.js';
import type { Chunks } from './source.js';

export const NEWLINE = 10;
export const RETURN = 13;
export const HASH = 35;

/** A piece of text that ends with a line end, and the number of its first line. */
export interface Lines {
  readonly bytes: Uint8Array;
  readonly line: number;
}

// No line of numbers is longer. Also bounds what is held when a file without line ends comes in.
const LONGEST_LINE = 1 << 20;

/**
 * Cuts chunks at line ends, so that a parser always sees whole lines; drops a byte-order mark, adds a missing
 * last line end.
 * @throws EconError dataset/not-text when a line exceeds 1 MiB or bytes are found that no text holds
 */
export async function* wholeLines(chunks: Chunks, path: string): AsyncGenerator<Lines> {
  let held: Uint8Array = new Uint8Array(0);
  let line = 1;
  let start = true;
  for await (const chunk of chunks) {
    let bytes = held.length ? Buffer.concat([held, chunk]) : chunk;
    if (start && bytes.length >= 3) {
      start = false;
      if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) bytes = bytes.subarray(3);
    }
    const end = bytes.lastIndexOf(NEWLINE) + 1;
    held = bytes.slice(end);
    if (held.length > LONGEST_LINE) countLines(held, path, line);
    if (held.length > LONGEST_LINE) throw notText(path, line, 'this line does not end');
    if (end === 0) continue;
    const lines = { bytes: bytes.subarray(0, end), line };
    line += countLines(lines.bytes, path, line);
    yield lines;
  }
  if (held.length) {
    const last = Buffer.concat([held, Uint8Array.of(NEWLINE)]);
    countLines(last, path, line);
    yield { bytes: last, line };
  }
}

/** From the first line that is not blank on; undefined when all are. */
export function skipBlankLines({ bytes, line }: Lines): Lines | undefined {
  let start = 0;
  for (; bytes[start] === NEWLINE || bytes[start] === RETURN; start++) if (bytes[start] === NEWLINE) line++;
  return start < bytes.length ? { bytes: bytes.subarray(start), line } : undefined;
}

/** What follows the first line. */
export function skipLine({ bytes, line }: Lines): Lines {
  return { bytes: bytes.subarray(bytes.indexOf(NEWLINE) + 1), line: line + 1 };
}

/** Counts line ends; a byte below the tabulator is the sign of a binary file. */
function countLines(bytes: Uint8Array, path: string, first: number): number {
  let n = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (byte > 31) continue;
    if (byte === NEWLINE) n++;
    else if (byte < 9 || byte > 13) {
      if (byte === 0) throw hole(path, first + n, bytes, i);
      throw notText(path, first + n, `byte 0x${byte.toString(16).padStart(2, '0')} is no text`);
    }
  }
  return n;
}

/** Zeros: every second byte of UTF-16, or a hole where a file was lengthened or its writing broke off. */
function hole(path: string, line: number, bytes: Uint8Array, at: number) {
  let end = at;
  while (bytes[end] === 0) end++;
  const utf16 = end - at === 1 && (bytes[at + 2] === 0 || bytes[at - 2] === 0);
  if (end - at < 16 && !utf16) return notText(path, line, 'byte 0x00 is no text');
  const [what, remedy] = utf16
    ? [
        'every second byte is zero: this is text in UTF-16.',
        'Save it as UTF-8: iconv -f UTF-16 -t UTF-8 FILE.',
      ]
    : [
        'from here on there are zero bytes instead of text: the file has a hole.',
        'It was lengthened (truncate), or its writing broke off: write it again, or cut it before this line.',
      ];
  return dataError('not-text', { path, line }, what, remedy);
}

function notText(path: string, line: number, why: string) {
  return dataError(
    'not-text',
    { path, line },
    `${why}, so this is not a CSV file.`,
    'Give a .csv, .csv.gz, .npy, .npz, .parquet, .h5 or .root file.',
  );
}
