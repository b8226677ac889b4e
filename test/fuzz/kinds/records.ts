import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readText } from '../../../src/base/index.js';
import { readLimits } from '../../../src/budget/index.js';
import { findRuns, readModulesConfig, renderRuns } from '../../../src/flow/index.js';
import { RunFolder } from '../../../src/flow/run/run-folder.js';
import { loadModel, saveModel } from '../../../src/model/index.js';
import { parseStimulus } from '../../../src/netlist-sim/index.js';
import { readSummary } from '../../../src/report/index.js';
import { randomModel } from '../../model/sample.js';
import { sampleSummary } from '../../report/sample.js';
import type { FuzzKind } from '../kind.js';
import { texts } from './texts.js';

const sha256 = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

async function modelFiles(folder: string): Promise<readonly [json: Buffer, weights: Buffer]> {
  saveModel(folder, randomModel(5));
  return [readFileSync(join(folder, 'model.json')), readFileSync(join(folder, 'weights.bin'))];
}

/** model.json with the hash that belongs to its text. */
function sealed(bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes).toString('latin1');
  const open = text.replace(/"sha256": "[0-9a-f]{64}"\n}\n$/, '"sha256": ""\n}\n');
  return Buffer.from(open.replace(/""\n}\n$/, `"${sha256(Buffer.from(open, 'latin1'))}"\n}\n`), 'latin1');
}

/** A run folder as econ flow leaves it, one file of it changed. */
function runFiles(changed: string): Map<string, Uint8Array> {
  const files: Record<string, string> = {
    'data/data.json': JSON.stringify({
      source: 'a.csv',
      sha256: 'ab',
      read: 10,
      selected: 9,
      splits: { train: 7, test: 2 },
    }),
    'train/history.json': JSON.stringify({ history: [{ epoch: 0, emd: 1 }], bestEpoch: 0, validationEmd: 1 }),
    'quality.json': JSON.stringify({
      ours: 'a',
      comparison: { rows: [{ etx: 5, name: 'a', evaluation: { metrics: { emd: { mean: 0.7 } } } }] },
    }),
    'steps.json': '{"data": {"seconds": 1, "econ": "0.1.0", "node": "20", "yosys": "0.55"}}',
  };
  const outputs = Object.fromEntries(Object.entries(files).map(([name, text]) => [name, sha256(text)]));
  files['run.json'] = JSON.stringify({
    format: 'econ-run',
    version: 1,
    settings: { etx: 5, data: 'a.csv' },
    steps: { data: { key: 'k', outputs } },
  });
  return texts(
    Object.fromEntries(
      Object.entries(files).map(([name, text]) => [name === changed ? name : `+${name}`, text]),
    ),
  );
}

const yaml = [
  'null',
  '~',
  '1e3',
  '.inf',
  '!!binary',
  '? ',
  '- ',
  '|',
  '>',
  '{}',
  '[]',
  '"\\u0000"',
  '...',
  '---',
  '%YAML 3',
];

export const recordKinds: readonly FuzzKind[] = [
  {
    name: 'limits',
    share: 30_000,
    slice: 80,
    seeds: async () =>
      texts({
        'limits.yaml': 'encoderArea: 2.5\nchipPower: null\nwaferInterval: 25\n',
        'limits.json': '{"encoderArea": 2.5, "chipPower": 400}',
      }),
    words: yaml,
    read: (path) => readLimits(path),
  },
  {
    name: 'modules',
    share: 20_000,
    slice: 60,
    seeds: async () =>
      texts({
        'modules.yaml':
          'modules: list.csv\ntraining: {wafers: 1000}\nclasses:\n  - name: front\n    data: a.csv\n    etx: 5\n    layers: [1, 9]\n    density: HD\n',
      }),
    words: yaml,
    read: (path) => readModulesConfig(path),
  },
  {
    name: 'stimulus',
    share: 100_000,
    slice: 200,
    seeds: async () =>
      texts({
        'a.vec':
          '# two cycles\ntop m\nclock clk\nreset rst 1 4\ncompare after\nin a b c\nout y\nff 1 0 | 3\n2 . x | xz *12\n',
        'b.json': JSON.stringify({
          top: 'm',
          reset: { port: 'rst', active: 0, cycles: 3 },
          inputs: { a: 1, b: "8'hff" },
          cycles: [{ set: { a: '0x3' }, expect: { y: "4'b1x0z", z: null }, repeat: 4, clock: false }],
        }),
      }),
    words: [
      "8'h",
      "'bz",
      "99999999'd1",
      '*',
      '*99999999999',
      'in',
      'out',
      'reset',
      '.',
      '|',
      '"repeat": 1e9',
    ],
    read: (path) => parseStimulus(readText(path), path),
  },
  {
    name: 'model.json',
    share: 20_000,
    slice: 50,
    async seeds(folder) {
      const [json, weights] = await modelFiles(folder);
      return new Map([
        ['model.json', json],
        ['+weights.bin', weights],
      ]);
    },
    words: ['"shape": {}', '"levels": [0]', '"charges": [1, 2]', '"skip": true'],
    pack: sealed,
    read: (path) => loadModel(path),
  },
  {
    name: 'weights.bin',
    share: 5_000,
    slice: 20,
    async seeds(folder) {
      const [json, weights] = await modelFiles(folder);
      return new Map([
        ['weights.bin', weights],
        ['+model.json', json],
      ]);
    },
    read: (path) => loadModel(dirname(path)),
  },
  ...(['run.json', 'data/data.json', 'train/history.json', 'quality.json'] as const).map(
    (name): FuzzKind => ({
      name: `run folder, ${name}`,
      share: 6_000,
      slice: 30,
      seeds: async () => runFiles(name),
      words: ['null', '[]', '{}', '"../secret"', '"/etc/passwd"'],
      read: (path) => renderRuns(findRuns([path.slice(0, -name.length - 1)])),
    }),
  ),
  {
    name: 'run folder, steps.json',
    share: 6_000,
    slice: 30,
    seeds: async () => runFiles('steps.json'),
    read: (path) => RunFolder.read(dirname(path)).log,
  },
  {
    name: 'report summary',
    share: 10_000,
    slice: 30,
    seeds: async () => texts({ 'summary.json': JSON.stringify(sampleSummary()) }),
    read: (path) => readSummary(path),
  },
];
