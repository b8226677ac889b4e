import { gzipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { readWafers } from '../../src/dataset/index.js';
import { moduleOfNumber } from '../../src/detector/index.js';
import { complaint, lines, randomWafers, scratch } from './helpers.js';

const { folder, file } = scratch();
const batch = randomWafers(7, 1);
const header = Array.from({ length: 48 }, (_, cell) => `CALQ_${cell}`).join(',');
const rows = lines(batch);

describe('reads', () => {
  const variants: Record<string, string> = {
    'with header': `${header}\n${rows.join('\n')}\n`,
    'without header': `${rows.join('\n')}\n`,
    'without the last line end': rows.join('\n'),
    'with CRLF': `${header}\r\n${rows.join('\r\n')}\r\n`,
    'with a byte-order mark': `\uFEFF${header}\n${rows.join('\n')}\n`,
    'with blank lines': `\n\n${header}\n\n${rows.join('\n\n')}\n\n\n`,
    'with decimals, blanks, quotes and exponents': `${rows
      .map((row) =>
        row.split(',').map((cell, i) => [`${cell}.0`, ` ${cell} `, `"${cell}"`, `${cell}e0`][i % 4]),
      )
      .join('\n')}\n`,
    'with an index and other columns': `,${header},event,note\n${rows
      .map((row, i) => `${i},${row},-1.5,"a, b"`)
      .join('\n')}\n`,
    'with columns in another order': `event,${header.split(',').reverse().join(',')}\n${rows
      .map((row) => `x,${row.split(',').reverse().join(',')}`)
      .join('\n')}\n`,
  };
  test.each(Object.keys(variants))('%s', async (name) => {
    expect(await readWafers(file('wafers.csv', variants[name]))).toEqual(batch);
  });

  test.each(['layer,waferu,waferv', 'tc_layer,tc_waferu,tc_waferv', 'Layer,ModU,ModV'])(
    'modules from columns %s',
    async (columns) => {
      const places = ['9,-3,2', '13,1,4', '9,3.0,0', '9,0,0', '8,1,4', '13,+1,4', '0,0,0'];
      const text = `${columns},${header}\n${rows.map((row, i) => `${places[i]},${row}`).join('\n')}\n`;
      const read = await readWafers(file('wafers.csv', text));
      expect(read.charges).toEqual(batch.charges);
      const found = [...read.modules!].map((number) => {
        const module = moduleOfNumber(number);
        return module && `${module.layer},${module.u},${module.v}`;
      });
      // The beam goes through the middle, and layer 8 has no trigger data.
      expect(found).toEqual(['9,-3,2', '13,1,4', '9,3,0', undefined, undefined, '13,1,4', undefined]);
    },
  );

  test('a layer without coordinates tells no module', async () => {
    const text = `layer,${header}\n${rows.map((row) => `9,${row}`).join('\n')}\n`;
    expect(await readWafers(file('wafers.csv', text))).toEqual(batch);
  });

  test('gzip, by content and not by name; also of several members', async () => {
    const text = (part: string[]) => gzipSync(new TextEncoder().encode(`${part.join('\n')}\n`));
    expect(await readWafers(file('wafers.csv.gz', text(rows)))).toEqual(batch);
    const members = Buffer.concat([text(rows.slice(0, 3)), text(rows.slice(3))]);
    expect(await readWafers(file('members.csv', members))).toEqual(batch);
  });
});

describe('refuses', () => {
  const cells = '|'
    .repeat(47)
    .split('|')
    .map((_, i) => `${2 * i}`);
  const row = (change: Record<number, string>) => cells.map((cell, i) => change[i] ?? cell).join(',');
  const good = row({});
  const range = 'Charges are integers from 0 to 4194303 (22 bits), in units of the trigger charge.';

  const cases: [string, string, string][] = [
    [
      'a short row',
      `${header}\n${good}\n1,2,3\n`,
      'dataset/short-row | x.csv, line 3 | this row has 3 cells; the header names 48. | The row was cut, or a cell is missing: write the file again, or delete the line.',
    ],
    [
      'a last row that was cut within the file',
      `${header}\n${good}\n${good.slice(0, 39)},`,
      'dataset/short-row | x.csv, line 3 | this row has 15 cells; the header names 48. | The row was cut, or a cell is missing: write the file again, or delete the line.',
    ],
    [
      'a long row without a header',
      `${good}\n${good},96\n`,
      'dataset/long-row | x.csv, line 2 | this row has 49 cells; a row without a header has 48. | If the file has more columns than these, begin it with a header line that names them.',
    ],
    [
      'a long row below a header',
      `event,${header}\n1,${good}\n1,2,${good},9\n`,
      'dataset/long-row | x.csv, line 3 | this row has 51 cells; the header names 49. | Delete the surplus cells, or name their columns in the header.',
    ],
    [
      'text',
      `${header}\n${good}\n${row({ 5: 'abc' })}\n`,
      `dataset/bad-cell | x.csv, line 3, column CALQ_5 | "abc" is not a number. | ${range}`,
    ],
    [
      'a layer that is no number',
      `layer,waferu,waferv,${header}\nEE9,1,2,${good}\n`,
      'dataset/bad-cell | x.csv, line 2, column layer | "EE9" is no layer or wafer coordinate. | Layers and wafer coordinates are integers; leave layer, waferu, waferv out when they are not known.',
    ],
    [
      'text in the first row, without a header',
      `${row({ 5: 'abc' })}\n`,
      `dataset/bad-cell | x.csv, line 1, column 6 (CALQ_5) | "abc" is not a number. | ${range}`,
    ],
    [
      'NaN',
      `${good}\n${row({ 0: 'NaN' })}\n`,
      `dataset/bad-cell | x.csv, line 2, column 1 (CALQ_0) | "NaN" is no charge. | ${range} Remove rows with missing values.`,
    ],
    [
      'an empty cell',
      `${header}\n${row({ 46: '' })}\n`,
      `dataset/bad-cell | x.csv, line 2, column CALQ_46 | "" is an empty cell. | ${range} Write 0 where a cell has no charge.`,
    ],
    [
      'a negative charge',
      `${header}\n\n${row({ 47: '-3' })}\n`,
      `dataset/bad-cell | x.csv, line 3, column CALQ_47 | "-3" is negative. | ${range}`,
    ],
    [
      'a fraction',
      `${header}\r\n${row({ 47: '0.25' })}\r\n`,
      `dataset/bad-cell | x.csv, line 2, column CALQ_47 | "0.25" is a fraction. | ${range} Export the raw CALQ, or say --scale S: each number is then multiplied by S and rounded.`,
    ],
    [
      '23 bits',
      `${header}\n${row({ 10: '4194304' })}\n`,
      `dataset/bad-cell | x.csv, line 2, column CALQ_10 | "4194304" needs more than 22 bits. | ${range}`,
    ],
    [
      'very many digits',
      `${header}\n${row({ 10: '9'.repeat(400) })}\n`,
      `dataset/bad-cell | x.csv, line 2, column CALQ_10 | "${'9'.repeat(32)}..." needs more than 22 bits. | ${range}`,
    ],
    [
      'infinity',
      `${header}\n${row({ 10: 'inf' })}\n`,
      `dataset/bad-cell | x.csv, line 2, column CALQ_10 | "inf" is not a number. | ${range}`,
    ],
    [
      'a second header',
      `${header}\n${good}\n${header}\n${good}\n`,
      'dataset/bad-cell | x.csv, line 3, column CALQ_0 | "CALQ_0" belongs to a header. | Files were joined with their headers: delete this line.',
    ],
    [
      'an empty file',
      '',
      'dataset/empty | x.csv | there are no wafers in this file. | Give a file with data rows.',
    ],
    [
      'a header alone',
      `${header}\n`,
      'dataset/empty | x.csv | there are no wafers in this file. | Give a file with data rows.',
    ],
    [
      'a header of something else',
      'event,energy\n1,2\n',
      'dataset/bad-header | x.csv, line 1 | "event,energy" is neither charges nor a header with CALQ columns; it names event, energy. | Write 48 charges per line, or a header that names CALQ_0 .. CALQ_47; other names: --columns \'name_{0..47}\'.',
    ],
    [
      'a header without a cell',
      `${header.replace('CALQ_17', 'CALQ_48')}\n${good}\n`,
      'dataset/bad-header | x.csv, line 1 | the header names CALQ_17 nowhere. | Each of CALQ_0 .. CALQ_47 has one column.',
    ],
    [
      'a header with a cell twice',
      `${header},CALQ_17\n${good},0\n`,
      'dataset/bad-header | x.csv, line 1 | the header names CALQ_17 twice. | Each of CALQ_0 .. CALQ_47 has one column.',
    ],
    [
      'bars',
      `${good.replaceAll(',', '|')}\n`,
      'dataset/bad-separator | x.csv, line 1 | "0|2|4|6|8|10|12|14|16|18|20|22|2...": the cells are not separated by commas, semicolons, tabs or blanks. | Write 48 charges per line, or a header that names CALQ_0 .. CALQ_47; other names: --columns \'name_{0..47}\'.',
    ],
    [
      'zero bytes in the middle',
      `${header}\n${good}\n${good.slice(0, 30)}\0\0\0\n`,
      'dataset/not-text | x.csv, line 3 | byte 0x00 is no text, so this is not a CSV file. | Give a .csv, .csv.gz, .npy, .npz, .parquet, .h5 or .root file.',
    ],
    [
      'a line without end',
      '7,'.repeat(3 << 20),
      'dataset/not-text | x.csv, line 1 | this line does not end, so this is not a CSV file. | Give a .csv, .csv.gz, .npy, .npz, .parquet, .h5 or .root file.',
    ],
  ];
  test.each(cases)('%s', async (_, text, expected) => {
    expect(await complaint(readWafers(file('x.csv', text)), folder)).toBe(expected);
  });

  test('a bad cell far down in a long file, by its line', async () => {
    const many = new Array(30_000).fill(good);
    many[29_000] = row({ 3: '1e9' });
    const text = `${header}\n${many.join('\n')}\n`;
    expect(await complaint(readWafers(file('x.csv', text)), folder)).toContain(
      'x.csv, line 29002, column CALQ_3 | "1e9"',
    );
  });

  test('binary garbage', async () => {
    const garbage = Uint8Array.from({ length: 5000 }, (_, i) => (i * 7919 + 13) % 251);
    expect(await complaint(readWafers(file('x.csv', garbage)), folder)).toMatch(
      /^dataset\/not-text \| x.csv, line 1 \|/,
    );
  });

  test.each([
    ['BZh91AY', 'packed by bzip2', 'Unpack it with bunzip2.'],
    ['\xff\xfe0\0,\0', 'text in UTF-16', 'Save it as UTF-8: iconv -f UTF-16 -t UTF-8 FILE.'],
    ['ARROW1\0\0', 'an Arrow (Feather) file', 'Write it as Parquet: df.to_parquet(path).'],
  ])('%j: %s', async (text, what, remedy) => {
    const path = file('x.bin', Buffer.from(text, 'latin1'));
    expect(await complaint(readWafers(path), folder)).toBe(
      `dataset/unknown-format | x.bin | this is ${what}. | ${remedy} Read are .csv, .csv.gz, .npy, .npz, .parquet, .h5 and .root.`,
    );
  });

  test('gzip data that stop early, at any place', async () => {
    const packed = gzipSync(new TextEncoder().encode(`${header}\n${rows.join('\n')}\n`));
    for (const length of [12, 100, packed.length - 9, packed.length - 1]) {
      expect(await complaint(readWafers(file('x.csv.gz', packed.subarray(0, length))), folder)).toBe(
        'dataset/truncated | x.csv.gz | the gzip data stop before their end. | The file was cut short: copy or write it again.',
      );
    }
  });

  test('gzip data with a wrong byte', async () => {
    const packed = gzipSync(new TextEncoder().encode(`${header}\n${rows.join('\n')}\n`));
    packed[packed.length - 6] ^= 1; // in the check sum
    expect(await complaint(readWafers(file('x.csv.gz', packed)), folder)).toMatch(
      /^dataset\/bad-gzip \| x.csv.gz \|/,
    );
  });

  test('a missing file and a folder', async () => {
    expect(await complaint(readWafers(`${folder}/none.csv`), folder)).toBe(
      'base/cannot-read | none.csv | cannot read this: there is no such file (ENOENT). | Check the path.',
    );
    expect(await complaint(readWafers(`${folder}/.`), folder)).toContain('EISDIR');
  });
});
