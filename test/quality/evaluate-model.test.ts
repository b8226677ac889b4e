import { expect, test } from 'vitest';
import { Random } from '../../src/base/index.js';
import { wafers } from '../../src/dataset/index.js';
import { econtShape, latentField } from '../../src/encoder/index.js';
import { type Model, reconstruct } from '../../src/model/index.js';
import { chipReferences, compare, modelCandidate, renderComparison } from '../../src/quality/index.js';
import { pattern } from './oracles.js';

const random = new Random(31);

/** Untrained, but with latents that differ from wafer to wafer in all of their bits. */
const model: Model = {
  format: 'econ-model',
  version: 1,
  preset: 'econt-8x8',
  shape: econtShape,
  arithmetic: 'econt',
  etx: 5,
  latentBits: new Array<number>(latentField.numbers).fill(9),
  provenance: { tool: 'test', settings: {}, data: {} },
  encoder: {
    shape: econtShape,
    layers: [
      { kernel: Int8Array.from({ length: 72 }, () => random.below(40) - 10), bias: new Int8Array(8) },
      {
        kernel: Int8Array.from({ length: latentField.numbers * 128 }, () => random.below(40) - 16),
        bias: new Int8Array(latentField.numbers),
      },
    ],
  },
  decoder: {
    context: 'none',
    activation: 'softmax',
    layers: [
      {
        inputs: latentField.numbers,
        outputs: 48,
        kernel: Float32Array.from({ length: latentField.numbers * 48 }, () => random.normal()),
        bias: new Float32Array(48),
      },
    ],
  },
};

const charges = new Uint32Array(50 * 48);
for (let row = 0; row < 50; row++) charges.set(pattern('shower', random), row * 48);
const batch = wafers(charges);

test('the reconstruction keeps the module sum within the 5E4M code', () => {
  const { charges: out } = modelCandidate(model).reconstruct(batch, 5);
  for (let row = 0; row < 50; row++) {
    let [sent, got] = [0, 0];
    for (let k = row * 48; k < row * 48 + 48; k++) {
      sent += charges[k];
      got += out[k];
    }
    expect(Math.abs(got - sent)).toBeLessThanOrEqual(sent / 32 + 1e-3);
  }
});

test('fewer links cut the latents, more links than trained for change nothing', () => {
  const at = (etx: number): Float32Array => modelCandidate(model).reconstruct(batch, etx).charges;
  expect(at(7)).toEqual(at(5));
  expect(at(2)).not.toEqual(at(5));
  const cut = modelCandidate({
    ...model,
    etx: 2,
    latentBits: new Array<number>(latentField.numbers).fill(3),
  });
  expect(cut.reconstruct(batch, 2).charges).toEqual(at(2));
  expect(cut.reconstruct(batch, 5).charges).toEqual(at(2));
});

test('the packets carry what encoder and decoder do without them, wherever all bits fit', () => {
  for (const arithmetic of ['econt', 'exact'] as const) {
    const own = { ...model, arithmetic };
    const fractions = reconstruct(own, batch);
    const { charges: out } = modelCandidate(own).reconstruct(batch, 5);
    for (let row = 0; row < 50; row++) {
      let sum = 0;
      for (let k = row * 48; k < row * 48 + 48; k++) sum += out[k];
      for (let k = row * 48; k < row * 48 + 48; k++) expect(out[k] / sum).toBeCloseTo(fractions[k], 5);
    }
  }
});

test('an empty wafer stays empty, and is counted', () => {
  const comparison = compare([modelCandidate(model)], wafers(new Uint32Array(48)), [model.etx]);
  expect(comparison.rows[0].evaluation).toMatchObject({
    emptyInputs: 1,
    wafers: 0,
    lost: 0,
    zeroFraction: null,
  });
  expect(renderComparison(comparison)).toContain('1 of them without charge');
});

test('the table holds the model first at each number of links, then the others', () => {
  const { rows } = compare([modelCandidate(model), ...chipReferences()], batch, [2, 5]);
  const own = rows.filter((row) => row.name === 'this model, trained for 5 eTx');
  expect(own.map((row) => [row.etx, row.note])).toEqual([
    [2, 'integer path, 3 bits per latent'],
    [5, 'integer path, 9 bits per latent'],
  ]);
  expect(rows[0]).toBe(own[0]);
  for (const row of rows) expect(row.evaluation.wafers).toBe(50);
  expect(rows.length).toBeGreaterThan(10);
});
