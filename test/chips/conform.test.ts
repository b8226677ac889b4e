import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type ChipSettings, defaultSettings, packCodes } from '../../src/blocks/index.js';
import {
  conform,
  conformJunit,
  conformPassed,
  conformTable,
  readKnownDefects,
  runChip,
  settingsToYaml,
} from '../../src/chips/index.js';
import { writeLinkWords } from '../../src/dataset/index.js';
import { announceSkip, haveVectors, vectors } from './vectors.js';

const folder = mkdtempSync(join(tmpdir(), 'econ-conform-'));
/** Cases that are no published vectors. */
const apart = mkdtempSync(join(tmpdir(), 'econ-captures-'));
afterAll(() => {
  for (const one of [folder, apart]) rmSync(one, { recursive: true, force: true });
});

const rows = 40;
const words = packCodes(
  'production',
  Uint8Array.from({ length: rows * 48 }, (_, i) => (i * 31) % 97),
  Uint32Array.from({ length: rows }, (_, i) => i),
  rows,
);

function addCase(
  path: string,
  settings: ChipSettings,
  output = runChip(settings, words),
  packed = false,
): void {
  mkdirSync(join(folder, path), { recursive: true });
  writeFileSync(join(folder, path, 'init.yaml'), settingsToYaml(settings));
  writeLinkWords(join(folder, path, packed ? 'testOutput.csv.gz' : 'testOutput.csv'), output, 13, 'TX_DATA');
}

const repeater: ChipSettings = { ...defaultSettings('production'), algorithm: 'repeater', etx: 13 };
const wrong = runChip(repeater, words);
wrong[7 * 13 + 2] ^= 0x100;
wrong[9 * 13] ^= 1;
addCase('deep/er/set/good', repeater);
addCase('deep/er/set/packed', { ...repeater, algorithm: 'best-choice', etx: 4 }, undefined, true);
addCase('deep/er/set/wrong', repeater, wrong);
addCase('deep/er/set/short', repeater, runChip(repeater, words).subarray(0, 30 * 13));
const overfull: ChipSettings = { ...repeater, algorithm: 'threshold-sum', bufferT1: 500, etx: 1 };
addCase('deep/er/set/overfull', overfull);
addCase('bad/yaml', repeater);
writeFileSync(join(folder, 'bad/yaml/init.yaml'), 'ConfigAlgo:\n  Global:\n    alg_type: 9\n');
mkdirSync(join(folder, 'bad/none'), { recursive: true });
writeFileSync(join(folder, 'bad/none/init.yaml'), settingsToYaml(repeater));
writeLinkWords(join(folder, 'deep/er/set/testInput.csv.gz'), words, 12, 'RX_DATA');
writeLinkWords(join(folder, 'bad/testInput.csv'), words, 12, 'RX_DATA');

