import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'fflate';
import { afterAll, describe, expect, it } from 'vitest';
import { EconError, Random } from '../../src/base/index.js';
import { decodeCharges } from '../../src/blocks/index.js';
import { ALGORITHMS, createEmulator, emulateFile, emulateText, runChip } from '../../src/chips/index.js';
import { readLinkWords, writeLinkWords } from '../../src/dataset/index.js';
import { oracle } from './oracle.js';
import { randomSettings, randomWords } from './random-chip.js';
import { hexText } from './vectors.js';

const folder = mkdtempSync(join(tmpdir(), 'econ-emulate-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const random = new Random(5);
const settings = { ...randomSettings(random, 'production'), algorithm: 'best-choice' as const, etx: 6 };

describe('the emulator over files', () => {
  it('streams more rows than one piece holds, over several orbits, with the words of one call', async () => {
    const words = randomWords(random, 'uniform', 12_000, 3564);
    const input = join(folder, 'long.csv');
    writeLinkWords(input, words, 12, 'RX_DATA');
    const text = { ...settings, algorithm: 'threshold-sum' as const, bufferT1: 120, etx: 3 };
    const summary = await emulateFile(text, input, join(folder, 'out.csv.gz'));
    const want = runChip(text, words);
    expect(hexText((await readLinkWords(join(folder, 'out.csv.gz'))).words)).toBe(hexText(want));
    expect(summary).toMatchObject({ rows: 12_000, orbits: 4, oddOrbits: 0, badHeaders: 0 });
    const buffer = summary.buffer!;
    expect(buffer.whole + buffer.truncatedFull + buffer.truncatedShort).toBe(12_000);
    expect(emulateText(summary)).toMatch(
      /^12000 BX, threshold-sum, 3 eTx, production; 4 orbits begun\nbuffer: /,
    );
  });

  it('writes the same text as writeLinkWords, plain and packed', async () => {
    const words = randomWords(random, 'uniform', 50, 20);
    const input = join(folder, 'short.csv');
    writeLinkWords(input, words, 12, 'RX_DATA');
    await emulateFile(settings, input, join(folder, 'a.csv'));
    await emulateFile(settings, input, join(folder, 'a.csv.gz'));
    writeLinkWords(join(folder, 'b.csv'), runChip(settings, words), 13, 'TX_DATA');
    const text = readFileSync(join(folder, 'b.csv'), 'utf8');
    expect(readFileSync(join(folder, 'a.csv'), 'utf8')).toBe(text);
    expect(Buffer.from(gunzipSync(readFileSync(join(folder, 'a.csv.gz')))).toString()).toBe(text);
  });

  it('sends link reset words for 256 BX from any row on, as the specification says', async () => {
    const words = randomWords(random, 'exponential', 800, 300);
    const input = join(folder, 'reset.csv');
    writeLinkWords(input, words, 12, 'RX_DATA');
    for (const algorithm of ALGORITHMS) {
      const chip = { ...randomSettings(random, 'production'), algorithm };
      const linkResets = [3, 290, 400, 799];
      const summary = await emulateFile(chip, input, join(folder, 'reset-out.csv'), { linkResets });
      const { words: got } = await readLinkWords(join(folder, 'reset-out.csv'));
      expect(hexText(got)).toBe(hexText(oracle(chip, words, { linkResets })));
      expect(summary.linkResetRows).toBe(256 + 110 + 256 + 1);
    }
  });

  it('names line and column of a wrong header, a short row and a word that is none, and leaves no output', async () => {
    const words = randomWords(random, 'uniform', 8, 4);
    const good = join(folder, 'good.csv');
    writeLinkWords(good, words, 12, 'RX_DATA');
    const lines = readFileSync(good, 'utf8').trimEnd().split('\n');
    const damaged = async (line: number, change: (row: string[]) => string[]): Promise<EconError> => {
      const copy = lines.slice();
      copy[line - 1] = change(copy[line - 1].split(',')).join(',');
      // A blank line and a foreign line end must not move the count.
      copy.splice(1, 0, '');
      const path = join(folder, 'bad.csv');
      writeFileSync(path, `${copy.join('\r\n')}\n`);
      const output = join(folder, 'never.csv');
      const error = await emulateFile(settings, path, output).catch((e: unknown) => e);
      expect(existsSync(output)).toBe(false);
      expect(readdirSync(folder).filter((f) => f.includes('.tmp'))).toEqual([]);
      expect(error).toBeInstanceOf(EconError);
      return error as EconError;
    };
    const set = (column: number, text: string) => (row: string[]) => row.with(column, text);
    expect((await damaged(4, set(0, '50000000'))).message).toMatch(
      /bad.csv:5, column RX_DATA_0: .* header 5/,
    );
    expect((await damaged(6, set(7, 'b0000000'))).message).toMatch(
      /bad.csv:7, column RX_DATA_7: .* header b/,
    );
    // Links of one row disagree: an orbit begins on one of them only.
    expect((await damaged(3, set(5, '90000000'))).message).toMatch(/bad.csv:4, column RX_DATA_5/);
    expect((await damaged(5, (row) => row.slice(1))).where).toContain('line 6');
    expect((await damaged(5, set(2, 'a123456g'))).where).toContain('line 6, column RX_DATA_2');
    expect((await damaged(5, set(2, 'a12345678'))).where).toContain('line 6, column RX_DATA_2');
    expect((await damaged(1, (row) => row.slice(1))).message).toMatch(/RX_DATA/);
  });

  it('takes wrong headers when told to, and counts the rows', async () => {
    const words = randomWords(random, 'uniform', 6, 6);
    words[2 * 12 + 3] ^= 0x40000000;
    words[4 * 12] ^= 0x10000000;
    words[5 * 12] = (words[5 * 12] & 0x0fffffff) | 0x90000000;
    const input = join(folder, 'any.csv');
    writeLinkWords(input, words, 12, 'RX_DATA');
    const summary = await emulateFile(settings, input, join(folder, 'any-out.csv'), { anyHeader: true });
    expect(summary).toMatchObject({ badHeaders: 3, orbits: 2, oddOrbits: 1 });
  });
});

it('runs charges as it runs the words that carry them', () => {
  for (const algorithm of ALGORITHMS) {
    const chip = { ...randomSettings(random, 'P1'), algorithm };
    const words = randomWords(random, 'exponential', 4000, 3564);
    const fromCharges = createEmulator(chip).runCharges(decodeCharges(chip, words));
    expect(hexText(fromCharges)).toBe(hexText(runChip(chip, words)));
  }
  expect(() => createEmulator(settings).runCharges(new Uint32Array(47))).toThrow(/47 charges in/);
});
