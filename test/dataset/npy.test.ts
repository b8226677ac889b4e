import { zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { readWafers, type WaferBatch, wafers, writeWafers } from '../../src/dataset/index.js';
import { moduleNumber } from '../../src/detector/index.js';
import { complaint, expectSame, randomWafers, scratch } from './helpers.js';

const { folder, file } = scratch();

type Setter = (view: DataView, at: number, value: number, little: boolean) => void;
const setters: Record<string, Setter> = {
  u1: (view, at, v) => view.setUint8(at, v),
  i1: (view, at, v) => view.setInt8(at, v),
  u2: (view, at, v, little) => view.setUint16(at, v, little),
  i2: (view, at, v, little) => view.setInt16(at, v, little),
  u4: (view, at, v, little) => view.setUint32(at, v, little),
  i4: (view, at, v, little) => view.setInt32(at, v, little),
  u8: (view, at, v, little) => view.setBigUint64(at, BigInt(v), little),
  i8: (view, at, v, little) => view.setBigInt64(at, BigInt(v), little),
  f4: (view, at, v, little) => view.setFloat32(at, v, little),
  f8: (view, at, v, little) => view.setFloat64(at, v, little),
};

interface Options {
  descr?: string;
  shape?: string;
  fortran?: boolean;
  version?: number;
}

/** An NPY file written by the rules of the format (NEP 1), by hand and apart from the product's own writer. */
function npy(
  values: ArrayLike<number>,
  { descr = '<u4', shape, fortran = false, version = 1 }: Options = {},
): Uint8Array {
  const text = `{'descr': '${descr}', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': ${shape ?? `(${values.length / 48}, 48)`}, }`;
  const start = version === 1 ? 10 : 12;
  const padded = `${text.padEnd(Math.ceil((start + text.length + 1) / 64) * 64 - start - 1)}\n`;
  const size = Number(descr[2]);
  const bytes = new Uint8Array(start + padded.length + values.length * size);
  const view = new DataView(bytes.buffer);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0]);
  if (version === 1) view.setUint16(8, padded.length, true);
  else view.setUint32(8, padded.length, true);
  bytes.set(new TextEncoder().encode(padded), start);
  const set = setters[descr.slice(1)];
  for (let i = 0; i < values.length; i++)
    set?.(view, start + padded.length + i * size, values[i], descr[0] !== '>');
  return bytes;
}

function columns(batch: WaferBatch): number[] {
  return Array.from(
    { length: 48 * batch.count },
    (_, i) => batch.charges[(i % batch.count) * 48 + Math.floor(i / batch.count)],
  );
}

describe('reads NPY', () => {
  const full = randomWafers(11, 2);
  const narrow = (limit: number) => wafers(full.charges.map((v) => v % limit));

  test.each([
    ['|u1', 256],
    ['|i1', 128],
    ['<u2', 65536],
    ['>u2', 65536],
    ['<i2', 32768],
    ['<u4', 4194304],
    ['>u4', 4194304],
    ['<i4', 4194304],
    ['<u8', 4194304],
    ['<i8', 4194304],
    ['>i8', 4194304],
    ['<f4', 4194304],
    ['<f8', 4194304],
    ['>f8', 4194304],
  ])('%s', async (descr, limit) => {
    const batch = narrow(limit);
    expectSame(await readWafers(file('x.npy', npy(batch.charges, { descr }))), batch);
    const fortran = npy(columns(batch), { descr, fortran: true, shape: `(${batch.count}, 48)` });
    expectSame(await readWafers(file('x.npy', fortran)), batch);
  });

  test.each([2, 3])('version %i', async (version) => {
    expectSame(await readWafers(file('x.npy', npy(full.charges, { version }))), full);
  });

  test('more than one chunk, in both orders, and what follows the array is not read', async () => {
    const batch = randomWafers(7011, 3);
    const extra = Buffer.concat([npy(batch.charges), Buffer.from('more')]);
    expectSame(await readWafers(file('x.npy', extra)), batch);
    const fortran = npy(columns(batch), { descr: '<f8', fortran: true, shape: `(${batch.count}, 48)` });
    expectSame(await readWafers(file('x.npy', fortran)), batch);
  });
});

