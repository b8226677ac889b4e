import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { EconError, packageRoot, Random } from '../../../src/base/index.js';
import { defaultSettings, type Generation } from '../../../src/blocks/index.js';
import {
  diffImages,
  imageToScript,
  imageToText,
  imageToYaml,
  inGeneration,
  layers,
  parseSettings,
  placesOf,
  type RegisterImage,
  readBits,
  readLayers,
  registersOfGeneration,
  runChip,
  setFields,
  settingsOf,
  settingsToYaml,
} from '../../../src/chips/index.js';
import { randomWords } from '../random-chip.js';
import { hexText } from '../vectors.js';

const folder = mkdtempSync(join(tmpdir(), 'econ-settings-'));
afterAll(() => rmSync(folder, { recursive: true }));

const read = (text: string, name = 'a.yaml') => layers([{ text, name }]);
/** What a text says, by public path. */
const said = (text: string): Record<string, number> =>
  Object.fromEntries(setFields(read(text).image).map((f) => [f.path, Number(f.value)]));

function errorOf(action: () => unknown): EconError {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(EconError);
    return error as EconError;
  }
  throw new Error('no error was thrown');
}

/** Every form of an image, and the map it is in. */
function forms(image: RegisterImage): [string, string][] {
  const maps = (['production', 'P1'] as const).map((g) => [g, inGeneration(image, g)] as const);
  return maps.flatMap(([g, made]): [string, string][] => [
    [`${g} YAML`, imageToYaml(made)],
    [`${g} bytes`, imageToText(made)],
    [`${g} script`, imageToScript(made, { commit: g === 'production', burst: 16 })],
    [`${g} script for a real chip`, imageToScript(made, { commit: false })],
  ]);
}

/** Asserts that an image comes back from every form as it was. */
function comesBack(image: RegisterImage): void {
  for (const [form, text] of forms(image)) {
    const back = inGeneration(read(text, form).image, image.generation);
    expect(diffImages(image, back).differences, form).toEqual([]);
    // And nothing that was said is lost.
    const paths = new Set(setFields(back).map((f) => f.path));
    const lost = setFields(image).filter((f) => !paths.has(f.path) && !/pusm_run/.test(f.path));
    expect(
      lost.map((f) => f.path),
      form,
    ).toEqual([]);
  }
}

