import { type CodeOf, EconError } from '../../base/index.js';

/** Where a reader stands, in the words of the user's file. */
export interface Place {
  readonly path: string;
  /** From 1, header included. */
  readonly line?: number;
  /** From 0, as an index into an array. */
  readonly row?: number;
  /** Name or number of the column. */
  readonly column?: string;
}

/** What is wrong with a data file, and what to do. All codes start with `dataset/`. */
export function dataError(code: CodeOf<'dataset'>, place: Place, what: string, remedy: string): EconError {
  const where = [place.path];
  if (place.line !== undefined) where.push(`line ${place.line}`);
  if (place.row !== undefined) where.push(`row ${place.row}`);
  if (place.column !== undefined) where.push(`column ${place.column}`);
  return new EconError({ code: `dataset/${code}`, where: where.join(', '), what, remedy });
}

/** The offending text up to its line end, cut to a length that fits into a message, unprintable bytes as \xNN. */
export function quote(text: Uint8Array): string {
  const limit = 32;
  const bytes = text.subarray(0, text.findIndex((byte) => byte === 10 || byte === 13) >>> 0);
  let shown = '';
  for (const byte of bytes.subarray(0, limit)) {
    shown +=
      byte >= 32 && byte < 127 ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`;
  }
  return `"${shown}${bytes.length > limit ? '...' : ''}"`;
}