describe('refuses NPY', () => {
  const zeros = new Array(96).fill(0);
  const range = 'Charges are integers from 0 to 4194303 (22 bits), in units of the trigger charge.';
  const at = (index: number, value: number) => zeros.map((v, i) => (i === index ? value : v));
  const whole = npy(zeros);

  test.each([
    [
      'a shape of one dimension',
      npy(zeros, { shape: '(96,)' }),
      'dataset/bad-shape | x.npy | has shape (96,), not (n, 48). | Save an array of shape (n, 48).',
    ],
    [
      'columns for rows',
      npy(zeros, { shape: '(48, 2)' }),
      'dataset/bad-shape | x.npy | has shape (48, 2), not (n, 48). | Save array.T.',
    ],
    [
      'images',
      npy(zeros, { shape: '(2, 8, 8)' }),
      'dataset/bad-shape | x.npy | has shape (2, 8, 8), not (n, 48). | Save an array of shape (n, 48).',
    ],
    [
      'half floats',
      npy(zeros, { descr: '<f2' }),
      'dataset/bad-dtype | x.npy | holds elements of type <f2, which are no charges. | Save it with array.astype(numpy.uint32).',
    ],
    [
      'strings',
      npy(zeros, { descr: '<U8' }),
      'dataset/bad-dtype | x.npy | holds elements of type <U8, which are no charges. | Save it with array.astype(numpy.uint32).',
    ],
    [
      'a short array',
      whole.subarray(0, -1),
      'dataset/truncated | x.npy | the header tells of 2 wafers, the data end after 48 of 96 numbers. | The file was cut short: copy or write it again.',
    ],
    [
      'half a header',
      whole.subarray(0, 50),
      'dataset/truncated | x.npy | the NPY header does not end. | The file was cut short: copy or write it again.',
    ],
    [
      'no rows',
      npy([], { shape: '(0, 48)' }),
      'dataset/empty | x.npy | there are no wafers in this file. | Give a file with data rows.',
    ],
    [
      'a fraction',
      npy(at(49, 0.5), { descr: '<f8' }),
      `dataset/bad-cell | x.npy, row 1, column 1 (CALQ_1) | 0.5 is a fraction. | ${range} Export the raw CALQ, or say --scale S: each number is then multiplied by S and rounded.`,
    ],
    [
      'NaN',
      npy(at(47, Number.NaN), { descr: '<f4' }),
      `dataset/bad-cell | x.npy, row 0, column 47 (CALQ_47) | NaN is no charge. | ${range} Remove rows with missing values.`,
    ],
    [
      'a negative charge',
      npy(at(95, -1), { descr: '<i4' }),
      `dataset/bad-cell | x.npy, row 1, column 47 (CALQ_47) | -1 is negative. | ${range}`,
    ],
    [
      'a negative charge of 64 bits',
      npy(at(3, -7), { descr: '>i8' }),
      `dataset/bad-cell | x.npy, row 0, column 3 (CALQ_3) | -7 is negative. | ${range}`,
    ],
    [
      '23 bits',
      npy(at(0, 4194304)),
      `dataset/bad-cell | x.npy, row 0, column 0 (CALQ_0) | 4194304 needs more than 22 bits. | ${range}`,
    ],
    [
      '33 bits',
      npy(at(0, 2 ** 32), { descr: '<i8' }),
      `dataset/bad-cell | x.npy, row 0, column 0 (CALQ_0) | 4294967296 needs more than 22 bits. | ${range}`,
    ],
    [
      'a bad cell in Fortran order',
      npy(at(5, -1), { descr: '<i4', fortran: true, shape: '(2, 48)' }),
      `dataset/bad-cell | x.npy, row 1, column 2 (CALQ_2) | -1 is negative. | ${range}`,
    ],
  ])('%s', async (_, bytes, expected) => {
    expect(await complaint(readWafers(file('x.npy', bytes)), folder)).toBe(expected);
  });

  test('a header that says nothing', async () => {
    const bytes = whole.slice();
    bytes.fill(32, 10, 128);
    expect(await complaint(readWafers(file('x.npy', bytes)), folder)).toContain('names no shape and order');
    bytes[6] = 9;
    expect(await complaint(readWafers(file('x.npy', bytes)), folder)).toContain('NPY version 9');
  });
});