describe('layouts of settings', () => {
  const nested = (text: string): string => `ECON-T:\n RW:\n${text}`;

  it('flat P1, with the names of the chip', () => {
    const text = `
FmtBuf:
  Global: {eporttx_numen: 3, tx_sync_word: 0x1aa, use_sum: 0}
AlgoDroplsb:
  Global: 1
Algorithm:
  Global: {select: 1, density: 1}
Pll:
  Global: {vco_cap_select: 27, enable_ser: 1}
ERx:
  05: {ch_ch_equalizer: 2, ch_enable: 0}
Aligner:
  Global:
    match_pattern: {00: 0x95555555, 01: 0xa5555555}
`;
    const reading = read(text);
    expect(reading.image.generation).toBe('P1');
    const s = settingsOf(reading);
    expect([s.algorithm, s.etx, s.idlePattern, s.useSum, s.dropLsb]).toEqual([
      'super-trigger-cell',
      3,
      0x1aa,
      false,
      1,
    ]);
    expect([...reading.image.bytes.subarray(0x381, 0x389)]).toEqual([
      0x55, 0x55, 0x55, 0x95, 0x55, 0x55, 0x55, 0xa5,
    ]);
    // Power-up value of the PLL register with its 9 bits from bit 31 on changed to 27.
    expect(said(text)['Pll.Global.vco_cap_select']).toBe(27);
    expect(reading.image.bytes[0x4e6 + 5]).toBe(0x14);
    comesBack(reading.image);
  });

  it('nested, with * names, lists, whole registers and parameters', () => {
    const text = nested(`
  MFC_MUX_SELECT:
   registers:
    mux_select_*:
     value: [${Array.from({ length: 48 }, (_, k) => 47 - k).join(', ')}]
  CH_ALIGNER_*INPUT_ALL:
   registers:
    config: {params: {patt_en: {param_value: 1}}}
    seed_in: {value: 0x1_2}
  CH_ALIGNER_4INPUT_ALL:
   registers:
    seed_in: {value: 0b101}
  ERX_ALL:
   registers:
    config_ch_*: {n_iterations: 12, params: {ch_equalizer: {param_value: 3}}}
  ETX_ALL:
   registers:
    config_mux_*: {value: [0x0c0d, 0x0c0d, 0x0c0d, 0x0001]}
  PLL_ALL:
   registers:
    pll_bytes_17to13: {params: {fromMemToLJCDR_CBOvcoCapSelect: {param_value: 0x1b}}}
  AUTOENCODER_*INPUT:
   registers:
    weights_byte128: {value: 0x060504030201}
  MISC_ALL:
   registers:
    misc_rw_0: {params: {run: {param_value: 1}}}
`);
    const values = said(text);
    expect([values['Mux.0'], values['Mux.47']]).toEqual([47, 0]);
    expect([values['ChAligner.3.seed_in'], values['ChAligner.4.seed_in']]).toEqual([18, 5]);
    expect([values['ChAligner.11.patt_en'], values['ERx.11.ch_ch_equalizer']]).toEqual([1, 3]);
    expect([values['ETx.3.mux_enable'], values['ETx.0.mux_drive_strength']]).toEqual([1, 3]);
    expect([values['Pll.Global.vco_cap_select'], values['Misc.Global.run']]).toEqual([27, 1]);
    expect([...read(text).image.bytes.subarray(0x538 + 143 + 128, 0x538 + 143 + 134)]).toEqual([
      1, 2, 3, 4, 5, 6,
    ]);
    comesBack(read(text).image);
  });

  it('nested: a missing colon is named, wherever it stands', () => {
    const text = nested(`
  MFC_ALGORITHM_SEL_DENSITY:
   registers:
    algo: {params: {select: {params_value: 0}}}
  ALGO_DROPLSB:
   registers:
    drop_lsb:
     value 0x3
  ALGO_THRESHOLD_VAL:
   registers:
    threshold_val_*:
     value [0x0, 0x0,
            0x0]
`);
    const error = errorOf(() => read(text));
    expect(error.where).toBe('a.yaml:10');
    expect(error.message).toMatch(/colon after "value" is missing.*in line 14.*Write "value: ..."/);
    const mended = text.replaceAll('value 0x3', 'value: 3').replace('value [', 'value: [');
    expect(errorOf(() => read(mended)).message).toMatch(/a.yaml:6: .*params_value is no key.*param_value/);
    const short = mended.replace('params_value', 'param_value').replace('0x0]', `0x0${', 0'.repeat(46)}]`);
    expect(errorOf(() => read(short)).message).toMatch(
      /more values than threshold_val_\* has elements \(48\)/,
    );
    const wrong = nested('  FMTBUFF_ALL: {registers: {buff_t1: {value: 1}}}\n');
    expect(errorOf(() => read(wrong)).remedy).toMatch(/Did you mean FMTBUF_ALL\.registers/);
    const parameter = nested('  MISC_ALL: {registers: {misc_rw_0: {params: {runn: {param_value: 1}}}}}\n');
    expect(errorOf(() => read(parameter)).message).toMatch(/no parameter runn. It has: rw_ecc_err_clr, run/);
  });

  it('names as pflib writes them, and every public name of the map', () => {
    expect(
      said('FORMATTERBUFFER:\n  GLOBAL_ACTIVE_ETXS: 6\nERX:\n  6_ENABLE: 0\n  MUX01_ENABLE: 0\n'),
    ).toEqual({
      'FormatterBuffer.Global.active_etxs': 6,
      'ERx.6.enable': 0,
      'ERx.Mux01.enable': 0,
    });
    for (const generation of ['production', 'P1'] as const) {
      const places = [...placesOf(generation).values()].filter((p) => p.field && p.field.access !== 'ro');
      const marker = generation === 'P1' ? 'Algorithm.Global.select' : 'ConfigAlgo.Global.alg_type';
      for (const place of places) {
        const text = yamlOf({ [marker]: 0, [place.path]: 1 });
        const { image } = read(text);
        expect(readBits(image, place), place.path).toBe(1n);
      }
      expect(places.length).toBeGreaterThan(400);
      expect(new Set(places.map((p) => p.path)).size).toBe(places.length);
    }
  });

  it('numbers as the Python of test stands reads them, told where that surprises', () => {
    const text = 'Mux: [010, 008, 0b11, 0x1_0, 1_0, true]\nConfigAlgo: {Global: {alg_type: 2}}\n';
    const reading = read(text);
    expect([...settingsOf(reading).mux.subarray(0, 6)]).toEqual([8, 8, 3, 16, 10, 1]);
    expect(reading.notes.join(' ')).toMatch(/Mux.0: 010 is octal .* read as 8.*Mux.1: 008 is no octal/);
  });

  it('equal keys: the later counts, and both lines are told', () => {
    const reading = read('Cal:\n  01: 1\n  01: 2\nConfigAlgo: {Global: {alg_type: 2}}\n');
    expect(settingsOf(reading).calibration[1]).toBe(2);
    expect(reading.notes).toEqual([expect.stringMatching(/^a.yaml:3: Cal.1 stands twice \(line 2, too\)/)]);
  });

  it('lists of names and values, blocks that are empty, lists for the elements of a parameter', () => {
    const want = { 'FormatterBuffer.Global.buff_t1': 50, 'ERx.3.enable': 0 };
    expect(said('name,value\nFormatterBuffer.Global.buff_t1,50\nERX.3_ENABLE,0x0\n')).toEqual(want);
    expect(said('#page,parameter,value\nFORMATTERBUFFER,GLOBAL_BUFF_T1,50\nERX,3_ENABLE,0\n')).toEqual(want);
    expect(errorOf(() => read('ERx.3.enable,0\nERx.3.enabel,1\n')).message).toMatch(
      /a.yaml:2: .*mean ERx.3.enable\?/,
    );
    const empty = read('Mux:\nERx:\n  3: {enable: 0}\n');
    expect(empty.notes).toContain('a.yaml:1: Mux is empty.');
    expect(setFields(empty.image)).toHaveLength(1);
    const list = '  ERX_ALL: {registers: {config_ch_*: {params: {enable: {param_value: [1, 0, 1]}}}}}\n';
    expect(said(nested(list))).toEqual({ 'ERx.0.ch_enable': 1, 'ERx.1.ch_enable': 0, 'ERx.2.ch_enable': 1 });
  });

  it('anchors, aliases and merged maps', () => {
    expect(
      said('ERx:\n  0: &all {enable: 0, equalizer: 2}\n  1: *all\n  2: {<<: *all, enable: 1}\n'),
    ).toEqual({
      'ERx.0.enable': 0,
      'ERx.0.equalizer': 2,
      'ERx.1.enable': 0,
      'ERx.1.equalizer': 2,
      'ERx.2.enable': 1,
      'ERx.2.equalizer': 2,
    });
    expect(errorOf(() => read('ERx: &a\n  0: *a\n')).message).toMatch(/too deep/);
  });

  it('a mux without its block only when it can be nothing else', () => {
    const list = (value: (k: number) => number): string =>
      Array.from({ length: 48 }, (_, k) => `  ${String(k).padStart(2, '0')}: ${value(k)}\n`).join('');
    const reading = read(list((k) => 47 - k));
    expect([settingsOf(reading).mux[0], reading.notes.length]).toEqual([47, 2]);
    expect(errorOf(() => read(list(() => 2048))).remedy).toMatch(/Put the name of the block before them/);
  });

  it('a link mask stays as it is, and its ones are counted', () => {
    for (const [mask, etx] of [
      [6, 2],
      [13, 3],
      [0x1ffe, 12],
    ]) {
      const { image } = read(
        yamlOf({ 'ConfigAlgo.Global.alg_type': 2, 'FormatterBuffer.Global.active_etxs': mask }),
      );
      expect(settingsOf({ image, notes: [], where: () => undefined, dump: false }).etx).toBe(etx);
      expect(said(imageToYaml(image))['FormatterBuffer.Global.active_etxs']).toBe(mask);
      comesBack(image);
    }
  });

  it('a link mask outlives the settings, unless another number of links is asked for', () => {
    const settings = parseSettings(
      yamlOf({ 'ConfigAlgo.Global.alg_type': 2, 'FormatterBuffer.Global.active_etxs': 6 }),
      'x',
    );
    const mask = (s: typeof settings): number =>
      said(settingsToYaml(s))['FormatterBuffer.Global.active_etxs'];
    expect([mask(settings), mask({ ...settings, etx: 5 })]).toEqual([6, 0x1f]);
  });

  it('registers of P1 made production run the same data path, its mux renumbered', () => {
    const p1 = read(
      yamlOf({
        'Algorithm.Global.select': 3,
        'Algorithm.Global.density': 1,
        'FmtBuf.Global.eporttx_numen': 13,
        ...Object.fromEntries(Array.from({ length: 48 }, (_, k) => [`Mux.${k}`, (7 * k + 5) % 48])),
        'Cal.5': 1000,
        'Cal.40': 3000,
      }),
    );
    const made = inGeneration(p1.image, 'production');
    expect(readBits(made, placesOf('production').get('mux_0')!)).toBe(6n);
    const words = randomWords(new Random(3), 'uniform', 40, 20);
    const [a, b] = [p1.image, made].map((image) => hexText(runChip(settingsOf({ ...p1, image }), words)));
    expect(b).toBe(a);
  });

  it('selections 5, 6 and 7 act as the repeater and stay what they are', () => {
    for (const selection of [5, 6, 7]) {
      const { image } = read(`ConfigAlgo: {Global: {alg_type: ${selection}}}`);
      const settings = parseSettings(imageToYaml(image), 'x');
      expect(settings).toEqual({ ...defaultSettings('production'), algorithm: 'repeater', selection });
      comesBack(image);
    }
  });
});

