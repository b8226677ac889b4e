import { join } from 'node:path';
import { expect, test } from 'vitest';
import { defaultGenerator, generateWafers, writeWafers } from '../../src/dataset/index.js';
import { withTemporaryFolder } from '../../src/eda/index.js';
import { arithmeticGap, renderGap } from '../../src/flow/index.js';

test('the three arithmetics train on the same wafers and are compared with float', async () => {
  await withTemporaryFolder(async (folder) => {
    const data = join(folder, 'wafers.npz');
    await writeWafers(data, generateWafers({ ...defaultGenerator, seed: 2, wafers: 700 }).batch);
    const gap = await arithmeticGap({ data, settings: { seed: 3, epochs: 6, hidden: [32] } });
    expect(gap.rows.map((row) => row.arithmetic)).toEqual(['float', 'exact', 'econt']);
    const [float, exact, econt] = gap.rows;
    // Different arithmetics end differently, none of them in a guess.
    expect(new Set(gap.rows.map((row) => row.emd)).size).toBe(3);
    for (const { emd } of gap.rows) expect(emd).toBeLessThan(3);
    expect(exact.gap).toBeCloseTo(exact.emd / float.emd - 1, 12);
    expect(renderGap(gap)).toContain(econt.emd.toFixed(3));
  });
});
