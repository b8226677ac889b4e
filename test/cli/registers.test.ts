import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  type ChipSettings,
  defaultSettings,
  parseSettings,
  settingsToYaml,
  toGeneration,
} from '../../src/chip/index.js';
import { econ, scratch } from './run-cli.js';

const folder = scratch();
const file = (name: string): string => join(folder, name);
const p1: ChipSettings = { ...defaultSettings('P1'), algorithm: 'best-choice', etx: 5, dropLsb: 3 };
writeFileSync(file('p1.yaml'), settingsToYaml(p1));

describe('econ registers', () => {
  it('converts P1 settings to production, to a script and back', async () => {
    expect(
      (await econ('registers', 'convert', file('p1.yaml'), '--to', 'production', '-o', file('prod.yaml')))
        .status,
    ).toBe(0);
    const production = parseSettings(readFileSync(file('prod.yaml'), 'utf8'), 'prod.yaml');
    expect(production).toEqual(toGeneration(p1, 'production'));
    await econ('registers', 'convert', file('prod.yaml'), '--to', 'script', '-o', file('load.txt'));
    expect(readFileSync(file('load.txt'), 'utf8')).toMatch(/^write 20 0545 f9 00 # links$/m);
    const same = await econ('registers', 'diff', file('p1.yaml'), file('load.txt'));
    expect([same.status, same.stdout]).toEqual([0, 'equal\n']);
    const changed = settingsToYaml({ ...production, bufferT1: 99 });
    writeFileSync(file('other.yaml'), changed);
    const other = await econ('registers', 'diff', file('load.txt'), file('other.yaml'));
    expect([other.status, other.stdout]).toEqual([1, '0x540  FormatterBuffer.buff_t1  0x30 -> 0x63\n']);
  });

  it('checks files one by one: errors with file and line, and advice', async () => {
    writeFileSync(file('bad.yaml'), settingsToYaml(p1).replace('buff_t1: 48', 'buff_t1: 4800'));
    const line =
      settingsToYaml(p1)
        .split('\n')
        .findIndex((l) => l.includes('buff_t1')) + 1;
    writeFileSync(file('mixed.yaml'), `${settingsToYaml(p1)}\nConfigAlgo:\n  Global:\n    alg_type: 2\n`);
    const result = await econ('registers', 'check', file('p1.yaml'), file('bad.yaml'), file('mixed.yaml'));
    expect(result.status).toBe(2);
    expect(result.stdout).toContain('p1.yaml: good\n');
    expect(result.stdout).toMatch(new RegExp(`error .*bad.yaml:${line}: .*buff_t1 is 4800, outside 0..511`));
    expect(result.stdout).toMatch(/error .*mixed.yaml:\d+: .*exclude each other/);
  });

  it('prints values, the map as SystemRDL, and its page', async () => {
    const rows = await econ('registers', 'print', file('p1.yaml'), '--block', 'AlgoDroplsb');
    expect(rows.stdout).toMatch(/^0x4e5 {2}AlgoDroplsb\.drop_lsb {2}rw {2}0x03 {2}\*/);
    expect((await econ('registers', 'print', '--block', 'Nothing')).status).toBe(2);
    expect((await econ('registers', 'rdl')).stdout).toContain('addrmap econ_registers {');
    expect((await econ('registers', 'docs')).stdout).toMatch(
      /# Registers of econ_chip[\s\S]*alg_high_density[\s\S]*commit/,
    );
    expect((await econ('registers', 'convert', file('p1.yaml'), '--to', 'nonsense')).status).toBe(2);
  });
});
