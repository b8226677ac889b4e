import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Random } from '../../src/base/index.js';
import { defaultSettings, keepMask } from '../../src/blocks/index.js';
import { createEmulator, decodeFile, decodePackets } from '../../src/chips/index.js';
import { readWafers, wafers, writeLinkWords } from '../../src/dataset/index.js';
import { imageOrder } from '../../src/detector/index.js';
import { receivedCharges, receivedInMuxOrder, reconstruct, toImageOrder } from '../../src/model/index.js';
import { randomModel } from './sample.js';

const random = new Random(6);
const model = randomModel(3, 9, 'softmax', 'sum');
const batch = wafers(Uint32Array.from({ length: 30 * 48 }, () => random.below(200)));
const settings = {
  ...defaultSettings('production'),
  algorithm: 'autoencoder' as const,
  etx: model.etx,
  keepMask: keepMask(model.latentBits),
  weights: model.encoder,
  arithmetic: model.arithmetic,
};
const words = createEmulator(settings).runCharges(toImageOrder(batch));

it('packets give the charges of the model, scaled to the sum of the packet', () => {
  const got = receivedCharges(model, decodePackets(settings, words));
  const fractions = reconstruct(model, batch);
  for (let row = 0; row < 30; row++) {
    const wafer = batch.charges.subarray(48 * row, 48 * row + 48);
    const sum = wafer.reduce((a, b) => a + b, 0);
    const total = fractions.subarray(48 * row, 48 * row + 48).reduce((a, b) => a + b, 0);
    for (let k = 48 * row; k < 48 * row + 48; k++)
      expect(Math.abs(got[k] - (fractions[k] / total) * sum)).toBeLessThanOrEqual(got[k] / 16 + 1);
  }
});

it('a file of packets becomes wafers through the decoder of the model', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'econ-received-'));
  const [input, output] = [join(folder, 'out.csv'), join(folder, 'cells.csv')];
  writeLinkWords(input, words, 13, 'TX_DATA');
  const want = receivedCharges(model, decodePackets(settings, words));
  for (const places of [undefined, imageOrder]) {
    const toCharges = (p: Parameters<typeof receivedCharges>[1]) => receivedInMuxOrder(model, p);
    expect(await decodeFile(settings, input, output, { places, toCharges })).toMatchObject({
      packets: 30,
      damaged: 0,
    });
    const { charges } = await readWafers(output);
    for (let row = 0; row < 30; row++) {
      for (let k = 0; k < 48; k++)
        expect(charges[48 * row + (places ? imageOrder[k] : k)]).toBe(
          Math.round(want[48 * row + imageOrder[k]]),
        );
    }
  }
});
