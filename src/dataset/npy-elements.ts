import { bytesOf, type NumberType, numberReader, numpyTypes } from '../base/index.js';
import { MAX_CHARGE } from './row/batch.js';
import { type ChargeReader, chargeRemedy } from './row/charge.js';

/** How the numbers of an NPY array are written. */
export interface ElementType {
  readonly type: NumberType;
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
  const [, order, name = ''] = /^([<>|])([uif][1248])$/.exec(descr) ?? [];
  const type = numpyTypes[name];
  if (!type || type === 'float16') return undefined;
  return { type, size: bytesOf(type, 1), littleEndian: order !== '>' };
}

/**
 * Fills `charges` from the front of `bytes`.
 * @returns the first number that is not an integer in 0 .. {@link MAX_CHARGE}, if there is one
 */
export function decodeCharges(
  bytes: Uint8Array,
  { type, littleEndian }: ElementType,
  charges: Uint32Array,
  reader: ChargeReader,
): BadElement | undefined {
  if (type.endsWith('int64') && !reader.scaled) return decodeWide(bytes, littleEndian, charges);
  const read = numberReader(type, bytes, littleEndian);
  for (let i = 0; i < charges.length; i++) {
    const value = read(i);
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
  { type, littleEndian }: ElementType,
  values: Int32Array,
): number | undefined {
  const read = numberReader(type, bytes, littleEndian);
  for (let i = 0; i < values.length; i++) {
    const value = read(i);
    if ((value | 0) !== value) return i;
    values[i] = value;
  }
  return undefined;
}

/** 64-bit integers, signed or not: a charge has nothing in the upper word; BigInt is for the message only. */
function decodeWide(bytes: Uint8Array, little: boolean, charges: Uint32Array): BadElement | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
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
