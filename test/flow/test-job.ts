import { Random } from '../../src/base/index.js';
import {
  type ChipSettings,
  defaultSettings,
  econtInput,
  HEADER,
  ORBIT_HEADER,
} from '../../src/blocks/index.js';
import { describeChip, runChip, settingsToRegisterWrites } from '../../src/chips/index.js';
import { unpackWeights } from '../../src/encoder/index.js';

/** Random weights on random words, seeded. */
export function testJob(rows: number) {
  const random = new Random(5);
  const settings: ChipSettings = {
    ...defaultSettings('production'),
    algorithm: 'autoencoder',
    etx: 5,
    weights: unpackWeights(Uint8Array.from({ length: 1608 }, () => random.below(256))),
  };
  const words = Uint32Array.from({ length: rows * econtInput.links }, (_, i) => {
    const header = i < econtInput.links ? ORBIT_HEADER : HEADER;
    return ((header << 28) | random.below(1 << 28)) >>> 0;
  });
  const vectors = { writes: settingsToRegisterWrites(settings), words, expected: runChip(settings, words) };
  return { description: describeChip(), settings, vectors };
}
