import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { EconError, packageRoot } from '../../src/base/index.js';
import { commandLine } from '../../src/cli/program.js';
import { collectWafers, readWafers, rotateAugment, wafers, writeWafers } from '../../src/dataset/index.js';
import { groundDistance, hgcal, readDetector } from '../../src/detector/index.js';
import { measureWafers } from '../../src/quality/index.js';

const folder = mkdtempSync(join(tmpdir(), 'econ-detector-'));
afterAll(() => rmSync(folder, { recursive: true }));
const example = readFileSync(join(packageRoot, 'docs/examples/grid8x8.yaml'), 'utf8');

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const grid8 = readDetector(file('grid8.yaml', example));
/** Charge of a cell in a row, all different. */
const charges = Uint32Array.from({ length: 5 * 64 }, (_, i) => (i * 7919) % 1009);
const batch = wafers(charges, undefined, grid8);

describe('a detector of 64 cells from a file', () => {
  it('has its cells where the grid puts them', () => {
    expect(grid8.cells).toBe(64);
    expect(grid8.groundDistance[0 * 64 + 63]).toBeCloseTo(Math.hypot(7, 7), 12);
    expect(grid8.image.cells.indexOf(9)).toBe(9);
  });

  it.each(['csv', 'csv.gz', 'npy', 'npz'])('has its wafers come back from .%s', async (ending) => {
    const path = join(folder, `wafers.${ending}`);
    writeWafers(path, batch);
    const read = await readWafers(path, { detector: grid8 });
    expect(read.charges).toEqual(charges);
    expect((await collectWafers(path, { detector: grid8 })).batch.charges).toEqual(charges);
    // As HGCAL: an array of another width is refused, columns that are left over are told.
    const notes: string[] = [];
    const asHgcal = readWafers(path, { note: (text) => notes.push(text) });
    if (ending.startsWith('np')) await expect(asHgcal).rejects.toThrow(/48/);
    else expect((await asHgcal).count === 5 && notes.join()).toMatch(/not read: CALQ_48/);
  });

  it('turns its wafers as the file says', () => {
    const turned = rotateAugment(batch);
    expect(turned.count).toBe(15);
    expect(turned.charges[5 * 64]).toBe(charges[7]);
    expect(turned.charges[5 * 64 + 8]).toBe(charges[6]);
  });

  it('measures the EMD in its own distances', () => {
    const one = (cell: number) => {
      const row = new Uint32Array(64);
      row[cell] = 100;
      return row;
    };
    const metrics = measureWafers(wafers(one(0), undefined, grid8), one(27));
    expect(metrics.emd[0]).toBeCloseTo(Math.hypot(3, 3), 9);
    expect(metrics.position[0]).toBeCloseTo(1.2 * Math.hypot(3, 3), 9);
  });

  it('reads positions with an image', () => {
    const text = `{name: three, positions: [[0, 0], [3, 0], [0, 4]], image: [[0, 1], [-1, 2]], distanceUnit: 2,
      charge: {code: 4E3M, bits: 18}, sum: {code: 5E4M}, links: {count: 1, bits: 32}, clockMHz: 40}`;
    const three = readDetector(file('three.yaml', text));
    expect([...three.groundDistance]).toEqual([0, 1.5, 2, 1.5, 0, 2.5, 2, 2.5, 0]);
    expect([...three.image.cells]).toEqual([0, 1, -1, 2]);
  });
});

it('is shown in docs/detectors.md as it is', () => {
  const shown = /```yaml\n([\s\S]*?)```/.exec(
    readFileSync(join(packageRoot, 'docs/detectors.md'), 'utf8'),
  )![1];
  expect(example).toContain(shown);
});

describe('what is wrong in a file of a detector', () => {
  it.each([
    ['pitch: 1.2', '', /pitch: a grid needs/],
    ['[8, 8]', '[8, 9]', /turns: turn 0/],
    ['[8, 8]', '[16, 16]', /at most 255 cells, not 16 x 16/],
    ['[8, 8]', '[1, 1]', /two cells or more/],
    ['5E3M', '6E2M', /charge.code/],
    ['bits: 22', 'bits: 23', /charge.bits/],
    ['clockMHz: 80', 'clockMHz: 0', /clockMHz/],
    ['clockMHz: 80', 'clock: 80', /clockMHz.*clock/s],
    ['- [7,', '- [15,', /turns: turn 0 has not each/],
    ['name: grid8', 'name: [', /no YAML/],
  ])('%s -> %s is told', (from, to, message) => {
    expect(example).toContain(from);
    const path = file('bad.yaml', example.replace(from, to));
    expect(() => readDetector(path)).toThrow(EconError);
    expect(() => readDetector(path)).toThrow(message);
  });

  it('is told together', () => {
    const path = file('bad.yaml', example.replace('5E3M', 'x').replace('clockMHz: 80', 'clockMHz: -1'));
    expect(() => readDetector(path)).toThrow(/charge.code.*clockMHz/s);
  });
});

describe('another detector', () => {
  it.each(['evaluate', 'rtl', 'compare'])('is refused by name by econ %s', async (command) => {
    for (const args of [
      ['--detector', join(folder, 'grid8.yaml')],
      [`--detector=${join(folder, 'grid8.yaml')}`],
    ])
      await expect(commandLine([command, ...args])).rejects.toMatchObject({
        code: 'detector/not-for-command',
        message: expect.stringMatching(/grid8x8 \(64 cells, 3 links, 80 MHz\)/),
      });
  });
});

it('is HGCAL where none is given', () => {
  expect(hgcal().groundDistance).toBe(groundDistance);
  expect(rotateAugment(wafers(new Uint32Array(48))).count).toBe(3);
});
