import {
  imageToScript,
  imageToText,
  imageToYaml,
  inGeneration,
  layers,
  parseSettings,
  readKnownDefects,
  readLayers,
  readSettings,
  settingsImage,
  settingsOf,
  settingsToYaml,
} from '../../../src/chips/index.js';
import type { FuzzKind } from '../kind.js';
import { texts } from './texts.js';

const production = `ConfigAlgo:
  Global:
    alg_type: 2
    alg_high_density: 1
FormatterBuffer:
  Global:
    active_etxs: 0x1f
    idle_pattern: 0b1_1010_1010
`;
const mux = `Mux:\n${Array.from({ length: 48 }, (_, i) => `  ${String(i).padStart(2, '0')}: ${i ^ 3}\n`).join('')}`;
const prototype = `Algorithm:
  Global: {select: 0, type: 0, density: 1}
AlgoThreshold:
  '*':
    val: 0x2f
FmtBuf:
  Global: {eporttx_numen: 3, tx_sync_word: 0x1aa, use_sum: 0}
Pll:
  Global: {ref_clk_sel: 1, VCObypass: 0}
`;
const nested = `ECON-T:
 RW:
  MISC_ALL:
   registers:
    misc_rw_0:
     params:
      run:
       param_value: 1
  MUX_ALL:
   registers:
    mux_select_*:
     value: [7, 4, 5, 6]
  FMTBUF_ALL:
   registers:
    config_eporttx_numen:
     value: 13
`;
const words = [
  '0x',
  '0b',
  '010',
  '1_000',
  '*',
  '-1',
  '0xffffffffffffffffffff',
  '[1, 2]',
  'ECON-T',
  '~',
  'yes',
  '!!int',
];
const image = settingsImage(parseSettings(production, 'seed.yaml'));

export const settingsKinds: readonly FuzzKind[] = [
  {
    name: 'settings',
    share: 30_000,
    slice: 60,
    seeds: async () =>
      texts({
        'init.yaml': production,
        'whole.yaml': settingsToYaml(parseSettings(production, 'seed.yaml')),
        'p1.yaml': prototype,
        'mux.yaml': mux,
        'nested.yaml': nested,
        'names.csv': 'name,value\nFORMATTERBUFFER.GLOBAL_ACTIVE_ETXS,31\nConfigAlgo,alg_type,2\n',
      }),
    words,
    read: (path) => readSettings(path),
  },
  {
    name: 'settings over each other',
    share: 10_000,
    slice: 40,
    seeds: async () =>
      texts({
        'mux.yaml': mux,
        'p1.yaml': prototype,
        'dump.txt': '0x49f: 40 12\n0x540: 30 00\n',
        '+base.yaml': production,
      }),
    words,
    read(path) {
      const reading = readLayers([path.replace(/[^/]*$/, 'base.yaml'), path]);
      settingsOf(reading);
      layers([{ text: imageToYaml(inGeneration(reading.image, 'P1')), name: path }]);
    },
  },
  {
    name: 'register images',
    share: 50_000,
    slice: 60,
    seeds: async () =>
      texts({
        'image.txt': imageToText(image),
        'image.yaml': imageToYaml(image),
        'script.i2c': imageToScript(image, { commit: true }),
        'bursts.i2c': imageToScript(inGeneration(image, 'P1'), { commit: false, burst: 16 }),
      }),
    words,
    read: (path) => readSettings(path),
  },
  {
    name: 'dumps',
    share: 50_000,
    slice: 80,
    seeds: async () =>
      texts({
        'i2cdump.txt':
          '# i2cdump of 0x20\n     0  1  2  3  4  5  6  7  8  9  a  b  c  d  e  f\n0x49f: 40 12\n0540: 30 00 ff XX 01    0...\n',
        'list.csv': '#register,value\n0x0000,0x01\n0x0001,0x00\n1183,66\n',
        'transfer.txt':
          'i2ctransfer -y 1 w2@0x20 0x04 0x9f r4@0x20\n0x42 0x12 0x00 0x01\n$ i2ctransfer -y 1 w4@0x20 0x04 0x9f 0x01 0x02\n',
        'back.txt': '0014: 03\n049f: 42 12\n',
      }),
    words: [...words, 'XX', 'i2ctransfer', 'w2@0x20', 'r65535@0x20', 'ffff:'],
    read: (path) => settingsOf(readLayers([path])),
  },
  {
    name: 'known defects',
    share: 10_000,
    slice: 40,
    seeds: async () =>
      texts({ 'known.yaml': '- case: mcDataset/A\n  reason: wrong there\n- case: B\n  reason: "too"\n' }),
    words,
    read: (path) => readKnownDefects(path),
  },
];
