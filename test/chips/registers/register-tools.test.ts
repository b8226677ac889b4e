import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EconError, Random } from '../../../src/base/index.js';
import { type ChipSettings, defaultSettings } from '../../../src/blocks/index.js';
import {
  ALGORITHMS,
  diffImages,
  elementAddress,
  imageSettings,
  imageToScript,
  imageToText,
  imageToYaml,
  imageWrites,
  isDump,
  layers,
  parseSettings,
  publishedRegisters,
  type RegisterImage,
  readSettings,
  registerMap,
  registerRows,
  registersOfGeneration,
  registerTable,
  resetImage,
  runChip,
  settingsAdvice,
  settingsImage,
  settingsToYaml,
  systemRdl,
  toGeneration,
  writesToText,
} from '../../../src/chips/index.js';
import { packWeights, zeroWeights } from '../../../src/encoder/index.js';
import { randomSettings, randomWords } from '../random-chip.js';
import { announceSkip, haveVectors, hexText, vectors } from '../vectors.js';
import { rdlBytes } from './rdl.js';

/** The registers that a text of any form says. */
const imageOf = (text: string, name = 'x'): RegisterImage => layers([{ text, name }]).image;

const generations = ['P1', 'production'] as const;

/** Settings that the registers of the generation can hold, with nothing that is not a register. */
function holdable(random: Random, generation: (typeof generations)[number]): ChipSettings {
  const s = randomSettings(random, generation);
  const algorithm = ALGORITHMS[random.below(5)];
  return {
    ...s,
    algorithm,
    stcType: random.below(generation === 'P1' ? 4 : 5),
    stcTie: 'highest',
    arithmetic: 'econt',
    linkResetPattern: generation === 'P1' ? s.idlePattern : s.linkResetPattern,
    weights: algorithm === 'autoencoder' ? s.weights : zeroWeights(),
  };
}

function errorOf(action: () => unknown): EconError {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(EconError);
    return error as EconError;
  }
  throw new Error('no error was thrown');
}

describe('register images', () => {
  it('reset images are the power-up settings', () => {
    for (const generation of generations)
      expect(imageSettings(resetImage(generation))).toEqual(defaultSettings(generation));
  });

  it('settings, registers, bytes, I2C script and YAML become each other without loss', () => {
    const random = new Random(12);
    for (let turn = 0; turn < 14; turn++) {
      const settings = holdable(random, generations[turn % 2]);
      const image = settingsImage(settings);
      expect(imageSettings(image)).toEqual(settings);
      const bytes = imageToText(image);
      const script = imageToScript(image, { commit: settings.generation === 'production', burst: 1 + turn });
      for (const text of [bytes, script]) {
        expect(isDump(text)).toBe(true);
        const back = imageOf(text);
        expect(back.generation).toBe(settings.generation);
        expect(imageSettings(back)).toEqual(settings);
        expect(diffImages(image, back).differences).toEqual([]);
      }
      expect(isDump(settingsToYaml(settings))).toBe(false);
      expect(parseSettings(settingsToYaml(settings), 'y')).toEqual(settings);
    }
  });

  it('puts fields where the specification has them', () => {
    const production: ChipSettings = {
      ...defaultSettings('production'),
      algorithm: 'repeater',
      highDensity: true,
      etx: 13,
      useSum: false,
      bufferT1: 0x152,
      bufferT3: 25,
      stcType: 3,
    };
    const at = (settings: ChipSettings, address: number, count: number): number[] => [
      ...settingsImage(settings).bytes.subarray(address, address + count),
    ];
    expect(at(production, 0x49f, 2)).toEqual([0x4b, 0x12]);
    expect(at(production, 0x540, 5)).toEqual([0x52, 0x01, 0xff, 0x01, 25]);
    expect(at(production, 0x545, 2)).toEqual([0xfb, 0xff]);
    expect(at(production, 0x547, 2)).toEqual([0xaa, 0x05]);
    expect(at(production, 0x55b, 2)).toEqual([0x22, 0x01]);
    const mux = defaultSettings('production').mux.with(5, 47);
    expect(at({ ...production, mux }, 0x40f + 4, 3)).toEqual([4, 47, 6]);
    const thresholds = new Uint32Array(48).fill(0x123456, 2, 3);
    expect(at({ ...production, thresholds }, 0x4ae + 6, 3)).toEqual([0x56, 0x34, 0x12]);
    // P1: 2 eTx, use_sum 1, type 1 make 0x25 after reset.
    expect(at(defaultSettings('P1'), 0x3b0, 1)).toEqual([0x25]);
    expect(at({ ...production, generation: 'P1', keepMask: 0x18000n }, 0x3b0, 3)).toEqual([0xd3, 1, 0]);
    expect(at({ ...production, generation: 'P1', keepMask: 0x18000n }, 0x3c1, 2)).toEqual([0, 0x80]);
    const weights = zeroWeights();
    weights.layers[0].kernel[0] = -1;
    const own: ChipSettings = { ...production, algorithm: 'autoencoder', weights };
    expect(at(own, 0x600, 1)).toEqual([63]);
    expect(at({ ...own, generation: 'P1' }, 0x538, 1)).toEqual([63]);
    expect(at(own, 0x686, 134)).toEqual([...packWeights(weights).subarray(134, 268)]);
  });

  it('a P1 file made production, and back, has the same words', () => {
    const random = new Random(13);
    for (let turn = 0; turn < 10; turn++) {
      const p1 = { ...holdable(random, 'P1'), algorithm: 'repeater' as const, mux: shuffled(random) };
      const production = toGeneration(p1, 'production');
      const words = randomWords(random, 'uniform', 10, 10);
      expect(hexText(runChip(production, words))).toBe(hexText(runChip(p1, words)));
      expect(toGeneration(production, 'P1')).toEqual(p1);
    }
  });

  it('refuses what a register cannot hold', () => {
    const bad = { ...defaultSettings('P1'), stcType: 4 };
    expect(errorOf(() => settingsImage(bad)).message).toMatch(/stc_type: 4 is none of 0\.\.3/);
    const none = (text: string) => errorOf(() => imageSettings(imageOf(text))).message;
    expect(none('0545: 01 00\n')).toMatch(/active_etxs: 0 is none of masks/);
  });

  it('names file and line of a bad dump or script', () => {
    const message = (text: string): string => errorOf(() => imageOf(text, 'regs.txt')).message;
    expect(message('# econ\n040f: 01\nhello\n')).toMatch(/^regs.txt:3: "hello" is no register write/);
    expect(message('0ce5: 01\n')).toMatch(/^regs.txt:1: 0xce5 is no register, but holds 0x001/);
    expect(message('write 20 0ce4 01\n')).toMatch(/^regs.txt:1: 0xce4 is no register that can be written/);
    expect(message('040f: 01 2\n')).toMatch(/regs.txt:1/);
    expect(message('# P1 map\n\n0c90: 01\n')).toMatch(/^regs.txt:3: 0xc90/);
  });
});

