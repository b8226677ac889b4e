import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { EconError, packageRoot } from '../../src/base/index.js';
import { readNetwork } from '../../src/exchange/index.js';
import { compareWithTruth, SAME, TOOLS, truthArchive } from './truth-cases.js';
import { truthRefusals } from './truth-refusals.js';

// Files written by the tools themselves, with the outputs of each layer as they computed them (scripts/exchange).
describe.each(TOOLS)('%s', (tool) => {
  // Reading HDF5 starts a thread, half a second a file: every tenth here and what has no other test, all in npm run
  // campaign:exchange.
  let hdf5 = 0;
  const own =
    /^(qk_(qbn|convbn_ema.*|avgpool|k_po2_quadratic|a_name_hard_tanh)|k2_(elu|maxpool_same)|k3_activation_hard_sigmoid)$/;
  const cases = truthArchive(join(packageRoot, 'test', 'data', 'exchange', `${tool}.zip`)).cases.filter(
    ({ name, path }) => !/\.(h5|hdf5|keras|json)$/.test(path) || hdf5++ % 10 === 0 || own.test(name),
  );

  test('every file is computed as its tool does, in every layer, or refused with the reason', {
    timeout: 300_000,
  }, async () => {
    const wrong: string[] = [];
    let values = 0;
    for (const { name, path, reference } of cases) {
      const refusal = truthRefusals[name];
      const read = reference ? compareWithTruth(path, reference) : readNetwork(path, 'encoder');
      try {
        const result = await read;
        if (refusal) wrong.push(`${name} is read; expected: ${refusal.source}`);
        if (!('values' in result)) continue;
        values += result.values;
        if (result.largest > SAME) wrong.push(`${name}: layer ${result.layer} differs by ${result.largest}`);
        if (!result.outputs) wrong.push(`${name}: its outputs are none that the tool computed`);
      } catch (error) {
        if (!(error instanceof EconError)) throw error;
        if (!refusal?.test(error.message)) wrong.push(`${name} refused: ${error.message}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(values).toBeGreaterThan(500);
  });
});

test('what is expected to be refused is there', () => {
  const names = TOOLS.flatMap((tool) =>
    truthArchive(join(packageRoot, 'test', 'data', 'exchange', `${tool}.zip`)).cases.map(({ name }) => name),
  );
  expect(Object.keys(truthRefusals).filter((name) => !names.includes(name))).toEqual([]);
});
