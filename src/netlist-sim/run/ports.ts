import { EconError } from '../../base/index.js';
import type { Assembled } from '../emit/assemble.js';
import type { Program } from '../emit/compile.js';
import type { Bits } from '../read/hierarchy.js';

/** A number for a port: up to 53 bits as number, any width as bigint or as 32-bit words, lowest first. */
export type Value = number | bigint | ArrayLike<number>;

/** Where an input lives: its pieces as parallel arrays. Addresses count 32-bit words. */
export interface InputPort {
  readonly width: number;
  readonly start: Int32Array;
  readonly pieceWidth: Int32Array;
  readonly address: Int32Array;
  /** Word and bit that tell that this piece changed. */
  readonly mark: Int32Array;
  readonly markBit: Int32Array;
}

/** The input port of words that has these bits. */
export function inputPort(program: Program, bits: Bits): InputPort {
  const { lowering } = program;
  const { driverOf, drivers, pieceAt, pieceStart, pieceWidth } = lowering.pieces;
  const pieces: number[] = [];
  bits.forEach((bit, i) => {
    const piece = pieceAt[drivers[driverOf[bit]].base + i];
    if (pieces.at(-1) !== piece) pieces.push(piece);
  });
  const sources = pieces.map(
    (piece) => lowering.forcedInput.get(piece) ?? lowering.g.a[lowering.nodeOf[piece]],
  );
  return {
    width: bits.length,
    start: Int32Array.from(pieces, (p) => pieceStart[p]),
    pieceWidth: Int32Array.from(pieces, (p) => pieceWidth[p]),
    ...sourcePlaces(program, sources),
  };
}

/** Where inputs lie and how their changes are told. */
export function sourcePlaces(
  { layout, groupOf }: Assembled,
  sources: readonly number[],
): Pick<InputPort, 'address' | 'mark' | 'markBit'> {
  return {
    address: Int32Array.from(sources, (s) => layout.sourceAddress[s] >>> 2),
    mark: Int32Array.from(sources, (s) => (layout.marks >>> 2) + (groupOf[s] >>> 5)),
    markBit: Int32Array.from(sources, (s) => 1 << (groupOf[s] & 31)),
  };
}

/** @throws EconError `simulation/value` when the value has more bits than fit, or is negative or a fraction */
export function toWords(value: Value, width: number, name: string): ArrayLike<number> {
  const count = (width + 31) >>> 5;
  if (typeof value === 'object') {
    if (value.length !== count)
      throw bad(name, `${value.length} words given, ${count} needed for ${width} bits`);
    return value;
  }
  const big = typeof value === 'bigint' ? value : Number.isSafeInteger(value) ? BigInt(value) : -1n;
  if (big < 0n || big >> BigInt(width) !== 0n) throw bad(name, `${value} is not a number of ${width} bits`);
  const words = new Uint32Array(count);
  for (let i = 0; i < count; i++) words[i] = Number((big >> BigInt(32 * i)) & 0xffffffffn);
  return words;
}

export function toBig(words: Uint32Array): bigint {
  let value = 0n;
  for (let i = words.length - 1; i >= 0; i--) value = (value << 32n) | BigInt(words[i]);
  return value;
}

function bad(name: string, what: string): EconError {
  return new EconError({
    code: 'simulation/value',
    where: name,
    what: `${what}.`,
    remedy: 'Give a number from 0 up, a bigint, or as many 32-bit words as the port has.',
  });
}
