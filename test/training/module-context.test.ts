import { expect, test } from 'vitest';
import { Random } from '../../src/base/index.js';
import { slice, type WaferBatch, wafers } from '../../src/dataset/index.js';
import { moduleNumber } from '../../src/detector/index.js';
import { reconstruct } from '../../src/model/index.js';
import { emdOfRows } from '../../src/quality/index.js';
import { type TrainingInput, trainEncoder } from '../../src/training/index.js';

const inner = moduleNumber(5, 2, 1);
const outer = moduleNumber(41, 9, 4);

/** Wafers of two modules: one is hit in the first 24 cells only, the other in the rest. */
function twoModules(count: number): WaferBatch {
  const random = new Random(12);
  const charges = new Uint32Array(48 * count);
  const modules = Uint16Array.from({ length: count }, () => (random.below(2) === 0 ? inner : outer));
  for (let row = 0; row < count; row++)
    for (let hit = 0; hit < 4; hit++)
      charges[48 * row + random.below(24) + (modules[row] === inner ? 0 : 24)] = 20 + random.below(200);
  return wafers(charges, modules);
}

const all = twoModules(1500);
const task = { train: slice(all, 0, 1000), validation: slice(all, 1000, 1250) };
const held = slice(all, 1250, 1500);
// One bit of each latent: far too little to tell the half by the charges alone.
const settings: TrainingInput = {
  hidden: [32],
  epochs: 30,
  batch: 64,
  latentBits: new Array<number>(16).fill(0).fill(1, 0, 2),
  rotate: false,
  reflect: false,
};
const mean = (values: Float64Array) => values.reduce((a, b) => a + b) / values.length;

test('a decoder that is told the module puts the charge where that module has it', async () => {
  const emd: Record<string, number> = {};
  for (const context of ['sum', 'module'] as const) {
    const { model } = await trainEncoder({ ...task, settings: { ...settings, context } });
    emd[context] = mean(emdOfRows(held.charges, reconstruct(model, held), held.count));
    if (context !== 'module') continue;
    // With the modules exchanged it puts it into the other half; with none known it cannot do well either.
    const swapped = wafers(
      held.charges,
      held.modules!.map((number) => (number === inner ? outer : inner)),
    );
    emd.swapped = mean(emdOfRows(held.charges, reconstruct(model, swapped), held.count));
    emd.unknown = mean(emdOfRows(held.charges, reconstruct(model, wafers(held.charges)), held.count));
  }
  expect(emd.module).toBeLessThan(0.95 * emd.sum);
  expect(emd.swapped).toBeGreaterThan(1.5 * emd.module);
  expect(emd.unknown).toBeGreaterThan(1.1 * emd.module);
});

test('the module is part of what determines a training', async () => {
  const other = wafers(
    task.train.charges,
    task.train.modules!.map(() => inner),
  );
  const [a, b] = await Promise.all(
    [task.train, other].map((train) =>
      trainEncoder({ ...task, train, settings: { ...settings, epochs: 1, context: 'module' } }),
    ),
  );
  expect(a.model.provenance.data.train.sha256).not.toBe(b.model.provenance.data.train.sha256);
  expect(a.model.decoder).not.toEqual(b.model.decoder);
});

test.each([
  ['does not say which modules', wafers(task.train.charges)],
  ['has a module at the layer and coordinates of none', wafers(task.train.charges, new Uint16Array(1000))],
])('wafers whose file %s are refused', async (what, train) => {
  const training = trainEncoder({ ...task, train, settings: { ...settings, context: 'module' } });
  await expect(training).rejects.toMatchObject({
    code: 'training/unknown-modules',
    what: expect.stringContaining(what),
  });
});