describe('conform', () => {
  it('finds cases at any depth and tells equal, different, skipped and unreadable apart', async () => {
    const result = await conform(folder);
    const brief = Object.fromEntries(result.map((r) => [r.name, `${r.status} ${r.equal}/${r.rows}`]));
    expect(brief).toEqual({
      'bad/none': 'skipped 0/0',
      'bad/yaml': 'unreadable 0/0',
      'deep/er/set/good': 'equal 40/40',
      'deep/er/set/overfull': 'skipped 0/0',
      'deep/er/set/packed': 'equal 40/40',
      'deep/er/set/short': 'equal 30/30',
      'deep/er/set/wrong': 'different 38/40',
    });
    const detail = (name: string) => result.find((r) => r.name === name)?.detail;
    expect(detail('deep/er/set/wrong')).toMatch(/first difference in row 7, eTx 2: .* \(bit 8\)/);
    expect(detail('bad/yaml')).toMatch(/init.yaml:3: .*alg_type is 9/);
    expect(detail('bad/none')).toBe('no testOutput.csv');
    expect(detail('deep/er/set/overfull')).toMatch(/passes 400 words/);
    expect(conformPassed(result)).toBe(false);
    expect(conformTable(result)).toMatch(/\n3 of 7 cases equal, 1 different, 1 unreadable, 2 skipped$/);
  });

  it('takes one case by its name, several by a part of it, and a case folder itself', async () => {
    const names = async (filter: string) => (await conform(folder, { filter })).map((r) => r.name);
    expect(await names('deep/er/set/good')).toEqual(['deep/er/set/good']);
    expect(await names('bad')).toEqual(['bad/none', 'bad/yaml']);
    const direct = await conform(join(folder, 'deep/er/set/good'));
    expect(direct.map((r) => [r.name, r.status])).toEqual([['good', 'equal']]);
    expect(conformPassed(direct)).toBe(true);
    await expect(names('nothing')).rejects.toThrow(/no case is called "nothing"\. The cases are: bad\/none/);
  });

  it('runs what is plugged in, and reports why it cannot', async () => {
    const filter = 'deep/er/set/good';
    const broken = await conform(folder, { filter, runner: (s, w) => runChip({ ...s, dropLsb: 1 }, w) });
    expect(broken[0].status).toBe('different');
    expect(broken[0].equal).toBe(0);
    const none = await conform(folder, { filter, runner: async () => ({ skipped: 'no simulator' }) });
    expect(none[0]).toMatchObject({ status: 'skipped', detail: 'no simulator' });
    expect(conformPassed(none)).toBe(false);
    const less = await conform(folder, { filter, runner: () => new Uint32Array(13) });
    expect(less[0].detail).toMatch(/13 words came out instead of 520/);
  });

  it('finds the latency of captures, compares the links they have, and lists every output', async () => {
    const at = join(apart, 'captures');
    mkdirSync(at, { recursive: true });
    const settings: ChipSettings = { ...defaultSettings('production'), algorithm: 'best-choice', etx: 3 };
    writeFileSync(join(at, 'init_captured.yaml'), settingsToYaml(settings));
    writeLinkWords(join(at, 'testInput.csv'), words, 12, 'RX_DATA');
    const out = runChip(settings, words);
    const line = (row: number, links: readonly number[]): string =>
      links.map((j) => out[13 * (((row % rows) + rows) % rows) + j].toString(16)).join(',');
    const capture = (name: string, links: readonly number[], lines: readonly string[]): void =>
      writeFileSync(
        join(at, name),
        [`n,${links.map((j) => `eTx${j}`).join(',')}`, ...lines.map((l, n) => `${n},${l}`), ''].join('\n'),
      );
    const count = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
    // A chip that began with the input after 17 BX of something else; one whose input went round; one with a wrong word.
    capture(
      'begun_output.csv',
      [0, 1, 2],
      count(rows).map((i) => (i < 17 ? 'deadbeef,1,2' : line(i - 17, [0, 1, 2]))),
    );
    capture(
      'round_output.csv',
      [2, 1],
      count(2 * rows + 5).map((i) => line(i - 9, [2, 1])),
    );
    capture(
      'wrong_output.csv',
      [0],
      count(rows).map((i) => (i === 8 ? '0' : line(i - 3, [0]))),
    );
    const brief = async (latency?: number | 'search'): Promise<string[]> =>
      (await conform(at, { latency })).map((r) => `${r.name} ${r.status} ${r.equal}/${r.rows} ${r.detail}`);
    const found = await brief('search');
    expect(found).toEqual([
      expect.stringMatching(/^captures.begun_output.csv equal 23\/23 latency 17 BX; links 0, 1, 2 only$/),
      expect.stringMatching(
        /^captures.round_output.csv equal 85\/85 latency 9 BX of an input that goes round; links 1, 2 only$/,
      ),
      expect.stringMatching(
        /^captures.wrong_output.csv different 39\/40 latency 3 BX of.*; links 0 only; first difference in row 8, eTx 0: /,
      ),
    ]);
    const given = await conform(at, { latency: 17 });
    expect([given[0].status, given[0].latency, given[0].links]).toEqual(['equal', 17, 3]);
    expect(given[1].status).toBe('different');
    // Without the option the outputs are vectors: row i belongs to row i.
    expect((await conform(at)).map((r) => r.status)).toEqual(['different', 'unreadable', 'different']);
  });

  it('lays settings over those of the cases, and takes the lower of equal cells when told', async () => {
    const at = join(apart, 'layered');
    mkdirSync(at, { recursive: true });
    const tied = packCodes(
      'production',
      new Uint8Array(rows * 48).fill(40),
      Uint32Array.from({ length: rows }, (_, i) => i),
      rows,
    );
    const settings: ChipSettings = {
      ...defaultSettings('production'),
      algorithm: 'super-trigger-cell',
      stcType: 0,
      etx: 5,
    };
    writeFileSync(join(at, 'init.yaml'), settingsToYaml({ ...settings, etx: 1 }));
    writeFileSync(join(at, '..', 'links.yaml'), 'FormatterBuffer: {Global: {active_etxs: 0x1f}}\n');
    writeLinkWords(join(at, 'testInput.csv'), tied, 12, 'RX_DATA');
    writeLinkWords(
      join(at, 'testOutput.csv'),
      runChip({ ...settings, stcTie: 'lowest' }, tied),
      13,
      'TX_DATA',
    );
    const config = [join(apart, 'links.yaml')];
    expect((await conform(at, { config, stcTie: 'lowest' }))[0].status).toBe('equal');
    expect((await conform(at, { config }))[0].status).toBe('different');
    expect((await conform(at, { stcTie: 'lowest' }))[0].status).toBe('different');
  });

  it('shows declared defects with their reason, without failing over them', async () => {
    const list = join(folder, 'defects.yaml');
    const entries = ['wrong', 'good', 'overfull'].map(
      (n) => `- case: deep/er/set/${n}\n  reason: copied <wrongly>\n`,
    );
    writeFileSync(list, `${entries.join('')}- case: bad/yaml\n  reason: "no such algorithm"\n`);
    const known = readKnownDefects(list);
    const result = await conform(folder, { known });
    const row = (name: string) => result.find((r) => r.name === name)!;
    expect(row('deep/er/set/wrong')).toMatchObject({ status: 'known', equal: 38, rows: 40 });
    expect(row('deep/er/set/wrong').detail).toMatch(
      /^declared defective: copied <wrongly>; first difference in row 7/,
    );
    expect(row('bad/yaml').status).toBe('known');
    expect(row('deep/er/set/good')).toMatchObject({ status: 'equal' });
    expect(row('deep/er/set/good').detail).toMatch(/but it is equal/);
    expect(row('deep/er/set/overfull')).toMatchObject({ status: 'skipped' });
    expect(conformPassed(result)).toBe(true);
    expect(conformTable(result)).toMatch(/deep\/er\/set\/wrong +38\/40 +declared defective/);
    expect(conformTable(result)).toMatch(/0 different, 0 unreadable, 2 skipped, 2 declared defective$/);

    const xml = conformJunit(result, 'a & b');
    expect(xml).toContain('<testsuite name="a &amp; b" tests="7" failures="0" errors="0" skipped="4">');
    expect(xml).toContain('message="declared defective: copied &lt;wrongly&gt;; first difference');
  });

  it('writes JUnit XML with a failure, an error and skipped cases', async () => {
    const xml = conformJunit(await conform(folder), 'econ conform');
    expect(xml.match(/<testcase /g)).toHaveLength(7);
    expect(xml).toContain('tests="7" failures="1" errors="1" skipped="2"');
    expect(xml).toMatch(
      /<testcase classname="deep\/er\/set" name="wrong">\n +<failure message="first difference in row 7[^"]*">38 of 40 rows equal<\/failure>/,
    );
    expect(xml).toMatch(/name="yaml">\n +<error message="[^"]*init.yaml:3/);
    expect(xml).toContain('<testcase classname="deep/er/set" name="good"/>');
  });

  it('names file and line of a bad list of defects', () => {
    const list = join(folder, 'list.yaml');
    const message = (text: string): string => {
      writeFileSync(list, text);
      try {
        readKnownDefects(list);
      } catch (error) {
        return (error as Error).message;
      }
      return 'taken';
    };
    expect(message('- case: a\n  reason: b\n- case: c\n')).toMatch(/list.yaml:3: .*no text for "reason"/);
    expect(message('- case: a\n  reason: b\n- case: a\n  reason: c\n')).toMatch(
      /list.yaml:3: a is declared twice/,
    );
    expect(message('case: a\n')).toMatch(/list.yaml:1: this is not a list/);
    expect(message('- "a\n')).toMatch(/list.yaml:\d: this is not YAML/);
    expect(message('- '.repeat(60_000))).toMatch(/list.yaml:1: this is not YAML: .*more than 200 deep/);
  });

  it('refuses a folder without vectors, or none', async () => {
    await expect(conform(join(folder, 'deep/er/set'))).resolves.toHaveLength(5);
    mkdirSync(join(folder, 'empty'));
    await expect(conform(join(folder, 'empty'))).rejects.toThrow(/no test vectors here/);
    await expect(conform(join(folder, 'nowhere'))).rejects.toThrow(/nowhere.*ENOENT/);
  });
});

announceSkip();
describe.skipIf(!haveVectors)('public vectors', () => {
  it('are reproduced in all 3564 rows of all 13 cases', async () => {
    const result = await conform(vectors);
    expect(result).toHaveLength(13);
    for (const r of result)
      expect(r).toEqual({ name: r.name, status: 'equal', rows: 3564, equal: 3564, detail: '' });
  });
});
