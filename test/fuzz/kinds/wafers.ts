import { gzipSync, zipSync } from 'fflate';
import { readLinkWords, readWafers, wafers } from '../../../src/dataset/index.js';
import { encodeNpy } from '../../../src/dataset/npy.js';
import { encodeNpz } from '../../../src/dataset/npz.js';
import type { FuzzKind } from '../kind.js';
import { data, texts } from './texts.js';

const charges = Uint32Array.from(
  { length: 48 * 6 },
  (_, i) => (i * i * 7919) % (i % 5 === 0 ? 4_000_000 : 300),
);
const batch = wafers(charges);
const rows = Array.from({ length: 6 }, (_, w) => [...charges.subarray(48 * w, 48 * w + 48)]);
const header = Array.from({ length: 48 }, (_, c) => `CALQ_${c}`).join(',');
const csv = `${header}\n${rows.join('\n')}\n`;

const words = (prefix: string): string =>
  [0, 1, 2].reduce(
    (text, bx) =>
      `${text}${Array.from({ length: 12 }, (_, l) => (((bx * 977 + l * 7919) * 65_537) >>> 0).toString(16).padStart(8, '0')).join(',')}\n`,
    `${Array.from({ length: 12 }, (_, l) => `${prefix}_${l}`).join(',')}\n`,
  );

export const waferKinds: readonly FuzzKind[] = [
  {
    name: 'CSV',
    share: 180_000,
    slice: 250,
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
    share: 50_000,
    slice: 60,
    seeds: async () => texts({ 'wafers.csv.gz': csv, 'small.csv.gz': `${rows[0]}\n` }),
    pack: (bytes) => gzipSync(bytes, { mtime: 0, level: 1 }),
    read: (path) => readWafers(path),
  },
  {
    name: 'NPY',
    share: 130_000,
    slice: 200,
    seeds: async () => new Map([['wafers.npy', encodeNpy(batch)]]),
    words: ['<f8', '>u8', '|b1', '<f2', 'True', 'False', '(2, 3)', '(48,)', '()', 'descr', 'fortran_order'],
    read: (path) => readWafers(path),
  },
  {
    name: 'NPZ',
    share: 50_000,
    slice: 60,
    seeds: async () =>
      new Map([
        ['one.npz', encodeNpy(batch)],
        ['several.npz', encodeNpy(batch)],
      ]),
    pack: (bytes, name) =>
      name === 'one.npz'
        ? zipSync({ 'X.npy': bytes })
        : zipSync({ 'X.npy': encodeNpy(batch), '../y.npy': bytes }, { level: 0 }),
    read: (path) => readWafers(path),
  },
  {
    name: 'NPZ of ours',
    share: 10_000,
    slice: 20,
    seeds: async () => new Map([['wafers.npz', encodeNpz(batch)]]),
    read: (path) => readWafers(path),
  },
  {
    name: 'Parquet',
    share: 15_000,
    slice: 20,
    seeds: async () => data('wafers', /\.parquet$/),
    read: (path) => readWafers(path),
  },
  {
    name: 'HDF5',
    share: 5_000,
    slice: 8,
    seeds: async () => new Map([...data('wafers', /\.h5$/), ...data('hdf5', /\.h5$/)]),
    words: ['/etc/passwd', '../secret.h5', 'tmpfile_a'],
    read: (path) => readWafers(path),
  },
  {
    name: 'ROOT',
    share: 6_000,
    slice: 8,
    seeds: async () => data('wafers', /\.root$/),
    words: ['TTree', 'TDirectory', 'vector<int>', '../secret.root', 'ZS', 'ZL', 'L4'],
    read: (path) => readWafers(path),
  },
  {
    name: 'link words',
    share: 90_000,
    slice: 150,
    seeds: async () => texts({ 'rx.csv': words('RX_DATA'), 'tx.csv': words('TX_DATA') }),
    read: (path) => readLinkWords(path),
  },
];
