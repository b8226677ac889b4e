/** Types of the numbers in tensors of files, with their bits. */
const BITS = {
  float64: 64,
  float32: 32,
  float16: 16,
  bfloat16: 16,
  int64: 64,
  uint64: 64,
  int32: 32,
  uint32: 32,
  int16: 16,
  uint16: 16,
  int8: 8,
  uint8: 8,
  int4: 4,
  uint4: 4,
  bool: 8,
} as const;
export type NumberType = keyof typeof BITS;

/** What NumPy calls types of numbers. */
export const numpyTypes: Readonly<Record<string, NumberType | undefined>> = {
  f8: 'float64',
  f4: 'float32',
  f2: 'float16',
  i1: 'int8',
  u1: 'uint8',
  i2: 'int16',
  u2: 'uint16',
  i4: 'int32',
  u4: 'uint32',
  i8: 'int64',
  u8: 'uint64',
};

export function isFloat(type: NumberType): boolean {
  return type.includes('float');
}

/** Smallest and largest integer of the type; undefined for floating point. */
export function integerRange(type: NumberType): readonly [low: number, high: number] | undefined {
  if (isFloat(type)) return undefined;
  if (type === 'bool') return [0, 1];
  const bits = BITS[type];
  return type.startsWith('u') ? [0, 2 ** bits - 1] : [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1];
}

/** Bytes that `count` numbers take; two 4-bit numbers share one. */
export function bytesOf(type: NumberType, count: number): number {
  return Math.ceil((count * BITS[type]) / 8);
}

/**
 * Reads number i of an array of numbers that lie one behind the other; of 4-bit ones the low half of a byte comes first.
 * 64-bit integers lose what is beyond 2^53.
 */
export function numberReader(type: NumberType, bytes: Uint8Array, little = true): (i: number) => number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const readers: Record<NumberType, (i: number) => number> = {
    float64: (i) => view.getFloat64(8 * i, little),
    float32: (i) => view.getFloat32(4 * i, little),
    float16: (i) => fromHalf(view.getUint16(2 * i, little)),
    bfloat16: (i) => fromBfloat16(view.getUint16(2 * i, little)),
    int64: (i) => Number(view.getBigInt64(8 * i, little)),
    uint64: (i) => Number(view.getBigUint64(8 * i, little)),
    int32: (i) => view.getInt32(4 * i, little),
    uint32: (i) => view.getUint32(4 * i, little),
    int16: (i) => view.getInt16(2 * i, little),
    uint16: (i) => view.getUint16(2 * i, little),
    int8: (i) => view.getInt8(i),
    uint8: (i) => view.getUint8(i),
    int4: (i) => ((nibble(bytes, i) ^ 8) - 8) | 0,
    uint4: (i) => nibble(bytes, i),
    bool: (i) => (view.getUint8(i) === 0 ? 0 : 1),
  };
  return readers[type];
}

/** `count` numbers, as numberReader reads them. */
export function readNumbers(type: NumberType, bytes: Uint8Array, count: number, little = true): Float64Array {
  const read = numberReader(type, bytes, little);
  return Float64Array.from({ length: count }, (_, i) => read(i));
}

function nibble(bytes: Uint8Array, i: number): number {
  return (bytes[i >> 1] >> (4 * (i & 1))) & 15;
}

/** IEEE 754 binary16. */
export function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 0x3ff;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (exponent ? (1024 + fraction) * 2 ** (exponent - 25) : fraction * 2 ** -24);
}

/** The upper half of a binary32. */
export function fromBfloat16(bits: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, bits << 16);
  return view.getFloat32(0);
}