describe('NPZ', () => {
  const batch = randomWafers(500, 4);
  const other = npy(new Array(48).fill(1));

  test('stored or packed, the array called charges or CALQ, or the only one', async () => {
    const array = npy(batch.charges);
    expectSame(await readWafers(file('x.npz', zipSync({ 'arr_0.npy': array }))), batch);
    expectSame(await readWafers(file('x.npz', zipSync({ 'arr_0.npy': array }, { level: 0 }))), batch);
    expectSame(await readWafers(file('x.npz', zipSync({ 'a.npy': other, 'charges.npy': array }))), batch);
    expectSame(await readWafers(file('x.npz', zipSync({ 'a.npy': other, 'CALQ.npy': array }))), batch);
  });

  test('reads the 64-bit sizes that numpy writes', async () => {
    expectSame(await readWafers(file('x.npz', zip64('arr_0.npy', npy(batch.charges)))), batch);
  });

  test('refuses an archive that leaves the choice open, or holds nothing', async () => {
    expect(
      await complaint(readWafers(file('x.npz', zipSync({ 'a.npy': other, 'b.npy': other }))), folder),
    ).toBe(
      'dataset/which-array | x.npz | the archive holds the arrays a (1 x 48), b (1 x 48). | Say which holds the wafers: --dataset-path a.',
    );
    expect(await complaint(readWafers(file('x.npz', zipSync({ 'a.txt': other }))), folder)).toContain(
      'holds no array',
    );
  });

  test('refuses what was cut or changed', async () => {
    const archive = zipSync({ 'charges.npy': npy(batch.charges) });
    expect(await complaint(readWafers(file('x.npz', archive.subarray(0, -30))), folder)).toBe(
      'dataset/truncated | x.npz | the directory at the end of the ZIP archive is missing. | Copy or write the file again.',
    );
    const stored = zipSync({ 'charges.npy': npy(batch.charges) }, { level: 0 });
    stored[4997] ^= 1; // a charge: only the check sum can tell
    expect(await complaint(readWafers(file('x.npz', stored)), folder)).toBe(
      'dataset/bad-zip | x.npz | the ZIP archive is damaged (charges.npy). | Copy or write the file again.',
    );
    const packed = archive.slice();
    packed.fill(0xff, 60, 200);
    expect(await complaint(readWafers(file('x.npz', packed)), folder)).toMatch(/^dataset\/bad-zip/);
  });

  describe('modules', () => {
    const count = (n: number, value: number, descr: string) =>
      npy(new Array(n).fill(value), { descr, shape: `(${n},)` });
    const archive = (arrays: Record<string, Uint8Array>) =>
      file('x.npz', zipSync({ 'charges.npy': npy(batch.charges), ...arrays }));

    test.each(['<i2', '<i4', '>i8', '<f8'])('from arrays layer, waferu, waferv of type %s', async (descr) => {
      const read = await readWafers(
        archive({
          'layer.npy': count(500, 9, descr),
          'waferu.npy': count(500, -3, descr),
          'waferv.npy': count(500, 2, descr),
        }),
      );
      expectSame(read, batch);
      expect(read.modules).toEqual(new Uint16Array(500).fill(moduleNumber(9, -3, 2)));
    });

    test.each([
      [
        'fewer numbers',
        400,
        400,
        '<i4',
        1,
        'dataset/bad-shape | x.npz | an array of layer, waferu, waferv has 400 numbers for ',
      ],
      [
        'more numbers',
        600,
        600,
        '<i4',
        1,
        'dataset/bad-shape | x.npz | an array of layer, waferu, waferv has 600 numbers for 500 wafers.',
      ],
      [
        'columns of two lengths',
        500,
        400,
        '<i4',
        1,
        'dataset/bad-shape | x.npz | an array of layer, waferu, waferv has 400 numbers for 500 wafers.',
      ],
      [
        'a fraction',
        500,
        500,
        '<f4',
        1.5,
        'dataset/bad-cell | x.npz (waferu.npy), row 0 | is no integer of 32 bits.',
      ],
    ])('refuses %s', async (_, layers, coordinates, descr, value, told) => {
      const path = archive({
        'layer.npy': count(layers, 9, '<i4'),
        'waferu.npy': count(coordinates, value, descr),
        'waferv.npy': count(coordinates, value, descr),
      });
      expect(await complaint(readWafers(path), folder)).toContain(told);
    });
  });

  test('errors within the array name archive and array', async () => {
    const path = file(
      'x.npz',
      zipSync({ 'charges.npy': npy([...new Array(47).fill(0), -1], { descr: '<i4' }) }),
    );
    expect(await complaint(readWafers(path), folder)).toContain(
      'x.npz (charges.npy), row 0, column 47 (CALQ_47)',
    );
  });
});

