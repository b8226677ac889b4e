// Text files of numbers as pandas, numpy, spreadsheets and people write them.
import { expect, test } from 'vitest';
import { type ReadOptions, readWafers } from '../../src/dataset/index.js';
import { complaint, lines, randomWafers, scratch } from './helpers.js';

const { folder, file } = scratch();
const batch = randomWafers(6, 3);
const rows = lines(batch);
const names = (prefix: string, from = 0, width = 0): string =>
  Array.from({ length: 48 }, (_, c) => `${prefix}${String(c + from).padStart(width, '0')}`).join(',');
const text = (...parts: string[]): string => `${parts.join('\n')}\n`;
const indexed = rows.map((row, i) => `${i},${row}`);

async function read(content: string, options: ReadOptions = {}): Promise<string[]> {
  const notes: string[] = [];
  const path = file('x.csv', content);
  const found = await readWafers(path, { ...options, note: (note) => notes.push(note) });
  expect(lines(found)).toEqual(rows);
  return notes;
}

const taken = (first: string, last: string): string =>
  `${first} .. ${last} are read as CALQ in TC_Number order`;
const counted = 'the first line counts the columns 0..47: these are names, not a wafer';

test.each<[string, string, string[]]>([
  ['tc_0', text(names('tc_'), ...rows), [taken('tc_0', 'tc_47')]],
  ['CALQ0', text(names('CALQ'), ...rows), [taken('CALQ0', 'CALQ47')]],
  ['CALQ_00', text(names('CALQ_', 0, 2), ...rows), []],
  ['calq[0]', text(names('calq[').replaceAll(/(\d)(,|$)/g, '$1]$2'), ...rows), [taken('calq[0', 'calq[47')]],
  ['pandas without names', text(names(''), ...rows), [counted]],
  [
    'pandas with an index',
    text(`,${names('')}`, ...indexed),
    [counted, 'columns that are not read: (no name)'],
  ],
  [
    'an index without a header',
    text(...indexed),
    ['the first of 49 columns counts the rows: it is read as an index, not as a charge'],
  ],
  [
    '# header',
    text(`# ${names('CALQ_')}`, ...rows),
    [
      'line 1 begins with # and names the columns: it is read as the header',
      'comments (lines that begin with #) that were passed over: 1',
    ],
  ],
  [
    '# lines anywhere',
    text('# by me', names('CALQ_'), rows[0], '# half', ...rows.slice(1)),
    ['comments (lines that begin with #) that were passed over: 2'],
  ],
  ['semicolons', text(names('CALQ_'), ...rows).replaceAll(',', ';'), []],
  [
    'tabs, CRLF',
    text(names('CALQ_'), ...rows)
      .replaceAll(',', '\t')
      .replaceAll('\n', '\r\n'),
    [],
  ],
  ['blanks', text(...rows).replaceAll(',', ' '), []],
  ['runs of blanks at both ends', text(...rows.map((row) => `  ${row.replaceAll(',', '   ')}  `)), []],
  [
    'numpy.savetxt',
    text(
      ...rows.map((row) =>
        row
          .split(',')
          .map((c) => Number(c).toExponential(18))
          .join(' '),
      ),
    ),
    [],
  ],
  [
    'quotes',
    text(names('CALQ_').replaceAll(/[^,]+/g, '"$&"'), ...rows.map((row) => row.replaceAll(/\d+/g, '"$&"'))),
    [],
  ],
])('%s', async (_, content, notes) => {
  expect(await read(content)).toEqual(notes);
});

test('--columns names columns, in their order', async () => {
  const header = `event,${names('adc_')}`;
  const rest = ['columns that are not read: event'];
  expect(await read(text(header, ...indexed), { columns: 'adc_{0..47}' })).toEqual(rest);
  expect(await read(text(header, ...indexed), { columns: 'adc_' })).toEqual(rest);
  expect(await read(text(header, ...indexed), { columns: names('adc_') })).toEqual(rest);
  expect(await read(text(names('tc', 1), ...rows), { columns: 'tc{1..48}' })).toEqual([]);
  expect(await read(text(names('q', 0, 3), ...rows), { columns: 'q{000..047}' })).toEqual([]);
  expect(await read(text(...rows.map((row) => `x,${row}`)), { columns: '{2..49}' })).toEqual([
    'columns that are not read: 1',
  ]);
});

