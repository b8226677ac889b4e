import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readLinkWords, readWafers, wafers, writeLinkWords, writeWafers } from '../../src/dataset/index.js';
import { modules } from '../../src/detector/index.js';
import { complaint, expectSame, lines, randomWafers, scratch } from './helpers.js';

const { folder, file } = scratch();
const batch = randomWafers(1000, 8);
/** Modules all over the detector; of the first wafer none is known. */
const number = (row: number) => (row === 0 ? 0 : 1 + ((8 + row * 1039) % 10_392));
const known = wafers(
  batch.charges,
  Uint16Array.from({ length: 1000 }, (_, row) => number(row)),
);

describe('writeWafers', () => {
  test.each(['w.csv', 'w.csv.gz', 'w.npy', 'w.npz'])(
    '%s is read back, and is the same bytes the second time',
    async (name) => {
      const path = join(folder, 'new', name);
      await writeWafers(path, batch);
      expectSame(await readWafers(path), batch);
      const first = readFileSync(path);
      await writeWafers(path, batch);
      expect(readFileSync(path).equals(first)).toBe(true);
      expect(readdirSync(join(folder, 'new')).filter((other) => other.endsWith('.tmp'))).toEqual([]);
    },
  );

  test('CSV is the header and plain decimals', async () => {
    const path = join(folder, 'w.csv');
    await writeWafers(path, batch);
    const header = Array.from({ length: 48 }, (_, cell) => `CALQ_${cell}`).join(',');
    expect(readFileSync(path, 'utf8')).toBe(`${header}\n${lines(batch).join('\n')}\n`);
  });

  test.each(['m.csv', 'm.csv.gz', 'm.npz'])('%s keeps the modules of the wafers', async (name) => {
    const path = join(folder, name);
    await writeWafers(path, known);
    const back = await readWafers(path);
    expectSame(back, known);
    expect(back.modules).toEqual(known.modules);
    expect(new Set(back.modules).size).toBeGreaterThan(900);
  });

  test('modules are three columns behind the charges, zeros where they are unknown', async () => {
    const path = join(folder, 'm.csv');
    await writeWafers(path, known);
    const [header, first, second] = readFileSync(path, 'utf8').split('\n');
    expect(header).toMatch(/,CALQ_47,layer,waferu,waferv$/);
    expect(first).toBe(`${lines(batch)[0]},0,0,0`);
    const { layer, u, v } = modules()[number(1) - 1];
    expect(second).toBe(`${lines(batch)[1]},${layer},${u},${v}`);
    expect([u, v].some((x) => x < 0)).toBe(true);
  });

  test('a gzipped file holds no time and no name', async () => {
    const path = join(folder, 'w.csv.gz');
    await writeWafers(path, batch);
    const packed = readFileSync(path);
    expect([...packed.subarray(3, 8)]).toEqual([0, 0, 0, 0, 0]);
    expect(gunzipSync(packed).length).toBe(readFileSync(join(folder, 'w.csv')).length);
  });

  test('no wafers make a file, too', async () => {
    const path = join(folder, 'none.npy');
    await writeWafers(path, wafers(new Uint32Array(0)));
    expect(await complaint(readWafers(path), folder)).toContain('there are no wafers in this file');
  });

  test('a name without format', async () => {
    expect(await complaint(writeWafers(join(folder, 'w.txt'), batch), folder)).toBe(
      'dataset/unknown-format | w.txt | the name tells no format of wafers. | End it with .csv, .csv.gz, .npy or .npz.',
    );
    expect(existsSync(join(folder, 'w.txt'))).toBe(false);
  });

  test('a place that cannot be written', async () => {
    const path = join(file('taken', ''), 'w.csv');
    expect(await complaint(writeWafers(path, batch), folder)).toMatch(
      /^base\/cannot-write \| taken\/w\.csv \|/,
    );
    // Root may write anywhere: then the permission test says nothing.
    if (process.getuid?.() === 0) return console.log('skipped: permissions do not bind root');
    writeFileSync(join(folder, 'locked'), '');
    chmodSync(folder, 0o555);
    const told = await complaint(writeWafers(join(folder, 'w2.csv'), batch), folder);
    chmodSync(folder, 0o755);
    expect(told).toContain('EACCES');
  });
});

