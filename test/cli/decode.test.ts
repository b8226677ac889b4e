import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/base/index.js';
import { type ChipSettings, defaultSettings, keepMask, packetCharges } from '../../src/blocks/index.js';
import { cellPlaces, decodePackets, runChip, settingsToYaml } from '../../src/chips/index.js';
import { readWafers, writeLinkWords } from '../../src/dataset/index.js';
import { moduleNumber, triggerCells } from '../../src/detector/index.js';
import { receivedInMuxOrder, saveModel } from '../../src/model/index.js';
import { randomWords } from '../chips/random-chip.js';
import { randomModel } from '../model/sample.js';
import { econ, scratch } from './run-cli.js';

const folder = scratch();
const file = (name: string): string => join(folder, name);
const settings: ChipSettings = {
  ...defaultSettings('production'),
  algorithm: 'best-choice',
  highDensity: true,
  etx: 4,
  dropLsb: 1,
  useSum: false,
};
const words = randomWords(new Random(3), 'exponential', 120, 50);
writeFileSync(file('init.yaml'), settingsToYaml(settings));
writeLinkWords(file('in.csv.gz'), words, 12, 'RX_DATA');

describe('econ emulate and econ decode', () => {
  it('go from input words to output words to wafers', async () => {
    const emulate = ['emulate', '-q', '--config', file('init.yaml'), '--input', file('in.csv.gz')];
    const run = await econ(...emulate, '--output', file('out.csv'), '--json');
    expect(run.status).toBe(0);
    expect(JSON.parse(run.stdout)).toMatchObject({
      rows: 120,
      orbits: 3,
      oddOrbits: 2,
      algorithm: 'best-choice',
    });
    const decode = ['decode', '-q', '--config', file('init.yaml'), '--input', file('out.csv')];
    const text = await econ(...decode, '--output', file('cells.npy'), '--packets', file('packets.csv'));
    expect(text.stdout).toBe('120 packets from 120 BX, 0 damaged\n');
    const want = packetCharges(settings, decodePackets(settings, runChip(settings, words)), 'spread');
    expect((await readWafers(file('cells.npy'))).charges).toEqual(Uint32Array.from(want, Math.round));
    const lines = readFileSync(file('packets.csv'), 'utf8').trimEnd().split('\n');
    expect(lines).toHaveLength(121);
    expect(lines[0]).toBe('BX,flags,cells,sum');
    expect(lines[51]).toMatch(/^0,,9,\d/);

    await econ(...decode, '--output', file('tc.csv'), '--order', 'tc', '--remainder', 'dropped');
    const cells = (await readWafers(file('tc.csv'))).charges;
    const bare = packetCharges(settings, decodePackets(settings, runChip(settings, words)), 'dropped');
    for (const { number, preMux } of triggerCells) {
      for (let row = 0; row < 120; row++)
        expect(cells[48 * row + number]).toBe(Math.round(bare[48 * row + preMux]));
    }
  });

  it('a decoder that is told the module asks for it, and heeds it', async () => {
    const model = randomModel(3, 9, 'softmax', 'module');
    saveModel(file('model'), model);
    const own: ChipSettings = {
      ...defaultSettings('production'),
      algorithm: 'autoencoder',
      etx: 5,
      keepMask: keepMask(9),
      weights: model.encoder,
      arithmetic: model.arithmetic,
    };
    writeFileSync(file('ae.yaml'), settingsToYaml(own));
    writeLinkWords(file('ae.csv'), runChip(own, words), 13, 'TX_DATA');
    const decode = (output: string, ...more: string[]) =>
      econ(
        ...['decode', '-q', '--config', file('ae.yaml'), '--input', file('ae.csv'), '--output', file(output)],
        ...['--model', file('model'), ...more],
      );
    const silent = await decode('a.npy');
    expect([silent.status, silent.stderr]).toEqual([2, expect.stringContaining('Add --module layer,u,v')]);
    expect((await decode('a.npy', '--module', '9,0,0')).stderr).toContain('no module there');
    expect((await decode('a.npy', '--module', '9;0')).stderr).toContain('write layer,u,v');
    expect((await decode('a.npy', '--module', '9,-3,2')).status).toBe(0);
    expect((await decode('b.npy', '--module', '41,9,4')).status).toBe(0);
    const read = async (name: string) => (await readWafers(file(name))).charges;
    const packets = decodePackets(own, runChip(own, words));
    const modules = new Uint16Array(packets.count).fill(moduleNumber(9, -3, 2));
    expect(await read('a.npy')).toEqual(
      Uint32Array.from(receivedInMuxOrder(model, packets, modules), Math.round),
    );
    expect(await read('a.npy')).not.toEqual(await read('b.npy'));
  });

  it('refuses a model, registers and packets that do not belong together', async () => {
    saveModel(file('mine'), randomModel(4));
    saveModel(file('other'), randomModel(5));
    const registers = (change: Partial<ChipSettings> = {}): ChipSettings => ({
      ...defaultSettings('production'),
      algorithm: 'autoencoder',
      etx: 5,
      keepMask: keepMask(9),
      weights: randomModel(4).encoder,
      ...change,
    });
    const decode = async (s: ChipSettings, model: string, sent = registers()) => {
      writeFileSync(file('s.yaml'), settingsToYaml(s));
      writeLinkWords(file('s.csv'), runChip(sent, words), 13, 'TX_DATA');
      const args = ['--config', file('s.yaml'), '--input', file('s.csv'), '--output', file('s.npy')];
      return econ('decode', '-q', ...args, '--model', file(model));
    };
    expect((await decode(registers(), 'mine')).status).toBe(0);
    for (const [config, model, told] of [
      [registers(), 'other', 'not those of the model'],
      [registers({ keepMask: keepMask(5) }), 'mine', 'keep_auto_encoder_bits'],
      [settings, 'mine', 'select best-choice'],
    ] as const) {
      const { status, stderr } = await decode(config, model);
      expect([status, stderr]).toEqual([2, expect.stringContaining(told)]);
    }
    // Of packets of another algorithm none is whole.
    const args = ['--config', file('init.yaml'), '--input', file('s.csv'), '--output', file('s2.npy')];
    writeLinkWords(file('s.csv'), runChip(registers(), words), 13, 'TX_DATA');
    const { status, stderr } = await econ('decode', '-q', ...args);
    expect([status, stderr]).toEqual([2, expect.stringContaining('none of 120 packets')]);
    expect(existsSync(file('s2.npy'))).toBe(false);
  });

  it('damaged packets end with exit code 1 and are counted', async () => {
    const out = runChip(settings, words);
    out[13 * 7] ^= 0x10000000;
    writeLinkWords(file('bad.csv'), out, 13, 'TX_DATA');
    const result = await econ(
      ...['decode', '-q', '--config', file('init.yaml'), '--input', file('bad.csv')],
      ...['--output', file('x.csv'), '--json'],
    );
    expect(result.status).toBe(1);
    expect(JSON.parse(result.stdout)).toEqual({
      rows: 120,
      packets: 120,
      damaged: 1,
      flags: { bunchMismatch: 1 },
    });
  });

  it('name file and line of what is wrong with registers and words', async () => {
    const run = (input: string, config = file('init.yaml')) =>
      econ('emulate', '-q', '--config', config, '--input', input, '--output', file('never.csv'));
    const line = 'a0000000,'.repeat(11);
    writeFileSync(file('short.csv'), `${line}a0000000\n${line.slice(0, -1)}\n`);
    expect((await run(file('short.csv'))).stderr).toMatch(/short.csv, line 2/);
    writeFileSync(file('header.csv'), `${line}a0000000\n${line}70000000\n`);
    const header = await run(file('header.csv'));
    expect(header.status).toBe(2);
    expect(header.stderr).toMatch(/header.csv:2, column RX_DATA_11.*header 7/);
    writeFileSync(file('bad.yaml'), 'ConfigAlgo:\n  Global:\n    alg_type: 2\nMux:\n  48: 1\n');
    expect((await run(file('short.csv'), file('bad.yaml'))).stderr).toMatch(/bad.yaml:5.*Mux.48/);
    expect(
      (
        await econ(
          'decode',
          '-q',
          '--config',
          file('init.yaml'),
          '--input',
          file('in.csv.gz'),
          '--output',
          file('y.csv'),
        )
      ).stderr,
    ).toMatch(/12 columns instead of 13/);
  });
});

it('each mux output has its trigger cell by the table of the board, the first of several', () => {
  const straight = cellPlaces(defaultSettings('production'));
  expect([...straight].sort((a, b) => a - b)).toEqual(Array.from({ length: 48 }, (_, k) => k));
  const twice = cellPlaces({ ...defaultSettings('production'), mux: new Uint8Array(48).fill(5) });
  expect([...twice].filter((cell) => cell >= 0)).toEqual([triggerCells.find((c) => c.preMux === 5)?.number]);
  const p1 = cellPlaces({
    generation: 'P1',
    mux: Uint8Array.from({ length: 48 }, (_, k) => (k & ~3) + 3 - (k & 3)),
  });
  expect(p1).toEqual(straight);
});
