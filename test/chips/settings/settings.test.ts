import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EconError, Random } from '../../../src/base/index.js';
import { ALL_BITS, type ChipSettings, defaultSettings, keepMask } from '../../../src/blocks/index.js';
import { ALGORITHMS, parseSettings, readSettings, settingsToYaml } from '../../../src/chips/index.js';
import { zeroWeights } from '../../../src/encoder/index.js';
import { randomWeights } from '../examples.js';
import { announceSkip, haveVectors, vectors } from '../vectors.js';

const production = (text: string): string =>
  `ConfigAlgo:\n  Global:\n    alg_type: 2\n    alg_high_density: 1\n${text}`;
const prototype = (text: string): string => `Algorithm:\n  Global:\n    select: 2\n    density: 1\n${text}`;
const format = (text: string): string => `FormatterBuffer:\n  Global:\n    ${text}\n`;

function errorOf(text: string): EconError {
  try {
    parseSettings(text, 'init.yaml');
  } catch (error) {
    expect(error).toBeInstanceOf(EconError);
    return error as EconError;
  }
  throw new Error('no error was thrown');
}

describe('dialects', () => {
  it('production gives links as a mask, P1 as a count', () => {
    expect(parseSettings(production(format('active_etxs: 0x1f')), 'a').etx).toBe(5);
    expect(parseSettings(production(format('active_etxs: 0x1FFF')), 'a').etx).toBe(13);
    expect(parseSettings(production(format('active_etxs: 5')), 'a').etx).toBe(2);
    expect(parseSettings(prototype(format('active_etxs: 5')), 'a').etx).toBe(5);
  });

  it('missing registers take the power-up values', () => {
    const p = parseSettings(production(''), 'a');
    const want = {
      ...defaultSettings('production'),
      algorithm: 'best-choice',
      highDensity: true,
    };
    expect(p).toEqual(want);
    expect(p.etx).toBe(2);
    const q = parseSettings(prototype(''), 'a');
    expect(q.generation).toBe('P1');
    expect(q.algorithm).toBe('best-choice');
    expect(q.etx).toBe(2);
  });

  it('takes drop_lsb in both forms, and the idle pattern from its register alone, unless told otherwise', () => {
    expect(parseSettings(prototype('AlgoDroplsb:\n  Global: 3\n'), 'a').dropLsb).toBe(3);
    expect(parseSettings(production('AlgoDroplsb:\n  Global:\n    drop_lsb: 1\n'), 'a').dropLsb).toBe(1);
    const reset = production(format('link_reset_pattern: 5'));
    expect(parseSettings(reset, 'a').idlePattern).toBe(1450);
    expect(parseSettings(reset, 'a', { idleFromLinkReset: true }).idlePattern).toBe(5);
    const both = format('link_reset_pattern: 5\n    idle_pattern: 6');
    for (const idleFromLinkReset of [false, true])
      expect(parseSettings(production(both), 'a', { idleFromLinkReset }).idlePattern).toBe(6);
  });

  it('joins the two P1 masks: mask_ae2 is bits 15:0', () => {
    const s = parseSettings(prototype(format('mask_ae: 0x1\n    mask_ae2: 0x8000')), 'a');
    expect(s.keepMask).toBe(0x18000n);
  });

  it('takes blocks that do not act on the data', () => {
    const text = production(
      "ERx:\n  0:\n    enable: true\nchAligner: {'11': {patt_en: 1}}\nFormatterBuffer:\n  Global:\n    etx_pattern: 2\n",
    );
    expect(parseSettings(text, 'a').algorithm).toBe('best-choice');
  });
});

describe('writing and reading again', () => {
  for (const generation of ['P1', 'production'] as const) {
    it(`gives the same settings (${generation})`, () => {
      const random = new Random(8);
      for (const algorithm of ALGORITHMS) {
        const settings: ChipSettings = {
          ...defaultSettings(generation),
          algorithm,
          highDensity: random.below(2) === 1,
          dropLsb: random.below(8),
          etx: 1 + random.below(13),
          mux: Uint8Array.from({ length: 48 }, () => random.below(64)),
          calibration: Uint16Array.from({ length: 48 }, () => random.below(4096)),
          thresholds: Uint32Array.from({ length: 48 }, () => random.below(2 ** 22)),
          bufferT1: random.below(512),
          bufferT2: random.below(512),
          bufferT3: random.below(32),
          stcType: random.below(generation === 'P1' ? 4 : 5),
          useSum: random.below(2) === 1,
          idlePattern: 777,
          linkResetPattern: generation === 'P1' ? 777 : 888,
          keepMask: keepMask(random.below(10)),
          weights: algorithm === 'autoencoder' ? randomWeights(random) : zeroWeights(),
        };
        expect(parseSettings(settingsToYaml(settings), 'x')).toEqual(settings);
      }
    });
  }
});

