import type { Tensor } from '../graph/index.js';

/** How a number of a type lies in the bytes, little endian unless told. */
const readers: Readonly<
  Record<string, readonly [bytes: number, read: (view: DataView, at: number, little: boolean) => number]>
> = {
  f8: [8, (view, at, little) => view.getFloat64(at, little)],
  f4: [4, (view, at, little) => view.getFloat32(at, little)],
  f2: [2, (view, at, little) => half(view.getUint16(at, little))],
  i1: [1, (view, at) => view.getInt8(at)],
  u1: [1, (view, at) => view.getUint8(at)],
  i2: [2, (view, at, little) => view.getInt16(at, little)],
  u2: [2, (view, at, little) => view.getUint16(at, little)],
  i4: [4, (view, at, little) => view.getInt32(at, little)],
  u4: [4, (view, at, little) => view.getUint32(at, little)],
  i8: [8, (view, at, little) => Number(view.getBigInt64(at, little))],
  u8: [8, (view, at, little) => Number(view.getBigUint64(at, little))],
};

/** An array of NumPy (numpy.lib.format); undefined when it is none, or of another type than numbers. */
export function parseNpy(bytes: Uint8Array): (Tensor & { readonly type: string }) | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || Buffer.from(bytes.subarray(0, 6)).toString('latin1') !== '\x93NUMPY')
    return undefined;
  const version = bytes[6];
  const start = version === 1 ? 10 : 12;
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (start + length > bytes.length) return undefined;
  const header = Buffer.from(bytes.subarray(start, start + length)).toString('latin1');
  const type = /'descr'\s*:\s*'([<>|=]?)(\w\d+)'/.exec(header);
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(header);
  const sides = /'shape'\s*:\s*\(([\d,\s]*)\)/.exec(header);
  const reader = type && readers[type[2]];
  if (!reader || !order || !sides) return undefined;
  const shape = (sides[1].match(/\d+/g) ?? []).map(Number);
  const count = shape.reduce((n, side) => n * side, 1);
  const [size, read] = reader;
  if (start + length + count * size > bytes.length) return undefined;
  const data = Float64Array.from({ length: count }, (_, i) =>
    read(view, start + length + i * size, type[1] !== '>'),
  );
  return { shape, type: type[2], data: order[1] === 'True' ? fromColumns(data, shape) : data };
}

/** The first axis runs fastest in the file. */
function fromColumns(data: Float64Array, shape: readonly number[]): Float64Array {
  return data.map((_, i) => {
    let rest = i;
    let place = 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const before = shape.slice(0, axis).reduce((n, side) => n * side, 1);
      place += (rest % shape[axis]) * before;
      rest = Math.floor(rest / shape[axis]);
    }
    return data[place];
  });
}

/** IEEE 754 binary16. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 0x3ff;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (exponent ? (1024 + fraction) * 2 ** (exponent - 25) : fraction * 2 ** -24);
}
