import { expect, test } from 'vitest';
import { ALGORITHMS } from '../../src/chips/index.js';

import { builds, chipUnderTest, compareRandom } from './differential.js';

/** A slice of `npm run campaign:chip`: the first two builds, a few sets of registers for each algorithm. */
test.each(builds.slice(0, 2))(
  'Verilog of the whole chip against the emulator, random registers over I2C: %o',
  async (build) => {
    const chip = await chipUnderTest(build);
    for (const algorithm of ALGORITHMS) {
      const sets = algorithm === 'autoencoder' ? 2 : 6;
      for (let seed = 1; seed <= sets; seed++) {
        const { first } = compareRandom(chip, algorithm, seed, 120);
        expect(first, first).toBeUndefined();
      }
    }
  },
  300_000,
);