describe('link words', () => {
  const words = Uint32Array.from({ length: 26 }, (_, i) => Math.imul(i, 0x9e3779b9) >>> 0);
  const range = 'A link word is up to eight hex digits.';

  test.each(['x.csv', 'x.csv.gz'])('%s is read back', async (name) => {
    const path = join(folder, name);
    writeLinkWords(path, words, 13, 'TX_DATA');
    expect(await readLinkWords(path)).toEqual({ words, rows: 2, columns: 13 });
  });

  test('written with the header and eight digits, as the public vectors are', () => {
    const path = join(folder, 'x.csv');
    writeLinkWords(path, Uint32Array.of(0, 0xdeadbeef, 0x1f, 0x80000000), 2, 'RX_DATA');
    expect(readFileSync(path, 'utf8')).toBe('RX_DATA_0,RX_DATA_1\n00000000,deadbeef\n0000001f,80000000\n');
  });

  test('read without header, with other columns, in capitals, with 0x, short', async () => {
    const expected = { words: Uint32Array.of(1, 0xabcdef01, 0xffffffff, 0), rows: 2, columns: 2 };
    expect(await readLinkWords(file('x.csv', '1,ABCDEF01\nffffffff,0\n'))).toEqual(expected);
    expect(await readLinkWords(file('x.csv', '0x1,0xABCDEF01\r\n0xffffffff,00000000\r\n'))).toEqual(expected);
    expect(await readLinkWords(file('x.csv', '\n\n1,abcdef01\n\nffffffff,0'))).toEqual(expected);
    const named = 'bx,TX_DATA_1,TX_DATA_0\n0,abcdef01,1\nx,0,ffffffff\n';
    expect(await readLinkWords(file('x.csv', named))).toEqual(expected);
  });

  test.each([
    [
      '1,2\n3\n',
      'dataset/short-row | x.csv, line 2 | this row has 1 cells; a row without a header has 2. | The row was cut, or a cell is missing: write the file again, or delete the line.',
    ],
    [
      'RX_DATA_0\n12345678\nxyz\n',
      `dataset/bad-cell | x.csv, line 3, column RX_DATA_0 | "xyz" is not a hex number. | ${range}`,
    ],
    [
      'RX_DATA_0\n123456789\n',
      `dataset/bad-cell | x.csv, line 2, column RX_DATA_0 | "123456789" needs more than 32 bits. | ${range}`,
    ],
    [
      'RX_DATA_0,RX_DATA_1\n1,\n',
      `dataset/short-row | x.csv, line 2 | this row has 1 cells; the header names 2. | The row was cut, or a cell is missing: write the file again, or delete the line.`,
    ],
    [
      'RX_DATA_0,RX_DATA_2\n1,2\n',
      'dataset/bad-header | x.csv, line 1 | the header names 2 links but not number 1. | Name the links RX_DATA_0, RX_DATA_1, ... (or TX_DATA_).',
    ],
    [
      'hello,world\n1,2\n',
      'dataset/bad-header | x.csv, line 1 | "hello,world" is no row of link words. | Begin with RX_DATA_0,RX_DATA_1,... or TX_DATA_0,..., or with the first row of hex words.',
    ],
    [
      '',
      'dataset/empty | x.csv | there are no link words in this file. | Give a file with one row per bunch crossing.',
    ],
    [
      'RX_DATA_0\n',
      'dataset/empty | x.csv | there are no link words in this file. | Give a file with one row per bunch crossing.',
    ],
  ])('%j is refused', async (text, expected) => {
    expect(await complaint(readLinkWords(file('x.csv', text)), folder)).toBe(expected);
  });
});