describe('files that are no such settings', () => {
  const cases: [string, string, RegExp][] = [
    ['an ECON-D file', 'ROCDAQCTRL:\n  GLOBAL_ACTIVE_ERXS: 1\n', /this is an ECON-D file/],
    ['a file of the readout chip', 'roc_s0:\n  sc:\n    Top: {0: {x: 1}}\n', /this is an HGCROC file/],
    [
      'an unknown name',
      'FormatterBuffer: {Global: {bufft1: 3}}\n',
      /bufft1 is not.*mean FormatterBuffer.Global.buff_t1/,
    ],
    ['text for a number', 'Mux: {0: "3"}\n', /Mux.0 holds "3", not an integer/],
    [
      'a missing colon',
      'ConfigAlgo:\n  Global:\n    alg_type 2\n',
      /:3: .*the colon after alg_type is missing/,
    ],
    ['a number for a block', 'Mux: 3\n', /Mux is a block, not a register: it holds Mux.0, Mux.1, Mux.2/],
    ['tabs', 'Mux:\n\t0: 1\n', /not YAML/],
    ['nothing', '\n# only this\n', /empty/],
    [
      'two generations',
      'Pll: {Global: {mode: 1}}\nConfigAlgo: {Global: {alg_type: 1}}\n',
      /exclude each other/,
    ],
  ];
  it.each(cases)('%s', (_, text, message) => expect(errorOf(() => read(text)).message).toMatch(message));

  it('layers of two generations', () => {
    const error = errorOf(() =>
      layers([
        { name: 'p1.yaml', text: 'Algorithm: {Global: {select: 1}}' },
        { name: 'mux.yaml', text: 'Mux: {0: 3}' },
        { name: 'new.yaml', text: 'ConfigAlgo: {Global: {alg_type: 1}}' },
      ]),
    );
    expect(error.message).toMatch(/^new.yaml:1: .*cannot be laid over.*registers convert new.yaml --to P1/);
  });

  it('marks of order, UTF-16, gzip and Windows lines are read; what is no text is refused', () => {
    const text = 'ConfigAlgo:\r\n  Global:\r\n    alg_type: 3\r\n';
    const file = (name: string, bytes: Uint8Array): string => {
      writeFileSync(join(folder, name), bytes);
      return join(folder, name);
    };
    const utf16 = Buffer.from(`\ufeff${text}`, 'utf16le');
    for (const [name, bytes] of [
      ['bom.yaml', Buffer.from(`\ufeff${text}`)],
      ['le.yaml', utf16],
      ['be.yaml', Buffer.from(utf16).swap16()],
      ['a.yaml.gz', gzipSync(text)],
    ] as const)
      expect(settingsOf(readLayers([file(name, bytes)])).algorithm, name).toBe('repeater');
    expect(errorOf(() => readLayers([file('x.bin', Uint8Array.of(0, 1, 2, 65))])).message).toMatch(/no text/);
    expect(errorOf(() => readLayers([file('y.bin', Uint8Array.of(0xc3, 0x28))])).message).toMatch(/no UTF-8/);
    expect(errorOf(() => readLayers([file('z.yaml', new Uint8Array(5 << 20).fill(35))])).message).toMatch(
      /longer than/,
    );
    expect(errorOf(() => readLayers([file('w.gz', gzipSync(new Uint8Array(64 << 20)))])).message).toMatch(
      /unpacked/,
    );
  });
});