test('what could be several things, or nothing, is asked for', async () => {
  const refused = (content: string, options: ReadOptions = {}): Promise<string> =>
    complaint(readWafers(file('x.csv', content), options), folder);
  expect(await refused(text(names('adc_'), ...rows))).toBe(
    "dataset/which-columns | x.csv, line 1 | adc_0 .. adc_47 could be the charges, but the name does not say so. | Say --columns 'adc_{0..47}' if they are CALQ in TC_Number order.",
  );
  expect(await refused(text(names('tc', 1), ...rows))).toBe(
    "dataset/which-columns | x.csv, line 1 | tc1 .. tc48 are counted from 1, trigger cells from 0. | Say --columns 'tc{1..48}' if tc1 is TC_Number 0.",
  );
  const both = rows.map((row) => `${row},${row}`);
  expect(await refused(text(`${names('tc')},${names('charge')}`, ...both))).toMatch(
    /tc0 .. tc47 and charge0 .. charge47 could be the charges/,
  );
  expect(await read(text(`${names('tc')},${names('CALQ_')}`, ...both))).toEqual([
    'columns that are not read: tc0, tc1, tc2, tc3, tc4, tc5, ... (48)',
  ]);
  expect(await refused(text(names('tc').replace('tc17,', ''), ...rows))).toMatch(
    /the header names tc17 nowhere/,
  );
  expect(await refused(text(...rows.map((row) => `${row},7,8`)))).toMatch(
    /this row has 50 numbers and no names; a wafer has 48. \| .*--columns '\{3..50\}'/,
  );
  expect(await refused(text(names('adc_'), ...rows), { columns: 'adc_{0..46}' })).toMatch(/names 47 columns/);
  expect(await refused(text(names('adc_'), ...rows), { columns: 'x{0..47}' })).toMatch(
    /the column x0 of --columns is there not at all; there are adc_0, adc_1/,
  );
});

test('charges that are 0..47 in another order are a wafer', async () => {
  const wafer = Array.from({ length: 48 }, (_, c) => (7 * c) % 48).join(',');
  expect(lines(await readWafers(file('x.csv', text(wafer, ...rows))))).toEqual([wafer, ...rows]);
});

test('fractions are multiplied and rounded when a scale is given, and that is told', async () => {
  const path = file(
    'x.csv',
    text(names('CALQ_'), Array.from({ length: 48 }, (_, c) => `${c / 100}`).join(',')),
  );
  const notes: string[] = [];
  const { charges } = await readWafers(path, { scale: 250, note: (t) => notes.push(t) });
  expect([...charges]).toEqual(Array.from({ length: 48 }, (_, c) => Math.round((c / 100) * 250)));
  expect(notes).toEqual(['24 numbers times 250 were rounded to integer charges, by 0.50 at most']);
  expect(await complaint(readWafers(path), folder)).toMatch(/"0.01" is a fraction. \| .*say --scale S/);
});

test('text in UTF-16 without its mark, and a hole in a file, are named', async () => {
  const wide = file('x.csv', Buffer.from(text(...rows), 'utf16le'));
  expect(await complaint(readWafers(wide), folder)).toMatch(
    /every second byte is zero: this is text in UTF-16/,
  );
  const hole = file('x.csv', Buffer.concat([Buffer.from(text(...rows)), Buffer.alloc(3_000_000)]));
  expect(await complaint(readWafers(hole), folder)).toBe(
    'dataset/not-text | x.csv, line 7 | from here on there are zero bytes instead of text: the file has a hole. | It was lengthened (truncate), or its writing broke off: write it again, or cut it before this line.',
  );
});