describe('blocks that do not act on the data path', () => {
  const own = { ...defaultSettings('production'), algorithm: 'best-choice' as const };
  const yaml = (text: string): string => `${settingsToYaml(own)}\n${text}`;
  const others = yaml(
    'ERx:\n  3:\n    enable: false\n    equalizer: 2\nchAligner:\n  11:\n    seed_in: 0x1234\nAligner:\n  Global:\n    match_pattern_val: 0x123456789abcdef0\n',
  ).replace(
    'FormatterBuffer:\n  Global:\n',
    (head) => `${head}    etx_pattern: 5\n    align_serializer_2: 7\n`,
  );

  it('are set in registers, and come back from bytes and script', () => {
    const image = imageOf(others);
    expect(image.bytes[0x3e4 + 3]).toBe(0x14);
    expect([...image.bytes.subarray(0x40 * 11 + 2, 0x40 * 11 + 4)]).toEqual([0x34, 0x12]);
    expect([...image.bytes.subarray(0x381, 0x389)]).toEqual([0xf0, 0xde, 0xbc, 0x9a, 0x78, 0x56, 0x34, 0x12]);
    expect([...image.bytes.subarray(0x55b, 0x55d)]).toEqual([0x22, 0x29]);
    expect(image.bytes[0x55d + 2]).toBe(7);
    expect(imageSettings(image)).toEqual(own);
    const script = writesToText(imageWrites(image, { commit: true }), 'production');
    for (const text of [imageToText(image), script, imageToYaml(image)])
      expect(diffImages(imageOf(text), image).differences).toEqual([]);
    expect(parseSettings(imageToYaml(image), 'z')).toEqual(own);
    expect(imageToYaml(settingsImage(own))).toBe(settingsToYaml(own));
  });

  it('errors name file and line', () => {
    const message = (text: string): string => errorOf(() => imageOf(yaml(text), 'a.yaml')).message;
    const line = settingsToYaml(own).split('\n').length + 3;
    expect(message('ERx:\n  3:\n    enable: 2\n')).toContain(
      `a.yaml:${line}: ERx.3.enable is 2, outside 0..1.`,
    );
    expect(message('ERx:\n  15:\n    enable: 1\n')).toContain(
      `a.yaml:${line}: ERx.15.enable is not a register`,
    );
    expect(message('ERx:\n  Global:\n    enable: 1\n')).toContain('is not a register');
    expect(message('Aligner:\n  Global:\n    donne: 1\n')).toContain('Did you mean Aligner.Global.done?');
  });
});

