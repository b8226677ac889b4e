import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packageRoot } from '../../../src/base/index.js';
import {
  compareDistributions,
  defaultGenerator,
  generateWafers,
  readWafers,
  selectWafers,
} from '../../../src/dataset/index.js';

const shared = join(packageRoot, '../shared/data');
const present = existsSync(shared);
if (!present) console.log('skipped: shared data not found');

describe.skipIf(!present)('the generator beside simulated wafers', () => {
  test('has their distributions (standard selection)', async () => {
    const simulated = selectWafers(await readWafers(join(shared, 'wafers/pileup.csv')));
    const generated = selectWafers(generateWafers({ ...defaultGenerator, wafers: 10_000 }).batch);
    const ks = Object.fromEntries(
      compareDistributions(simulated, generated).map((pair) => [pair.name, pair.ks]),
    );
    expect(ks.occupancy).toBeLessThan(0.07);
    expect(ks.sum).toBeLessThan(0.06);
    expect(ks.cellCharge).toBeLessThan(0.04);
    expect(ks.maxFraction).toBeLessThan(0.06);
    expect(ks.rmsWidth).toBeLessThan(0.04);
    expect(ks.neighbourCorrelation).toBeLessThan(0.07);
  });

  test('has their mean number of cells above threshold, layer by layer', () => {
    const rows = readFileSync(join(shared, 'maps/average_tcs_sil_v11_relval_ttbar_20200625.csv'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split(',').map(Number));
    for (const [layer, tolerance] of [
      [1, 0.3],
      [3, 0.12],
      [5, 0.12],
      [7, 0.15],
      [9, 0.2],
      [13, 0.15],
      [19, 0.3],
    ]) {
      const means = rows.filter((row) => row[2] === layer && row[3] > 0).map((row) => row[3]);
      const simulated = means.reduce((a, b) => a + b) / means.length;
      const { batch } = generateWafers({
        ...defaultGenerator,
        wafers: 3000,
        layers: [layer],
        emptyWafers: true,
      });
      // 1.35 transverse MIP of 35 CALQ.
      const generated =
        batch.charges.reduce((count, charge) => count + (charge > 47 ? 1 : 0), 0) / batch.count;
      expect(
        Math.abs(Math.log(generated / simulated)),
        `layer ${layer}: ${generated} and ${simulated}`,
      ).toBeLessThan(Math.log(1 + tolerance));
    }
  });
});
