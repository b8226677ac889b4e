import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync, strToU8, zipSync } from 'fflate';
import { packageRoot, readText } from '../../src/base/index.js';
import { readLimits } from '../../src/budget/index.js';
import {
  imageToScript,
  imageToText,
  imageToYaml,
  parseSettings,
  readSettings,
  settingsImage,
  settingsToYaml,
} from '../../src/chips/index.js';
import { readLinkWords, readWafers, wafers } from '../../src/dataset/index.js';
import { encodeNpy } from '../../src/dataset/npy.js';
import { encodeNpz } from '../../src/dataset/npz.js';
import { readEncoder, writeEncoder } from '../../src/exchange/index.js';
import { loadModel, saveModel } from '../../src/model/index.js';
import { parseStimulus, readVerilog } from '../../src/netlist-sim/index.js';
import { randomModel } from '../model/sample.js';

/** A kind of input: small files of it, and what reads them. Another reader is one more entry. */
export interface FuzzKind {
  readonly name: string;
  /** Cases of a million; about as many as its reader does in its share of an hour. */
  readonly share: number;
  /** Cases of the slice in `npm test`. */
  readonly slice: number;
  /** Files by name; the one that is changed is given to `read`, those that begin with `+` lie beside it unchanged. */
  seeds(folder: string): Promise<ReadonlyMap<string, Uint8Array>>;
  read(path: string): unknown;
}

const data = (folder: string, pattern: RegExp): Map<string, Uint8Array> =>
  new Map(
    readdirSync(join(packageRoot, 'test/data', folder))
      .filter((name) => pattern.test(name))
      .map((name) => [name, readFileSync(join(packageRoot, 'test/data', folder, name))]),
  );

const charges = Uint32Array.from(
  { length: 48 * 6 },
  (_, i) => (i * i * 7919) % (i % 5 === 0 ? 4_000_000 : 300),
);
const batch = wafers(charges);
const rows = Array.from({ length: 6 }, (_, w) => [...charges.subarray(48 * w, 48 * w + 48)]);
const header = Array.from({ length: 48 }, (_, c) => `CALQ_${c}`).join(',');
const csv = `${header}\n${rows.join('\n')}\n`;
const texts = (files: Record<string, string>): Map<string, Uint8Array> =>
  new Map(Object.entries(files).map(([name, text]) => [name, strToU8(text)]));

const words = (prefix: string): string =>
  [0, 1, 2].reduce(
    (text, bx) =>
      `${text}${Array.from({ length: 12 }, (_, l) => (((bx * 977 + l * 7919) * 65_537) >>> 0).toString(16).padStart(8, '0')).join(',')}\n`,
    `${Array.from({ length: 12 }, (_, l) => `${prefix}_${l}`).join(',')}\n`,
  );

async function exported(folder: string, name: string): Promise<Map<string, Uint8Array>> {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, name);
  await writeEncoder(path, { ...randomModel(3), arithmetic: 'exact' });
  return new Map([[name, readFileSync(path)]]);
}

const settingsText = (): string =>
  'ConfigAlgo:\n  Global:\n    alg_type: 2\n    alg_high_density: 1\nFormatterBuffer:\n  Global:\n    active_etxs: 0x1f\n';
const options = { rounding: 'nearest', etx: 5 } as const;

