import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadModules, packageRoot, register, registeredThings } from '../../src/base/index.js';
import { econtShape } from '../../src/encoder/index.js';
import { checkEngine } from '../../src/training/engines/check-engine.js';
import {
  engines,
  losses,
  networkOf,
  resolve,
  type TrainingEngine,
  trainEncoder,
  trainingSettings,
  type WaferLoss,
  waferLoss,
} from '../../src/training/index.js';
import { gradientFault } from '../../src/training/objectives/loss-gradient.js';
import { readCheckpoint, writeCheckpoint } from '../../src/training/schedule/checkpoint.js';
import { showers } from './examples.js';

// A loss, an optimiser and an engine of docs/extending.md, and what is refused of those that are wrong.
const folder = mkdtempSync(join(tmpdir(), 'econ-outside-'));
const train = showers(200, 1);
const validation = showers(40, 2);
const settings = {
  epochs: 4,
  hidden: [16],
  batch: 50,
  loss: 'huber',
  finishShare: 0,
  optimiser: 'momentum',
  learningRate: 0.02,
};
const run = (more: object = {}) => trainEncoder({ train, validation, settings, ...more });
const bits = async (more: object = {}) => [...(await run(more)).parameters];

beforeAll(() =>
  loadModules(
    ['loss', 'optimiser', 'engine'].map((name) => join(packageRoot, `docs/examples/extend/${name}.mjs`)),
    new URL('../../src/index.ts', import.meta.url).href,
  ),
);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a loss, an optimiser and an engine from outside', () => {
  it('train, on one thread and on two to the same bits', { timeout: 120_000 }, async () => {
    const alone = await run();
    expect(alone.validationEmd).toBeLessThan(alone.history.length * 10);
    expect(alone.history.map((epoch) => epoch.loss)).toEqual(new Array(4).fill('huber'));
    expect(alone.history[3].trainingLoss).toBeLessThan(alone.history[0].trainingLoss);
    expect(await bits({ threads: 2 })).toEqual([...alone.parameters]);
    expect(await bits({ engine: 'paired', threads: 2 })).toEqual([...alone.parameters]);
    expect(await bits({ settings: { ...settings, loss: 'weighted-mse' } })).not.toEqual([
      ...alone.parameters,
    ]);
    expect(await bits({ settings: { ...settings, optimiser: 'adam' } })).not.toEqual([...alone.parameters]);
  });

  it('go on where a training was stopped, to the same bits', { timeout: 120_000 }, async () => {
    const checkpointPath = join(folder, 'stopped');
    const stop = new AbortController();
    const progress = { start() {}, update: (done: number) => done === 2 && stop.abort(), stop() {} };
    const first = await run({ checkpointPath, progress, signal: stop.signal });
    expect([first.stopped, first.history.length]).toEqual(['aborted', 2]);
    const whole = await run();
    const second = await run({ checkpointPath });
    expect(second.history).toEqual(whole.history);
    expect([...second.parameters]).toEqual([...whole.parameters]);
  });

  it('are named by their checkpoint, which another module is refused with', () => {
    const path = join(folder, 'named');
    const state = { velocity: new Float32Array(2), n: 7 };
    const parameters = new Float32Array(2);
    const best = { epoch: 0, emd: 1, parameters };
    const outside = registeredThings().map(({ kind, name, module }) => ({
      kind,
      name,
      sha256: module.sha256,
    }));
    const rest = { key: 'k', epoch: 1, random: [1, 2, 3, 4], parameters, state, best, history: [] };
    writeCheckpoint(path, { ...rest, outside });
    const fresh = { velocity: new Float32Array(2), n: 0 };
    const read = (things: typeof outside) =>
      readCheckpoint(path, { key: 'k', size: 2, state: fresh, outside: things });
    expect(read(outside)?.epoch).toBe(1);
    expect(fresh.n).toBe(7);
    const changed = outside.map((thing) => (thing.kind === 'loss' ? { ...thing, sha256: '0' } : thing));
    for (const things of [changed, []])
      expect(() => read(things)).toThrow(
        expect.objectContaining({
          code: 'training/checkpoint-other',
          what: expect.stringMatching(/loss huber of a module/),
        }),
      );
  });

  it('that a program holds itself are refused in a second thread, by name', async () => {
    losses.add('held', { name: 'held', make: () => waferLoss('huber') });
    await expect(run({ settings: { ...settings, loss: 'held' }, threads: 2 })).rejects.toMatchObject({
      code: 'base/unknown-name',
      what: expect.stringContaining('"held"'),
    });
  });

  it('are refused when nobody gave them', () => {
    for (const name of ['loss', 'finishLoss', 'optimiser'])
      expect(() => trainingSettings({ [name]: 'none' })).toThrow(
        expect.objectContaining({ code: 'training/settings', where: `training setting ${name}` }),
      );
    expect(() => engines.get('none', '--engine')).toThrow(/"none".*paired/);
  });
});

