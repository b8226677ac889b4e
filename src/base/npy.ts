/** First bytes of an NPY file: \x93NUMPY. */
export const npyMagic: Uint8Array = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59);

/**
 * What stands before the numbers of an NPY file (numpy.lib.format): version 1.0, C order.
 * @param descr type as NumPy writes it: `<u4`
 * @param shape as Python writes it: `(3, 48)`, `(3,)`
 * @param length bytes of the header; as few as the format allows when left out
 */
export function npyHeader(descr: string, shape: string, length?: number): Uint8Array {
  const dictionary = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${shape}, }`;
  // The numbers begin at a multiple of 64, the header ends with a line end.
  const dataStart = length ?? Math.ceil((10 + dictionary.length + 1) / 64) * 64;
  const bytes = new Uint8Array(dataStart);
  bytes.set(npyMagic);
  bytes[6] = 1;
  new DataView(bytes.buffer).setUint16(8, dataStart - 10, true);
  bytes.set(new TextEncoder().encode(`${dictionary.padEnd(dataStart - 11)}\n`), 10);
  return bytes;
}

/** Numbers as they stand in files, little-endian, behind other bytes. */
export function littleEndian(
  numbers: Int8Array | Int32Array | Uint32Array | Float32Array,
  head: Uint8Array = new Uint8Array(0),
): Uint8Array {
  const bytes = new Uint8Array(head.length + numbers.byteLength);
  const view = new DataView(bytes.buffer, head.length);
  bytes.set(head);
  if (numbers instanceof Int8Array) bytes.set(numbers, head.length);
  else if (numbers instanceof Float32Array)
    for (let i = 0; i < numbers.length; i++) view.setFloat32(4 * i, numbers[i], true);
  else for (let i = 0; i < numbers.length; i++) view.setUint32(4 * i, numbers[i], true);
  return bytes;
}

/** An NPY file as npyHeader describes it. */
export function npyFile(
  descr: string,
  shape: string,
  numbers: Parameters<typeof littleEndian>[0],
): Uint8Array {
  return littleEndian(numbers, npyHeader(descr, shape));
}
