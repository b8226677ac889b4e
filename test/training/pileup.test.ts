import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { packageRoot } from '../../src/base/index.js';
import { readWafers, selectWafers, splitWafers } from '../../src/dataset/index.js';
import { reconstruct } from '../../src/model/index.js';
import { emdOfRows } from '../../src/quality/index.js';
import { trainEncoder } from '../../src/training/index.js';

const path = join(packageRoot, '../shared/data/wafers/pileup.csv');
const present = existsSync(path);
if (!present) console.log('skipped: shared data not found');

// A twentieth of the default training; the default reaches about 0.73.
it.skipIf(!present)(
  'reaches a mean EMD of 1.00 on held-out pile-up wafers',
  { timeout: 600_000 },
  async () => {
    const { train, validation, test } = splitWafers(selectWafers(await readWafers(path)), { seed: 1 });
    const { model } = await trainEncoder({ train, validation, settings: { wafers: 300_000 } });
    const distances = emdOfRows(test.charges, reconstruct(model, test), test.count);
    expect(distances.reduce((a, b) => a + b) / test.count).toBeLessThan(1.0);
  },
);