/** An archive of one stored file whose sizes and places are in 64-bit records only, as for files over 4 GiB. */
function zip64(name: string, data: Uint8Array): Uint8Array {
  const plain = zipSync({ [name]: data }, { level: 0 });
  const crc = new DataView(plain.buffer, plain.byteOffset).getUint32(14, true);
  const size = BigInt(data.length);
  const local = Buffer.alloc(30 + name.length + 20);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt32LE(crc, 14);
  local.fill(0xff, 18, 26);
  local.writeUInt16LE(name.length, 26);
  local.writeUInt16LE(20, 28);
  local.write(name, 30);
  local.writeUInt16LE(1, 30 + name.length);
  local.writeUInt16LE(16, 32 + name.length);
  local.writeBigUInt64LE(size, 34 + name.length);
  local.writeBigUInt64LE(size, 42 + name.length);
  const entry = Buffer.alloc(46 + name.length + 28);
  entry.writeUInt32LE(0x02014b50, 0);
  entry.writeUInt32LE(crc, 16);
  entry.fill(0xff, 20, 28);
  entry.writeUInt16LE(name.length, 28);
  entry.writeUInt16LE(28, 30);
  entry.fill(0xff, 42, 46);
  entry.write(name, 46);
  const extra = 46 + name.length;
  entry.writeUInt16LE(1, extra);
  entry.writeUInt16LE(24, extra + 2);
  entry.writeBigUInt64LE(size, extra + 4);
  entry.writeBigUInt64LE(size, extra + 12);
  entry.writeBigUInt64LE(0n, extra + 20);
  const start = BigInt(local.length + data.length);
  const end = Buffer.alloc(56 + 20 + 22);
  end.writeUInt32LE(0x06064b50, 0);
  end.writeBigUInt64LE(1n, 32);
  end.writeBigUInt64LE(BigInt(entry.length), 40);
  end.writeBigUInt64LE(start, 48);
  end.writeUInt32LE(0x07064b50, 56);
  end.writeBigUInt64LE(start + BigInt(entry.length), 64);
  end.writeUInt32LE(0x06054b50, 76);
  end.fill(0xff, 84, 96);
  return Buffer.concat([local, data, entry, end]);
}

test('the written NPY is the one of the format', async () => {
  const batch = randomWafers(3, 6);
  const path = `${folder}/w.npy`;
  await writeWafers(path, batch);
  const { readFileSync } = await import('node:fs');
  expect(Buffer.from(readFileSync(path)).equals(Buffer.from(npy(batch.charges)))).toBe(true);
});
