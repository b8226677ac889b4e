import { readSync } from 'node:fs';
import { EconError } from './errors.js';

/** The name by which a command is told to read standard input. */
export const STANDARD_INPUT = '-';

/** Bytes come from it once: whole, for all that ask for a file, or as a stream, for one. */
let bytes: Uint8Array | undefined;
let streamed = false;

/** All of standard input. @throws EconError base/no-file when it is a terminal, or read as a stream already */
export function standardInputBytes(): Uint8Array {
  if (streamed) throw givenTwice();
  if (process.stdin.isTTY)
    throw new EconError({
      code: 'base/no-file',
      where: STANDARD_INPUT,
      what: 'standard input is a terminal.',
      remedy: 'Pipe something into it, or give the name of a file.',
    });
  bytes ??= readAll();
  return bytes;
}

/** Standard input, piece by piece. @throws EconError base/no-file when it has been read */
export function standardInputStream(): AsyncIterable<Uint8Array> {
  if (streamed || bytes !== undefined) throw givenTwice();
  streamed = true;
  return process.stdin;
}

function givenTwice(): EconError {
  return new EconError({
    code: 'base/no-file',
    where: STANDARD_INPUT,
    what: 'standard input is given for two files, and its bytes come once.',
    remedy: 'Write one of them to a file, and give that.',
  });
}

const PIECE = 1 << 16;
const PAUSE_MS = 10;

function readAll(): Uint8Array {
  const pieces: Uint8Array[] = [];
  for (;;) {
    const piece = new Uint8Array(PIECE);
    const length = readPiece(piece);
    if (length === 0) return Buffer.concat(pieces);
    pieces.push(piece.subarray(0, length));
  }
}

/** Some systems tell the end of a pipe as an error, and a pipe that another made non-blocking as one that is empty. */
function readPiece(piece: Uint8Array): number {
  for (;;) {
    try {
      return readSync(0, piece);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EOF') return 0;
      if (code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
    }
  }
}