describe('what is told of settings', () => {
  it('differences by field', () => {
    const a = defaultSettings('production');
    const mux = a.mux.with(7, 0);
    const b: ChipSettings = { ...a, mux, bufferT1: 100, useSum: false, etx: 3 };
    expect(diffImages(settingsImage(a), settingsImage(b)).differences).toEqual([
      { path: 'Mux.7', address: 0x416, a: 7n, b: 0n },
      { path: 'FormatterBuffer.Global.buff_t1', address: 0x540, a: 48n, b: 100n },
      { path: 'FormatterBuffer.Global.use_sum', address: 0x544, a: 1n, b: 0n },
      { path: 'FormatterBuffer.Global.active_etxs', address: 0x545, a: 3n, b: 7n },
    ]);
  });

  it('advice for what is legal and rarely meant, none for the published cases', () => {
    const good: ChipSettings = { ...defaultSettings('production'), algorithm: 'best-choice', etx: 5 };
    expect(settingsAdvice(good)).toEqual([]);
    const told = (change: Partial<ChipSettings>): string => settingsAdvice({ ...good, ...change }).join(' ');
    expect(told({ dropLsb: 6 })).toMatch(/drop_lsb: 6 is above 4/);
    expect(told({ mux: good.mux.with(3, 50) })).toMatch(
      /1 outputs select an input above 47.*1 inputs feed no output \(3\)/,
    );
    expect(told({ calibration: good.calibration.with(0, 0) })).toMatch(/1 factors are 0/);
    expect(told({ algorithm: 'super-trigger-cell', stcType: 1, etx: 3 })).toMatch(/sends zeros only/);
    expect(told({ algorithm: 'super-trigger-cell', stcType: 0, etx: 3 })).toMatch(/8 of 12 groups/);
    expect(told({ algorithm: 'repeater', etx: 10 })).toMatch(/needs 11 eTx/);
    expect(told({ algorithm: 'autoencoder' })).toMatch(/weights: all are 0/);
    const sum = told({ algorithm: 'threshold-sum', bufferT1: 432, bufferT2: 100 });
    expect(sum).toMatch(/432 is above 400.*from 101 words.*every packet has 25 words; 5 eTx carry 10/);
    expect(told({ algorithm: 'threshold-sum', bufferT1: 20 })).toMatch(
      /more than 36 cells never fit 20 words/,
    );
  });

  it('a listing with every register of the map, changed ones marked', () => {
    const rows = registerRows(settingsImage({ ...defaultSettings('production'), etx: 5 }));
    expect(rows).toHaveLength(registerMap.reduce((n, r) => n + r.count, 0));
    expect(rows.filter((r) => r.changed).map((r) => r.name)).toEqual(['links']);
    const text = registerTable(registerRows('P1', 'formatterbuffer'));
    expect(text).toMatch(
      /0x3b0 {2}FormatterBuffer\.config +rw {2}0x25 +stc_type 1, use_sum 1, eporttx_numen 2/,
    );
  });
});

describe('SystemRDL', () => {
  it.each(generations)('has every byte of the %s map at its address', (generation) => {
    const found = rdlBytes(systemRdl(publishedRegisters(generation), []));
    const want = new Map<number, string>();
    for (const r of registersOfGeneration(generation)) {
      for (let index = 0; index < r.count; index++) {
        for (let b = 0; b < r.bytes; b++) {
          const bits = r.fields.some((f) => f.lsb < 8 * b + 8 && f.lsb + f.width > 8 * b);
          if (bits) want.set(elementAddress(r, index) + b, r.name);
        }
      }
    }
    expect([...found.keys()].sort((a, b) => a - b)).toEqual([...want.keys()].sort((a, b) => a - b));
  });

  it('has the reset values of the mux one by one, and escapes nothing it should not', () => {
    const text = systemRdl(publishedRegisters('production'), []);
    expect(text).toMatch(/reset = 0x2f; } mux\[5:0\];\n {2}} Mux_mux_47 @0x43e;/);
    expect(text).toMatch(/} alg_type\[2:0\];/);
    expect(text.match(/{/g)?.length).toBe(text.match(/}/g)?.length);
  });
});

announceSkip();
describe.skipIf(!haveVectors)('published settings', () => {
  it.each(['mcDataset/AE', 'mcDataset/BC_5eTx', 'mcDataset/TS_Thr47_5eTx_MRL'])('%s as registers', (name) => {
    const settings = readSettings(join(vectors, name, 'init.yaml'));
    expect(imageSettings(settingsImage(settings))).toEqual(settings);
    expect(settingsAdvice(settings)).toEqual([]);
  });
});

function shuffled(random: Random): Uint8Array {
  return random.shuffle(Uint8Array.from({ length: 48 }, (_, k) => k));
}