describe('the gradient of a loss', () => {
  it.each(['telescope', 'weighted-mse', 'sliced-emd', 'fitted-emd', 'emd', 'huber'])(
    'of %s is that of its values',
    (name) => expect(gradientFault(waferLoss(name))).toBeUndefined(),
  );

  const changed =
    (change: (gradient: Float32Array, at: number, output: Float32Array) => number | undefined): WaferLoss =>
    (target, targetAt, output, gradient, at) => {
      const loss = waferLoss('huber')(target, targetAt, output, gradient, at);
      return change(gradient, at, output) ?? loss;
    };
  const set = (index: number, change: (slope: number) => number) =>
    changed((gradient, at) => {
      gradient[at + index] = change(gradient[at + index]);
      return undefined;
    });
  const moved = changed((_, at, output) => {
    output[at] += 0.1;
    return undefined;
  });
  it.each<[string, WaferLoss, RegExp]>([
    ['one component of another sign', set(7, (slope) => -slope), /component 7 /],
    ['one component ten per cent off', set(30, (slope) => 1.1 * slope), /component 30 /],
    ['one component not written', set(47, () => Number.NaN), /does not write/],
    ['one written that is not its own', set(-1, () => 0), /no others/],
    ['a changed output', moved, /changes the target/],
    ['no value', changed(() => Number.NaN), /no number/],
  ])('with %s is refused', (name, loss, what) => {
    const thing = { name, make: () => loss };
    expect(() => register('loss', `wrong-${name.replaceAll(' ', '-')}`, thing)).toThrow(
      expect.objectContaining({ code: 'base/bad-thing', what: expect.stringMatching(what) }),
    );
  });
});

describe('an optimiser', () => {
  const begin = () => ({});
  const scale = (factor: number) => (parameters: Float32Array) => {
    parameters.set(parameters.map((v) => v * factor));
  };
  it.each<[string, object, RegExp]>([
    ['without steps', { begin }, /no functions/],
    ['that goes up', { begin, step: scale(1.01) }, /lower a parabola/],
    ['that moves a held encoder', { begin, step: scale(0.9) }, /rate of 0/],
    ['whose state is no data', { begin: () => ({ when: new Date() }), step() {} }, /when of its state/],
  ])('%s is refused', (name, thing, what) => {
    expect(() => register('optimiser', name.replaceAll(' ', '-'), thing)).toThrow(what);
  });
});

it('compares the step of an engine with that of the plain one', async () => {
  const network = networkOf(resolve(trainingSettings({ hidden: [8] }), econtShape));
  await checkEngine(engines.get('paired', 'test'), network, false);
  const wrong: TrainingEngine = {
    name: 'wrong',
    async open(...given) {
      const session = await engines.get('js', 'test').open(...given);
      return {
        ...session,
        step(...step) {
          const loss = session.step(...step);
          const bias = session.gradient.length - 3;
          session.gradient[bias] += 1;
          return loss;
        },
      };
    },
  };
  await expect(checkEngine(wrong, network, false)).rejects.toMatchObject({
    code: 'training/wrong-engine',
    where: 'engine wrong',
    what: expect.stringContaining('decoder1.bias, value 45'),
  });
});
