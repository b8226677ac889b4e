import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ChipSettings, defaultSettings } from '../../src/blocks/index.js';
import { parseSettings, settingsToYaml, toGeneration } from '../../src/chips/index.js';
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
    expect([other.status, other.stdout]).toEqual([
      1,
      '0x540  FormatterBuffer.Global.buff_t1  0x30 -> 0x63\n',
    ]);
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

  it('lays files over each other, and tells what lies over what', async () => {
    writeFileSync(file('mux.yaml'), `Mux:\n${[3, 2, 1].map((m, k) => `  0${k}: ${m}\n`).join('')}`);
    writeFileSync(file('cal.yaml'), "Cal: {'*': 1000}\n");
    const all = [file('p1.yaml'), file('mux.yaml'), file('cal.yaml')];
    const check = await econ('registers', 'check', ...all);
    expect(check.status).toBe(0);
    expect(check.stdout).toMatch(/mux.yaml: lies over Mux.0, Mux.1, Mux.2 of the files before it/);
    expect(check.stdout).toMatch(/cal.yaml: lies over Cal.0, Cal.1, Cal.2 and 45 more/);
    const converted = await econ('registers', 'convert', ...all, '--to', 'P1', '-o', file('all.yaml'));
    expect(converted.stderr).toMatch(/lies over Mux.0, Mux.1, Mux.2/);
    const laid = parseSettings(readFileSync(file('all.yaml'), 'utf8'), 'all.yaml');
    expect([...laid.mux.subarray(0, 4), laid.calibration[47], laid.etx]).toEqual([3, 2, 1, 3, 1000, 5]);
    expect((await econ('registers', 'diff', file('all.yaml'), ...all)).stdout).toBe('equal\n');
    const each = await econ('registers', 'check', '--each', ...all);
    expect(each.stdout).not.toMatch(/lies over/);
  });

  it('compares a read-back, registers that cannot be written included, with the settings it came from', async () => {
    writeFileSync(file('init.yaml'), 'ConfigAlgo:\n  Global: {alg_type: 2}\n');
    writeFileSync(file('good.txt'), '0014: 03\n049f: 42 12\n');
    writeFileSync(file('bad.txt'), '0014: 03\n049f: 43 12\n');
    const good = await econ('registers', 'diff', file('good.txt'), file('init.yaml'));
    expect([good.status, good.stdout]).toEqual([0, 'equal\n']);
    const bad = await econ('registers', 'diff', file('bad.txt'), file('init.yaml'));
    expect([bad.status, bad.stdout]).toEqual([1, '0x49f  ConfigAlgo.Global.alg_type  0x3 -> 0x2\n']);
  });

  it('splits a script into short bursts, the run bit in the last of them', async () => {
    const script = await econ(
      'registers',
      'convert',
      file('p1.yaml'),
      '--to',
      'script',
      '--map',
      'production',
      '--burst',
      '16',
    );
    const writes = script.stdout.split('\n').filter((l) => l.startsWith('write'));
    expect(Math.max(...writes.map((l) => l.replace(/ #.*/, '').split(' ').length - 3))).toBe(16);
    expect(writes.at(-1)).toMatch(/^write 20 03c5 00 00 80 # pusm_run, not in the settings$/);
    const real = await econ(
      'registers',
      'convert',
      file('p1.yaml'),
      '--to',
      'script',
      '--map',
      'production',
      '--no-commit',
    );
    expect(real.stdout).not.toMatch(/03c5/);
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