describe('dumps', () => {
  it('bytes, lists, i2cdump and i2ctransfer say the same', () => {
    const want = { 1183: 0x42, 1184: 0x12, 20: 3 };
    const texts = [
      '0014: 03\n049f: 42 12\n',
      '# i2cdump of 0x20\n0x14: 0x03\r\n0x49f: 0x42, 0x12\r\n',
      '#register,value\n0x0014,0x03\n1183,66\n0x4a0,0x12\n',
      '     0  1  2  3  4  5  6  7  8  9  a  b  c  d  e  f    0123456789abcdef\n0490: XX XX XX XX XX XX XX XX XX XX XX XX XX XX XX 42    ...............B\n04a0: 12 XX XX\n0014: 03\n',
      'i2ctransfer -y 1 w4@0x20 0x04 0x9f 0x42 0x12\ni2ctransfer -y 1 w2@0x20 0x00 0x14 r1\n0x03\n',
      'write 20 049f 42 12 # config_algo\nread 20 0014 03\n',
    ];
    for (const text of texts) {
      const { image } = read(text, 'dump.txt');
      for (const [at, value] of Object.entries(want)) expect(image.bytes[Number(at)], text).toBe(value);
      comesBack(image);
    }
    // Of a read-back only what it holds is compared.
    const settings = read('ConfigAlgo: {Global: {alg_type: 2}}\nAlgoDroplsb: {Global: {drop_lsb: 2}}\n');
    const dump = read(texts[0], 'dump.txt');
    const result = diffImages(dump.image, settings.image, [dump.dump, settings.dump]);
    expect(result).toEqual({ differences: [], compared: 6, missing: ['AlgoDroplsb.Global.drop_lsb'] });
  });

  it('faults are named by line', () => {
    const message = (text: string): string => errorOf(() => read(text, 'd.txt')).message;
    expect(message('i2ctransfer -y 1 w4@0x20 0x04 0x9f 0x42\n')).toMatch(/d.txt:1: 3 bytes for a write of 4/);
    expect(message('write 20 049f 42\nwrite 21 049f 42\n')).toMatch(
      /d.txt:2: devices 20 and 21 are two chips/,
    );
    expect(message('write 20 0014 42\n')).toMatch(/0x014 is no register that can be written/);
    expect(message('0x0014,25\n0x0015,300\n')).toMatch(/d.txt:2: 300 is more than a byte/);
  });

  it('ones where the map has no field are told', () => {
    const reading = read('0545: 19 00\n049f: 42 92\n', 'd.txt');
    expect(reading.notes.join()).toMatch(/1 bytes hold ones where the map has no field \(0x4a0\)/);
  });
});

