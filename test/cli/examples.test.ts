import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { packageRoot } from '../../src/base/index.js';
import { readModulesConfig } from '../../src/flow/modules/config.js';
import { loadModel } from '../../src/model/index.js';
import { trainingSettings } from '../../src/training/index.js';
import { econ, scratch } from './run-cli.js';

const examples = join(packageRoot, 'docs/examples');
const others = ['modules.yaml', 'grid8x8.yaml'];
const files = readdirSync(examples).filter((name) => name.endsWith('.yaml') && !others.includes(name));
const folder = scratch();
const data = join(folder, 'wafers.csv');
const short = ['--set', 'epochs=2', '--set', 'hidden=16', '--set', 'wafers=20000', '--compare-etx', '2'];

describe('docs/examples', () => {
  it('holds settings for --settings, and classes of modules', () => {
    expect(files.length).toBeGreaterThan(3);
    const { classes } = readModulesConfig(join(examples, 'modules.yaml'));
    expect(classes.map(({ etx }) => etx)).toEqual([5, 2]);
  });

  test.each(files)('%s trains', async (name) => {
    const args = ['generate', '-q', '--wafers', '400', '--modules', '-o', data];
    expect((await econ(...args)).status).toBe(0);
    const run = join(folder, name);
    const settings = ['--settings', join(examples, name), '--run', run, '--etx', '2'];
    const trained = await econ('train', '-q', '--data', data, ...settings, ...short);
    expect([trained.status, trained.stderr]).toEqual([0, expect.not.stringContaining('error')]);
    const model = loadModel(join(run, 'model'));
    // Nothing of the file is lost on the way, and --set goes before it.
    const file = await econ('train', '-q', '--data', data, ...settings, ...short, '--json');
    const { training } = JSON.parse(file.stdout).settings;
    expect(training).toMatchObject({ epochs: 2, hidden: [16] });
    const { shape, hidden: _, ...asked } = trainingSettings(training);
    expect(model.provenance.settings).toMatchObject({
      weighting: asked.weighting,
      context: asked.context,
      loss: asked.loss,
    });
    expect(model.preset).toBe(shape ? 'free' : 'econt-8x8');
  });
});

describe('--settings says what is wrong', () => {
  test.each([
    ['no file', undefined, 'is no file'],
    ['no YAML', 'loss: [', 'is no YAML'],
    ['a list', '- loss', 'holds no settings'],
    ['an unknown setting', 'lose: emd', 'lose'],
    ['a wrong value', 'loss: best', 'training setting loss'],
  ])('%s', async (name, text, told) => {
    const path = join(folder, `${name.replaceAll(' ', '-')}.yaml`);
    if (text !== undefined) writeFileSync(path, text);
    const run = await econ('train', '-q', '--settings', path, '--run', join(folder, 'never'));
    expect(run.status).toBe(2);
    expect(run.stderr).toContain(told);
  });
});

it('the examples in the documentation are there', () => {
  const docs = ['training', 'modules', 'extending', 'detectors'].map((name) =>
    readFileSync(join(packageRoot, `docs/${name}.md`), 'utf8'),
  );
  for (const name of readdirSync(examples)) expect(docs.join('')).toContain(`examples/${name}`);
});
