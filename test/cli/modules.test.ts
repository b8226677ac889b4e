import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { defaultGenerator, generateWafers, wafers, writeWafers } from '../../src/dataset/index.js';
import { assignModules } from '../../src/flow/modules/assign.js';
import { readModulesConfig } from '../../src/flow/modules/config.js';
import { loadModel } from '../../src/model/index.js';
import { econ, scratch } from './run-cli.js';

const table = `Layer,ModU,ModV,ECOND_eTX,ECONT_eTX,HD_LD,ModType
1,-10,-8,0,0,LD,cO
1,0,3,2,5,HD,FI
30,0,3,2,5,HD,FI
1,2,3,1,2,LD,FM
`;

it('trains a decoder for all and an encoder for each class', { timeout: 300_000 }, async () => {
  const folder = scratch();
  const file = (name: string): string => join(folder, name);
  const usual = generateWafers({ ...defaultGenerator, seed: 5, wafers: 700 }).batch;
  await writeWafers(file('usual.npz'), usual);
  // The other class is blind in every third cell.
  await writeWafers(file('blind.npz'), wafers(usual.charges.map((q, i) => (i % 3 === 0 ? 0 : q))));
  writeFileSync(file('table.csv'), table);
  writeFileSync(
    file('modules.yaml'),
    `modules: table.csv
training: { hidden: [32], epochs: 20 }
classes:
  - { name: inner, data: usual.npz, etx: 5, density: HD, layers: [1, 13] }
  - { name: blind, data: blind.npz, etx: 5, density: HD }
  - { name: outer, data: usual.npz, etx: 2, density: LD }
`,
  );
  const args = ['modules', 'train', file('modules.yaml'), '--run', file('run'), '--wafers', '30000', '-q'];
  const { status, stdout, stderr } = await econ(...args);
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/inner +5 +1 +\d+ +\d\.\d{3} +\d\.\d{3} +\d+\/2144/);
  expect(stdout).toContain('1 modules of the table belong to no class');
  expect(readFileSync(file('run/modules.csv'), 'utf8')).toBe(
    'Layer,ModU,ModV,class\n1,-10,-8,\n1,0,3,inner\n30,0,3,blind\n1,2,3,outer\n',
  );

  const [start, inner, blind] = ['start-5', 'library/inner', 'library/blind'].map((name) =>
    loadModel(file(`run/${name}`)),
  );
  expect(inner.decoder).toEqual(start.decoder);
  expect(blind.decoder).toEqual(start.decoder);
  expect(blind.encoder).not.toEqual(start.encoder);
  expect(loadModel(file('run/library/outer')).latentBits).toEqual(new Array(16).fill(3));
  const script = readFileSync(file('run/library/blind/load.i2c'), 'utf8');
  expect(existsSync(file('run/library/blind/weights.bin'))).toBe(true);
  expect(script).toMatch(/\S/);

  const diff = JSON.parse(
    (await econ('modules', 'diff', 'start-5', 'blind', '--run', file('run'), '--json')).stdout,
  );
  const changed = start.encoder.layers[1].kernel.reduce(
    (n, v, i) => n + (v === blind.encoder.layers[1].kernel[i] ? 0 : 1),
    0,
  );
  expect(diff.layers[1].changed).toBeGreaterThanOrEqual(changed);
  const same = await econ('modules', 'diff', 'blind', file('run/library/blind'), '--run', file('run'));
  expect(same.stdout).toContain('0 bytes in 0 of 12 weight blocks');
  const list = await econ('modules', 'list', '--run', file('run'));
  expect(list.stdout).toBe(stdout);
  // Everything is there: nothing is trained again.
  expect((await econ(...args)).stdout).toBe(stdout);
});

it('says which entry of a file does not fit', () => {
  const folder = scratch();
  const path = join(folder, 'm.yaml');
  const read = (text: string) => {
    writeFileSync(path, text);
    return () => readModulesConfig(path);
  };
  expect(read('classes: []')).toThrow(/classes/);
  expect(read('classes: [{ name: a b, data: x, etx: 5 }]')).toThrow(/classes\.0\.name: letters/);
  expect(read('classes: [{ name: a, data: x, etx: 14 }]')).toThrow(/classes\.0\.etx/);
  expect(read('classes: [{ name: a, data: x, etx: 1 }, { name: a, data: y, etx: 1 }]')).toThrow(
    /two classes are called a/,
  );
  const csv = join(folder, 't.csv');
  writeFileSync(csv, table.replace('1,2,3,1,2', '1,x,3,1,2'));
  expect(() => assignModules(csv, [])).toThrow(/t\.csv, line 5: ModU is "x"/);
  writeFileSync(csv, 'Layer,ModU\n');
  expect(() => assignModules(csv, [])).toThrow(/no column ModV/);
});
