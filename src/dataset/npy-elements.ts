import { MAX_CHARGE } from './row/batch.js';
import { type ChargeReader, chargeRemedy } from './row/charge.js';

/** How the numbers of an NPY array are written. */
export interface ElementType {
  readonly kind: 'u' | 'i' | 'f';
  /** Bytes per number. */
  readonly size: number;
  readonly littleEndian: boolean;
}

/** A number that is no charge. */
export interface BadElement {
  readonly index: number;
  readonly value: number | bigint;
  readonly what: string;
  readonly remedy: string;
}

/** Reads a type string such as `<u4`, `|u1` or `>f8`; undefined when it cannot hold charges. */
export function elementType(descr: string): ElementType | undefined {
  const match = /^([<>|])([uif])([1248])$/.exec(descr);
  if (!match || (match[2] === 'f' && Number(match[3]) < 4)) return undefined;
  return { kind: match[2] as ElementType['kind'], size: Number(match[3]), littleEndian: match[1] !== '>' };
}

/**
 * Fills `charges` from the front of `bytes`.
 * @returns the first number that is not an integer in 0 .. {@link MAX_CHARGE}, if there is one
 */
export function decodeCharges(
  bytes: Uint8Array,
  { kind, size, littleEndian }: ElementType,
  charges: Uint32Array,
  reader: ChargeReader,
): BadElement | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const wide = size === 8 && kind !== 'f';
  if (wide && !reader.scaled) return decodeWide(view, littleEndian, charges);
  const read = wide
    ? (at: number) => Number(view.getBigInt64(at, littleEndian))
    : elements(view, kind, size, littleEndian);
  for (let i = 0; i < charges.length; i++) {
    const value = read(i * size);
    // False for NaN, too.
    if (!reader.scaled && value >= 0 && value <= MAX_CHARGE && Math.floor(value) === value) {
      charges[i] = value;
      continue;
    }
    const charge = reader.of(value);
    if (typeof charge !== 'number') return { index: i, value, what: charge[0], remedy: charge[1] };
    charges[i] = charge;
  }
  return undefined;
}

/**
 * Fills `values` from the front of `bytes`.
 * @returns the place of the first number that is no integer of 32 bits, if there is one
 */
export function decodeIntegers(
  bytes: Uint8Array,
  { kind, size, littleEndian }: ElementType,
  values: Int32Array,
): number | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const wide = size === 8 && kind !== 'f';
  const read = wide
    ? (at: number) => Number(view.getBigInt64(at, littleEndian))
    : elements(view, kind, size, littleEndian);
  for (let i = 0; i < values.length; i++) {
    const value = read(i * size);
    if ((value | 0) !== value) return i;
    values[i] = value;
  }
  return undefined;
}

function elements(view: DataView, kind: string, size: number, little: boolean): (at: number) => number {
  switch (kind + size) {
    case 'u1':
      return (at) => view.getUint8(at);
    case 'i1':
      return (at) => view.getInt8(at);
    case 'u2':
      return (at) => view.getUint16(at, little);
    case 'i2':
      return (at) => view.getInt16(at, little);
    case 'u4':
      return (at) => view.getUint32(at, little);
    case 'i4':
      return (at) => view.getInt32(at, little);
    case 'f4':
      return (at) => view.getFloat32(at, little);
    default:
      return (at) => view.getFloat64(at, little);
  }
}

/** 64-bit integers, signed or not: a charge has nothing in the upper word; BigInt is for the message only. */
function decodeWide(view: DataView, little: boolean, charges: Uint32Array): BadElement | undefined {
  const low = little ? 0 : 4;
  for (let i = 0; i < charges.length; i++) {
    const value = view.getUint32(8 * i + low, little);
    if (value > MAX_CHARGE || view.getUint32(8 * i + 4 - low, little) !== 0) {
      const whole = view.getBigInt64(8 * i, little);
      const what = whole < 0n ? 'is negative.' : 'needs more than 22 bits.';
      return { index: i, value: whole, what, remedy: chargeRemedy };
    }
    charges[i] = value;
  }
  return undefined;
}