describe('the maps of both generations', () => {
  it.each(['P1', 'production'] as const)(
    'no two fields of %s share a bit, and none reaches beyond its register',
    (g) => {
      const seen = new Set<number>();
      for (const r of registersOfGeneration(g as Generation)) {
        for (let k = 0; k < r.count; k++) {
          for (const f of r.fields) {
            expect(f.lsb + f.width, `${r.block}.${f.name}`).toBeLessThanOrEqual(8 * r.bytes);
            for (let b = 0; b < f.width; b++) {
              const bit = 8 * (r.address + k * r.stride) + f.lsb + b;
              expect(seen.has(bit), `${r.block}.${f.name}`).toBe(false);
              seen.add(bit);
            }
          }
        }
      }
    },
  );
});

const cases = join(packageRoot, '../shared/cases/settings');
if (!existsSync(cases)) console.log('skipped: the settings of test stands were not found');
describe.skipIf(!existsSync(cases))('settings that test stands use', () => {
  const folders = ['nested', 'testbeam-production', 'testbeam-p1', 'small'];
  const files = existsSync(cases)
    ? folders.flatMap((f) => readdirSync(join(cases, f)).map((name) => `${f}/${name}`))
    : [];
  const slips = ['nested/12_eTx.yaml', 'nested/ITA_defaults_threshold_0.yaml'];

  it.each(files.filter((f) => !slips.includes(f)))('%s comes back from every form', (file) => {
    const reading = readLayers([join(cases, file)]);
    expect(setFields(reading.image).length).toBeGreaterThan(0);
    settingsOf(reading);
    comesBack(reading.image);
  });

  it.each(slips)('%s: the missing colon is named with its line', (file) => {
    expect(errorOf(() => readLayers([join(cases, file)])).message).toMatch(
      /:\d+: .*colon after "value" is missing/,
    );
  });

  it('base, mux and calibration lie over each other', () => {
    const p1 = (name: string): string => join(cases, 'testbeam-p1', name);
    const one = readLayers([
      p1('init_econt_e1.yaml'),
      p1('init_econt_e2_mux_setup1.yaml'),
      p1('init_econt_e1_cal_setup1.yaml'),
    ]);
    const s = settingsOf(one);
    expect([s.generation, s.mux[0], s.mux[47], s.calibration[0], s.calibration[47]]).toEqual([
      'P1',
      16,
      6,
      2048,
      2439,
    ]);
    expect(one.notes.join()).toMatch(/mux_setup1.yaml: lies over Mux.0, Mux.1, Mux.2 and 44 more/);
  });
});

/** A flat path: value map as nested YAML. */
function yamlOf(values: Record<string, number>): string {
  return Object.entries(values)
    .map(([path, value]) => {
      const keys = path.split('.');
      return `${keys.map((k, n) => `${' '.repeat(n)}${k}:`).join('\n')} ${value}`;
    })
    .reduce((all, text) => {
      const [head, ...rest] = text.split('\n');
      return all.includes(`${head}\n`)
        ? all.replace(`${head}\n`, `${head}\n${rest.join('\n')}\n`)
        : `${all}${text}\n`;
    }, '');
}
