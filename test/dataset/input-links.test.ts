import { gzipSync } from 'fflate';
import { expect, test } from 'vitest';
import { floatToFixed } from '../../src/blocks/index.js';
import { readWafers } from '../../src/dataset/index.js';
import { complaint, scratch } from './helpers.js';

const { folder, file } = scratch();
const header = Array.from({ length: 12 }, (_, link) => `RX_DATA_${link}`).join(',');
/** Codes 0, 1, 126, 127 on the first link and 5 in the last place, zeros between; bits 31..28 are the header's. */
const row = `a${((1 << 14) | (126 << 7) | 127).toString(16).padStart(7, '0')},${'a0000000,'.repeat(10)}90000005`;

test.each(['words.csv', 'words.csv.gz'])(
  'link words are wafers as the chip linearises them: %s',
  async (name) => {
    const text = `${header}\n${row}\n${row}\n`;
    const batch = await readWafers(file(name, name.endsWith('.gz') ? gzipSync(Buffer.from(text)) : text));
    expect(batch.count).toBe(2);
    const codes = [0, 1, 126, 127, ...new Array(43).fill(0), 5];
    const expected = codes.map((code) => floatToFixed(code, true));
    expect([...batch.charges]).toEqual([...expected, ...expected]);
  },
);

test('another number of links than twelve is no wafer', async () => {
  const path = file('few.csv', 'RX_DATA_0,RX_DATA_1\na0000000,a0000000\n');
  expect(await complaint(readWafers(path), folder)).toContain('few.csv, line 1 | there are 2 input links');
});
