import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { EconError, isHdf5, openHdf5, packageRoot, readHdf5 } from '../../../src/base/index.js';

const folder = mkdtempSync(join(tmpdir(), 'econ-hdf5-'));
/** Written by h5py 3 (test/data/hdf5/make.py): one data set of each type. */
const kinds = join(packageRoot, 'test/data/hdf5/kinds.h5');

function file(name: string, bytes: Uint8Array): string {
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
}

const failure = async (work: Promise<unknown>): Promise<EconError> => {
  const error = await work.then(
    () => new Error('no error'),
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(EconError);
  return error as EconError;
};

test('each type of number comes as itself, whatever its byte order', async () => {
  const { datasets } = await readHdf5(kinds);
  const of = (name: string) => datasets.find(({ path }) => path.join('/') === name);
  for (const kind of [
    '<f2',
    '>f2',
    '<f4',
    '>f4',
    '<f8',
    '>f8',
    '|i1',
    '|u1',
    '<i2',
    '>u2',
    '>i4',
    '<u4',
    '<i8',
    '>u8',
  ]) {
    const { dtype, shape, data } = of(`numbers/${kind}`)!;
    expect([kind, dtype]).toEqual([
      kind,
      `${{ f: 'float', i: 'int', u: 'uint' }[kind[1]]}${8 * Number(kind[2])}`,
    ]);
    expect(shape).toEqual([2, 3]);
    expect(Array.from(data as ArrayLike<number>, Number)).toEqual([0, 1, 2, 3, 4, 100]);
  }
  expect(Array.from(of('halves')!.data as Float32Array)).toEqual([1.5, -0.25, 2 ** -24, 65504, Infinity]);
  expect(of('bool')).toMatchObject({ dtype: 'bool', data: Int8Array.of(0, 1, 1) });
  expect(of('strings')).toMatchObject({ dtype: 'string', data: ['a', 'bé'] });
  expect(of('fixed')).toMatchObject({ dtype: 'string', data: ['ab', 'c'] });
  expect(of('scalar')).toMatchObject({ shape: [], data: Float64Array.of(3.5) });
  expect(of('none')).toMatchObject({ dtype: 'empty', data: null });
  expect(of('table')).toMatchObject({ dtype: 'compound', members: ['a', 'b'], data: null });
  expect(of('virtual')).toMatchObject({ dtype: 'virtual', data: null });
});

test('groups and their attributes are plain data; links that lead away are named, not followed', async () => {
  const { groups } = await readHdf5(kinds);
  expect(groups.map(({ path }) => path.join('/'))).toEqual(['', 'numbers']);
  const { attributes, dangling } = groups[0];
  expect([...dangling].sort()).toEqual(['external', 'soft']);
  expect(Object.fromEntries(attributes)).toEqual({
    integer: 1,
    list: ['a', 'b'],
    reals: Float64Array.of(1.5, 2),
    reference: null,
    text: 'words',
    true: true,
  });
});

test('a large data set is read in rows', async () => {
  const session = await openHdf5(kinds);
  try {
    const packed = session.datasets.find(({ path }) => path[0] === 'packed')!;
    expect(packed.shape).toEqual([500, 3]);
    const rows = (await session.read(packed, [120, 122])) as Int32Array;
    expect([...rows]).toEqual([360, 361, 362, 363, 364, 365]);
  } finally {
    await session.close();
  }
});

test('a file that keeps the library busy is given up, and hears an abort before', async (context) => {
  const endless = join(packageRoot, '../shared/cases/models/damaged-hang.h5');
  if (!existsSync(endless)) return context.skip('skipped: shared cases not found');
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 1500);
  await expect(readHdf5(endless, { signal: controller.signal })).rejects.toThrow(/abort/i);
  const { message } = await failure(readHdf5(endless));
  expect(message).toMatch(/damaged-hang\.h5: the HDF5 library gave no answer for 4 s/);
});

test('what is no HDF5 file, cut short, changed or leads to another file is an error with one sentence', async () => {
  const bytes = readFileSync(kinds);
  expect((await failure(readHdf5(join(folder, 'nowhere.h5')))).code).toBe('base/cannot-read');
  mkdirSync(join(folder, 'folder.h5'));
  expect((await failure(readHdf5(join(folder, 'folder.h5')))).message).toMatch(/EISDIR/);
  expect((await failure(readHdf5(file('text.h5', Buffer.from('no HDF5\n'))))).message).toMatch(
    /this is no HDF5 file/,
  );
  const cut = await failure(readHdf5(file('cut.h5', bytes.subarray(0, 2000))));
  expect(cut.what).toMatch(/truncated file/);
  const away = await failure(readHdf5(join(packageRoot, 'test/data/hdf5/away.h5')));
  expect(away.what).toMatch(/another file, .*passwd, which is not followed/);
  const packed = await failure(readHdf5(join(packageRoot, 'test/data/hdf5/lzf.h5')));
  expect(packed.what).toBe('its values are packed by the filter lzf, which is not read here.');
  for (const { what } of [cut, away]) expect(what).not.toMatch(/\n|HDF5-DIAG/);
  expect(isHdf5(bytes)).toBe(true);
  expect(isHdf5(Buffer.from('\x89HDX'))).toBe(false);
});