describe('bad settings name file, line and remedy', () => {
  const weights = settingsToYaml({ ...defaultSettings('production'), algorithm: 'autoencoder' });
  const lineOf = (text: string, part: string): number => text.slice(0, text.indexOf(part)).split('\n').length;
  const cases: [string, string, number, RegExp][] = [
    ['an unknown block', production('Muxx:\n  0: 1\n'), 6, /Muxx\.0 is not a register/],
    ['an unknown register', production(format('active_etx: 3')), 7, /active_etx is not a register/],
    [
      'a name that JavaScript objects have',
      production('constructor:\n  0: 1\n'),
      6,
      /constructor\.0 is not a reg/,
    ],
    ['a mux output beyond 47', production('Mux:\n  48: 1\n'), 6, /Mux\.48 is not a register/],
    ['a mux value beyond 6 bits', production('Mux:\n  3: 64\n'), 6, /Mux\.3 is 64, outside 0\.\.63/],
    ['a negative calibration', prototype('Cal:\n  0: -1\n'), 6, /Cal\.0 is -1, outside 0\.\.4095/],
    [
      'an algorithm beyond 3 bits',
      'ConfigAlgo:\n  Global:\n    alg_type: 8\n',
      3,
      /alg_type is 8, outside 0\.\.7/,
    ],
    ['no active link', production(format('active_etxs: 0')), 7, /0 is none of masks of 13 bits/],
    ['14 links', prototype(format('active_etxs: 14')), 7, /14 is none of counts from 1 to 13/],
    [
      'a keep mask of 145 bits',
      production(format(`keep_auto_encoder_bits: 0x1${'0'.repeat(36)}`)),
      7,
      /outside/,
    ],
    ['text for a number', production('Mux:\n  0: zero\n'), 6, /Mux\.0 holds "zero", not an integer/],
    ['a fraction', production('Cal:\n  0: 1.5\n'), 6, /Cal\.0 holds 1\.5, not an integer/],
    ['nothing for a number', production('Mux:\n  0:\n'), 6, /Mux\.0 holds nothing/],
    ['a list in a list', production('Mux: [1, [2]]\n'), 5, /Mux\.1\.0 is not a register/],
    ['a list that is too long', production(`Mux: [${'1, '.repeat(49)}]\n`), 5, /Mux\.48 is not a register/],
    [
      'both dialects',
      production('Algorithm:\n  Global:\n    select: 4\n'),
      7,
      /Algorithm.* P1 dialect, .*line 3.*exclude/,
    ],
    ['a P1 register in production', production(format('mask_ae: 1')), 7, /mask_ae belongs to the P1 dialect/],
    [
      'the kept bits in both dialects',
      prototype(format('mask_ae: 1\n    keep_auto_encoder_bits: 1')),
      8,
      /keep_auto_encoder_bits belongs to the production dialect/,
    ],
    [
      'a block that the nested layout has not',
      'ECON-T:\n  RW:\n    X: 1\n',
      3,
      /X is not a register of the nested/,
    ],
    ['broken YAML', 'ConfigAlgo:\n  Global: {alg_type: 4\nMux:\n', 3, /not YAML/],
    ['lists within lists', `Mux:\n  ${'- '.repeat(60_000)}1\n`, 2, /more than 200 deep/],
    ['no map', 'just text\n', 1, /not a map/],
    ['an empty file', '', 1, /empty/],
    [
      'the autoencoder without weights',
      'Mux:\n  0: 1\nConfigAlgo:\n  Global:\n    alg_type: 4\n',
      5,
      /no block Encoder/,
    ],
    [
      'the autoencoder of P1 without weights',
      'Algorithm:\n  Global:\n    select: 4\n',
      3,
      /no block Encoder/,
    ],
    [
      'a weight register missing',
      weights.replace(/ {4}weights_byte64: .*\n(?! {4}weights_byte96)/, ''),
      lineOf(weights, 'alg_type'),
      /Encoder\.0\.weights_byte64 is missing/,
    ],
    [
      'a weight block missing',
      weights.slice(0, weights.indexOf('  11:\n    weights_byte0')),
      lineOf(weights, 'alg_type'),
      /Encoder\.11\.weights_byte0, .* and 6 more is missing/,
    ],
    [
      'a weight register beyond its 6 bytes',
      weights.replace(/weights_byte128: .*/, `weights_byte128: 0x1${'0'.repeat(12)}`),
      lineOf(weights, 'weights_byte128'),
      /weights_byte128 is 281474976710656, outside/,
    ],
    [
      'a weight register that is none',
      production('Encoder:\n  0:\n    weights_byte8: 1\n'),
      7,
      /weights_byte8 is not/,
    ],
  ];
  it.each(cases)('%s', (_, text, line, message) => {
    const error = errorOf(text);
    expect(error.message).toMatch(message);
    expect(error.where).toBe(`init.yaml:${line}`);
    expect(error.remedy.length).toBeGreaterThan(10);
  });

  it('packets of the autoencoder can be read without its weights', () => {
    const text = 'Algorithm:\n  Global:\n    select: 4\n';
    expect(parseSettings(text, 'a', { withoutWeights: true }).weights).toEqual(zeroWeights());
  });

  it('a file that is not there', () => {
    expect(() => readSettings('/nowhere/init.yaml')).toThrow(/nowhere.*ENOENT/);
  });
});

announceSkip();
describe.skipIf(!haveVectors)('published settings', () => {
  it('holds the 6-bit integers that were unpacked for us by others', () => {
    const folder = join(vectors, 'mcDataset/AE');
    const json = JSON.parse(readFileSync(join(folder, 'encoder.json'), 'utf8'));
    const published = json.from_init_yaml_int6;
    const { weights, keepMask: mask, etx } = readSettings(join(folder, 'init.yaml'));
    expect(Array.from(weights.layers[0].kernel)).toEqual(published.conv_kernel.flat(3));
    expect(Array.from(weights.layers[0].bias)).toEqual(published.conv_bias);
    expect(Array.from(weights.layers[1].kernel)).toEqual(published.dense.flat());
    expect(Array.from(weights.layers[1].bias)).toEqual(published.dense_bias);
    expect([mask, etx]).toEqual([ALL_BITS, 5]);
  });

  it('survives writing and reading', () => {
    for (const one of ['mcDataset/AE', 'mcDataset/BC_5eTx', 'counterPatternInTC_by2/RPT_MUX_7']) {
      const settings = readSettings(join(vectors, one, 'init.yaml'));
      expect(parseSettings(settingsToYaml(settings), one)).toEqual(settings);
    }
  });
});
