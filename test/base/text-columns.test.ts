import { expect, test } from 'vitest';
import { textColumns } from '../../src/base/index.js';

test('columns are as wide as their widest text, to the left or to the right, without blanks at the end', () => {
  const rows = [
    ['name', 'mm2', ''],
    ['encoder', '2.95', 'largest'],
  ];
  expect(textColumns(rows, (c) => c === 1)).toEqual(['name      mm2', 'encoder  2.95  largest']);
  expect(textColumns(rows)).toEqual(['name     mm2', 'encoder  2.95  largest']);
  expect(textColumns([])).toEqual([]);
});
