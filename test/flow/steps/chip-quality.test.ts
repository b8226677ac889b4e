import { expect, it } from 'vitest';
import { Random } from '../../../src/base/index.js';
import { floatToFixed } from '../../../src/blocks/index.js';
import { runChip } from '../../../src/chips/index.js';
import { wafers } from '../../../src/dataset/index.js';
import { CELLS } from '../../../src/detector/index.js';
import { chipQuality } from '../../../src/flow/steps/chip-quality.js';
import { linkWords, settingsForModel } from '../../../src/flow/steps/model-on-chip.js';
import { chipReferences, compare, modelCandidate } from '../../../src/quality/index.js';
import { randomModel } from '../../model/sample.js';

const WAFERS = 60;

/** Charges that the input links carry without loss, no two of a wafer alike: then no choice is one between equals. */
function exactWafers() {
  const random = new Random(3);
  const charges = new Uint32Array(WAFERS * CELLS);
  for (let row = 0; row < WAFERS; row++) {
    const codes = random.shuffle(Uint32Array.from({ length: 90 }, (_, i) => i));
    for (let cell = 0; cell < CELLS; cell++) charges[row * CELLS + cell] = floatToFixed(codes[cell], false);
  }
  return wafers(charges);
}

it('equals the comparison of the software where the input links lose nothing', () => {
  const model = randomModel(7);
  const batch = exactWafers();
  const settings = settingsForModel(model);
  const words = linkWords(batch, settings);
  const sent = runChip(settings, words);
  const quality = chipQuality(model, settings, sent, batch);
  const { rows } = compare([modelCandidate(model), ...chipReferences()], batch, [model.etx]);
  const emd = (name: string) => rows.find((r) => r.name.startsWith(name))?.evaluation.emdWithGuess.mean ?? 0;
  expect(quality.wafers).toBe(WAFERS);
  expect(quality.meanEmd).toBeCloseTo(emd('this model'), 9);
  const [spread, dropped] = ['spread', 'dropped'].map((way) => emd(`best choice, remainder ${way}`));
  expect(quality.bestChoice!.meanEmd).toBeCloseTo(Math.min(spread, dropped), 9);
  expect(quality.bestChoice!.name).toBe(`best choice, remainder ${spread < dropped ? 'spread' : 'dropped'}`);

  // It is what came out that is judged: with the packets of the next wafers it is another number.
  const shifted = Uint32Array.from(sent, (_, i) => sent[(i + 13) % sent.length]);
  expect(chipQuality(model, settings, shifted, batch).meanEmd).not.toBeCloseTo(quality.meanEmd, 3);
});
