import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { packageRoot } from '../../src/base/index.js';
import { defaultLimits, limitsFor, readLimits } from '../../src/budget/index.js';
import { readDetector } from '../../src/detector/index.js';

const folder = mkdtempSync(join(tmpdir(), 'econ-limits-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

test('the defaults are those of the published chip', () => {
  expect(defaultLimits).toEqual({
    waferInterval: 25,
    encoderLatency: 50,
    chipLatency: 1500,
    chipPower: 500,
    encoderArea: 3.6,
    encoderPower: 95,
    encoderEnergy: 2.4,
    meanEmd: 0.8,
    meanEmdOverBestChoice: null,
  });
});

test('YAML and JSON change some limits and lift others', () => {
  const expected = { ...defaultLimits, encoderArea: 5, chipPower: null };
  expect(readLimits(file('a.yaml', '# ours\nencoderArea: 5\nchipPower: null\n'))).toEqual(expected);
  expect(readLimits(file('a.json', '{"encoderArea": 5, "chipPower": null}'))).toEqual(expected);
  expect(readLimits(file('empty.yaml', ''))).toEqual(defaultLimits);
});

test('what a file leaves out is that of the detector: its clock, and no limit of an EMD in other units', () => {
  const detector = readDetector(join(packageRoot, 'docs/examples/grid8x8.yaml')).description;
  const limits = readLimits(file('grid.yaml', 'encoderArea: 5\n'), limitsFor(detector));
  expect(limits).toEqual({
    ...defaultLimits,
    encoderArea: 5,
    waferInterval: 12.5,
    encoderPower: 190,
    meanEmd: null,
  });
});

test.each([
  ['a typo', 'encoderAera: 5', /encoderAera/],
  ['a text', 'encoderArea: five', /encoderArea: .*number/],
  ['a negative number', 'chipPower: -1', /chipPower: /],
  ['a list', '[1, 2]', /top level: /],
  ['no YAML', 'a: [1', /neither YAML nor JSON/],
  ['lists within lists', '- '.repeat(60_000), /neither YAML nor JSON: .*more than 200 deep/],
  [
    // Each such line lies one level deeper for the parser, although its column is the same.
    'levels made by slips',
    `a:\n  1: 1${'\n  2: : 3\n  4: 4'.repeat(5000)}`,
    /neither YAML nor JSON: .*more than 200 deep/,
  ],
  [
    'two documents',
    'encoderArea: 5\n---\nencoderArea: 6',
    /neither YAML nor JSON: it holds more than one document \(line 2\)/,
  ],
  ['a tag that nobody knows', 'encoderArea: !area 5', /neither YAML nor JSON: Unresolved tag: !area/],
])('%s is an error that names file and key', (_, text, message) => {
  const path = file('bad.yaml', text);
  expect(() => readLimits(path)).toThrow(message);
  expect(() => readLimits(path)).toThrow(path);
});

test('a missing file is an error', () => {
  expect(() => readLimits(join(folder, 'none.yaml'))).toThrow(/ENOENT/);
});
