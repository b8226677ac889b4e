import { EconError } from '../base/index.js';

/** Where a reader stands, in the words of the user's file. */
export interface Place {
  readonly path: string;
  /** From 1, header included. */
  readonly line?: number;
  /** Name or number of the column. */
  readonly column?: string;
}

/** What is wrong with a data file, and what to do. All codes start with `dataset/`. */
export function dataError(code: string, place: Place, what: string, remedy: string): EconError {
  const where = [place.path];
  if (place.line !== undefined) where.push(`line ${place.line}`);
  if (place.column !== undefined) where.push(`column ${place.column}`);
  return new EconError({ code: `dataset/${code}`, where: where.join(', '), what, remedy });
}

/** The offending text, cut to a length that fits into a message, unprintable bytes shown as \xNN. */
export function quote(bytes: Uint8Array): string {
  const limit = 32;
  let text = '';
  for (const byte of bytes.subarray(0, limit)) {
    text += byte >= 32 && byte < 127 ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`;
  }
  return `"${text}${bytes.length > limit ? '...' : ''}"`;
}