export const kinds: readonly FuzzKind[] = [
  {
    name: 'CSV',
    share: 300_000,
    slice: 400,
    seeds: async () =>
      texts({
        'plain.csv': csv,
        'unnamed.csv': `${rows.join('\n')}\n`,
        'indexed.csv': `,${header.replaceAll('CALQ_', '')}\n${rows.map((row, i) => `${i},${row}`).join('\n')}\n`,
        'marked.csv': `# ${header.replaceAll(',', ' ')}\n${rows.map((row) => row.join(' ')).join('\n')}\n`,
        'modules.csv': `layer,waferu,waferv,${header}\n${rows.map((row) => `9,-3,2,${row}`).join('\n')}\n`,
        'quoted.csv': csv.replaceAll(',', ';').replaceAll(/(\d+);/g, '"$1";'),
      }),
    read: (path) => readWafers(path),
  },
  {
    name: 'gzip',
    share: 100_000,
    slice: 150,
    seeds: async () => new Map([['wafers.csv.gz', gzipSync(strToU8(csv), { mtime: 0 })]]),
    read: (path) => readWafers(path),
  },
  {
    name: 'NPY',
    share: 250_000,
    slice: 300,
    seeds: async () => new Map([['wafers.npy', encodeNpy(batch)]]),
    read: (path) => readWafers(path),
  },
  {
    name: 'NPZ',
    share: 100_000,
    slice: 200,
    seeds: async () =>
      new Map([
        ['one.npz', encodeNpz(batch)],
        ['several.npz', zipSync({ 'X.npy': encodeNpy(batch), 'y.npy': encodeNpy(batch) }, { level: 0 })],
      ]),
    read: (path) => readWafers(path),
  },
  {
    name: 'Parquet',
    share: 6_000,
    slice: 10,
    seeds: async () => data('wafers', /\.parquet$/),
    read: (path) => readWafers(path),
  },
  {
    name: 'HDF5',
    share: 4_000,
    slice: 6,
    seeds: async () => data('wafers', /\.h5$/),
    read: (path) => readWafers(path),
  },
  {
    name: 'ROOT',
    share: 6_000,
    slice: 10,
    seeds: async () => data('wafers', /\.root$/),
    read: (path) => readWafers(path),
  },
  {
    name: 'link words',
    share: 80_000,
    slice: 200,
    seeds: async () => texts({ 'rx.csv': words('RX_DATA'), 'tx.csv': words('TX_DATA') }),
    read: (path) => readLinkWords(path),
  },
  {
    name: 'settings',
    share: 30_000,
    slice: 60,
    seeds: async () =>
      texts({
        'init.yaml': settingsText(),
        'whole.yaml': settingsToYaml(parseSettings(settingsText(), 'seed.yaml')),
      }),
    read: (path) => readSettings(path),
  },
  {
    name: 'register images',
    share: 30_000,
    slice: 60,
    seeds: async () => {
      const image = settingsImage(parseSettings(settingsText(), 'seed.yaml'));
      return texts({
        'image.txt': imageToText(image),
        'image.yaml': imageToYaml(image),
        'script.i2c': imageToScript(image, { commit: true }),
      });
    },
    read: (path) => readSettings(path),
  },
  {
    name: 'limits',
    share: 20_000,
    slice: 100,
    seeds: async () =>
      texts({
        'limits.yaml': 'encoderArea: 2.5\nchipPower: null\nwaferInterval: 25\n',
        'limits.json': '{"encoderArea": 2.5, "chipPower": 400}',
      }),
    read: (path) => readLimits(path),
  },
  {
    name: 'stimulus',
    share: 60_000,
    slice: 300,
    seeds: async () =>
      texts({
        'a.vec': 'inputs a[7:0] b c\ncheck y\n0 ff 1 0 | 3\n1 2 x 0 | -\n',
        'b.csv': 'cycle,a,b\n0,1,2\n1,0x3,4\n',
      }),
    read: (path) => parseStimulus(readText(path), path),
  },
  {
    name: 'model files',
    share: 20_000,
    slice: 60,
    async seeds(folder) {
      const model = join(folder, 'model');
      saveModel(model, randomModel(5));
      return new Map([
        ['model.json', readFileSync(join(model, 'model.json'))],
        ['+weights.bin', readFileSync(join(model, 'weights.bin'))],
      ]);
    },
    read: (path) => loadModel(path.replace(/\/model\.json$/, '')),
  },
  {
    name: 'ONNX',
    share: 8_000,
    slice: 30,
    seeds: (folder) => exported(folder, 'encoder.onnx'),
    read: (path) => readEncoder(path, options),
  },
  {
    name: 'tensors and Keras JSON',
    share: 20_000,
    slice: 80,
    seeds: async () =>
      texts({
        'tensors.json': JSON.stringify({
          tensors: {
            'encoder/dense/kernel': { shape: [48, 2], data: new Array(96).fill(0.25) },
            'encoder/dense/bias': { shape: [2], data: [0.5, 0] },
          },
        }),
        'keras.json': JSON.stringify({
          class_name: 'Sequential',
          config: {
            name: 'encoder',
            layers: [
              { class_name: 'InputLayer', config: { name: 'i', batch_input_shape: [null, 48] } },
              { class_name: 'Dense', config: { name: 'd', units: 4, activation: 'relu', use_bias: true } },
            ],
          },
        }),
      }),
    read: (path) => readEncoder(path, options),
  },
  {
    name: 'Keras HDF5',
    share: 4_000,
    slice: 5,
    seeds: (folder) => exported(folder, 'encoder.h5'),
    read: (path) => readEncoder(path, options),
  },
  {
    name: 'Verilog',
    share: 2_000,
    slice: 3,
    seeds: async () =>
      texts({
        'counter.v':
          '`define W 4\nmodule counter #(parameter N = `W) (input clk, input rst, output reg [N-1:0] q);\n  always @(posedge clk) if (rst) q <= 0; else q <= q + 1;\nendmodule\n',
      }),
    read: (path) => readVerilog({ 'a.v': readText(path) }, { cache: false, timeout: 5 }),
  },
];
